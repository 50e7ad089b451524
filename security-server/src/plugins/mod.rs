//! The plugins of this server: sandboxes that answer services, and send messages, in the name of its subsystems.
//!
//! What runs is what the server configuration says: [`Plugins::bring_up`] loads, reloads and ends plugins until it is so.
//! One that cannot be loaded keeps nobody else from running; why is kept for whoever asks.

mod documents;
mod error;
mod exchange;
mod fit;
mod loading;
mod packages;
mod reconciliation;
mod report;
mod running;

pub(crate) use error::PluginRefusal;
pub(crate) use exchange::{PluginDoor, PluginExchange};
pub(crate) use packages::{PACKAGES, Packages};
pub(crate) use reconciliation::Reconciliation;
pub(crate) use report::Report;
pub(crate) use running::{DATA, DATA_FORMAT, PluginParts};

use crate::messaging::Messaging;
use crate::server_configuration::{Plugin, ServerConfiguration};
use crate::settings::PluginSettings;
use jiff::Timestamp;
use loading::LoadedAs;
use plugin_host::manifest::PluginName;
use plugin_host::package::{Package, PackageTrust, VerifiedPackage};
use plugin_host::{Agendas, Answer, CallError, Caller, PluginHost, Request, Sender};
use protocol::hash::Sha256Hash;
use running::Running;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use storage::Store;
use tokio::sync::OnceCell;

/// The plugins of a server.
pub(crate) struct Plugins {
    messaging: Arc<Messaging>,
    settings: PluginSettings,
    packages: Packages,
    reconciliation: Reconciliation,
    parts: PluginParts,
    // Made with the first plugin: a server without one has no sandboxes, and no thread for them.
    running: OnceCell<Running>,
    // What the host holds, and from what it was loaded: one change after the other.
    loaded: tokio::sync::Mutex<BTreeMap<PluginName, LoadedAs>>,
    // Why a plugin is not as the document says. A look-up a request of the administrator, and never across a wait.
    refused: Mutex<BTreeMap<PluginName, String>>,
}

impl Plugins {
    /// The plugins of the server whose folder the parts name; none runs yet.
    pub(crate) fn new(messaging: Arc<Messaging>, settings: PluginSettings, parts: PluginParts) -> Self {
        Self {
            messaging,
            settings,
            packages: Packages::in_folder(parts.folder.join(PACKAGES)),
            reconciliation: Reconciliation::of(&parts.folder),
            parts,
            running: OnceCell::new(),
            loaded: tokio::sync::Mutex::default(),
            refused: Mutex::default(),
        }
    }

    /// Has a plugin answer a call of one of its services.
    ///
    /// # Errors
    /// [`CallError`].
    pub(crate) async fn call(
        &self,
        name: &PluginName,
        caller: Caller,
        request: Request,
        sender: Option<Sender>,
    ) -> Result<Answer, CallError> {
        let running = self.running.get().ok_or(CallError::Unknown)?;
        running.host().call_service_of(name.as_str(), caller, request, sender).await
    }

    /// Takes a package in, if it is whole and signed by whom this server trusts.
    ///
    /// # Errors
    /// [`PluginRefusal`]; nothing of it is kept then.
    pub(crate) async fn hand_over(self: &Arc<Self>, bytes: bytes::Bytes) -> Result<VerifiedPackage, PluginRefusal> {
        let plugins = self.clone();
        // Megabytes are parsed and written beside the async threads.
        let taken = tokio::task::spawn_blocking(move || {
            let verified = plugins.verified(Package::read(&bytes)?)?;
            plugins.packages.keep(&verified, &bytes)?;
            Ok(verified)
        });
        taken.await.map_err(|_| PluginRefusal::Stopping)?
    }

    /// A package that was handed over, and is signed by whom this server trusts now.
    ///
    /// # Errors
    /// [`PluginRefusal`] when it is not there, was changed, or is not trusted any more.
    pub(crate) async fn package(self: &Arc<Self>, digest: Sha256Hash) -> Result<VerifiedPackage, PluginRefusal> {
        let plugins = self.clone();
        let read = tokio::task::spawn_blocking(move || plugins.verified(plugins.packages.read(&digest)?));
        read.await.map_err(|_| PluginRefusal::Stopping)?
    }

