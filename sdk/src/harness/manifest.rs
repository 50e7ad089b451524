//! What the harness reads of a manifest: services, subscriptions, schedules, and what the plugin may do.

mod web;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(super) use web::{Access, Web};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Manifest {
    pub(super) plugin: About,
    #[serde(default)]
    pub(super) service: Vec<OfferedService>,
    #[serde(default)]
    pub(super) capabilities: BTreeMap<String, Scope>,
    #[serde(default)]
    pub(super) subscription: Vec<Subscription>,
    #[serde(default)]
    pub(super) cron: Vec<Cron>,
    #[serde(default)]
    pub(super) web: Web,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct About {
    pub(super) name: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct OfferedService {
    pub(super) code: String,
}

/// What a capability is limited to; a list that is not there allows nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Scope {
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    indexes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Subscription {
    pub(super) topic: String,
    pub(super) publisher: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cron {
    pub(super) name: String,
    pub(super) schedule: String,
    pub(super) time_zone: String,
}

/// Which list of a scope a use is looked up in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use<'a> {
    Anything,
    Service(&'a str),
    Topic(&'a str),
    Key(&'a str),
    Name(&'a str),
    Index(&'a str),
}

impl Manifest {
    pub(super) fn read(text: &str) -> Self {
        toml::from_str(text).unwrap_or_else(|error| panic!("the plugin's manifest does not read: {error}"))
    }

    /// Whether the manifest asks for a use of an interface; `config` resolves services named by a key.
    pub(super) fn grants(
        &self,
        interface: &str,
        what: Use<'_>,
        config: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        let scope = self.capabilities.get(interface);
        let scope = scope.ok_or_else(|| format!("the manifest does not ask for {interface}"))?;
        let named = |list: &[String], name: &str| list.iter().any(|listed| listed == name);
        let granted = match what {
            Use::Anything => true,
            Use::Service(id) => scope.services.iter().any(|service| match service.strip_prefix("config:") {
                Some(key) => config.get(key).is_some_and(|value| value == id),
                None => service == id,
            }),
            Use::Topic(topic) => named(&scope.topics, topic),
            Use::Key(key) => named(&scope.keys, key),
            Use::Name(name) => named(&scope.names, name),
            Use::Index(index) => named(&scope.indexes, index),
        };
        if granted { Ok(()) } else { Err(format!("the manifest asks for no {interface} to {what:?}")) }
    }
}
