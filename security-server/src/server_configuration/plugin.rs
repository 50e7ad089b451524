//! The plugins that a server runs.

use plugin_host::manifest::{Capability, LimitsTable, PluginName};
use protocol::hash::Sha256Hash;
use protocol::identifier::SubsystemId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

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

    /// Whether it differs from another in no more than the version on trial.
    pub(crate) fn is_same_but_for_the_trial(&self, other: &Self) -> bool {
        self.without_trial() == other.without_trial()
    }

    /// The plugin as it is before a version is tried out.
    pub(crate) fn without_trial(&self) -> Self {
        Self { trial: None, ..self.clone() }
    }
}
