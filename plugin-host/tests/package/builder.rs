//! Makes packages, right ones and wrong ones.

use plugin_host::package::{Package, PackageError};
use trust::file_container::{File, FileContainer};

pub(crate) const DESCRIPTION: &str =
    "openapi: 3.0.3\ninfo:\n  title: Personas\n  version: '1'\npaths:\n  /personas:\n    get:\n      responses: {}\n";

/// A package's parts; each has a right value in [`Parts::usual`].
#[derive(Clone)]
pub(crate) struct Parts {
    /// What `plugin.toml` says below `[plugin]`.
    pub(crate) manifest: String,
    pub(crate) imports: Vec<&'static str>,
    pub(crate) exports: Vec<&'static str>,
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
}

impl Parts {
    /// A plugin with a service.
    pub(crate) fn usual() -> Self {
        let manifest =
            "[[service]]\ncode = 'personas'\nopenapi = 'openapi/personas.yaml'\n[capabilities]\nkv = {}\nlog = {}\n";
        Self {
            manifest: manifest.to_owned(),
            imports: vec!["chakana:plugin/types@0.1.0", "chakana:plugin/kv@0.1.0", "wasi:io/poll@0.2.6"],
            exports: vec!["chakana:plugin/service@0.1.0"],
            files: vec![("openapi/personas.yaml", DESCRIPTION.into()), ("assets/logo.svg", b"<svg/>".to_vec())],
        }
    }

    /// A plugin that does nothing.
    pub(crate) fn bare() -> Self {
        Self { manifest: String::new(), imports: Vec::new(), exports: Vec::new(), files: Vec::new() }
    }

    pub(crate) fn container(&self) -> FileContainer {
        let head = "[plugin]\nname = 'personas'\nversion = '1.2.0'\ncontract = '0.1'\n";
        let data_version = if self.manifest.starts_with("data-version") { "" } else { "title = { es = 'Personas' }\n" };
        let manifest = format!("{head}{data_version}{}", self.manifest);
        let named =
            [("plugin.toml", manifest.into_bytes()), ("component.wasm", component(&self.imports, &self.exports))];
        let mut files = self.files.clone();
        for (name, content) in named {
            if !files.iter().any(|(other, _)| *other == name) {
                files.push((name, content));
            }
        }
        FileContainer::new(files.into_iter().map(|(name, content)| (name.parse().unwrap(), File::new(content))))
            .unwrap()
    }

    pub(crate) fn package(&self) -> Result<Package, PackageError> {
        Package::read(&self.container().write().unwrap())
    }
}

/// A component that imports and exports interfaces of these names, with nothing in them.
pub(crate) fn component(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let imports: String = imports.iter().map(|name| format!("(import \"{name}\" (instance))")).collect();
    let exports: String = exports.iter().map(|name| format!("(export \"{name}\" (instance $nothing))")).collect();
    wat::parse_str(format!("(component {imports} (instance $nothing) {exports})")).unwrap()
}
