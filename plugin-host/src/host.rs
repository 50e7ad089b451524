//! The host: plugins are loaded into it, called through it, and changed in it while it runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clock::SharedClock;
use protocol::identifier::{ServiceId, SubsystemId};
use storage::{Batch, Keyspace, Quota, Store};
use tokio::io::AsyncRead;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;
use wasmtime::component::Component;

use crate::agenda;
use crate::blobs::{self, BlobFiles, Upload, UploadError};
use crate::calendar::Calendar;
use crate::call::service::{Answer, Origin, Request, ServiceCall};
use crate::call::{CallError, Caller, Principal, Runner, lifecycle, web};
use crate::handled::Sender;
use crate::host_error::{HostError, LoadError};
use crate::keys::HostSecret;
use crate::manifest::{Limits, Manifest};
use crate::migration::Progress;
use crate::plugin::{Given, Loaded, Parts};
use crate::plugins::{Canary, Plugin, Plugins};
use crate::sandbox::{Engine, Environment, Lanes};
use crate::seams::{Documents, Exchange};
use crate::search;
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
}

/// A version of a plugin that is to be loaded.
pub struct Version {
    /// What its author says of it.
    pub manifest: Manifest,
    /// The digest of its package.
    pub digest: String,
    /// Its component, compiled.
    pub component: Component,
    /// In whose name it acts.
    pub subsystem: SubsystemId,
    /// What the administrator gave it.
    pub given: Given,
    /// What it may use up.
    pub limits: Limits,
}

