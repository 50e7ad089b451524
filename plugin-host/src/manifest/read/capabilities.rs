//! Reads `[capabilities]`.

use super::super::error::Key;
use super::super::scope::CONFIGURED;
use super::super::wire::{CapabilitiesTable, Config, Whole};
use super::super::{Capability, ManifestError, Name, Scope, ServiceReference};
use std::collections::BTreeMap;

pub(super) fn read(written: CapabilitiesTable) -> Result<BTreeMap<Capability, Scope>, ManifestError> {
    let mut read = whole(&written);
    let mut add = |capability: Capability, scope: Option<Scope>| scope.map(|scope| read.insert(capability, scope));

    let config = written.config.map(|table| config(&table)).transpose()?;
    let keys: Vec<Name> = config.iter().flat_map(|scope| scope.names.clone()).collect();
    add(Capability::Config, config);
    add(Capability::Crypto, written.crypto.map(|table| names(Capability::Crypto, "keys", &table.keys)).transpose()?);
    add(
        Capability::Secrets,
        written.secrets.map(|table| names(Capability::Secrets, "names", &table.names)).transpose()?,
    );
    add(
        Capability::Search,
        written.search.map(|table| names(Capability::Search, "indexes", &table.indexes)).transpose()?,
    );

    let exchange = |services: &[String]| -> Result<Scope, ManifestError> {
        something(Capability::Exchange, "services", services.len())?;
        Ok(Scope { services: service_references(Capability::Exchange, services, &keys)?, ..Scope::default() })
    };
    add(Capability::Exchange, written.exchange.map(|table| exchange(&table.services)).transpose()?);

    let outbox = |services: &[String], topics: &[String]| -> Result<Scope, ManifestError> {
        something(Capability::Outbox, "services", services.len() + topics.len())?;
        Ok(Scope {
            services: service_references(Capability::Outbox, services, &keys)?,
            topics: list(&key(Capability::Outbox, "topics"), topics)?,
            ..Scope::default()
        })
    };
    add(Capability::Outbox, written.outbox.map(|table| outbox(&table.services, &table.topics)).transpose()?);
    Ok(read)
}

/// The capabilities that reach nothing but the plugin's own.
fn whole(written: &CapabilitiesTable) -> BTreeMap<Capability, Scope> {
    let whole: [(Capability, &Option<Whole>); 12] = [
        (Capability::Kv, &written.kv),
        (Capability::Blobs, &written.blobs),
        (Capability::Timers, &written.timers),
        (Capability::Evidence, &written.evidence),
        (Capability::Clock, &written.clock),
        (Capability::Calendar, &written.calendar),
        (Capability::I18n, &written.i18n),
        (Capability::Notices, &written.notices),
        (Capability::Accounts, &written.accounts),
        (Capability::Log, &written.log),
        (Capability::Metrics, &written.metrics),
        (Capability::Rng, &written.rng),
    ];
    whole
        .into_iter()
        .filter(|(_, written)| written.is_some())
        .map(|(capability, _)| (capability, Scope::default()))
        .collect()
}

fn names(capability: Capability, list_name: &str, written: &[String]) -> Result<Scope, ManifestError> {
    something(capability, list_name, written.len())?;
    Ok(Scope { names: list(&key(capability, list_name), written)?, ..Scope::default() })
}

/// The keys of `config`, and those of them that may be left out.
fn config(written: &Config) -> Result<Scope, ManifestError> {
    let scope = names(Capability::Config, "keys", &written.keys)?;
    let key = key(Capability::Config, "optional");
    let optional = list(&key, &written.optional)?;
    for (index, name) in optional.iter().enumerate() {
        if !scope.names.contains(name) {
            let rule = "the key is not among the keys of config";
            return Err(key.item(index).refused(name.as_str(), rule, "add it to keys, or leave it out here"));
        }
    }
    Ok(Scope { optional, ..scope })
}

fn list(key: &Key, written: &[String]) -> Result<Vec<Name>, ManifestError> {
    key.count(written.len(), MAX_ITEMS)?;
    let mut names = Vec::with_capacity(written.len());
    for (index, text) in written.iter().enumerate() {
        let name = super::name(&key.item(index), text)?;
        once(&key.item(index), text, !names.contains(&name))?;
        names.push(name);
    }
    Ok(names)
}

fn service_references(
    capability: Capability,
    written: &[String],
    config: &[Name],
) -> Result<Vec<ServiceReference>, ManifestError> {
    let key = key(capability, "services");
    key.count(written.len(), MAX_ITEMS)?;
    let mut services = Vec::with_capacity(written.len());
    for (index, text) in written.iter().enumerate() {
        let service = service_reference(&key.item(index), text, config)?;
        once(&key.item(index), text, !services.contains(&service))?;
        services.push(service);
    }
    Ok(services)
}

fn service_reference(key: &Key, text: &str, config: &[Name]) -> Result<ServiceReference, ManifestError> {
    let Some(config_key) = text.strip_prefix(CONFIGURED) else {
        return text.parse().map(ServiceReference::Service).map_err(|_| {
            let rule = "a service is instance/class/member/subsystem/service, each part percent-encoded, or config:KEY";
            key.refused(text, rule, "write one of these")
        });
    };
    let found = config.iter().find(|name| name.as_str() == config_key);
    found.map(|name| ServiceReference::Configured(name.clone())).ok_or_else(|| {
        key.refused(text, "the key is not among the keys of config", "add it to config = { keys = [..] }")
    })
}

fn something(capability: Capability, list_name: &str, found: usize) -> Result<(), ManifestError> {
    if found > 0 {
        return Ok(());
    }
    let rule = "a scope that names nothing grants nothing";
    Err(key(capability, list_name).refused_as("an empty list", rule, "name something, or remove the capability"))
}

fn once(key: &Key, text: &str, is_new: bool) -> Result<(), ManifestError> {
    if is_new { Ok(()) } else { Err(key.refused(text, "it stands in the list already", "remove one")) }
}

fn key(capability: Capability, list_name: &str) -> Key {
    Key::new(format!("[capabilities] {}.{list_name}", capability.key()))
}

const MAX_ITEMS: usize = 64;
