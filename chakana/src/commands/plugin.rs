//! Packages of plugins: what is in them, and the process that compiles a component.

use crate::Exit;
use crate::arguments::PluginCommand;
use crate::output::{self, Audience};
use anyhow::{Context as _, Result};
use plugin_host::compile::run_child;
use plugin_host::manifest::{Access, Assurance, Pages, Scope, Web};
use plugin_host::package::Package;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::Path;

pub(super) async fn run(asked: PluginCommand) -> Result<Exit> {
    match asked {
        PluginCommand::New(asked) => super::plugin_new::run(asked),
        PluginCommand::Test(asked) => super::plugin_test::run(asked).await,
        PluginCommand::Run(asked) => super::plugin_run::run(asked).await,
        PluginCommand::Dev(asked) => super::plugin_dev::run(asked).await,
        PluginCommand::CheckContract(asked) => super::plugin_contract::run(&asked),
        PluginCommand::Build(asked) => super::plugin_build::run(asked),
        PluginCommand::Sign(asked) => super::plugin_sign::run(asked).await,
        PluginCommand::Install(asked) => super::plugin_install::run(asked).await,
        PluginCommand::List(asked) => super::plugin_list::list(asked).await,
        PluginCommand::Agenda(asked) => super::plugin_agenda::run(asked).await,
        PluginCommand::Replay(asked) => super::plugin_replay::run(asked).await,
        PluginCommand::Grant(asked) => super::plugin_change::grant(asked).await,
        PluginCommand::Reload(asked) => super::plugin_list::reload(asked).await,
        PluginCommand::Resume(asked) => super::plugin_list::resume(asked).await,
        PluginCommand::Rollback(asked) => super::plugin_change::roll_back(asked).await,
        PluginCommand::Remove(asked) => super::plugin_change::remove(asked).await,
        PluginCommand::Inspect { package, json } => {
            let package = read(&package)?;
            match Audience::of(&json) {
                Audience::Machine => output::json(&as_json(&package)?),
                Audience::Person => output::table(&["what", "is"], rows(&package)?),
            }
            Ok(Exit::Success)
        }
    }
}

/// A route, and who may come.
fn said_of(pages: &Pages) -> String {
    let route = pages.route();
    match pages.access() {
        Access::Anyone => route.to_string(),
        Access::Citizen(Assurance::Low) => format!("{route} (citizens)"),
        Access::Citizen(Assurance::Substantial) => format!("{route} (citizens who were checked)"),
        Access::Citizen(Assurance::High) => format!("{route} (citizens who were checked in person)"),
        Access::Staff(roles) if roles.is_empty() => format!("{route} (staff)"),
        Access::Staff(roles) => {
            let roles: Vec<_> = roles.iter().map(plugin_host::manifest::Name::as_str).collect();
            format!("{route} (staff: {})", roles.join(", "))
        }
    }
}

/// Compiles the component on standard input to standard output; what is wrong goes to standard error, for the parent.
pub(super) fn compile() -> Exit {
    match run_child(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => Exit::Success,
        Err(error) => {
            eprintln!("{:#}", anyhow::Error::from(error));
            Exit::Failure
        }
    }
}

/// Reads a package; what is longer than any is not read to its end.
pub(super) fn read(path: &Path) -> Result<Package> {
    let mut bytes = Vec::new();
    let most = Package::MAX_BYTES as u64 + 1;
    let file = std::fs::File::open(path).with_context(|| format!("failed to read {}", path.display()))?;
    file.take(most).read_to_end(&mut bytes).with_context(|| format!("failed to read {}", path.display()))?;
    Package::read(&bytes).with_context(|| format!("{} is refused", path.display()))
}

