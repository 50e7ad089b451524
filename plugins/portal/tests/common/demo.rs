//! The definitions of the demo, and the registers that are connected there.

use std::fs;
use std::path::{Path, PathBuf};

use portal::registers::Registers;
use sdk::json::{Value, json};

use super::{COMPANIES, PERSONS, TAXES};

/// The folder of the demo's definitions.
fn folder() -> PathBuf {
    PathBuf::from("../../demo/procedures")
}

/// Every definition of the demo, by the name of its file.
pub fn all() -> Vec<(String, String)> {
    let entries = |path: &Path| {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    let files = entries(&folder()).into_iter().flat_map(|folder| entries(&folder));
    let definitions = files.filter(|file| file.file_name().is_some_and(|name| name != "entity.json"));
    definitions.map(|file| (file.display().to_string(), fs::read_to_string(&file).expect("a file"))).collect()
}

/// One definition of the demo.
pub fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).expect("a definition of the demo")
}

pub fn value(name: &str) -> Value {
    serde_json::from_str(&text(name)).expect("JSON")
}

/// What the administrator of the demo says of the registers.
pub fn registers_said() -> Value {
    let person = ["document-number", "given-names", "first-surname", "second-surname", "birth-date"];
    let company = ["registration-number", "legal-name", "nit", "legal-form", "representative"];
    let by = |concept: &str| json!({ "concept": concept });
    json!([
        register(("identity", PERSONS), "Registro de identificación", json!("citizen"), "person", &person),
        register(
            ("companies", COMPANIES),
            "Registro de comercio",
            by("company.registration-number"),
            "company",
            &company
        ),
        register(("taxes", TAXES), "Padrón de contribuyentes", by("company.nit"), "tax", &["nit-status", "regime"]),
    ])
}

/// A register whose answers have each concept under its own name.
fn register((code, service): (&str, &str), title: &str, key: Value, prefix: &str, concepts: &[&str]) -> Value {
    let held = concepts.iter().map(|concept| format!("{prefix}.{concept}"));
    let holds: Value = held.map(|concept| (concept.clone(), json!(format!("/{concept}")))).collect();
    json!({
        "code": code, "title": { "es": title }, "service": service,
        "path": "/{key}", "key": key, "holds": holds,
    })
}

pub fn registers() -> Registers {
    serde_json::from_value(registers_said()).expect("registers")
}
