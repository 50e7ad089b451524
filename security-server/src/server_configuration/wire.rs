//! The document as it is written: TOML of one exact shape.
//!
//! What it means, and what is refused, is decided when it becomes domain types.

use plugin_host::manifest::LimitsTable;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The whole document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default, rename = "client")]
    pub(super) clients: Vec<ClientTable>,
}

/// `[[client]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientTable {
    pub(super) id: String,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) authentication: Authentication,
    #[serde(default)]
    pub(super) certificates: Vec<String>,
    #[serde(default, rename = "local_group")]
    pub(super) local_groups: Vec<LocalGroupTable>,
    #[serde(default, rename = "plugin")]
    pub(super) plugins: Vec<PluginTable>,
    #[serde(default, rename = "service")]
    pub(super) services: Vec<ServiceTable>,
}

/// `authentication = "…"`
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Authentication {
    #[default]
    HttpsClientCertificate,
    Https,
    Http,
}

/// `[[client.local_group]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LocalGroupTable {
    pub(super) code: String,
    pub(super) members: Vec<String>,
}

/// `[[client.plugin]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PluginTable {
    pub(super) name: String,
    pub(super) package: String,
    pub(super) grants: Vec<String>,
    #[serde(default)]
    pub(super) config: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, PathBuf>,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    pub(super) trial: Option<TrialTable>,
    pub(super) failed_calls_days: Option<u32>,
    #[serde(default, rename = "staff")]
    pub(super) staff: Vec<StaffTable>,
}

/// `[[client.plugin.staff]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffTable {
    pub(super) document: String,
    pub(super) roles: Vec<String>,
}

/// `[client.plugin.trial]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrialTable {
    pub(super) package: String,
    pub(super) percent: u8,
}

/// `[[client.service]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceTable {
    pub(super) code: String,
    pub(super) url: Option<String>,
    pub(super) plugin: Option<String>,
    pub(super) timeout_seconds: Option<u32>,
    pub(super) openapi: Option<String>,
    #[serde(default)]
    pub(super) provider_certificates: Vec<String>,
    pub(super) verify_provider: Option<VerifyProvider>,
    pub(super) disabled: Option<String>,
    #[serde(default, rename = "access")]
    pub(super) rights: Vec<AccessTable>,
}

/// `verify_provider = "off"`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VerifyProvider {
    Off,
}

/// `[[client.service.access]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccessTable {
    pub(super) subject: String,
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) when: Option<String>,
    pub(super) rate: Option<String>,
}
