//! Which version of a plugin runs: loaded, on trial, ended, erased.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::identifier::MemberId;
use storage::{Batch, CommitError, Keyspace, Quota};
use tokio::task::spawn_blocking;

use crate::agenda;
use crate::call::{Caller, Principal, Runner, lifecycle};
use crate::host::{PluginHost, Version};
use crate::host_error::LoadError;
use crate::locales;
use crate::manifest::Manifest;
use crate::migration::Progress;
use crate::plugin::{Loaded, Parts};
use crate::plugins::{Canary, Plugin, Versions};
use crate::rows::{Kind, key};
use crate::search;

/// So long one try at a migration goes on.
const MIGRATE_FOR: Duration = Duration::from_secs(60);
/// So often the schedules are put on an agenda that others write.
const MAX_CONFLICTS: u32 = 16;

impl PluginHost {
    /// Loads a version of a plugin, brings its data to its data version, asks whether it is well, and lets it have the
    /// calls. If anything is refused, whatever was loaded before goes on; but once a migration has begun, nobody gets
    /// calls until it has ended.
    ///
    /// # Errors
    /// [`LoadError`] names what was refused.
    pub async fn load(&self, version: Version) -> Result<(), LoadError> {
        let (plugin, loaded) = self.link(version)?;
        let (store, bytes) = (&self.plugins().runner.store, loaded.limits().storage_bytes());
        self.claim(&plugin, &loaded).await?;
        // As much as the version before has, until this one takes its place.
        let before = plugin.versions().current.as_ref().map_or(0, |current| current.limits().storage_bytes());
        self.give_room(&plugin, bytes.max(before)).await?;
        search::rebuild(store, plugin.keyspace).await.map_err(|source| LoadError::Search { source })?;
        self.migrate(&plugin, &loaded).await?;
        self.ask_whether_it_is_well(&loaded).await?;
        self.plan(&loaded).await?;
        self.give_room(&plugin, bytes).await?;
        self.expect(loaded.subsystem().member(), loaded.manifest());
        self.plugins().change(&plugin, |versions| {
            versions.current = Some(loaded);
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
        let current = self.plugins().current(&name).ok_or(LoadError::NotLoaded { plugin: name })?;
        let (found, wanted) = (current.manifest().data_version(), version.manifest.data_version());
        if found != wanted {
            return Err(LoadError::DataVersion { found, wanted });
        }
        let (plugin, version) = self.link(version)?;
        self.ask_whether_it_is_well(&version).await?;
        self.plugins()
            .change(&plugin, |versions| versions.canary = Some(Canary { version, percent: percent.min(100) }));
        Ok(())
    }

    /// Ends a trial, if there is one: the current version has all calls.
    ///
    /// # Errors
    /// When no such plugin is loaded.
    pub fn end_trial(&self, name: &str) -> Result<(), LoadError> {
        let plugin = self.plugin(name)?;
        self.plugins().change(&plugin, |versions| versions.canary = None);
        Ok(())
    }

    /// Ends a plugin. Its data stay, for when it is loaded again.
    pub fn unload(&self, name: &str) {
        self.plugins().remove(name);
    }

    /// Ends a plugin and erases everything that it keeps.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn erase(&self, name: &str) -> Result<(), LoadError> {
        self.plugins().remove(name);
        let mut batch = Batch::new();
        let keyspace = keyspace(name)?;
        batch.clear(keyspace).quota(keyspace, Quota::Uncounted);
        self.plugins().runner.store.commit(batch).await.map_err(|source| LoadError::Commit { source })?;
        let (files, name) = (self.plugins().runner.environment.blobs.clone(), name.to_owned());
        let removed = spawn_blocking(move || files.remove_all(&name)).await;
        // Without a result the runtime is ending; what is left has no rows, and is swept if the plugin comes back.
        removed.unwrap_or(Ok(())).map_err(|source| LoadError::Blobs { source })
    }

    /// Notes that a plugin will be loaded: what others publish meanwhile waits for it.
    pub fn expect(&self, member: &MemberId, manifest: &Manifest) {
        self.plugins().topics.hears(member, manifest);
    }

    fn plugin(&self, name: &str) -> Result<Arc<Plugin>, LoadError> {
        self.plugins().plugin(name).ok_or_else(|| LoadError::NotLoaded { plugin: name.to_owned() })
    }

    /// Links a version.
    fn link(&self, version: Version) -> Result<(Arc<Plugin>, Arc<Loaded>), LoadError> {
        let name = version.manifest.name().as_str().to_owned();
        let runner = &self.plugins().runner;
        let component = runner.engine.link(&version.component);
        let component = component.map_err(|error| LoadError::Link { reason: format!("{error:#}") })?;
        let files = version.files.iter().map(|(name, content)| (name.as_str(), &content[..]));
        let texts = locales::read(files).map_err(|source| LoadError::Texts { source })?;
        let keyspace = keyspace(&name)?;
        let plugin = self.plugins().install(&name, keyspace);
        let loaded = Loaded::new(Parts {
            manifest: version.manifest,
            digest: version.digest,
            files: version.files,
            texts,
            component,
            subsystem: version.subsystem,
            keyspace,
            limits: version.limits,
            given: version.given,
            keys: self.secret().keys_of(&name),
            topics: self.plugins().topics.clone(),
            vitals: plugin.vitals.clone(),
            agenda: plugin.agenda.clone(),
        });
        let loaded = Arc::new(loaded.map_err(|source| LoadError::Given { source })?);
        Ok((plugin, loaded))
    }

    async fn ask_whether_it_is_well(&self, loaded: &Arc<Loaded>) -> Result<(), LoadError> {
        if loaded.exports().lifecycle.is_some() {
            let health = self.plugins().runner.run(loaded, &by_the_host("health"), lifecycle::HealthCall).await;
            health.map_err(|source| LoadError::Unwell { source: Box::new(source) })?;
        }
        Ok(())
    }

    /// Notes whose the data are, and refuses another member's plugin of the same name: it would read what it must not,
    /// and send in its own name what the other ordered.
    async fn claim(&self, plugin: &Plugin, loaded: &Loaded) -> Result<(), LoadError> {
        let (store, member) = (&self.plugins().runner.store, loaded.subsystem().member().to_string());
        let row = key(Kind::About, b"member");
        let mut transaction = store.begin().map_err(|source| LoadError::Read { source })?;
        let found = transaction.get(plugin.keyspace, &row).map_err(|source| LoadError::Read { source })?;
        match found.map(|found| String::from_utf8_lossy(&found).into_owned()) {
            Some(found) if found == member => return Ok(()),
            Some(found) => return Err(LoadError::OtherMember { found, wanted: member }),
            None => transaction.put(plugin.keyspace, row, member.into_bytes()),
        };
        transaction.commit().await.map_err(|source| LoadError::Commit { source })
    }

    async fn give_room(&self, plugin: &Plugin, bytes: u64) -> Result<(), LoadError> {
        let mut batch = Batch::new();
        batch.quota(plugin.keyspace, Quota::Bytes(bytes));
        self.plugins().runner.store.commit(batch).await.map_err(|source| LoadError::Commit { source })
    }

    /// Puts the schedules of a version on the agenda, which is worked through beside.
    async fn plan(&self, loaded: &Loaded) -> Result<(), LoadError> {
        let Runner { store, clock, .. } = &self.plugins().runner;
        for _ in 0..MAX_CONFLICTS {
            let mut transaction = store.begin().map_err(|source| LoadError::Read { source })?;
            agenda::plan(loaded, clock.now(), &mut transaction).map_err(|source| LoadError::Read { source })?;
            match transaction.commit().await {
                Err(CommitError::Conflict { .. }) => {}
                planned => return planned.map_err(|source| LoadError::Commit { source }),
            }
        }
        Err(LoadError::Busy { attempts: MAX_CONFLICTS })
    }

    /// Brings the data of a plugin to the version that `loaded` expects, from wherever they are. What was done stays
    /// done where it takes too long: the next try goes on there.
    async fn migrate(&self, plugin: &Plugin, loaded: &Arc<Loaded>) -> Result<(), LoadError> {
        let runner = &self.plugins().runner;
        let (wanted, began) = (loaded.manifest().data_version(), Instant::now());
        loop {
            let progress = Progress::read(&runner.store, plugin.keyspace);
            let (from, cursor) = match progress.map_err(|source| LoadError::Progress { source })? {
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
            if began.elapsed() > MIGRATE_FOR {
                return Err(LoadError::StillMigrating { from, to: wanted, tried: MIGRATE_FOR });
            }
            // Until the data are what it expects, nobody reads or writes them but the migration.
            self.plugins().change(plugin, |versions| *versions = Versions::default());
            let step = lifecycle::MigrateCall { from, to: wanted, cursor };
            let stepped = runner.run(loaded, &by_the_host("migrate"), step).await;
            stepped.map_err(|source| LoadError::Migration { from, to: wanted, source: Box::new(source) })?;
        }
    }
}

/// The keyspace of a plugin's state.
fn keyspace(name: &str) -> Result<Keyspace, LoadError> {
    Keyspace::named(&format!("plugin/{name}")).map_err(|source| LoadError::Keyspace { source })
}

fn by_the_host(what: &str) -> Caller {
    Caller {
        request_id: format!("{what}-{}", uuid::Uuid::now_v7()),
        principal: Principal::System,
        locale: "es".to_owned(),
        trace_parent: None,
        document: None,
    }
}