    /// Whether the plugins that a document changes fit their packages. Those that it leaves as they are were judged before.
    ///
    /// # Errors
    /// [`PluginRefusal`] for the first that does not, and its name.
    pub(crate) async fn check(
        self: &Arc<Self>,
        planned: &ServerConfiguration,
        in_force: &ServerConfiguration,
    ) -> Result<(), (PluginName, PluginRefusal)> {
        for plugin in planned.plugins() {
            let services = |configuration: &ServerConfiguration| {
                configuration.services_by(plugin).map(|service| service.id().clone()).collect::<Vec<_>>()
            };
            let is_as_before = in_force.plugin(plugin.name().as_str()).is_some_and(|before| before == plugin)
                && services(planned) == services(in_force);
            if !is_as_before {
                self.fits(plugin, planned).await.map_err(|refusal| (plugin.name().clone(), refusal))?;
            }
        }
        Ok(())
    }

    /// Ends a plugin that no document names any more, and erases what it kept.
    ///
    /// # Errors
    /// [`PluginRefusal`] when the document names it, or the store refuses.
    pub(crate) async fn erase(self: &Arc<Self>, name: &PluginName) -> Result<(), PluginRefusal> {
        let mut loaded = self.loaded.lock().await;
        if self.messaging.server_configuration.load().plugin(name.as_str()).is_some() {
            return Err(PluginRefusal::InUse { name: name.clone() });
        }
        let running = self.running().await?;
        running.host().erase(name.as_str()).await.map_err(|source| PluginRefusal::Host { source })?;
        loaded.remove(name);
        Ok(())
    }

    /// Since when the agendas wait because the plugins' data come from a copy.
    ///
    /// # Errors
    /// When the note of it cannot be read.
    pub(crate) fn waiting_since(&self) -> Result<Option<Timestamp>, PluginRefusal> {
        self.reconciliation.since().map_err(|source| self.unnoted("read", source))
    }

    /// Has the agendas worked through from now on, and after the next start.
    ///
    /// # Errors
    /// When the end of the wait cannot be noted: then it goes on.
    pub(crate) fn resume(&self) -> Result<(), PluginRefusal> {
        self.reconciliation.done().map_err(|source| self.unnoted("remove", source))?;
        if let Some(running) = self.running.get() {
            running.host().reconciled();
        }
        Ok(())
    }

    fn unnoted(&self, doing: &'static str, source: std::io::Error) -> PluginRefusal {
        PluginRefusal::File { doing, path: self.reconciliation.path(), source }
    }

    /// Ends the work of all plugins; what they have ordered is done after the next start.
    pub(crate) async fn close(&self) {
        if let Some(running) = self.running.get() {
            running.close().await;
        }
    }

    async fn fits(self: &Arc<Self>, plugin: &Plugin, configuration: &ServerConfiguration) -> Result<(), PluginRefusal> {
        let services: Vec<_> = configuration.services_by(plugin).cloned().collect();
        let package = self.package(*plugin.package()).await?;
        let manifest = package.package().manifest();
        fit::check(plugin, manifest, &services)?;
        if let Some(trial) = plugin.trial() {
            let on_trial = self.package(trial.package).await?;
            fit::check(plugin, on_trial.package().manifest(), &services)?;
            fit::check_trial(manifest, on_trial.package().manifest())?;
        }
        Ok(())
    }

    fn verified(&self, package: Package) -> Result<VerifiedPackage, PluginRefusal> {
        let judgement = self.messaging.configuration.newest().ok_or(PluginRefusal::NoConfiguration)?;
        let owner = [self.messaging.server.owner().clone()];
        let trust = PackageTrust {
            configuration: judgement.global(),
            authors: self.settings.authors.as_deref().unwrap_or(&owner),
            authority: self.settings.authority.as_ref(),
            now: self.messaging.now(),
        };
        Ok(package.verify(&trust)?)
    }

    /// The host, made where there is none yet.
    ///
    /// # Errors
    /// [`PluginRefusal`] when its folder or its settings do not do.
    pub(crate) async fn shared_host(&self) -> Result<(Arc<PluginHost>, Store), PluginRefusal> {
        let running = self.running().await?;
        Ok((running.shared_host(), running.store()))
    }

    async fn running(&self) -> Result<&Running, PluginRefusal> {
        let agendas = || self.waiting_since().map(|since| since.map_or(Agendas::Work, |_| Agendas::Wait));
        let start = || async { Running::start(&self.parts, &self.settings, &self.messaging, agendas()?).await };
        self.running.get_or_try_init(start).await
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, BTreeMap<PluginName, String>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
