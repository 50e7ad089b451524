//! How a plugin stands: which versions run, what it holds, and how far behind it is.

use std::sync::Arc;
use std::time::Duration;

use storage::{Direction, KeyRange, Keyspace, ReadError};

use crate::agenda::{self, AgendaEntry, AgendaError};
use crate::host::PluginHost;
use crate::plugin::Loaded;
use crate::rows::{self, Kind, key, milliseconds};
use crate::vitals::Vitals;

/// How a plugin stands.
#[derive(Clone)]
pub struct Standing {
    /// The version that gets calls; `None` while none is loaded.
    pub current: Option<Arc<Loaded>>,
    /// The version on trial, and its share of the calls in percent.
    pub trial: Option<(Arc<Loaded>, u8)>,
    /// What became of its calls.
    pub vitals: Arc<Vitals>,
    /// What it keeps, in bytes.
    pub stored_bytes: u64,
    /// What it has to do.
    pub agenda: AgendaStanding,
}

/// What a plugin has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgendaStanding {
    /// Entries, due or not; counting ends at [`Self::MOST`].
    pub entries: usize,
    /// For how long the oldest one has been due.
    pub late: Duration,
    /// Entries that were given up in the last month; counting ends at [`Self::MOST`].
    pub given_up: usize,
}

impl AgendaStanding {
    /// More entries are not counted.
    pub const MOST: usize = 10_000;
}

impl PluginHost {
    /// How a plugin stands; `None` if it is not installed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn standing(&self, name: &str) -> Result<Option<Standing>, ReadError> {
        let Some(plugin) = self.plugins().plugin(name) else { return Ok(None) };
        let runner = &self.plugins().runner;
        let snapshot = runner.store.snapshot()?;
        let agenda = KeyRange::prefix(key(Kind::Agenda, &[]));
        let (mut entries, mut first) = (0, None);
        for entry in snapshot.scan(plugin.keyspace, agenda, Direction::Ascending)?.take(AgendaStanding::MOST) {
            let (key, _) = entry?;
            first = first.or_else(|| rows::due(&key));
            entries += 1;
        }
        let now = milliseconds(runner.clock.now());
        let late = Duration::from_millis(first.map_or(0, |first| now.saturating_sub(first)));
        let given_up = KeyRange::prefix(key(Kind::GivenUp, &[]));
        let given_up = snapshot.scan(plugin.keyspace, given_up, Direction::Ascending)?;
        let given_up = given_up.take(AgendaStanding::MOST).try_fold(0, |count, entry| entry.map(|_| count + 1))?;
        let versions = plugin.versions();
        Ok(Some(Standing {
            current: versions.current.clone(),
            trial: versions.canary.clone().map(|canary| (canary.version, canary.percent)),
            vitals: plugin.vitals.clone(),
            stored_bytes: snapshot.size_bytes(plugin.keyspace)?.unwrap_or(0),
            agenda: AgendaStanding { entries, late, given_up },
        }))
    }

    /// What stands on a plugin's agenda: its first entries, at most `limit`, by the time they are due.
    ///
    /// # Errors
    /// [`AgendaError`] when the plugin is not loaded or the store cannot be read.
    pub fn agenda(&self, name: &str, limit: usize) -> Result<Vec<AgendaEntry>, AgendaError> {
        Ok(agenda::look(&self.plugins().runner.store, self.keyspace_of(name)?, limit)?)
    }

    /// What a plugin keeps under keys of its own, at most `limit`, by their order: the keys, without the host's byte, and the
    /// values.
    ///
    /// # Errors
    /// [`AgendaError`] when the plugin is not loaded or the store cannot be read.
    pub fn kept(&self, name: &str, limit: usize) -> Result<Vec<storage::Entry>, AgendaError> {
        let (keyspace, snapshot) = (self.keyspace_of(name)?, self.plugins().runner.store.snapshot()?);
        let rows = snapshot.scan(keyspace, KeyRange::prefix(key(Kind::State, &[])), Direction::Ascending)?;
        let row = |row: Result<storage::Entry, ReadError>| row.map(|(key, value)| (key[1..].to_vec(), value));
        Ok(rows.take(limit).map(row).collect::<Result<_, _>>()?)
    }

    /// What a plugin's agenda gave up in the last month, at most `limit`, by the time it had been due.
    ///
    /// # Errors
    /// [`AgendaError`] when the plugin is not loaded or the store cannot be read.
    pub fn given_up(&self, name: &str, limit: usize) -> Result<Vec<AgendaEntry>, AgendaError> {
        Ok(agenda::look_at_given_up(&self.plugins().runner.store, self.keyspace_of(name)?, limit)?)
    }

    /// Puts what was given up on the agenda again, due now, and says how many entries that are: of the plugin's own
    /// events, not messages, which it was told were not delivered.
    ///
    /// # Errors
    /// [`AgendaError`]; what was put by then stays.
    pub async fn retry_given_up(&self, name: &str) -> Result<usize, AgendaError> {
        let (keyspace, runner) = (self.keyspace_of(name)?, &self.plugins().runner);
        let put = agenda::retry(&runner.store, keyspace, runner.clock.now()).await?;
        if let Some(plugin) = self.plugins().plugin(name) {
            plugin.agenda.notify_one();
        }
        Ok(put)
    }

    fn keyspace_of(&self, name: &str) -> Result<Keyspace, AgendaError> {
        let plugin = self.plugins().plugin(name);
        Ok(plugin.ok_or_else(|| AgendaError::NotLoaded { plugin: name.to_owned() })?.keyspace)
    }
}
