//! `registry.toml` as it is written.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) instance: String,
    #[serde(default = "default_freshness")]
    pub(super) ocsp_freshness_seconds: u32,
    pub(super) member_classes: Vec<String>,
    #[serde(default)]
    pub(super) members: Vec<Member>,
    #[serde(default)]
    pub(super) global_groups: Vec<Group>,
    #[serde(default)]
    pub(super) certification_services: Vec<CertificationService>,
    #[serde(default)]
    pub(super) time_stamping_services: Vec<TimeStampingService>,
    #[serde(default)]
    pub(super) approval: BTreeMap<String, Rule>,
    #[serde(default)]
    pub(super) expiry: Expiry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) class: String,
    pub(super) code: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) code: String,
    pub(super) description: String,
    #[serde(default)]
    pub(super) members: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificationService {
    pub(super) name: String,
    pub(super) certificates: Vec<String>,
    #[serde(default)]
    pub(super) ocsp_urls: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimeStampingService {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) certificate: String,
}

/// Who decides about requests of a kind that passed every check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// They are done at once.
    Automatic,
    /// An operator decides each.
    #[default]
    Manual,
}

/// How long what is signed stays valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expiry {
    /// The timestamp, which servers poll: 72 hours. So long may the registry be away.
    pub timestamp_hours: u32,
    /// The snapshot: 30 days.
    pub snapshot_days: u32,
    /// The targets: 365 days.
    pub targets_days: u32,
    /// The root: 1,825 days.
    pub root_days: u32,
}

impl Default for Expiry {
    fn default() -> Self {
        Self { timestamp_hours: 72, snapshot_days: 30, targets_days: 365, root_days: 1825 }
    }
}

fn default_freshness() -> u32 {
    3600
}
