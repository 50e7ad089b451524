//! From the document as written to what it means; the first broken rule refuses the whole.

mod capabilities;
mod web;

use super::error::Key;
use super::event::ScheduleError;
use super::wire::{CronTable, Document, PluginTable, ServiceTable, SubscriptionTable};
use super::{Contract, Language, Manifest, ManifestError, Name, PluginName, Schedule, Secrecy, Service, Subscription};
use protocol::identifier::{ServiceCode, ServiceCodeError};
use semver::Version;
use std::collections::{BTreeMap, BTreeSet};
use trust::file_container::FileName;

pub(super) fn manifest(text: &str) -> Result<Manifest, ManifestError> {
    if text.len() > Manifest::MAX_BYTES {
        return Err(ManifestError::TooLarge { size_bytes: text.len() });
    }
    let document: Document =
        toml::from_str(text).map_err(|source| ManifestError::Syntax { source: Box::new(source) })?;
    let plugin = document.plugin;
    Ok(Manifest {
        name: plugin_name(&Key::new("[plugin] name"), &plugin.name)?,
        version: version(&plugin.version)?,
        contract: contract(&plugin.contract)?,
        data_version: data_version(&plugin)?,
        title: titles("[plugin] title", plugin.title)?,
        limits: document.limits.requested()?,
        services: services(&document.services)?,
        capabilities: capabilities::read(document.capabilities)?,
        subscriptions: subscriptions(&document.subscriptions)?,
        schedules: schedules(&document.schedules)?,
        web: document.web.map(web::read).transpose()?,
    })
}

fn plugin_name(key: &Key, text: &str) -> Result<PluginName, ManifestError> {
    text.parse().map_err(|_| {
        let rule = "a plugin's name is a lower-case letter and up to 62 of a-z, 0-9 and '-', not '-' at its end";
        key.refused(text, rule, "write another")
    })
}

/// The name of something that belongs to the plugin.
fn name(key: &Key, text: &str) -> Result<Name, ManifestError> {
    text.parse().map_err(|_| {
        let rule = "a name is a lower-case letter and up to 62 of a-z, 0-9, '.', '_' and '-'";
        key.refused(text, rule, "write another")
    })
}

fn version(text: &str) -> Result<Version, ManifestError> {
    let parsed = if text.len() <= MAX_VERSION_BYTES { Version::parse(text).ok() } else { None };
    parsed.ok_or_else(|| {
        let rule = format!("a version has three numbers (semver.org) and at most {MAX_VERSION_BYTES} bytes");
        Key::new("[plugin] version").refused(text, rule, "write one like \"1.2.0\"")
    })
}

fn contract(text: &str) -> Result<Contract, ManifestError> {
    match text {
        "0.1" => Ok(Contract::V0_1),
        _ => Err(Key::new("[plugin] contract").refused(
            text,
            "this host offers the contract \"0.1\"",
            "build the plugin for that, or update the host",
        )),
    }
}

fn data_version(plugin: &PluginTable) -> Result<u32, ManifestError> {
    match plugin.data_version {
        None => Ok(1),
        Some(0) => {
            let rule = "versions of data are counted from 1";
            Err(Key::new("[plugin] data-version").refused_as(0, rule, "write 1, or remove the key"))
        }
        Some(version) => Ok(version),
    }
}

/// What something is called, in each language.
fn titles(at: &str, written: BTreeMap<String, String>) -> Result<BTreeMap<Language, String>, ManifestError> {
    let key = Key::new(at);
    key.count(written.len(), MAX_LANGUAGES)?;
    if !written.contains_key(REQUIRED_LANGUAGE) {
        let rule = "a title in Spanish is required";
        return Err(key.refused_as(format_args!("without {REQUIRED_LANGUAGE}"), rule, "add es = \"…\""));
    }
    let mut title = BTreeMap::new();
    for (tag, text) in written {
        let language: Language = tag.parse().map_err(|_| {
            key.refused(&tag, "a language is a tag of BCP 47", "write one like \"es\" or \"es-BO\" as the key")
        })?;
        let is_title = (1..=MAX_TITLE_CHARACTERS).contains(&text.chars().count())
            && text.trim() == text
            && !text.chars().any(char::is_control);
        if !is_title {
            let rule =
                format!("a title has 1 to {MAX_TITLE_CHARACTERS} characters in one line, without space at its ends");
            return Err(Key::new(format!("{at}.{language}")).refused(&text, rule, "write another"));
        }
        title.insert(language, text);
    }
    Ok(title)
}

