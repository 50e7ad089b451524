//! A host with the measured plugin loaded.

use crate::report::Figures;
use anyhow::{Result, anyhow};
use bytes::Bytes;
use clock::SystemClock;
use plugin_host::calendar::Calendar;
use plugin_host::compile::{CacheKey, CompileLimits, CompiledCache, Compiler, ComponentLoader};
use plugin_host::manifest::Manifest;
use plugin_host::{
    Agendas, Answer, Caller, Documents, Given, HostParts, HostSecret, Method, NoDocuments, NoExchange, PluginHost,
    Principal, Request, Version,
};
use protocol::identifier::ServiceId;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use storage::Store;

pub(crate) struct Installed {
    pub(crate) host: Arc<PluginHost>,
    pub(crate) store: Store,
    loader: ComponentLoader,
    component: Vec<u8>,
    service: ServiceId,
}

const MANIFEST: &str = include_str!("../../guest/plugin.toml");
const SUBSYSTEM: &str = "BO/GOB/1001/bench";

/// How much a host may have under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) sandboxes: u32,
    pub(crate) slow_threads: usize,
}

impl Installed {
    /// Loads the plugin, and measures how long it takes from a compiled component to the first answer.
    pub(crate) async fn new(
        folder: &Path,
        binary: &Path,
        component: &[u8],
        size: Size,
        figures: &mut Figures,
    ) -> Result<Self> {
        let (store, host) = host(folder, size, Arc::new(NoDocuments))?;
        let loader = loader(folder, binary, &host)?;
        let service = format!("{SUBSYSTEM}/bench").parse()?;
        let installed = Self { host, store, loader, component: component.to_owned(), service };
        let began = Instant::now();
        drop(installed.loader.load(component).await?);
        figures.insert("plugins.compile_ms", milliseconds(began));
        let began = Instant::now();
        installed.load("bench").await?;
        installed.call(Method::Get, "/empty", Vec::new()).await?;
        figures.insert("plugins.install_to_answer_ms", milliseconds(began));
        Ok(installed)
    }

    /// Loads the plugin under a name.
    pub(crate) async fn load(&self, name: &str) -> Result<()> {
        let manifest: Manifest = MANIFEST.replace("name = \"bench\"", &format!("name = \"{name}\"")).parse()?;
        let given = Given {
            config: BTreeMap::from([("notices-to".to_owned(), "BO/GOB/1002/other/notices".to_owned())]),
            ..Given::default()
        };
        self.load_as(manifest, &self.component, given).await
    }

    /// Loads any component with its manifest, in the name of a subsystem of its own.
    pub(crate) async fn load_as(&self, manifest: Manifest, component: &[u8], given: Given) -> Result<()> {
        load(&self.host, &self.loader, manifest, component, (BTreeMap::new(), given)).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Answer> {
        let (path, part) = path.split_once("?part=").unwrap_or((path, ""));
        let part = (!part.is_empty()).then(|| plugin_host::Field { name: "part".to_owned(), value: part.to_owned() });
        let request = Request {
            service: "bench".to_owned(),
            method,
            path: path.to_owned(),
            query: part.into_iter().collect(),
            headers: Vec::new(),
            content_type: "text/html".to_owned(),
            body,
            message_id: None,
        };
        let caller = Caller {
            request_id: uuid::Uuid::now_v7().to_string(),
            principal: Principal::Anonymous,
            locale: "es".to_owned(),
            trace_parent: None,
            document: None,
        };
        let answer = self.host.call_service(&self.service, caller, request, None).await?;
        if answer.status == 200 { Ok(answer) } else { Err(anyhow!("status {}", answer.status)) }
    }

    pub(crate) async fn close(self) {
        self.host.close().await;
        self.store.close().await;
    }
}

/// A host over a new store.
pub(crate) fn host(folder: &Path, size: Size, documents: Arc<dyn Documents>) -> Result<(Store, Arc<PluginHost>)> {
    let store = Store::open(folder.join("state"))?;
    let host = PluginHost::new(HostParts {
        store: store.clone(),
        exchange: Arc::new(NoExchange),
        clock: Arc::new(SystemClock),
        documents,
        blobs: folder.join("blobs"),
        calendar: Arc::new(Calendar::bolivia()),
        secret: HostSecret::new(&[7; 32]),
        sandboxes: size.sandboxes,
        slow_threads: size.slow_threads,
        agendas: Agendas::Work,
    })?;
    Ok((store, Arc::new(host)))
}

/// Compiles components for a host.
pub(crate) fn loader(folder: &Path, binary: &Path, host: &PluginHost) -> Result<ComponentLoader> {
    let cache = CompiledCache::open(folder.join("compiled"), CacheKey::new(&[7; 32]), host.engine())?;
    let compiler = Compiler::new(binary.to_owned(), vec!["plugin-compile".to_owned()], CompileLimits::default());
    Ok(ComponentLoader::new(host.engine().clone(), cache, compiler))
}

/// Loads a plugin with its files, in the name of a subsystem of its own.
pub(crate) async fn load(
    host: &PluginHost,
    loader: &ComponentLoader,
    manifest: Manifest,
    component: &[u8],
    (files, given): (BTreeMap<String, Bytes>, Given),
) -> Result<()> {
    let version = Version {
        subsystem: format!("BO/GOB/1001/{}", manifest.name()).parse()?,
        limits: *manifest.limits(),
        manifest,
        digest: String::new(),
        files,
        component: loader.load(component).await?,
        given,
    };
    Ok(host.load(version).await?)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
