//! Reads `[[client.plugin]]`. Whether it fits the package's manifest is seen where the packages are.

use super::super::wire::{PluginTable, TrialTable};
use super::super::{Plugin, ServerConfigurationError, Trial, limits};
use super::{MAX_QUOTED_CHARACTERS, Place, Rule};
use plugin_host::manifest::Capability;
use protocol::hash::Sha256Hash;
use protocol::identifier::SubsystemId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(super) fn read(
    place: &Place,
    client: &SubsystemId,
    table: PluginTable,
) -> Result<Plugin, ServerConfigurationError> {
    let name = table.name.parse().map_err(|_| place.refused(Rule::PluginName))?;
    let package = package(place, "package", &table.package)?;
    let trial = table.trial.map(|table| trial(place, &table, &package)).transpose()?;
    Ok(Plugin {
        client: client.clone(),
        name,
        package,
        grants: grants(place, &table.grants)?,
        config: config(place, table.config)?,
        secrets: secrets(place, table.secrets)?,
        limits: table.limits,
        trial,
    })
}

fn package(place: &Place, key: &'static str, text: &str) -> Result<Sha256Hash, ServerConfigurationError> {
    text.parse().map_err(|_| place.refused(Rule::Package { key }))
}

fn trial(place: &Place, table: &TrialTable, current: &Sha256Hash) -> Result<Trial, ServerConfigurationError> {
    let package = package(place, "trial.package", &table.package)?;
    if package == *current {
        return Err(place.refused(Rule::TrialOfItself));
    }
    if !(1..=99).contains(&table.percent) {
        return Err(place.refused(Rule::TrialPercent { percent: table.percent }));
    }
    Ok(Trial { package, percent: table.percent })
}

fn grants(place: &Place, keys: &[String]) -> Result<BTreeSet<Capability>, ServerConfigurationError> {
    let mut grants = BTreeSet::new();
    for key in keys {
        let shown = || key.chars().take(MAX_QUOTED_CHARACTERS).collect();
        let capability = Capability::ALL.into_iter().find(|capability| capability.key() == key);
        let capability = capability.ok_or_else(|| place.refused(Rule::UnknownGrant { grant: shown() }))?;
        if !grants.insert(capability) {
            return Err(place.refused(Rule::DuplicateGrant { grant: shown() }));
        }
    }
    Ok(grants)
}

fn config(
    place: &Place,
    config: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, ServerConfigurationError> {
    place.count("config keys", config.len(), limits::PLUGIN_KEYS)?;
    match config.iter().find(|(_, value)| value.len() > limits::PLUGIN_VALUE_BYTES) {
        Some((key, _)) => {
            Err(place.refused(Rule::ConfigValue { key: key.chars().take(MAX_QUOTED_CHARACTERS).collect() }))
        }
        None => Ok(config),
    }
}

fn secrets(
    place: &Place,
    secrets: BTreeMap<String, PathBuf>,
) -> Result<BTreeMap<String, PathBuf>, ServerConfigurationError> {
    place.count("secrets", secrets.len(), limits::PLUGIN_KEYS)?;
    match secrets.iter().find(|(_, path)| !path.is_absolute()) {
        Some((name, _)) => {
            Err(place.refused(Rule::SecretPath { name: name.chars().take(MAX_QUOTED_CHARACTERS).collect() }))
        }
        None => Ok(secrets),
    }
}
