//! The way of one registration.

use sdk::{Author, Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Attached, Granted, Mark, Outcome};
use crate::definition::{Code, Registration, Step};

/// The way of one registration that is applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Track {
    /// The registration.
    pub registration: Code,
    /// How far it is.
    pub stage: Stage,
    /// The steps that are behind it, taken or passed by.
    #[serde(default)]
    pub done: Vec<Code>,
    /// The last day on which it has to be decided, once somebody looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The working days that are left, where time stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// To whom it comes back, once it is corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_to: Option<String>,
    /// What was said when a step came out well the last time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approval: String,
    /// Who said so, and in which role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Approver>,
    /// The result, where it is made by hand and was attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Attached>,
    /// To whom it is left.
    #[serde(default)]
    pub reach: Reach,
}

/// Who let a track go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Approver {
    /// Who.
    pub author: Author,
    /// The role of the step.
    pub role: Code,
}

/// To whom a track is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Who has the role of its step.
    #[default]
    Role,
    /// Who supervises as well: nobody decided in time.
    Supervisor,
}

/// How far a track is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Other registrations have to be granted first.
    Waiting,
    /// It goes on by itself; between two events only.
    Ready,
    /// Something has to be paid before anybody looks at it.
    Owing {
        /// The last day on which it can be paid.
        until: Date,
    },
    /// Somebody with the step's role looks at it.
    At {
        /// The step.
        step: Code,
        /// The role.
        role: Code,
        /// Since when.
        since: Timestamp,
        /// The last day of the step.
        until: Date,
        /// Who has taken it on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<String>,
    },
    /// The applicant has to correct something.
    SentBack {
        /// The step that it comes back to.
        step: Code,
        /// What.
        marks: Vec<Mark>,
        /// Why.
        reason: String,
        /// The last day on which it can be corrected.
        until: Date,
    },
    /// It is granted, and something has to be paid before the result is issued.
    OwingForResult {
        /// What was granted.
        granted: Granted,
        /// The last day on which it can be paid.
        until: Date,
    },
    /// It is decided.
    Decided {
        /// How.
        outcome: Outcome,
        /// When.
        at: Timestamp,
        /// The signed document that says so, by the id of its signature; none where the applicant took it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<String>,
    },
}

/// Who has to do something next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// The applicant.
    Applicant,
    /// Somebody with a role, and who has taken it on.
    Role {
        /// The role.
        role: &'a Code,
        /// Who.
        holder: Option<&'a str>,
    },
    /// Whoever another registration waits for.
    Another,
    /// Nobody: it is decided.
    Nobody,
}

impl Track {
    /// A track of which nothing has been done.
    #[must_use]
    pub fn new(registration: Code) -> Self {
        Self {
            registration,
            stage: Stage::Waiting,
            done: Vec::new(),
            due: None,
            left: None,
            returns_to: None,
            approval: String::new(),
            approved_by: None,
            result: None,
            reach: Reach::Role,
        }
    }

    /// Whether it is decided.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        matches!(self.stage, Stage::Decided { .. })
    }

    /// Who has to do something next.
    #[must_use]
    pub fn owner(&self) -> Owner<'_> {
        match &self.stage {
            Stage::Waiting | Stage::Ready => Owner::Another,
            Stage::Owing { .. } | Stage::SentBack { .. } | Stage::OwingForResult { .. } => Owner::Applicant,
            Stage::At { role, holder, .. } => Owner::Role { role, holder: holder.as_deref() },
            Stage::Decided { .. } => Owner::Nobody,
        }
    }

    /// The last day of what is to be done next, by whoever has to do it.
    #[must_use]
    pub fn until(&self) -> Option<Date> {
        match &self.stage {
            Stage::Owing { until }
            | Stage::At { until, .. }
            | Stage::SentBack { until, .. }
            | Stage::OwingForResult { until, .. } => Some(*until),
            Stage::Waiting | Stage::Ready | Stage::Decided { .. } => None,
        }
    }

    /// The last day before something happens by itself: silence speaks, or it lapses.
    #[must_use]
    pub fn runs_until(&self) -> Option<Date> {
        match &self.stage {
            Stage::Owing { until } | Stage::SentBack { until, .. } | Stage::OwingForResult { until, .. } => {
                Some(*until)
            }
            Stage::At { .. } => self.due.filter(|_| self.reach == Reach::Role),
            Stage::Waiting | Stage::Ready | Stage::Decided { .. } => None,
        }
    }

    /// What the applicant has to correct.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        if let Stage::SentBack { marks, .. } = &self.stage { marks } else { &[] }
    }

    /// Whether nothing is left to be done after a step.
    #[must_use]
    pub fn ends_with(&self, step: &Step, of: &Registration) -> bool {
        of.steps.iter().all(|other| other.code == step.code || self.done.contains(&other.code))
    }

    /// How it was decided.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        if let Stage::Decided { outcome, .. } = &self.stage { Some(*outcome) } else { None }
    }
}
