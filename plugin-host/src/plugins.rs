//! The plugins of a server: which are loaded, in which version, and what came before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use protocol::hash::Sha256Hash;
use protocol::identifier::ServiceId;
use storage::Keyspace;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::agenda::Agenda;
use crate::blobs::Sweeper;
use crate::call::Runner;
use crate::plugin::Loaded;
use crate::rate::Rate;
use crate::topics::Topics;
use crate::vitals::Vitals;

/// Every plugin of a server, and what they run on.
pub(crate) struct Plugins {
    pub(crate) runner: Runner,
    pub(crate) topics: Topics,
    installed: ArcSwap<BTreeMap<String, Arc<Plugin>>>,
    // Held while the set is changed, so that no change is lost.
    changing: Mutex<()>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// A plugin, through all its versions.
pub(crate) struct Plugin {
    pub(crate) keyspace: Keyspace,
    pub(crate) vitals: Arc<Vitals>,
    pub(crate) agenda: Arc<Notify>,
    versions: ArcSwap<Versions>,
    stop: CancellationToken,
}

/// The versions of a plugin that a server holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Versions {
    /// The one that gets calls; `None` while it is installed and not loaded.
    pub(crate) current: Option<Arc<Loaded>>,
    /// One that gets some of the calls.
    pub(crate) canary: Option<Canary>,
}

/// A version on trial.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    pub(crate) version: Arc<Loaded>,
    pub(crate) percent: u8,
}

impl Plugins {
    pub(crate) fn new(runner: Runner, shutdown: CancellationToken) -> Self {
        Self {
            runner,
            topics: Topics::default(),
            installed: ArcSwap::default(),
            changing: Mutex::new(()),
            tasks: TaskTracker::new(),
            shutdown,
        }
    }

    /// A plugin, whether a version of it is loaded or not.
    pub(crate) fn plugin(&self, name: &str) -> Option<Arc<Plugin>> {
        self.installed.load().get(name).cloned()
    }

    /// The version that gets what has no caller: events and migrations.
    pub(crate) fn current(&self, name: &str) -> Option<Arc<Loaded>> {
        self.installed.load().get(name)?.versions.load().current.clone()
    }

    /// The version that gets a call: the one on trial for its share, chosen by the request.
    pub(crate) fn called(&self, name: &str, request_id: &str) -> Option<Arc<Loaded>> {
        let versions = self.installed.load().get(name)?.versions.load_full();
        match &versions.canary {
            Some(canary) if share(request_id) < canary.percent => Some(canary.version.clone()),
            _ => versions.current.clone(),
        }
    }

    /// The plugin that answers a service.
    pub(crate) fn serving(&self, service: &ServiceId) -> Option<Arc<Loaded>> {
        let answers = |plugin: &Arc<Loaded>| {
            plugin.subsystem() == service.subsystem()
                && plugin.manifest().services().iter().any(|offered| offered.code().as_str() == service.code())
        };
        let installed = self.installed.load();
        installed.values().find_map(|plugin| plugin.versions.load().current.clone().filter(answers))
    }

    pub(crate) fn all(&self) -> Vec<(String, Arc<Plugin>)> {
        self.installed.load().iter().map(|(name, plugin)| (name.clone(), plugin.clone())).collect()
    }

    /// The plugin of a name; installed, and its agenda begun, if it was not.
    pub(crate) fn install(self: &Arc<Self>, name: &str, keyspace: Keyspace) -> Arc<Plugin> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plugin) = self.plugin(name) {
            return plugin;
        }
        let plugin = Arc::new(Plugin {
            keyspace,
            vitals: Arc::default(),
            agenda: Arc::default(),
            versions: ArcSwap::default(),
            stop: self.shutdown.child_token(),
        });
        let mut installed = BTreeMap::clone(&self.installed.load());
        installed.insert(name.to_owned(), plugin.clone());
        self.installed.store(Arc::new(installed));
        let (plugins, woken) = (self.clone(), plugin.agenda.clone());
        let agenda = Agenda { plugins, plugin: name.to_owned(), keyspace, woken, rate: Rate::default() };
        self.tasks.spawn(agenda.work(plugin.stop.clone()));
        self.tasks.spawn(self.sweeper(name, keyspace).work(plugin.stop.clone()));
        plugin
    }

    pub(crate) fn sweeper(&self, name: &str, keyspace: Keyspace) -> Sweeper {
        Sweeper {
            files: self.runner.environment.blobs.clone(),
            store: self.runner.store.clone(),
            clock: self.runner.clock.clone(),
            plugin: name.to_owned(),
            keyspace,
        }
    }

    /// Changes the versions of a plugin; calls that are under way end with the version they began with.
    pub(crate) fn change(&self, plugin: &Plugin, change: impl FnOnce(&mut Versions)) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut versions = Versions::clone(&plugin.versions.load());
        change(&mut versions);
        plugin.versions.store(Arc::new(versions));
        plugin.agenda.notify_one();
    }

    /// Ends a plugin: it gets no calls and no events any more.
    pub(crate) fn remove(&self, name: &str) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut installed = BTreeMap::clone(&self.installed.load());
        if let Some(plugin) = installed.remove(name) {
            plugin.stop.cancel();
        }
        self.installed.store(Arc::new(installed));
        self.topics.forget(name);
    }

    /// Ends all work. What is on the agendas stays there.
    pub(crate) async fn close(&self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.installed.store(Arc::default());
    }
}

impl Plugin {
    pub(crate) fn versions(&self) -> Arc<Versions> {
        self.versions.load_full()
    }
}

/// A number below 100 that stays the same for a request.
fn share(request_id: &str) -> u8 {
    let digest = Sha256Hash::of(request_id.as_bytes());
    // A fifth of a percent more for the first 36 numbers is no matter.
    u16::from_be_bytes([digest.as_bytes()[0], digest.as_bytes()[1]]).rem_euclid(100) as u8
}
