//! A host with the visitors' book, a plugin of pages.

use crate::plugin;
use clock::SystemClock;
use plugin_host::calendar::Calendar;
use plugin_host::manifest::Manifest;
use plugin_host::{Agendas, Given, HostParts, HostSecret, NoDocuments, NoExchange, PluginHost, Version};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use storage::Store;
use wasmtime::component::Component;

const ABOUT: &str = r#"
[plugin]
name = "visitors"
version = "1.0.0"
contract = "0.1"
title = { es = "Visitantes", en = "Visitors" }
"#;
const CAPABILITIES: &str = "\n[capabilities]\nkv = {}\nblobs = {}\n";

/// Opens a host in a folder, with the book and the files of its package; and what it stores in. `pages` are the tables of its
/// manifest that say which pages it has and for whom, and what it may use up.
///
/// # Panics
/// When they or the folder do not do.
pub async fn open(folder: &Path, pages: &str, files: BTreeMap<String, bytes::Bytes>) -> (Arc<PluginHost>, Store) {
    let store = Store::open(folder.join("state")).expect("a store");
    let parts = HostParts {
        store: store.clone(),
        exchange: Arc::new(NoExchange),
        clock: Arc::new(SystemClock),
        documents: Arc::new(NoDocuments),
        blobs: folder.join("blobs"),
        calendar: Arc::new(Calendar::bolivia()),
        secret: HostSecret::new(&[7; 32]),
        sandboxes: 32,
        slow_threads: 1,
        agendas: Agendas::Work,
    };
    let host = Arc::new(PluginHost::new(parts).expect("a host"));
    load(&host, &format!("{ABOUT}{pages}{CAPABILITIES}"), "visitors", files).await;
    (host, store)
}

/// Loads a guest under its manifest.
///
/// # Panics
/// When they do not fit.
pub async fn load(host: &PluginHost, manifest: &str, guest: &str, files: BTreeMap<String, bytes::Bytes>) {
    let manifest: Manifest = manifest.parse().unwrap_or_else(|error| panic!("{error}"));
    let version = Version {
        limits: *manifest.limits(),
        manifest,
        digest: String::new(),
        files,
        component: Component::new(host.engine(), plugin::guest(guest)).expect("a component"),
        subsystem: "BO/GOB/1001/visitors".parse().expect("a subsystem"),
        given: Given::default(),
    };
    host.load(version).await.expect("it is loaded");
}
