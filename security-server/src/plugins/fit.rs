//! Whether what an administrator says of a plugin fits the manifest of its package.

use super::PluginRefusal;
use crate::secrets;
use crate::server_configuration::{Plugin, Service};
use plugin_host::Given;
use plugin_host::manifest::{Capability, Limits, Manifest};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Checks everything that can be seen without running it.
///
/// # Errors
/// [`PluginRefusal`] for the first rule that is broken.
pub(super) fn check(plugin: &Plugin, manifest: &Manifest, services: &[Arc<Service>]) -> Result<(), PluginRefusal> {
    if manifest.name() != plugin.name() {
        return Err(PluginRefusal::OtherName { found: manifest.name().clone() });
    }
    grants(plugin.grants(), manifest)?;
    limits(plugin, manifest)?;
    given(plugin, manifest)?;
    let is_offered = |code: &str| manifest.services().iter().any(|offered| offered.code().as_str() == code);
    match services.iter().map(|service| service.id().code()).find(|code| !is_offered(code)) {
        Some(code) => {
            let offered: Vec<_> = manifest.services().iter().map(|offered| offered.code().as_str()).collect();
            let offered = if offered.is_empty() { "none".to_owned() } else { offered.join(", ") };
            Err(PluginRefusal::NotItsService { code: code.to_owned(), offered })
        }
        None => Ok(()),
    }
}

/// Two versions that run at once keep the same data.
pub(super) fn check_trial(current: &Manifest, on_trial: &Manifest) -> Result<(), PluginRefusal> {
    let (wanted, found) = (current.data_version(), on_trial.data_version());
    if wanted == found { Ok(()) } else { Err(PluginRefusal::TrialData { wanted, found }) }
}

/// The limits that it runs with.
pub(super) fn limits(plugin: &Plugin, manifest: &Manifest) -> Result<Limits, PluginRefusal> {
    manifest.limits().narrowed(plugin.limits()).map_err(PluginRefusal::Limits)
}

/// The values of the secrets of a plugin. Blocks for small files.
pub(super) fn secrets_of(plugin: &Plugin) -> Result<BTreeMap<String, String>, PluginRefusal> {
    let read = |(name, path): (&String, &std::path::PathBuf)| match secrets::read(path) {
        Ok(secret) => Ok((name.clone(), secret)),
        Err(source) => Err(PluginRefusal::Secret { name: name.clone(), source }),
    };
    plugin.secrets().iter().map(read).collect()
}

/// What it is given, its secrets read.
pub(super) fn given(plugin: &Plugin, manifest: &Manifest) -> Result<Given, PluginRefusal> {
    let given = Given {
        config: plugin.config().clone(),
        secrets: secrets_of(plugin)?,
        failed_calls_days: plugin.failed_calls_days(),
    };
    given.check(manifest)?;
    Ok(given)
}