/// The keyspace of a plugin's state.
fn keyspace(name: &str) -> Result<Keyspace, LoadError> {
    Keyspace::named(&format!("plugin/{name}")).map_err(|source| LoadError::Keyspace { source })
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
            store: parts.store,
            exchange: parts.exchange,
            clock: parts.clock,
            environment: Arc::new(Environment {
                calendar: parts.calendar,
                blobs: BlobFiles::new(parts.blobs),
                documents: parts.documents,
                signings: Signings::default(),
            }),
        };
        let plugins = Arc::new(Plugins::new(runner, CancellationToken::new()));
        Ok(Self { plugins, secret: parts.secret })
    }

    /// The engine that components are compiled for.
    #[must_use]
    pub fn engine(&self) -> &wasmtime::Engine {
        self.plugins.runner.engine.wasmtime()
    }

    /// Loads a version of a plugin, brings its data to its data version, asks whether it is well, and lets it have the
    /// calls. If anything is refused, whatever was loaded before goes on; but once a migration has begun, nobody gets
    /// calls until it has ended.
    ///
    /// # Errors
    /// [`LoadError`] names what was refused.
    pub async fn load(&self, version: Version) -> Result<(), LoadError> {
        let (plugin, loaded) = self.prepare(version).await?;
        let runner = &self.plugins.runner;
        let mut transaction = runner.store.begin().map_err(|source| LoadError::Read { source })?;
        agenda::plan(&loaded, runner.clock.now(), &mut transaction).map_err(|source| LoadError::Read { source })?;
        transaction.commit().await.map_err(|source| LoadError::Commit { source })?;
        self.plugins.change(&plugin, |versions| {
            versions.previous = versions.current.replace(loaded);
            versions.canary = None;
        });
        Ok(())
    }

    /// Gives a version of a loaded plugin a share of its calls, on trial. It has to keep data of the same version.
    ///
    /// # Errors
    /// [`LoadError`] names what was refused.
    pub async fn try_out(&self, version: Version, percent: u8) -> Result<(), LoadError> {
        let name = version.manifest.name().as_str().to_owned();
        let current = self.plugins.current(&name).ok_or(LoadError::NotLoaded { plugin: name })?;
        let (found, wanted) = (current.manifest().data_version(), version.manifest.data_version());
        if found != wanted {
            return Err(LoadError::DataVersion { found, wanted });
        }
        let (plugin, version) = self.prepare(version).await?;
        self.plugins.change(&plugin, |versions| versions.canary = Some(Canary { version, percent: percent.min(100) }));
        Ok(())
    }

    /// Gives all calls to the version that is on trial.
    ///
    /// # Errors
    /// When none is.
    pub fn promote(&self, name: &str) -> Result<(), LoadError> {
        let plugin = self.plugin(name)?;
        let canary = plugin.versions().canary.clone();
        let canary = canary.ok_or_else(|| LoadError::NoTrial { plugin: name.to_owned() })?;
        self.plugins.change(&plugin, |versions| {
            versions.previous = versions.current.replace(canary.version);
            versions.canary = None;
        });
        Ok(())
    }

    /// Ends a trial, if there is one: the current version has all calls.
    ///
    /// # Errors
    /// When no such plugin is loaded.
    pub fn end_trial(&self, name: &str) -> Result<(), LoadError> {
        let plugin = self.plugin(name)?;
        self.plugins.change(&plugin, |versions| versions.canary = None);
        Ok(())
    }

    /// Takes the version that was loaded before in place of the current one, and ends a trial.
    ///
    /// # Errors
    /// When there is none, or it keeps data of another version.
    pub fn roll_back(&self, name: &str) -> Result<(), LoadError> {
        let plugin = self.plugin(name)?;
        let versions = plugin.versions();
        if versions.canary.is_some() {
            self.plugins.change(&plugin, |versions| versions.canary = None);
            return Ok(());
        }
        let (Some(current), Some(previous)) = (&versions.current, &versions.previous) else {
            return Err(LoadError::NoPrevious { plugin: name.to_owned() });
        };
        let (found, wanted) = (current.manifest().data_version(), previous.manifest().data_version());
        if found != wanted {
            return Err(LoadError::DataVersion { found, wanted });
        }
        self.plugins.change(&plugin, |versions| std::mem::swap(&mut versions.current, &mut versions.previous));
        Ok(())
    }

    /// Ends a plugin. Its data stay, for when it is loaded again.
    pub fn unload(&self, name: &str) {
        self.plugins.remove(name);
    }

    /// Ends a plugin and erases everything that it keeps.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn erase(&self, name: &str) -> Result<(), LoadError> {
        self.plugins.remove(name);
        let mut batch = Batch::new();
        let keyspace = keyspace(name)?;
        batch.clear(keyspace).quota(keyspace, Quota::Uncounted);
        self.plugins.runner.store.commit(batch).await.map_err(|source| LoadError::Commit { source })?;
        let (files, name) = (self.plugins.runner.environment.blobs.clone(), name.to_owned());
        let removed = spawn_blocking(move || files.remove_all(&name)).await;
        // Without a result the runtime is ending; what is left has no rows, and is swept if the plugin comes back.
        removed.unwrap_or(Ok(())).map_err(|source| LoadError::Blobs { source })
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

    /// Asks a plugin for a page.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call_web(
        &self,
        name: &str,
        caller: Caller,
        request: web::Request,
    ) -> Result<web::Response, CallError> {
        let plugin = self.admit(name, &caller)?;
        self.plugins.runner.run(&plugin, &caller, web::WebCall(request)).await
    }

    /// Takes in a content that comes with a request to a plugin, before the plugin is called; the result is the id of
    /// the blob that it becomes. A plugin that does not keep it loses it after an hour.
    ///
    /// # Errors
    /// [`UploadError`]; nothing is kept then.
    pub async fn upload(
        &self,
        name: &str,
        upload: Upload,
        content: impl AsyncRead + Unpin + Send,
    ) -> Result<String, UploadError> {
        let plugin = self.plugins.current(name);
        let plugin = plugin.ok_or_else(|| UploadError::NotLoaded { plugin: name.to_owned() })?;
        let Runner { environment, store, clock, .. } = &self.plugins.runner;
        blobs::receive(&environment.blobs, store, &plugin, upload, content, clock.now()).await
    }

    /// The loaded plugins, in the version that gets calls.
    #[must_use]
    pub fn loaded(&self) -> Vec<Arc<Loaded>> {
        self.plugins.all().iter().filter_map(|(_, plugin)| plugin.versions().current.clone()).collect()
    }

    /// The plugin that answers a service.
    #[must_use]
    pub fn serving(&self, service: &ServiceId) -> Option<Arc<Loaded>> {
        self.plugins.serving(service)
    }

    /// What stands on a plugin's agenda: its first entries, at most `limit`, by the time they are due.
    ///
    /// # Errors
    /// [`LoadError`] when the plugin is not loaded or the store cannot be read.
    pub fn agenda(&self, name: &str, limit: usize) -> Result<Vec<agenda::AgendaEntry>, LoadError> {
        let plugin = self.plugin(name)?;
        let looked = agenda::look(&self.plugins.runner.store, plugin.keyspace, limit);
        looked.map_err(|source| LoadError::Read { source })
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

    fn plugin(&self, name: &str) -> Result<Arc<Plugin>, LoadError> {
        self.plugins.plugin(name).ok_or_else(|| LoadError::NotLoaded { plugin: name.to_owned() })
    }

    fn admit(&self, name: &str, caller: &Caller) -> Result<Arc<Loaded>, CallError> {
        let version = self.plugins.called(name, &caller.request_id).ok_or(CallError::Unknown)?;
        let limit = version.limits().calls_per_second();
        if !version.vitals().rate.admit(limit, Instant::now()) {
            version.vitals().turned_away.add(1);
            return Err(CallError::Rate { limit });
        }
        Ok(version)
    }

    /// Links a version, brings the data to what it expects, and asks whether it is well.
    async fn prepare(&self, version: Version) -> Result<(Arc<Plugin>, Arc<Loaded>), LoadError> {
        let name = version.manifest.name().as_str().to_owned();
        let runner = &self.plugins.runner;
        let component = runner.engine.link(&version.component);
        let component = component.map_err(|error| LoadError::Link { reason: format!("{error:#}") })?;
        let keyspace = keyspace(&name)?;
        let plugin = self.plugins.install(&name, keyspace);
        let loaded = Loaded::new(Parts {
            manifest: version.manifest,
            digest: version.digest,
            component,
            subsystem: version.subsystem,
            keyspace,
            limits: version.limits,
            given: version.given,
            keys: self.secret.keys_of(&name),
            topics: self.plugins.topics.clone(),
            vitals: plugin.vitals.clone(),
            agenda: plugin.agenda.clone(),
        });
        let loaded = Arc::new(loaded.map_err(|source| LoadError::Given { source })?);
        let mut quota = Batch::new();
        quota.quota(keyspace, Quota::Bytes(loaded.limits().storage_bytes()));
        runner.store.commit(quota).await.map_err(|source| LoadError::Commit { source })?;
        search::rebuild(&runner.store, keyspace).await.map_err(|source| LoadError::Search { source })?;
        self.migrate(&plugin, &loaded).await?;
        if loaded.exports().lifecycle.is_some() {
            let health = runner.run(&loaded, &by_the_host("health"), lifecycle::HealthCall).await;
            health.map_err(|source| LoadError::Unwell { source: Box::new(source) })?;
        }
        Ok((plugin, loaded))
    }

    /// Brings the data of a plugin to the version that `loaded` expects, from wherever they are.
    async fn migrate(&self, plugin: &Plugin, loaded: &Arc<Loaded>) -> Result<(), LoadError> {
        let runner = &self.plugins.runner;
        let wanted = loaded.manifest().data_version();
        loop {
            let progress = Progress::read(&runner.store, plugin.keyspace);
            let (from, cursor) = match progress.map_err(|source| LoadError::Read { source })? {
                Some(Progress::At(found)) if found == wanted => return Ok(()),
                Some(Progress::At(found)) if found < wanted => (found, None),
                Some(Progress::Between { from, to, cursor }) if to == wanted => (from, Some(cursor)),
                Some(Progress::At(found) | Progress::Between { to: found, .. }) => {
                    return Err(LoadError::DataVersion { found, wanted });
                }
                None => {
                    let mut transaction = runner.store.begin().map_err(|source| LoadError::Read { source })?;
                    Progress::At(wanted).put(plugin.keyspace, &mut transaction);
                    return transaction.commit().await.map_err(|source| LoadError::Commit { source });
                }
            };
            // Until the data are what it expects, nobody reads or writes them but the migration.
            self.plugins.change(plugin, |versions| *versions = crate::plugins::Versions::default());
            let step = lifecycle::MigrateCall { from, to: wanted, cursor };
            let stepped = runner.run(loaded, &by_the_host("migrate"), step).await;
            stepped.map_err(|source| LoadError::Migration { from, to: wanted, source: Box::new(source) })?;
        }
    }
}

fn by_the_host(what: &str) -> Caller {
    Caller {
        request_id: format!("{what}-{}", uuid::Uuid::now_v7()),
        principal: Principal::System,
        locale: "es".to_owned(),
        trace_parent: None,
    }
}
