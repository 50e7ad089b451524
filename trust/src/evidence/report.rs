//! What a verification reports.

use std::fmt;

use super::{Basis, Found};
use crate::manifest::Part;

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Every step, in the order in which it was taken.
    pub steps: Vec<Step>,
    /// What they come to.
    pub verdict: Verdict,
}

/// One step of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which step.
    pub name: StepName,
    /// What came out.
    pub verdict: StepVerdict,
    /// What was looked at and found, in whole sentences.
    pub explanation: String,
}

/// The steps of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepName {
    /// The file has the strict form of a container.
    Container,
    /// The manifest has its one form.
    Manifest,
    /// A part has the digest that the manifest lists.
    Part(Part),
    /// Head, context and leaf say the same.
    Statement,
    /// The manifest is signed.
    Signature,
    /// An approved authority issued the signer's certificate, for signing.
    CertificatePath,
    /// The registry published the certificate for the member that should have signed.
    Member,
    /// The certificate was good when it signed.
    CertificateStatus,
    /// The leaf commits to the parts.
    Commitments,
    /// The leaf is in the log.
    Inclusion,
    /// The log's server signed the checkpoint.
    Checkpoint,
    /// An approved authority stamped the checkpoint.
    Timestamp,
    /// An approved authority stamped the signature.
    SignatureTimestamp,
}

/// What came out of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepVerdict {
    /// It is as it should be.
    Passed,
    /// It is not as it should be.
    Failed,
    /// The container does not hold what would be looked at; that is allowed.
    NotPresent,
    /// Nothing was looked at: trust is missing, or an earlier step failed.
    NotChecked,
}

/// What a verification comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The evidence holds.
    Valid,
    /// It does not.
    Invalid,
    /// The container holds together; whose it is was not judged.
    IntegrityOnly,
}

impl StepName {
    /// Every step that each verification takes or says why not.
    const ALWAYS: [Self; 15] = [
        Self::Container,
        Self::Manifest,
        Self::Part(Part::Head),
        Self::Part(Part::Context),
        Self::Part(Part::Body),
        Self::Part(Part::Salt),
        Self::Statement,
        Self::Signature,
        Self::CertificatePath,
        Self::Member,
        Self::CertificateStatus,
        Self::Commitments,
        Self::Inclusion,
        Self::Checkpoint,
        Self::Timestamp,
    ];

    /// The step's name, as reports print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Manifest => "manifest",
            Self::Part(part) => part.file_name(),
            Self::Statement => "statement",
            Self::Signature => "signature",
            Self::CertificatePath => "certificate path",
            Self::Member => "member",
            Self::CertificateStatus => "certificate status",
            Self::Commitments => "leaf",
            Self::Inclusion => "inclusion in the log",
            Self::Checkpoint => "checkpoint",
            Self::Timestamp => "timestamp",
            Self::SignatureTimestamp => "signature timestamp",
        }
    }
}

impl StepVerdict {
    /// The verdict's name, as reports print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotPresent => "not present",
            Self::NotChecked => "not checked",
        }
    }
}

impl Verdict {
    /// What a program that verifies exits with.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::IntegrityOnly => 2,
        }
    }

    /// The verdict in one sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Valid => "The evidence is valid.",
            Self::Invalid => "The evidence is NOT valid.",
            Self::IntegrityOnly => {
                "The container holds together, but whose it is was not judged: no global configuration was given to trust."
            }
        }
    }
}

impl Report {
    /// The step of this name, if it was taken.
    #[must_use]
    pub fn step(&self, name: StepName) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The first step that failed.
    #[must_use]
    pub fn first_failure(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.verdict == StepVerdict::Failed)
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for StepVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Step { name, verdict, explanation } in &self.steps {
            writeln!(f, "{:<11}  {name}: {explanation}", verdict.as_str())?;
        }
        writeln!(f, "{}", self.verdict.sentence())
    }
}

/// The steps taken so far.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    pub(super) fn record(&mut self, name: StepName, verdict: StepVerdict, explanation: impl Into<String>) {
        self.0.push(Step { name, verdict, explanation: explanation.into() });
    }

    /// Records a step that passed or failed, and hands on what it found.
    pub(super) fn take<T>(&mut self, name: StepName, found: Found<T>) -> Option<T> {
        match found {
            Ok((value, explanation)) => {
                self.record(name, StepVerdict::Passed, explanation);
                Some(value)
            }
            Err(explanation) => {
                self.record(name, StepVerdict::Failed, explanation);
                None
            }
        }
    }

    pub(super) fn finish(mut self, basis: Basis<'_>) -> Report {
        let failed = self.0.iter().find(|step| step.verdict == StepVerdict::Failed).map(|step| step.name);
        for name in StepName::ALWAYS {
            if !self.0.iter().any(|step| step.name == name) {
                let because = failed.map_or("an earlier step", StepName::as_str);
                self.record(
                    name,
                    StepVerdict::NotChecked,
                    format!("Not looked at, because of what was found at: {because}."),
                );
            }
        }
        let verdict = match (failed, basis) {
            (Some(_), _) => Verdict::Invalid,
            (None, Basis::Nothing) => Verdict::IntegrityOnly,
            (None, Basis::Trust(_)) => Verdict::Valid,
        };
        Report { steps: self.0, verdict }
    }
}
