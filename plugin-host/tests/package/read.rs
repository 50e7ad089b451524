//! What can be known from the file alone.

use crate::builder::{Parts, component};
use plugin_host::manifest::Capability;
use plugin_host::package::{Export, Package, PackageError};
use std::error::Error;

/// The refusal in words, with its causes.
fn refusal(parts: &Parts) -> String {
    let error = parts.package().expect_err(&parts.manifest);
    words(&error)
}

fn words(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", words(cause)),
        None => error.to_string(),
    }
}

fn check(parts: &Parts, expected: &[&str]) {
    let refusal = refusal(parts);
    for words in expected {
        assert!(refusal.contains(words), "{refusal}\nnot: {words}");
    }
}

fn with_manifest(manifest: &str) -> Parts {
    Parts { manifest: manifest.to_owned(), ..Parts::bare() }
}

#[test]
fn reads_what_it_wrote() {
    let package = Parts::usual().package().unwrap();
    assert_eq!(package.file_name(), "personas-1.2.0.chakana");
    let capabilities: Vec<Capability> = package.surface().capabilities().iter().copied().collect();
    assert_eq!(capabilities, [Capability::Kv]);
    assert!(package.surface().exports().contains(&Export::Service));
    assert!(package.surface().wasi().contains("wasi:io/poll@0.2.6"));
    assert_eq!(package.descriptions().len(), 1);
    let again = Package::read(&package.write().unwrap()).unwrap();
    assert_eq!(again.digest(), package.digest());
    assert_eq!(again.component(), package.component());
    assert_eq!(again.component_digest(), package.component_digest());
}

#[test]
fn takes_a_plugin_that_does_nothing() {
    Parts::bare().package().unwrap();
}

#[test]
fn names_other_files_differently() {
    let mut other = Parts::usual();
    other.files[1].1 = b"<svg></svg>".to_vec();
    assert_ne!(other.package().unwrap().digest(), Parts::usual().package().unwrap().digest());
}

#[test]
fn refuses_what_is_missing_or_has_no_meaning() {
    let mut parts = Parts::usual();
    parts.files.remove(0);
    check(&parts, &["openapi/personas.yaml is missing", "names it as the description"]);
    let mut parts = Parts::usual();
    parts.files.push(("readme.md", b"hello".to_vec()));
    check(&parts, &["readme.md is not part of a package"]);
    let unnamed = Parts { files: vec![("openapi/other.yaml", Vec::new())], ..Parts::bare() };
    check(&unnamed, &["openapi/other.yaml is not part"]);
    let empty = trust::file_container::FileContainer::new([]).unwrap();
    assert!(Package::of(empty).unwrap_err().to_string().contains("plugin.toml is missing"));
    assert!(matches!(Package::read(b"PK"), Err(PackageError::Container(_))));
    assert!(matches!(Package::read(&vec![0; Package::MAX_BYTES + 1]), Err(PackageError::TooLarge { .. })));
}

#[test]
fn refuses_a_manifest_that_breaks_a_rule() {
    check(&with_manifest("[limits]\nmemory = '1 TiB'\n"), &["the manifest is refused", "[limits] memory"]);
    let binary = Parts { files: vec![("plugin.toml", vec![0xff])], ..Parts::bare() };
    check(&binary, &["not text in UTF-8"]);
}

#[test]
fn refuses_a_description_that_is_none() {
    let mut parts = Parts::usual();
    parts.files[0].1 = b"swagger: '2.0'".to_vec();
    check(&parts, &["openapi/personas.yaml, the description of the service personas, is not an OpenAPI document"]);
}

#[test]
fn refuses_what_is_no_component() {
    let of = |bytes: Vec<u8>| Parts { files: vec![("component.wasm", bytes)], ..Parts::bare() };
    check(&of(wat::parse_str("(module)").unwrap()), &["component.wasm is refused", "not a component"]);
    check(&of(b"garbage".to_vec()), &["component.wasm is refused", "not a valid component"]);
    check(&of(Vec::new()), &["component.wasm is refused"]);
    check(&of(vec![0; Package::MAX_COMPONENT_BYTES + 1]), &["allowed are"]);
    let instances = "(core instance (instantiate $m))".repeat(1001);
    let many = wat::parse_str(format!("(component (core module $m) {instances})")).unwrap();
    check(&of(many), &["not a valid component"]);
    let threads = "(component (core module (memory 1 1 shared)))";
    check(&of(wat::parse_str(threads).unwrap()), &["not a valid component"]);
}

