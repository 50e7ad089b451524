//! Calls that failed, kept so that whoever looks for the mistake, or has mended it, can replay them.
//!
//! None is kept before an administrator says for how many days, and never one of a page or service that the manifest calls
//! confidential: what was sent may be a citizen's. Each is sealed by a key of the server that no plugin has, and nobody is
//! shown its contents, only where it went and what it was made of. A replay runs in a transaction that is thrown away, asks
//! nobody anything, and has the time of then.

mod keep;
mod record;
mod replay;

use clock::Timestamp;
use storage::{Batch, CommitError, Direction, KeyRange, ReadError};

use crate::call::CallError;
use crate::host::PluginHost;
use crate::plugins::Plugin;
use crate::rows::{Kind, due_of, key, milliseconds, time_at};
pub(crate) use record::KeptRequest;
use record::Record;
pub use replay::{ReplayEnd, Replayed};

/// A call that failed, without what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCall {
    /// The id of the request, as it stands in the log and on the page that said that it failed.
    pub id: String,
    /// When it was called.
    pub called_at: Timestamp,
    /// When it is forgotten.
    pub kept_until: Timestamp,
    /// The plugin's version then.
    pub version: String,
    /// Why it failed.
    pub failure: String,
    /// What was called.
    pub called: Called,
    /// The method, as in HTTP.
    pub method: String,
    /// The names of the query's parameters and of the form's fields.
    pub fields: Vec<String>,
    /// Bytes of its body.
    pub body_bytes: usize,
    /// Files of a form. They are gone after an hour, and a replay finds none of them then.
    pub files: usize,
    /// Questions to others that were answered before it failed. A replay gets the same answers.
    pub answers: usize,
}

/// What was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// A page, by its route.
    Page(String),
    /// A service, by its code.
    Service(String),
}

/// Which version of a plugin a call is replayed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayedBy {
    /// The one that gets calls.
    Current,
    /// The one on trial.
    Trial,
}

/// Why failed calls are not shown, or none is replayed.
#[derive(Debug, thiserror::Error)]
pub enum FailedCallError {
    /// No plugin of this name is loaded, or not in that version.
    #[error("no {} of the plugin {plugin:?} is loaded", match .by { ReplayedBy::Current => "version", ReplayedBy::Trial => "version on trial" })]
    NotLoaded {
        /// The name.
        plugin: String,
        /// Which version.
        by: ReplayedBy,
    },
    /// No failed call of this id is kept.
    #[error("no failed call {id:?} of the plugin {plugin:?} is kept")]
    Unknown {
        /// The plugin.
        plugin: String,
        /// The id.
        id: String,
    },
    /// The store cannot be read.
    #[error("the plugin's failed calls cannot be read")]
    Read(#[from] ReadError),
    /// The store cannot be written.
    #[error("the plugin's failed calls cannot be written")]
    Commit(#[from] CommitError),
    /// It was not run to an end.
    #[error("the call was not replayed to an end")]
    Call(#[from] CallError),
}

impl PluginHost {
    /// The failed calls of a plugin that are kept, the next to be forgotten first. What cannot be unsealed, because the
    /// server's secret is another one now, is left out.
    ///
    /// # Errors
    /// [`FailedCallError`] when the plugin is not loaded or the store cannot be read.
    pub fn failed_calls(&self, name: &str) -> Result<Vec<FailedCall>, FailedCallError> {
        Ok(self.records(name)?.into_iter().map(|(_, until, record)| record.shown(until)).collect())
    }

    /// Forgets a failed call.
    ///
    /// # Errors
    /// [`FailedCallError`].
    pub async fn forget_failed_call(&self, name: &str, id: &str) -> Result<(), FailedCallError> {
        let (row, _) = self.record(name, id)?;
        let mut batch = Batch::new();
        batch.delete(self.installed(name)?.keyspace, row);
        Ok(self.plugins().runner.store.commit(batch).await?)
    }

    /// The last call of this id that failed.
    fn record(&self, name: &str, id: &str) -> Result<(Vec<u8>, Record), FailedCallError> {
        let found = self.records(name)?.into_iter().rfind(|(_, _, record)| record.id == id);
        let found = found.map(|(row, _, record)| (row, record));
        found.ok_or_else(|| FailedCallError::Unknown { plugin: name.to_owned(), id: id.to_owned() })
    }

    fn records(&self, name: &str) -> Result<Vec<(Vec<u8>, Timestamp, Record)>, FailedCallError> {
        let (keyspace, runner) = (self.installed(name)?.keyspace, &self.plugins().runner);
        let now = milliseconds(runner.clock.now());
        let snapshot = runner.store.snapshot()?;
        let keys = self.secret().keys_of(name);
        let mut records = Vec::new();
        for entry in snapshot.scan(keyspace, KeyRange::prefix(key(Kind::FailedCall, &[])), Direction::Ascending)? {
            let (row, sealed) = entry?;
            let until = due_of(Kind::FailedCall, &row).unwrap_or(0);
            if let Some(record) = Record::open(&keys, &row, &sealed).filter(|_| until > now) {
                records.push((row, time_at(until), record));
            }
        }
        Ok(records)
    }

    fn installed(&self, name: &str) -> Result<std::sync::Arc<Plugin>, FailedCallError> {
        let plugin = self.plugins().plugin(name);
        plugin.ok_or_else(|| FailedCallError::NotLoaded { plugin: name.to_owned(), by: ReplayedBy::Current })
    }
}

/// The calls that are not kept any more.
pub(crate) fn outdated(now: Timestamp) -> KeyRange {
    KeyRange::between(key(Kind::FailedCall, &[])..key(Kind::FailedCall, &milliseconds(now).to_be_bytes()))
}
