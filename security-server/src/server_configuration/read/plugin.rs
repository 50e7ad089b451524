//! Reads `[[client.plugin]]`. Whether it fits the package's manifest is seen where the packages are.

use super::super::wire::{PluginTable, StaffTable, TrialTable};
use super::super::{Plugin, ServerConfigurationError, StaffDocument, Trial, limits};
use super::{MAX_QUOTED_CHARACTERS, Place, Rule};
use plugin_host::manifest::{Capability, Name};
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
        failed_calls_days: failed_calls_days(place, table.failed_calls_days)?,
        staff: staff(place, table.staff)?,
    })
}

fn staff(
    place: &Place,
    tables: Vec<StaffTable>,
) -> Result<BTreeMap<StaffDocument, BTreeSet<Name>>, ServerConfigurationError> {
    place.count("staff", tables.len(), limits::PLUGIN_STAFF)?;
    let shown = |text: &str| text.chars().take(MAX_QUOTED_CHARACTERS).collect();
    let mut staff = BTreeMap::new();
    for table in tables {
        let refused = |_| place.refused(Rule::StaffDocument { document: shown(&table.document) });
        let document: StaffDocument = table.document.parse().map_err(refused)?;
        place.count("roles", table.roles.len(), limits::PLUGIN_KEYS)?;
        let role = |role: &String| role.parse().map_err(|_| place.refused(Rule::StaffRole { role: shown(role) }));
        let roles: BTreeSet<Name> = table.roles.iter().map(role).collect::<Result<_, _>>()?;
        if roles.is_empty() {
            return Err(place.refused(Rule::StaffWithoutRole { document: document.to_string() }));
        }
        if staff.insert(document, roles).is_some() {
            return Err(place.refused(Rule::DuplicateStaff { document: shown(&table.document) }));
        }
    }
    Ok(staff)
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

fn failed_calls_days(place: &Place, days: Option<u32>) -> Result<Option<u32>, ServerConfigurationError> {
    match days {
        Some(days) if !(1..=limits::FAILED_CALLS_DAYS).contains(&days) => {
            Err(place.refused(Rule::FailedCallsDays { days }))
        }
        days => Ok(days),
    }
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