fn services(written: &[ServiceTable]) -> Result<Vec<Service>, ManifestError> {
    Key::new("[[service]]").count(written.len(), MAX_SERVICES)?;
    let mut seen = BTreeSet::new();
    let mut services = Vec::with_capacity(written.len());
    for (index, table) in written.iter().enumerate() {
        let key = Key::table("service", index, "code");
        let code = ServiceCode::new(&table.code).map_err(|error| {
            let rule = match error {
                ServiceCodeError::Reserved => "the code is that of a metaservice, which the server answers itself",
                ServiceCodeError::Identifier(_) => {
                    "a service code has 1 to 255 bytes, none of ':', ';', '%', '/' and '\\', and is not '.' or '..'"
                }
            };
            key.refused(&table.code, rule, "choose another")
        })?;
        if !seen.insert(code.clone()) {
            return Err(key.refused(&table.code, "the service has a table already", "remove one"));
        }
        let openapi = openapi(index, &table.openapi)?;
        services.push(Service { code, openapi, secrecy: Secrecy::of(table.confidential) });
    }
    Ok(services)
}

fn openapi(index: usize, name: &str) -> Result<FileName, ManifestError> {
    name.parse().ok().filter(|name: &FileName| name.as_str() != Manifest::FILE_NAME).ok_or_else(|| {
        let rule = format!(
            "a file of a package has a name of a-z, 0-9, '.', '_' and '-', with '/' between folders, up to {} bytes",
            FileName::MAX_BYTES
        );
        Key::table("service", index, "openapi").refused(name, rule, "write one like \"openapi/personas.yaml\"")
    })
}

fn subscriptions(written: &[SubscriptionTable]) -> Result<Vec<Subscription>, ManifestError> {
    Key::new("[[subscription]]").count(written.len(), MAX_SUBSCRIPTIONS)?;
    let mut subscriptions: Vec<Subscription> = Vec::with_capacity(written.len());
    for (index, table) in written.iter().enumerate() {
        let key = Key::table("subscription", index, "topic");
        let topic = name(&key, &table.topic)?;
        let publisher = plugin_name(&Key::table("subscription", index, "publisher"), &table.publisher)?;
        let subscription = Subscription { topic, publisher };
        if subscriptions.contains(&subscription) {
            return Err(key.refused(&table.topic, "the topic of this publisher has a table already", "remove one"));
        }
        subscriptions.push(subscription);
    }
    Ok(subscriptions)
}

fn schedules(written: &[CronTable]) -> Result<Vec<Schedule>, ManifestError> {
    Key::new("[[cron]]").count(written.len(), MAX_SCHEDULES)?;
    let mut seen = BTreeSet::new();
    let mut schedules = Vec::with_capacity(written.len());
    for (index, table) in written.iter().enumerate() {
        let key = Key::table("cron", index, "name");
        let name = name(&key, &table.name)?;
        if !seen.insert(name.clone()) {
            return Err(key.refused(&table.name, "a schedule of this name has a table already", "choose another name"));
        }
        schedules.push(Schedule::new(name, &table.schedule, &table.time_zone).map_err(|error| {
            let schedule = Key::table("cron", index, "schedule");
            match error {
                ScheduleError::TimeZone => Key::table("cron", index, "time-zone").refused(
                    &table.time_zone,
                    "a time zone is one of the IANA database",
                    "write one like \"America/La_Paz\" or \"UTC\"",
                ),
                ScheduleError::Fields => schedule.refused(
                    &table.schedule,
                    "a schedule is minute, hour, day of month, month and day of week with a space between",
                    "write one like \"30 2 * * *\"",
                ),
                ScheduleError::Never => schedule.refused(
                    &table.schedule,
                    "a schedule must come at least once in four years",
                    "correct day and month",
                ),
            }
        })?);
    }
    Ok(schedules)
}

const REQUIRED_LANGUAGE: &str = "es";
const MAX_VERSION_BYTES: usize = 64;
const MAX_LANGUAGES: usize = 32;
const MAX_TITLE_CHARACTERS: usize = 100;
const MAX_SERVICES: usize = 64;
const MAX_SUBSCRIPTIONS: usize = 64;
const MAX_SCHEDULES: usize = 32;
