//! The document as it is written: TOML of one exact shape.
//!
//! What it means, and what is refused, is decided when it becomes domain types.

use super::LimitsTable;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) plugin: PluginTable,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    #[serde(default, rename = "service")]
    pub(super) services: Vec<ServiceTable>,
    #[serde(default)]
    pub(super) capabilities: CapabilitiesTable,
    #[serde(default, rename = "subscription")]
    pub(super) subscriptions: Vec<SubscriptionTable>,
    #[serde(default, rename = "cron")]
    pub(super) schedules: Vec<CronTable>,
    pub(super) web: Option<WebTable>,
}

/// `[plugin]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PluginTable {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) contract: String,
    pub(super) data_version: Option<u32>,
    pub(super) title: BTreeMap<String, String>,
}

/// `[[service]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceTable {
    pub(super) code: String,
    pub(super) openapi: String,
    #[serde(default)]
    pub(super) confidential: bool,
}

/// `[capabilities]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapabilitiesTable {
    pub(super) kv: Option<Whole>,
    pub(super) search: Option<Indexes>,
    pub(super) blobs: Option<Whole>,
    pub(super) outbox: Option<Outbox>,
    pub(super) exchange: Option<Exchange>,
    pub(super) timers: Option<Whole>,
    pub(super) evidence: Option<Whole>,
    pub(super) clock: Option<Whole>,
    pub(super) calendar: Option<Whole>,
    pub(super) i18n: Option<Whole>,
    pub(super) notices: Option<Whole>,
    pub(super) accounts: Option<Whole>,
    pub(super) config: Option<Config>,
    pub(super) secrets: Option<Names>,
    pub(super) log: Option<Whole>,
    pub(super) metrics: Option<Whole>,
    pub(super) rng: Option<Whole>,
    pub(super) crypto: Option<Keys>,
}

/// `{}`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whole {}

/// `{ services = [..], topics = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outbox {
    #[serde(default)]
    pub(super) services: Vec<String>,
    #[serde(default)]
    pub(super) topics: Vec<String>,
}

/// `{ services = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    pub(super) services: Vec<String>,
}

/// `{ keys = [..], optional = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub(super) keys: Vec<String>,
    #[serde(default)]
    pub(super) optional: Vec<String>,
}

/// `{ keys = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    pub(super) keys: Vec<String>,
}

/// `{ names = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) names: Vec<String>,
}

/// `{ indexes = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Indexes {
    pub(super) indexes: Vec<String>,
}

/// `[[subscription]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionTable {
    pub(super) topic: String,
    pub(super) publisher: String,
}

/// `[[cron]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CronTable {
    pub(super) name: String,
    pub(super) schedule: String,
    pub(super) time_zone: String,
}

/// `[web]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebTable {
    #[serde(default)]
    pub(super) routes: Vec<String>,
    #[serde(default, rename = "route")]
    pub(super) tables: Vec<RouteTable>,
    #[serde(default, rename = "link")]
    pub(super) links: Vec<LinkTable>,
    #[serde(default)]
    pub(super) styles: Vec<String>,
    #[serde(default)]
    pub(super) scripts: Vec<String>,
    #[serde(default)]
    pub(super) redirects: Vec<String>,
}

/// `[[web.route]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteTable {
    pub(super) path: String,
    pub(super) access: Option<String>,
    pub(super) assurance: Option<String>,
    #[serde(default)]
    pub(super) roles: Vec<String>,
    pub(super) uploads: Option<UploadsTable>,
    pub(super) scripts: Option<String>,
    #[serde(default)]
    pub(super) confidential: bool,
}

/// `{ largest = "10 MiB", types = [..] }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadsTable {
    pub(super) largest: String,
    pub(super) types: Vec<String>,
}

/// `[[web.link]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkTable {
    pub(super) path: String,
    pub(super) title: BTreeMap<String, String>,
}
