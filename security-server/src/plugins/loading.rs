//! From what the document says to what runs.

use super::running::Running;
use super::{PluginRefusal, Plugins, fit};
use crate::metaservices::Descriptions;
use crate::server_configuration::{Plugin, ServerConfiguration};
use aws_lc_rs::digest;
use openapi::Description;
use plugin_host::Version;
use plugin_host::manifest::PluginName;
use plugin_host::package::VerifiedPackage;
use protocol::hash::Sha256Hash;
use protocol::identifier::ServiceId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What a plugin was loaded from.
#[derive(Debug, Clone)]
pub(super) struct LoadedAs {
    plugin: Arc<Plugin>,
    /// Tells a secret that was changed; the values are the host's.
    secrets: Sha256Hash,
    /// What its package says of its services.
    descriptions: Vec<(ServiceId, Arc<Description>)>,
}

/// A plugin that is not as it should be is tried again after this.
const TRY_AGAIN: Duration = Duration::from_secs(60);
/// So long a start waits for its plugins.
const START_WITHIN: Duration = Duration::from_secs(20);

impl Plugins {
    /// Brings the host to what the document in force says. A plugin that cannot be loaded is left as it is, and why is
    /// kept.
    pub(crate) async fn bring_up(self: &Arc<Self>) {
        let mut loaded = self.loaded.lock().await;
        // Read when it is our turn: whoever was before may have brought the host to a newer document.
        let configuration = self.messaging.server_configuration.load_full();
        if configuration.plugins().next().is_none() && self.running.get().is_none() {
            return;
        }
        let running = match self.running().await {
            Ok(running) => running,
            Err(refusal) => {
                let why = crate::upkeep::words(&refusal);
                tracing::error!(why, "no plugin can be run");
                let all = configuration.plugins().map(|plugin| (plugin.name().clone(), why.clone()));
                *self.refused() = all.collect();
                return;
            }
        };
        for name in running.host().names() {
            if configuration.plugin(&name).is_none() {
                running.host().unload(&name);
                tracing::info!(plugin = name, "ended a plugin");
            }
        }
        loaded.retain(|name, _| configuration.plugin(name.as_str()).is_some());
        self.announce(running, &configuration).await;
        self.refused().retain(|name, _| configuration.plugin(name.as_str()).is_some());
        for plugin in configuration.plugins() {
            let name = plugin.name();
            match self.load(running, plugin, &mut loaded).await {
                Ok(()) => drop(self.refused().remove(name)),
                Err(refusal) => {
                    let why = crate::upkeep::words(&refusal);
                    tracing::error!(plugin = %name, why, "a plugin is not as the server configuration says");
                    self.refused().insert(name.clone(), why);
                }
            }
        }
        self.describe(&loaded);
    }

    /// Loads one plugin of the document in force anew, with its secrets as they are now.
    ///
    /// # Errors
    /// [`PluginRefusal`]; what was loaded before goes on.
    pub(crate) async fn reload(self: &Arc<Self>, name: &PluginName) -> Result<Arc<Plugin>, PluginRefusal> {
        let mut loaded = self.loaded.lock().await;
        let configuration = self.messaging.server_configuration.load_full();
        let plugin = configuration.plugin(name.as_str());
        let plugin = plugin.ok_or_else(|| PluginRefusal::NotConfigured { name: name.clone() })?;
        let running = self.running().await?;
        loaded.remove(name);
        self.load(running, plugin, &mut loaded).await?;
        self.refused().remove(name);
        self.describe(&loaded);
        Ok(plugin.clone())
    }

    /// Brings the host to what is in force, and goes on trying while a plugin is not as it should be: what it lacks may
    /// come later. A slow one does not keep the server from opening its sockets.
    pub(crate) async fn begin(self: Arc<Self>, tasks: &TaskTracker, shutdown: &CancellationToken) {
        let (plugins, shutdown) = (self, shutdown.clone());
        let (settled, first) = tokio::sync::oneshot::channel();
        tasks.spawn(async move {
            let work = async {
                plugins.bring_up().await;
                let _ = settled.send(());
                loop {
                    tokio::time::sleep(TRY_AGAIN).await;
                    if !plugins.refused().is_empty() {
                        plugins.bring_up().await;
                    }
                }
            };
            shutdown.run_until_cancelled(work).await
        });
        let _ = tokio::time::timeout(START_WITHIN, first).await;
    }

