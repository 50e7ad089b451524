//! What unit tests of host functions stand on: a host with one plugin whose guest is a closure over its sandbox.
//!
//! The component is empty; everything around it is what a server has: transactions, attempts, agenda.

pub(crate) mod citizens;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use clock::{ManualClock, Timestamp};
use protocol::identifier::SubsystemId;
use storage::Store;
use tempfile::TempDir;
use wasmtime::component::{Component, Instance};

use crate::calendar::Calendar;
use crate::call::{CallError, Caller, Context, Export, Failure, Principal};
use crate::host::{HostParts, PluginHost, Version};
use crate::keys::HostSecret;
use crate::plugin::{Exports, Given, Loaded};
use crate::reconciliation::Agendas;
use crate::sandbox::{Access, Broken, Environment, Fault, Sandbox};
use crate::seams::{Document, DocumentError, Documents, NoExchange, Verification};

/// A host with the plugin `cases`, on a store and a clock of its own.
pub(crate) struct Stage {
    pub(crate) host: PluginHost,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) plugin: Arc<Loaded>,
    pub(crate) documents: Arc<Notary>,
    pub(crate) folder: TempDir,
}

const MANIFEST: &str = r#"
    [plugin]
    name = "cases"
    version = "1.0.0"
    contract = "0.1"
    title = { es = "Casos" }

    [limits]
    storage = "1 MiB"

    [capabilities]
    i18n = {}
    notices = {}
    accounts = {}
    crypto = { keys = ["tokens"] }
    search = { indexes = ["cases"] }
"#;

const LOCALES: [(&str, &str); 2] = [
    ("locales/es.ftl", "due = Vence el { $day }.\n    .subject = Un plazo"),
    ("locales/en.ftl", "due = It is due on { $day }."),
];

/// A component without anything: the preamble alone.
const EMPTY_COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::over(tempfile::tempdir().expect("a folder"), Agendas::Work).await
    }

    /// The same, whose agendas wait.
    pub(crate) async fn waiting() -> Self {
        Self::over(tempfile::tempdir().expect("a folder"), Agendas::Wait).await
    }

    /// Another host over what this one has made durable, as after a crash.
    pub(crate) async fn started_again(self) -> Self {
        let Self { host, store, folder, plugin, .. } = self;
        store.close().await;
        host.close().await;
        drop((host, plugin, store));
        Self::over(folder, Agendas::Work).await
    }

    async fn over(folder: TempDir, agendas: Agendas) -> Self {
        let store = Store::open(folder.path().join("store")).expect("a store");
        let now: Timestamp = "2026-11-26T12:00:00Z".parse().expect("a time");
        let clock = Arc::new(ManualClock::new(now));
        let documents = Arc::new(Notary::default());
        let parts = HostParts {
            store: store.clone(),
            exchange: Arc::new(NoExchange),
            clock: clock.clone(),
            documents: documents.clone(),
            blobs: folder.path().join("blobs"),
            calendar: Arc::new(Calendar::bolivia()),
            secret: HostSecret::new(&[7; 32]),
            sandboxes: 4,
            slow_threads: 1,
            agendas,
        };
        let host = PluginHost::new(parts).expect("a host");
        let version = version(&host);
        host.load(version).await.expect("it is loaded");
        let plugin = host.loaded().remove(0);
        Self { host, store, clock, plugin, documents, folder }
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.host.plugins().runner.environment
    }

    /// Sweeps after the plugin, as its hourly task does.
    pub(crate) async fn sweep(&self) {
        let sweeper = self.host.plugins().sweeper("cases", self.plugin.keyspace());
        sweeper.sweep().await.expect("it is swept");
    }

    /// Calls the plugin, whose guest does what `act` does.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        access: Access,
        act: impl Fn(&mut Sandbox) -> wasmtime::Result<T> + Send + Sync + 'static,
    ) -> Result<T, CallError> {
        let request_id = uuid::Uuid::new_v4().to_string();
        let caller = Caller {
            request_id,
            principal: Principal::System,
            locale: "es".to_owned(),
            trace_parent: None,
            document: None,
        };
        self.host.plugins().runner.run(&self.plugin, &caller, Act { access, act: Arc::new(act) }).await
    }
}

fn version(host: &PluginHost) -> Version {
    let manifest: crate::manifest::Manifest = MANIFEST.parse().expect("a manifest");
    Version {
        digest: "0".repeat(64),
        files: LOCALES.map(|(name, text)| (name.to_owned(), text.as_bytes().into())).into(),
        component: Component::new(host.engine(), EMPTY_COMPONENT).expect("a component"),
        subsystem: "BO/GOB/1001/cases".parse().expect("an id"),
        given: Given::default(),
        limits: *manifest.limits(),
        manifest,
    }
}

/// The rule of the contract that a call broke.
pub(crate) fn broken<T: fmt::Debug>(outcome: Result<T, CallError>) -> Broken {
    match outcome {
        Err(CallError::Fault(Fault::Broken(broken))) => broken,
        other => panic!("no rule was broken: {other:?}"),
    }
}

/// What a closure's host functions make of a call.
struct Act<T> {
    access: Access,
    act: Arc<Acting<T>>,
}

type Acting<T> = dyn Fn(&mut Sandbox) -> wasmtime::Result<T> + Send + Sync;

impl<T: Send + 'static> Export for Act<T> {
    type Output = T;

    fn is_exported(_: &Exports) -> bool {
        true
    }

    fn access(&self) -> Access {
        self.access
    }

    fn waits_for_signatures(&self) -> bool {
        true
    }

    async fn invoke(
        &self,
        _: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        _: &Instance,
        _: &Context,
    ) -> wasmtime::Result<Result<T, Failure>> {
        (self.act)(store.data_mut()).map(Ok)
    }
}

/// Signs by writing who signs before the document, unless it is closed.
#[derive(Debug, Default)]
pub(crate) struct Notary {
    pub(crate) closed: AtomicBool,
    /// How often it signed.
    pub(crate) signed: AtomicU32,
}

const SEAL: &str = "BO/GOB/1001 signs: ";

#[async_trait]
impl Documents for Notary {
    async fn sign(&self, subsystem: &SubsystemId, document: Document) -> Result<Bytes, DocumentError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(DocumentError("the token is not there".to_owned()));
        }
        assert_eq!(subsystem.to_string(), "BO/GOB/1001/cases");
        self.signed.fetch_add(1, Ordering::SeqCst);
        Ok([SEAL.as_bytes(), &document.content].concat().into())
    }

    fn verify(&self, container: &[u8]) -> Result<Verification, DocumentError> {
        if !container.starts_with(SEAL.as_bytes()) {
            return Err(DocumentError("it holds no signature".to_owned()));
        }
        let signer = "BO/GOB/1001".parse().expect("an id");
        Ok(Verification { signer, signed_at: "2026-11-26T12:00:00Z".parse().expect("a time") })
    }
}
