//! The host: plugins are loaded into it, called through it, and changed in it while it runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bytes::Bytes;
use clock::SharedClock;
use protocol::identifier::{ServiceId, SubsystemId};
use storage::Store;
use tokio::io::AsyncRead;
use tokio_util::sync::CancellationToken;
use wasmtime::component::Component;

use crate::blobs::{self, BlobFiles, OpenBlob, OpenBlobError, Upload, UploadError, Uploaded};
use crate::calendar::Calendar;
use crate::call::service::{Answer, Origin, Request, ServiceCall};
use crate::call::{CallError, Caller, Runner, events, web};
use crate::citizens::Citizens;
use crate::handled::Sender;
use crate::host_error::HostError;
use crate::kept_answers::KeptAnswers;
use crate::keys::HostSecret;
use crate::manifest::{Limits, Manifest};
use crate::plugin::{Given, Loaded};
use crate::plugins::Plugins;
use crate::reconciliation::Agendas;
use crate::sandbox::{Engine, Environment, Lanes};
use crate::seams::{Documents, Exchange};
use crate::search::KeptLists;
use crate::signings::Signings;

/// Runs the plugins of a server.
pub struct PluginHost {
    plugins: Arc<Plugins>,
    secret: HostSecret,
}

/// What a host is made of.
pub struct HostParts {
    /// Where the plugins' state is.
    pub store: Store,
    /// The way to other subsystems.
    pub exchange: Arc<dyn Exchange>,
    /// The time.
    pub clock: SharedClock,
    /// Who signs documents, and says who signed them.
    pub documents: Arc<dyn Documents>,
    /// The folder where the contents of their blobs are; it is created when there are some.
    pub blobs: PathBuf,
    /// The working days that plugins count by.
    pub calendar: Arc<Calendar>,
    /// What the plugins' own keys come from.
    pub secret: HostSecret,
    /// Sandboxes that can be in use at once.
    pub sandboxes: u32,
    /// Threads for guests that run long.
    pub slow_threads: usize,
    /// Whether the agendas are worked through from the start.
    pub agendas: Agendas,
}

/// A version of a plugin that is to be loaded.
pub struct Version {
    /// What its author says of it.
    pub manifest: Manifest,
    /// The digest of its package.
    pub digest: String,
    /// The files of its package below `assets/` and `locales/`.
    pub files: BTreeMap<String, Bytes>,
    /// Its component, compiled.
    pub component: Component,
    /// In whose name it acts.
    pub subsystem: SubsystemId,
    /// What the administrator gave it.
    pub given: Given,
    /// What it may use up.
    pub limits: Limits,
}

impl PluginHost {
    /// A host without plugins.
    ///
    /// # Errors
    /// [`HostError`] when the machine does not give what sandboxes need.
    pub fn new(parts: HostParts) -> Result<Self, HostError> {
        let engine = Engine::new(parts.sandboxes).map_err(|source| HostError::Engine { source })?;
        let lanes = Lanes::new(parts.slow_threads, parts.sandboxes).map_err(|source| HostError::Threads { source })?;
        let runner = Runner {
            engine: Arc::new(engine),
            lanes,
            store: parts.store.clone(),
            exchange: parts.exchange,
            clock: parts.clock,
            environment: Arc::new(Environment {
                calendar: parts.calendar,
                blobs: BlobFiles::new(parts.blobs),
                documents: parts.documents,
                signings: Signings::default(),
                citizens: OnceLock::new(),
                kept_answers: KeptAnswers::new(parts.store.clone()),
                kept_lists: KeptLists::new(parts.store.clone()),
                store: parts.store,
            }),
            reconciled: parts.agendas.reconciled(),
        };
        let plugins = Arc::new(Plugins::new(runner, CancellationToken::new()));
        Ok(Self { plugins, secret: parts.secret })
    }

    /// From now on plugins can have to do with the accounts of citizens; the first who keeps them stays.
    pub fn know_citizens(&self, citizens: Arc<dyn Citizens>) {
        let _ = self.plugins.runner.environment.citizens.set(citizens);
    }

    /// The engine that components are compiled for.
    #[must_use]
    pub fn engine(&self) -> &wasmtime::Engine {
        self.plugins.runner.engine.wasmtime()
    }