    /// Has the host know what each plugin is to hear, before any of them publishes something.
    async fn announce(self: &Arc<Self>, running: &Running, configuration: &ServerConfiguration) {
        for plugin in configuration.plugins() {
            // Why it cannot be read is said when it is loaded.
            if let Ok(package) = self.package(*plugin.package()).await {
                running.host().expect(plugin.client().member(), package.package().manifest());
            }
        }
    }

    /// Brings the host to what the document says of one plugin, and notes what is loaded, also where the version on
    /// trial is refused.
    async fn load(
        self: &Arc<Self>,
        running: &Running,
        plugin: &Arc<Plugin>,
        loaded: &mut BTreeMap<PluginName, LoadedAs>,
    ) -> Result<(), PluginRefusal> {
        let plugin = &Arc::new(plugin.without_staff());
        let secrets = fingerprint(&fit::secrets_of(plugin)?);
        let before = loaded.get(plugin.name()).filter(|before| before.secrets == secrets);
        if before.is_some_and(|before| before.plugin == *plugin) {
            return Ok(());
        }
        let descriptions = match before.filter(|before| before.plugin.is_same_but_for_the_trial(plugin)) {
            Some(before) => {
                let ended = running.host().end_trial(plugin.name().as_str());
                ended.map_err(|source| PluginRefusal::Host { source })?;
                before.descriptions.clone()
            }
            None => self.load_current(running, plugin).await?,
        };
        let without_trial = Arc::new(plugin.without_trial());
        loaded.insert(plugin.name().clone(), LoadedAs { plugin: without_trial, secrets, descriptions });
        if let Some(trial) = plugin.trial() {
            let package = self.package(trial.package).await?;
            let version = version(running, plugin, &package).await?;
            let tried = running.host().try_out(version, trial.percent).await;
            tried.map_err(|source| PluginRefusal::Host { source })?;
            tracing::info!(plugin = %plugin.name(), package = %trial.package, percent = trial.percent, "put on trial");
        }
        if let Some(as_loaded) = loaded.get_mut(plugin.name()) {
            as_loaded.plugin = plugin.clone();
        }
        Ok(())
    }

    async fn load_current(
        self: &Arc<Self>,
        running: &Running,
        plugin: &Plugin,
    ) -> Result<Vec<(ServiceId, Arc<Description>)>, PluginRefusal> {
        let package = self.package(*plugin.package()).await?;
        let version = version(running, plugin, &package).await?;
        running.host().load(version).await.map_err(|source| PluginRefusal::Host { source })?;
        let manifest = package.package().manifest();
        tracing::info!(
            plugin = %plugin.name(), version = %manifest.version(), package = %plugin.package(),
            client.id = %plugin.client(), author = %package.author().member, "loaded a plugin"
        );
        let described = package.package().descriptions().iter();
        let of = |code| ServiceId::of(plugin.client().clone(), code);
        Ok(described.map(|(code, description)| (of(code), Arc::new(description.clone()))).collect())
    }

    /// What metaservices say of the services of plugins.
    fn describe(&self, loaded: &BTreeMap<PluginName, LoadedAs>) {
        let of_plugins: HashMap<_, _> = loaded.values().flat_map(|loaded| loaded.descriptions.clone()).collect();
        self.messaging
            .descriptions
            .rcu(|known| Descriptions { imported: known.imported.clone(), of_plugins: of_plugins.clone() });
    }
}

async fn version(running: &Running, plugin: &Plugin, package: &VerifiedPackage) -> Result<Version, PluginRefusal> {
    let package = package.package();
    let manifest = package.manifest();
    // The document was checked when it was applied; the package and the secrets are what they are now.
    fit::check(plugin, manifest, &[])?;
    Ok(Version {
        manifest: manifest.clone(),
        digest: package.digest().to_string(),
        files: package.extras(),
        component: running.loader().load(package.component()).await?,
        subsystem: plugin.client().clone(),
        given: fit::given(plugin, manifest)?,
        limits: fit::limits(plugin, manifest)?,
    })
}

fn fingerprint(secrets: &BTreeMap<String, String>) -> Sha256Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in secrets.iter().flat_map(|(name, value)| [name, value]) {
        // Lengths stand before the parts, so that no two sets share a digest.
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut bytes = [0; Sha256Hash::SIZE];
    bytes.copy_from_slice(context.finish().as_ref());
    Sha256Hash::from_bytes(bytes)
}
