//! Whether a component imports what it may, and what its manifest asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::component::Outside;

const CONTRACT: &str = "chakana:plugin/";
const VERSION: &str = "@0.1.0";
/// Vocabulary, not a capability.
const TYPES: &str = "types";
const EXPORTS: [&str; 4] = ["service", "events", "lifecycle", "web"];
/// Wizer's name for what JavaScript components are prepared by; nobody calls it afterwards.
const PREPARATION: &str = "init";

/// What the host gives of WASI 0.2, all of it empty, denied or bent to the transaction: what compilers put into a
/// component whether it is used or not. Files and sockets are not among it: a plugin that imports them wants them.
const LOCKED_DOWN: [&str; 4] = ["wasi:cli/", "wasi:clocks/", "wasi:io/", "wasi:random/"];

/// What is read of a manifest.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// The plugin.
    pub plugin: About,
    #[serde(default)]
    capabilities: BTreeMap<String, toml::Value>,
    #[serde(default)]
    service: Vec<toml::Value>,
}

/// The plugin that a manifest is about.
#[derive(Debug, Deserialize)]
pub struct About {
    /// Its name.
    pub name: String,
}

/// What is wrong with a component.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// It imports what no host gives.
    #[error("imports {0}, which is neither of the contract nor of the locked-down WASI")]
    ForeignImport(String),
    /// It imports an interface that its manifest does not ask for.
    #[error("imports {0}, which its manifest does not ask for")]
    NotAsked(String),
    /// Its manifest asks for what it does not use.
    #[error("does not import {0}, which its manifest asks for")]
    NotUsed(String),
    /// It exports what no host calls.
    #[error("exports {0}, which is not of the contract")]
    ForeignExport(String),
    /// It has services and does not answer calls.
    #[error("names services in its manifest and does not export service")]
    NoService,
}

/// Everything that is wrong with a component.
#[must_use]
pub fn judge(outside: &Outside, manifest: &Manifest) -> Vec<Objection> {
    let mut objections = Vec::new();
    let mut used = BTreeSet::new();
    for import in &outside.imports {
        match interface(import) {
            Some(TYPES) => {}
            Some(name) => drop(used.insert(name.to_owned())),
            None if LOCKED_DOWN.iter().any(|prefix| import.starts_with(prefix)) => {}
            None => objections.push(Objection::ForeignImport(import.clone())),
        }
    }
    let asked: BTreeSet<String> = manifest.capabilities.keys().cloned().collect();
    objections.extend(used.difference(&asked).cloned().map(Objection::NotAsked));
    objections.extend(asked.difference(&used).cloned().map(Objection::NotUsed));
    let known =
        |export: &String| export == PREPARATION || interface(export).is_some_and(|name| EXPORTS.contains(&name));
    objections.extend(outside.exports.iter().filter(|export| !known(export)).cloned().map(Objection::ForeignExport));
    let answers = outside.exports.iter().any(|export| interface(export) == Some("service"));
    if !manifest.service.is_empty() && !answers {
        objections.push(Objection::NoService);
    }
    objections
}

/// The interface of the contract that a name is of.
fn interface(name: &str) -> Option<&str> {
    name.strip_prefix(CONTRACT)?.strip_suffix(VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(imports: &[&str], exports: &[&str], capabilities: &str, expected: &[Objection]) {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let outside = Outside { imports: names(imports), exports: names(exports) };
        let text = format!("[plugin]\nname = \"x\"\n[[service]]\ncode = \"x\"\n[capabilities]\n{capabilities}");
        assert_eq!(judge(&outside, &toml::from_str(&text).unwrap()), expected);
    }

    const SERVICE: &[&str] = &["chakana:plugin/service@0.1.0"];

    #[test]
    fn accepts_a_component_that_imports_what_its_manifest_asks_for() {
        let imports = ["chakana:plugin/types@0.1.0", "chakana:plugin/kv@0.1.0", "wasi:cli/exit@0.2.6"];
        check(&imports, &["chakana:plugin/service@0.1.0", "init"], "kv = {}", &[]);
    }

    #[test]
    fn refuses_imports_that_no_host_gives() {
        for name in
            ["evil:host/exec", "wasi:sockets/tcp@0.2.6", "wasi:filesystem/types@0.2.6", "chakana:plugin/kv@0.9.0"]
        {
            check(&[name], SERVICE, "", &[Objection::ForeignImport(name.to_owned())]);
        }
    }

    #[test]
    fn refuses_a_manifest_that_asks_for_more_or_less() {
        check(
            &["chakana:plugin/kv@0.1.0"],
            SERVICE,
            "log = {}",
            &[Objection::NotAsked("kv".to_owned()), Objection::NotUsed("log".to_owned())],
        );
    }

    #[test]
    fn refuses_exports_that_no_host_calls_and_services_that_nobody_answers() {
        check(
            &[],
            &["other:thing/run"],
            "",
            &[Objection::ForeignExport("other:thing/run".to_owned()), Objection::NoService],
        );
    }
}