#[test]
fn refuses_imports_that_no_plugin_gets() {
    for name in [
        "evil:host/exec@1.0.0",
        "chakana:plugin/root@0.1.0",
        "chakana:plugin/kv",
        "wasi:http/types@0.2.0",
        "wasi:io/poll@0.3.0",
        "wasi:io/poll@0.2.0-rc-2023",
        "wasi:nn/graph@0.2.0",
    ] {
        check(&Parts { imports: vec![name], ..Parts::bare() }, &[name, "no plugin gets"]);
    }
    let plain = Parts {
        files: vec![("component.wasm", wat::parse_str("(component (import \"f\" (func)))").unwrap())],
        ..Parts::bare()
    };
    check(&plain, &["imports f"]);
}

#[test]
fn refuses_another_contract() {
    for name in ["chakana:plugin/kv@0.2.0", "chakana:plugin/kv@1.0.0", "chakana:plugin/types@0.1.0-draft"] {
        check(&Parts { imports: vec![name], ..Parts::bare() }, &["was built for", name]);
    }
    check(&Parts { exports: vec!["chakana:plugin/service@0.2.0"], ..Parts::usual() }, &["was built for"]);
}

#[test]
fn refuses_a_component_that_uses_what_the_manifest_does_not_ask_for() {
    let lying = Parts { imports: vec!["chakana:plugin/outbox@0.1.0"], ..Parts::usual() };
    check(&lying, &["the manifest lies", "imports chakana:plugin/outbox", "add outbox to [capabilities]"]);
}

#[test]
fn refuses_exports_that_do_not_fit_the_manifest() {
    let silent = |manifest: &str, promise: &str, export: &str| {
        check(&with_manifest(manifest), &["the manifest lies", promise, &format!("does not export {export}")]);
    };
    check(&Parts { exports: Vec::new(), ..Parts::usual() }, &["[[service]]", "does not export chakana:plugin/service"]);
    silent("[web]\nroutes = ['/']\n", "[web] routes", "chakana:plugin/web");
    silent("[[cron]]\nname = 'a'\nschedule = '* * * * *'\ntime-zone = 'UTC'\n", "[[cron]]", "chakana:plugin/events");
    silent("[[subscription]]\ntopic = 'a'\npublisher = 'p'\n", "[[subscription]]", "chakana:plugin/events");
    silent("[capabilities]\ntimers = {}\n", "timers", "chakana:plugin/events");
    silent("data-version = 2\ntitle = { es = 'P' }\n", "data-version above 1", "chakana:plugin/lifecycle");
    for (export, missing) in [("service", "[[service]]"), ("web", "[web] routes"), ("events", "[[cron]]")] {
        let name: &'static str = match export {
            "service" => "chakana:plugin/service@0.1.0",
            "web" => "chakana:plugin/web@0.1.0",
            _ => "chakana:plugin/events@0.1.3",
        };
        check(&Parts { exports: vec![name], ..Parts::bare() }, &["the manifest lies", "exports", missing]);
    }
}

#[test]
fn takes_events_of_a_plugin_that_only_sends() {
    let sending = "[capabilities]\noutbox = { services = ['BO/GOV/1/s/x'] }\n";
    let exports = vec!["chakana:plugin/events@0.1.0"];
    Parts { exports, ..with_manifest(sending) }.package().unwrap();
    with_manifest(sending).package().unwrap();
}

#[test]
fn takes_exports_that_are_not_of_the_contract() {
    let exports = vec!["chakana:plugin/lifecycle@0.1.0", "other:tool/init@1.0.0"];
    Parts { exports, ..Parts::bare() }.package().unwrap();
}

#[test]
fn looks_only_at_what_the_whole_component_imports() {
    let inner = "(component (import \"evil:host/exec@1.0.0\" (instance)))";
    let nested = wat::parse_str(format!("(component {inner})")).unwrap();
    Parts { files: vec![("component.wasm", nested)], ..Parts::bare() }.package().unwrap();
    assert!(!component(&[], &[]).is_empty());
}