fn rows(package: &Package) -> Result<Vec<Vec<String>>> {
    let manifest = package.manifest();
    let title = manifest.title().iter().map(|(language, text)| format!("{text} ({language})")).collect::<Vec<_>>();
    let exports = package.surface().exports().iter().map(|export| export.name()).collect::<Vec<_>>();
    let mut rows = vec![
        ("name", manifest.name().to_string()),
        ("version", manifest.version().to_string()),
        ("title", title.join(", ")),
        ("digest", package.digest().to_string()),
        ("component", package.component_digest().to_string()),
        ("contract", manifest.contract().as_str().to_owned()),
        ("limits", manifest.limits().to_string()),
        ("exports", exports.join(", ")),
    ];
    rows.extend(manifest.capabilities().map(|(capability, scope)| {
        let scope = described(scope);
        let reach =
            if scope.is_empty() { capability.key().to_owned() } else { format!("{}: {scope}", capability.key()) };
        ("capability", reach)
    }));
    rows.extend(
        manifest.services().iter().map(|service| ("service", format!("{} ({})", service.code(), service.openapi()))),
    );
    let woken =
        manifest.subscriptions().iter().map(|heard| format!("topic {} of {}", heard.topic(), heard.publisher()));
    let woken = woken.chain(
        manifest.schedules().iter().map(|cron| format!("{} {} ({})", cron.name(), cron.schedule(), cron.time_zone())),
    );
    rows.extend(woken.map(|event| ("event", event)));
    rows.extend(manifest.web().into_iter().flat_map(Web::pages).map(|pages| ("route", said_of(pages))));
    for (index, signature) in package.container().signatures()?.iter().enumerate() {
        let at = output::moment(signature.signature().signing_time());
        rows.push((part(index), format!("{}, at {at} as it says", signature.certificate().subject())));
    }
    if package.container().signature_count() == 0 {
        rows.push(("signature", "none".to_owned()));
    }
    Ok(rows.into_iter().map(|(what, is)| vec![what.to_owned(), is]).collect())
}

fn described(scope: &Scope) -> String {
    let services = scope.services().iter().map(ToString::to_string);
    let topics = scope.topics().iter().map(|topic| format!("topic {topic}"));
    let names = scope.names().iter().map(ToString::to_string);
    services.chain(topics).chain(names).collect::<Vec<_>>().join(", ")
}

fn part(index: usize) -> &'static str {
    if index == 0 { "author" } else { "approval" }
}

fn as_json(package: &Package) -> Result<Value> {
    let manifest = package.manifest();
    let texts = |values: &[plugin_host::manifest::Name]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let capabilities = manifest.capabilities().map(|(capability, scope)| {
        json!({
            "name": capability.name(),
            "services": scope.services().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "topics": texts(scope.topics()),
            "names": texts(scope.names()),
        })
    });
    let signatures = package.container().signatures()?;
    let signatures = signatures.iter().enumerate().map(|(index, signature)| {
        json!({
            "part": part(index),
            "subject": signature.certificate().subject(),
            "certificate": signature.certificate().hash().to_string(),
            "signed_at": signature.signature().signing_time(),
        })
    });
    let limits = manifest.limits();
    Ok(json!({
        "name": manifest.name().as_str(),
        "version": manifest.version().to_string(),
        "contract": manifest.contract().as_str(),
        "data_version": manifest.data_version(),
        "title": manifest.title().iter().map(|(language, text)| (language.to_string(), text)).collect::<std::collections::BTreeMap<_, _>>(),
        "digest": package.digest().to_string(),
        "component": package.component_digest().to_string(),
        "limits": {
            "memory_bytes": limits.memory_bytes(),
            "time_ms": u64::try_from(limits.time().as_millis()).unwrap_or(u64::MAX),
            "storage_bytes": limits.storage_bytes(),
            "calls_per_second": limits.calls_per_second(),
            "concurrent_calls": limits.concurrent_calls(),
        },
        "exports": package.surface().exports().iter().map(|export| export.name()).collect::<Vec<_>>(),
        "capabilities": capabilities.collect::<Vec<_>>(),
        "services": manifest.services().iter().map(|service| json!({ "code": service.code().as_str(), "openapi": service.openapi().as_str() })).collect::<Vec<_>>(),
        "subscriptions": manifest.subscriptions().iter().map(|heard| json!({ "topic": heard.topic().as_str(), "publisher": heard.publisher().as_str() })).collect::<Vec<_>>(),
        "cron": manifest.schedules().iter().map(|cron| json!({ "name": cron.name().as_str(), "schedule": cron.schedule(), "time_zone": cron.time_zone() })).collect::<Vec<_>>(),
        "routes": manifest.web().into_iter().flat_map(Web::pages).map(said_of).collect::<Vec<_>>(),
        "signatures": signatures.collect::<Vec<_>>(),
    }))
}