    /// Calls a service of a plugin. A message whose sender gives it an id is handled once, however often it comes.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call_service(
        &self,
        service: &ServiceId,
        caller: Caller,
        request: Request,
        sender: Option<Sender>,
    ) -> Result<Answer, CallError> {
        let serving = self.plugins.serving(service).ok_or(CallError::Unknown)?;
        self.call_service_of(serving.name(), caller, request, sender).await
    }

    /// Calls a service of the plugin with this name, whichever others offer the same.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call_service_of(
        &self,
        name: &str,
        caller: Caller,
        request: Request,
        sender: Option<Sender>,
    ) -> Result<Answer, CallError> {
        let plugin = self.admit(name, &caller)?;
        let origin = sender.map_or(Origin::Unknown, Origin::Message);
        self.plugins.runner.run(&plugin, &caller, ServiceCall { request, origin }).await
    }

    /// The version of a plugin that somebody visits, the same for the same visitor.
    #[must_use]
    pub fn visited(&self, name: &str, visitor: &str) -> Option<Arc<Loaded>> {
        self.plugins.called(name, visitor)
    }

    /// Asks a plugin for a page. A submission is handled once, however often it comes. What the plugin lets anybody keep is answered
    /// without it, as long as it says and nothing is written where it read.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call_web(
        &self,
        plugin: &Arc<Loaded>,
        caller: Caller,
        request: web::Request,
        submission: Option<web::Submission>,
    ) -> Result<web::Answer, CallError> {
        let runner = &self.plugins.runner;
        let kept_answers = &runner.environment.kept_answers;
        let asked = kept_answers.asked(plugin, &caller, &request);
        if let Some(kept) = asked.as_ref().and_then(|asked| kept_answers.find(asked, runner.clock.now())) {
            plugin.vitals().kept.add(1);
            return Ok(web::Answer::Response(kept));
        }
        admit(plugin)?;
        runner.run(plugin, &caller, web::WebCall::new(request, submission, asked)).await
    }

    /// Has something happen to a plugin that no agenda announced: its author tries what it does then.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call_event(&self, name: &str, caller: Caller, event: events::Event) -> Result<(), CallError> {
        let plugin = self.admit(name, &caller)?;
        self.plugins.runner.run(&plugin, &caller, events::EventCall { event, row: None }).await
    }

    /// Takes in a content that comes with a request to a plugin, before the plugin is called. A plugin that does not keep it loses it after an hour.
    ///
    /// # Errors
    /// [`UploadError`]; nothing is kept then.
    pub async fn upload(
        &self,
        name: &str,
        upload: Upload,
        content: impl AsyncRead + Unpin + Send,
    ) -> Result<Uploaded, UploadError> {
        let plugin = self.plugins.current(name);
        let plugin = plugin.ok_or_else(|| UploadError::NotLoaded { plugin: name.to_owned() })?;
        let Runner { environment, store, clock, .. } = &self.plugins.runner;
        blobs::receive(&environment.blobs, store, &plugin, upload, content, clock.now()).await
    }

    /// Opens a blob of a plugin, for a page that is answered with it; `None` if there is no such blob.
    ///
    /// # Errors
    /// [`OpenBlobError`] when it cannot be read.
    pub async fn open_blob(&self, name: &str, id: &str) -> Result<Option<OpenBlob>, OpenBlobError> {
        let Some(plugin) = self.plugins.current(name) else { return Ok(None) };
        let Runner { environment, store, .. } = &self.plugins.runner;
        blobs::open(&environment.blobs, store, &plugin, id).await
    }

    /// The loaded plugins, in the version that gets calls.
    #[must_use]
    pub fn loaded(&self) -> Vec<Arc<Loaded>> {
        self.plugins.all().iter().filter_map(|(_, plugin)| plugin.versions().current.clone()).collect()
    }

    /// The plugins that it has, loaded or not.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.plugins.all().into_iter().map(|(name, _)| name).collect()
    }

    /// The plugin that answers a service.
    #[must_use]
    pub fn serving(&self, service: &ServiceId) -> Option<Arc<Loaded>> {
        self.plugins.serving(service)
    }

    /// Tells the agendas that the clock was set.
    pub fn clock_was_set(&self) {
        self.plugins.all().iter().for_each(|(_, plugin)| plugin.agenda.notify_one());
    }

    /// Ends all work of plugins. What they have ordered is done after the next start.
    pub async fn close(&self) {
        self.plugins.close().await;
    }

    pub(crate) fn plugins(&self) -> &Arc<Plugins> {
        &self.plugins
    }

    pub(crate) fn secret(&self) -> &HostSecret {
        &self.secret
    }

    fn admit(&self, name: &str, caller: &Caller) -> Result<Arc<Loaded>, CallError> {
        let version = self.plugins.called(name, &caller.request_id).ok_or(CallError::Unknown)?;
        admit(&version)?;
        Ok(version)
    }
}

/// Counts a call against the plugin's rate.
fn admit(version: &Loaded) -> Result<(), CallError> {
    let limit = version.limits().calls_per_second();
    if version.vitals().rate.admit(limit, Instant::now()) {
        return Ok(());
    }
    version.vitals().turned_away.add(1);
    Err(CallError::Rate { limit })
}
