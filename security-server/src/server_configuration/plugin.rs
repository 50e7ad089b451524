//! The plugins that a server runs.

use plugin_host::manifest::{Capability, LimitsTable, Name, PluginName};
use protocol::hash::Sha256Hash;
use protocol::identifier::SubsystemId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A plugin of a subsystem behind this server: what the administrator says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    pub(super) client: SubsystemId,
    pub(super) name: PluginName,
    pub(super) package: Sha256Hash,
    pub(super) grants: BTreeSet<Capability>,
    pub(super) config: BTreeMap<String, String>,
    pub(super) secrets: BTreeMap<String, PathBuf>,
    pub(super) limits: LimitsTable,
    pub(super) trial: Option<Trial>,
    pub(super) failed_calls_days: Option<u32>,
    pub(super) staff: BTreeMap<StaffDocument, BTreeSet<Name>>,
}

/// The identity document of somebody who works at the entity: its type and its number, as in `CI 1234567`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StaffDocument {
    kind: String,
    number: String,
}

/// A version on trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The digest of its package.
    pub package: Sha256Hash,
    /// Its share of the calls.
    pub percent: u8,
}

impl Plugin {
    /// In whose name it acts.
    #[must_use]
    pub fn client(&self) -> &SubsystemId {
        &self.client
    }

    /// Its name, the same in all versions.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// The digest of the package that it is loaded from.
    #[must_use]
    pub fn package(&self) -> &Sha256Hash {
        &self.package
    }

    /// The capabilities that it was granted.
    #[must_use]
    pub fn grants(&self) -> &BTreeSet<Capability> {
        &self.grants
    }

    /// Values by the keys that its manifest asks for.
    #[must_use]
    pub fn config(&self) -> &BTreeMap<String, String> {
        &self.config
    }

    /// The files of secret values, by the names that its manifest asks for.
    #[must_use]
    pub fn secrets(&self) -> &BTreeMap<String, PathBuf> {
        &self.secrets
    }

    /// The limits that are narrower than its manifest's.
    #[must_use]
    pub fn limits(&self) -> &LimitsTable {
        &self.limits
    }

    /// A version on trial.
    #[must_use]
    pub fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }

    /// For how many days its failed calls are kept, so that they can be replayed; `None` if none is.
    #[must_use]
    pub fn failed_calls_days(&self) -> Option<u32> {
        self.failed_calls_days
    }

    /// Who works with it, by the identity document, and in which roles.
    #[must_use]
    pub fn staff(&self) -> &BTreeMap<StaffDocument, BTreeSet<Name>> {
        &self.staff
    }

    /// What of it the host is told: who works with it is asked at each visit.
    pub(crate) fn without_staff(&self) -> Self {
        Self { staff: BTreeMap::new(), ..self.clone() }
    }

    /// Whether it differs from another in no more than the version on trial.
    pub(crate) fn is_same_but_for_the_trial(&self, other: &Self) -> bool {
        self.without_trial() == other.without_trial()
    }

    /// The plugin as it is before a version is tried out.
    pub(crate) fn without_trial(&self) -> Self {
        Self { trial: None, ..self.clone() }
    }
}

impl StaffDocument {
    /// A document of a type and with a number.
    #[must_use]
    pub fn new(kind: &str, number: &str) -> Option<Self> {
        let is_kind =
            (1..=MAX_KIND_BYTES).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_number =
            (1..=MAX_NUMBER_BYTES).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_graphic());
        (is_kind && is_number).then(|| Self { kind: kind.to_owned(), number: number.to_owned() })
    }
}

const MAX_KIND_BYTES: usize = 20;
const MAX_NUMBER_BYTES: usize = 40;

impl FromStr for StaffDocument {
    type Err = StaffDocumentError;

    /// The type and the number with a space between them.
    fn from_str(text: &str) -> Result<Self, StaffDocumentError> {
        text.split_once(' ').and_then(|(kind, number)| Self::new(kind, number)).ok_or(StaffDocumentError)
    }
}

/// A text that names no identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no identity document")]
pub struct StaffDocumentError;

impl fmt::Display for StaffDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.number)
    }
}