fn grants(granted: &BTreeSet<Capability>, manifest: &Manifest) -> Result<(), PluginRefusal> {
    let asked: BTreeSet<Capability> = manifest.capabilities().map(|(capability, _)| capability).collect();
    let keys = |capabilities: Vec<&Capability>| {
        capabilities.iter().map(|capability| capability.key()).collect::<Vec<_>>().join(", ")
    };
    let missing = keys(asked.difference(granted).collect());
    if !missing.is_empty() {
        return Err(PluginRefusal::MissingGrants { missing });
    }
    let unasked = keys(granted.difference(&asked).collect());
    if unasked.is_empty() { Ok(()) } else { Err(PluginRefusal::UnaskedGrants { unasked }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_configuration::ServerConfiguration;

    const MANIFEST: &str = r#"
[plugin]
name = "cases"
version = "1.0.0"
contract = "0.1"
title = { es = "Casos" }
[[service]]
code = "cases"
openapi = "openapi.yaml"
[capabilities]
kv = {}
outbox = { services = ["config:people-register"] }
config = { keys = ["people-register"] }
"#;

    const GRANTS: &str = r#"grants = ["config", "kv", "outbox"]"#;
    const CONFIG: &str = r#"config = { people-register = "BO/GOB/1001/register/people" }"#;

    fn checked(lines: &[&str], code: &str) -> Result<(), PluginRefusal> {
        let digest = "ab".repeat(32);
        let text = format!(
            "[[client]]\nid = \"BO/GOB/1001/app\"\n[[client.plugin]]\nname = \"cases\"\npackage = \"{digest}\"\n{}\n\
             [[client.service]]\ncode = \"{code}\"\nplugin = \"cases\"\n",
            lines.join("\n")
        );
        let configuration: ServerConfiguration = text.parse().unwrap();
        let plugin = configuration.plugin("cases").unwrap();
        let services: Vec<_> = configuration.services_by(plugin).cloned().collect();
        check(plugin, &MANIFEST.parse().unwrap(), &services)
    }

    fn refusal(lines: &[&str], code: &str) -> String {
        crate::upkeep::words(&checked(lines, code).unwrap_err())
    }

    #[test]
    fn takes_what_fits() {
        checked(&[GRANTS, CONFIG], "cases").unwrap();
        checked(&[GRANTS, CONFIG, "[client.plugin.limits]\nstorage = \"64 MiB\""], "cases").unwrap();
    }

    #[test]
    fn names_the_grants_that_are_missing() {
        let refused = refusal(&[r#"grants = ["kv"]"#, CONFIG], "cases");
        assert!(refused.contains("add to grants: outbox, config"), "{refused}");
    }

    #[test]
    fn refuses_a_grant_that_nobody_asked_for() {
        let refused = refusal(&[r#"grants = ["config", "kv", "outbox", "rng"]"#, CONFIG], "cases");
        assert!(refused.contains("does not ask for rng"), "{refused}");
    }

    #[test]
    fn refuses_a_service_that_is_not_in_the_manifest() {
        let refused = refusal(&[GRANTS, CONFIG], "people");
        assert!(refused.contains("no [[service]] \"people\"; the services that it answers are cases"), "{refused}");
    }

    #[test]
    fn refuses_config_that_does_not_fit() {
        assert!(refusal(&[GRANTS], "cases").contains("people-register"));
        let unasked = r#"config = { people-register = "BO/GOB/1001/register/people", colour = "red" }"#;
        assert!(refusal(&[GRANTS, unasked], "cases").contains("no configuration key \"colour\""));
        let secret = r#"secrets = { pin = "/nowhere/pin" }"#;
        assert!(refusal(&[GRANTS, CONFIG, secret], "cases").contains("the secret \"pin\" cannot be used"));
    }

    #[test]
    fn refuses_limits_that_are_wider_than_the_manifests() {
        let refused = refusal(&[GRANTS, CONFIG, "[client.plugin.limits]\nstorage = \"300 MiB\""], "cases");
        assert!(refused.contains("its limits are refused") && refused.contains("storage"), "{refused}");
    }

    #[test]
    fn refuses_the_package_of_another_plugin() {
        let other: Manifest = MANIFEST.replace("\"cases\"\nversion", "\"register\"\nversion").parse().unwrap();
        let text = format!(
            "[[client]]\nid = \"BO/GOB/1001/app\"\n[[client.plugin]]\nname = \"cases\"\npackage = \"{}\"\n{GRANTS}\n{CONFIG}\n",
            "ab".repeat(32)
        );
        let configuration: ServerConfiguration = text.parse().unwrap();
        let refused = check(configuration.plugin("cases").unwrap(), &other, &[]).unwrap_err();
        assert!(refused.to_string().contains("the plugin register"), "{refused}");
    }

    #[test]
    fn a_version_on_trial_keeps_the_same_data() {
        let current: Manifest = MANIFEST.parse().unwrap();
        let newer: Manifest = MANIFEST.replace("contract", "data-version = 2\ncontract").parse().unwrap();
        check_trial(&current, &current).unwrap();
        let refused = check_trial(&current, &newer).unwrap_err().to_string();
        assert!(refused.contains("found 2, wanted 1"), "{refused}");
    }
}
