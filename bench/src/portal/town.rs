//! A portal as it is installed, with a catalogue of thousands and one procedure that is done online.

use super::notary::Notary;
use crate::plugins::PluginOptions;
use crate::plugins::installed::{self, Size};
use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use plugin_host::manifest::Manifest;
use plugin_host::{Answer, Caller, Given, Method, PluginHost, Principal, Request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use storage::Store;

/// The portal, and what it runs on.
pub(crate) struct Town {
    pub(crate) host: Arc<PluginHost>,
    store: Store,
}

/// More would be a second bottleneck: each has some megabytes.
const SIZE: Size = Size { sandboxes: 128, slow_threads: 1 };
/// In whose name the portal acts.
pub(crate) const SUBSYSTEM: &str = "BO/GOB/1001/bench";
/// The code of its entity in the catalogue.
pub(crate) const ENTITY: &str = "gob-1001";
/// Who files applications has so many calls under way.
pub(crate) const CALLERS: usize = 32;
/// What is done online.
const DEFINITION: &str = include_str!("procedure.json");
pub(crate) const PROCEDURE: &str = "aviso-vecinal";
/// Who decides it.
pub(crate) const ROLE: &str = "inspector";
/// Who sees what is due of everybody.
pub(crate) const SUPERVISOR: &str = "supervisor";

impl Town {
    /// Installs the portal of a folder as `scripts/plugins` makes it, named as the measured gateway expects.
    pub(crate) async fn new(options: &PluginOptions, folder: &Path) -> Result<Self> {
        let package = options.component.parent().context("the component is in no folder")?;
        let (store, host) = installed::host(folder, SIZE, Arc::new(Notary::new()?))?;
        let component = fs::read(&options.component).with_context(|| {
            format!("failed to read {}: scripts/plugins portal builds it", options.component.display())
        })?;
        let loader = installed::loader(folder, &options.binary, &host)?;
        let manifest = fs::read_to_string(package.join("plugin.toml"))?;
        let manifest: Manifest = manifest.replacen("name = \"portal\"", "name = \"bench\"", 1).parse()?;
        let files = files(&package.join("locales"))?;
        installed::load(&host, &loader, manifest, &component, (files, given())).await?;
        Ok(Self { host, store })
    }

    /// Publishes the procedure, and a catalogue of so many entries made of the demo's.
    pub(crate) async fn publish(&self, entries: usize) -> Result<()> {
        let definition: Value = serde_json::from_str(DEFINITION)?;
        self.put("definitions", &format!("/definitions/{PROCEDURE}"), &definition).await?;
        let of_demo = demo::catalogue_entries()?;
        let numbered = (0..entries).map(|number| (number, of_demo[number % of_demo.len()].clone()));
        for (number, mut entry) in numbered {
            let code = code(number);
            entry["code"] = json!(code);
            // As if many offices offered the same.
            let title = entry["title"]["es"].as_str().context("an entry has no title")?;
            entry["title"] = json!({ "es": format!("{title} en la oficina {number}") });
            // One after the other: all are of one entity, which is noted with each.
            self.put("catalogue", &format!("/entries/{code}"), &json!({ "entry": entry })).await?;
        }
        Ok(())
    }

    async fn put(&self, service: &str, path: &str, body: &Value) -> Result<()> {
        let answer = self.call(service, Method::Put, path, body).await?;
        let said = String::from_utf8_lossy(&answer.body);
        ensure!((200..300).contains(&answer.status), "{path} is answered with {}: {said}", answer.status);
        Ok(())
    }

    /// Calls a service of the portal in the name of its own subsystem.
    pub(crate) async fn call(&self, service: &str, method: Method, path: &str, body: &Value) -> Result<Answer> {
        let request = Request {
            service: service.to_owned(),
            method,
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            content_type: "application/json".to_owned(),
            body: body.to_string().into_bytes(),
            message_id: None,
        };
        let caller = caller(Principal::Entity(SUBSYSTEM.to_owned()));
        Ok(self.host.call_service_of("bench", caller, request, None).await?)
    }

    pub(crate) async fn close(self) {
        self.host.close().await;
        self.store.close().await;
    }
}

/// A caller with an id of its own.
pub(crate) fn caller(principal: Principal) -> Caller {
    let request_id = uuid::Uuid::now_v7().to_string();
    Caller { request_id, principal, locale: "es".to_owned(), trace_parent: None, document: None }
}

/// The code of an entry.
pub(crate) fn code(number: usize) -> String {
    format!("tramite-{number}")
}

fn given() -> Given {
    let entity = json!({ "subsystem": SUBSYSTEM, "name": { "es": "Municipio medido" }, "place": "BO-L" });
    let nobody = ["identity-register", "company-register", "tax-register"];
    let mut config: BTreeMap<String, String> =
        nobody.map(|key| (key.to_owned(), "BO/GOB/1002/registros/personas".to_owned())).into();
    config.insert("central-catalogue".to_owned(), format!("{SUBSYSTEM}/catalogue"));
    config.insert("entity".to_owned(), entity.to_string());
    Given { config, ..Given::default() }
}

fn files(folder: &Path) -> Result<BTreeMap<String, Bytes>> {
    let mut files = BTreeMap::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().into_string().ok().context("a file has no name in UTF-8")?;
        files.insert(format!("locales/{name}"), fs::read(file.path())?.into());
    }
    Ok(files)
}
