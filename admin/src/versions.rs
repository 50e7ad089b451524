//! Keeps every applied configuration with its author and time, in a keyspace of a store.
//!
//! Heads and texts are apart (`h` and `t`, then the version in eight big-endian bytes), so that a history does not read
//! every text that ever was.

use crate::document::{ApplyError, HistoryEntry, HistoryError, Versioned};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{Batch, CommitError, Direction, Expected, KeyRange, Keyspace, ReadError, Snapshot, Store};

/// The versions of one configuration.
#[derive(Debug, Clone)]
pub struct Versions {
    store: Store,
    keyspace: Keyspace,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// Who applied it.
    pub author: String,
    /// When it was applied.
    pub time: Timestamp,
    /// What it says.
    pub text: String,
}

/// Why versions cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The store cannot be read.
    #[error("failed to read the versions of the configuration")]
    Read(#[from] ReadError),
    /// What is kept is not what was written.
    #[error("version {version} of the configuration is damaged")]
    Damaged {
        /// The version.
        version: u64,
    },
}

/// Why a version was not added.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another version is the newest.
    #[error("version {current} is in force, not {expected}")]
    Conflict {
        /// The version the author had seen.
        expected: u64,
        /// The newest version.
        current: u64,
    },
    /// A precondition of what was to become durable with it does not hold.
    #[error("the state changed meanwhile")]
    StateConflict(#[source] CommitError),
    /// The versions cannot be read.
    #[error("failed to read what is in force")]
    Read(#[from] KeepError),
    /// It cannot be made durable.
    #[error("failed to keep the version")]
    Commit(#[source] CommitError),
}

/// A history shows at most this many versions.
const MAX_HISTORY: usize = 1000;

/// As it is stored. Fields may be added with a default: an older program ignores what it does not know.
#[derive(Serialize, Deserialize)]
struct Head {
    author: String,
    time: Timestamp,
    bytes: u64,
}

impl Versions {
    /// The versions in `keyspace`, which nothing else may write to.
    #[must_use]
    pub fn new(store: Store, keyspace: Keyspace) -> Self {
        Self { store, keyspace }
    }

    /// The newest version, if anything was applied yet.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn current(&self) -> Result<Option<Version>, KeepError> {
        let snapshot = self.store.snapshot()?;
        match self.newest(&snapshot)? {
            0 => Ok(None),
            newest => self.read(&snapshot, newest),
        }
    }

    /// One version, if there is such.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn version(&self, version: u64) -> Result<Option<Version>, KeepError> {
        self.read(&self.store.snapshot()?, version)
    }

    /// A version as a [`Document`](crate::Document) shows it; version 0 is the empty text.
    ///
    /// # Errors
    /// When there is no such version or it cannot be read.
    pub fn versioned(&self, version: u64) -> Result<Versioned, HistoryError> {
        match (version, self.version(version)?) {
            (_, Some(found)) => Ok(Versioned { version, text: found.text }),
            (0, None) => Ok(Versioned { version, text: String::new() }),
            (_, None) => Err(HistoryError::Unknown { version }),
        }
    }

    /// The newest thousand versions, newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn history(&self) -> Result<Vec<HistoryEntry>, KeepError> {
        let heads = self.store.snapshot()?.scan(self.keyspace, KeyRange::prefix(HEAD), Direction::Descending)?;
        let mut entries = Vec::new();
        for entry in heads.take(MAX_HISTORY) {
            let (key, head) = entry?;
            let version = version_of(&key)?;
            let Head { author, time, bytes } =
                serde_json::from_slice(&head).map_err(|_| KeepError::Damaged { version })?;
            entries.push(HistoryEntry { version, author, time, bytes });
        }
        Ok(entries)
    }

    /// Adds the version after `expected_version`, together with whatever else `with` holds: both become durable or none.
    ///
    /// # Errors
    /// When another version is the newest, a precondition of `with` does not hold, or it cannot be made durable.
    pub async fn append(
        &self,
        expected_version: u64,
        text: &str,
        author: &str,
        time: Timestamp,
        with: Batch,
    ) -> Result<u64, AppendError> {
        let conflict = |current| AppendError::Conflict { expected: expected_version, current };
        let current = self.newest(&self.store.snapshot().map_err(KeepError::from)?)?;
        if current != expected_version {
            return Err(conflict(current));
        }
        let version = expected_version + 1;
        let head = Head { author: author.to_owned(), time, bytes: text.len() as u64 };
        let head = serde_json::to_vec(&head).map_err(|_| KeepError::Damaged { version })?;
        let mut batch = with;
        // Versions only ever grow, so that the next one is absent says that none was added meanwhile.
        batch.expect(self.keyspace, key(HEAD, version), Expected::Absent);
        batch.put(self.keyspace, key(HEAD, version), head).put(self.keyspace, key(TEXT, version), text);
        match self.store.commit(batch).await {
            Ok(()) => Ok(version),
            Err(CommitError::Conflict { keyspace, .. }) if keyspace == self.keyspace => {
                Err(conflict(self.newest(&self.store.snapshot().map_err(KeepError::from)?)?))
            }
            Err(error @ CommitError::Conflict { .. }) => Err(AppendError::StateConflict(error)),
            Err(error) => Err(AppendError::Commit(error)),
        }
    }

    fn newest(&self, snapshot: &Snapshot) -> Result<u64, KeepError> {
        let mut heads = snapshot.scan(self.keyspace, KeyRange::prefix(HEAD), Direction::Descending)?;
        heads.next().map_or(Ok(0), |entry| version_of(&entry?.0))
    }

    fn read(&self, snapshot: &Snapshot, version: u64) -> Result<Option<Version>, KeepError> {
        let damaged = || KeepError::Damaged { version };
        let Some(head) = snapshot.get(self.keyspace, key(HEAD, version))? else { return Ok(None) };
        let Head { author, time, .. } = serde_json::from_slice(&head).map_err(|_| damaged())?;
        let text = snapshot.get(self.keyspace, key(TEXT, version))?.ok_or_else(damaged)?;
        let text = String::from_utf8(text).map_err(|_| damaged())?;
        Ok(Some(Version { version, author, time, text }))
    }
}

const HEAD: &[u8] = b"h";
const TEXT: &[u8] = b"t";

fn key(part: &[u8], version: u64) -> Vec<u8> {
    [part, &version.to_be_bytes()].concat()
}

fn version_of(key: &[u8]) -> Result<u64, KeepError> {
    let number = key.get(1..).and_then(|number| number.try_into().ok());
    number.map(u64::from_be_bytes).ok_or(KeepError::Damaged { version: 0 })
}

impl From<KeepError> for HistoryError {
    fn from(error: KeepError) -> Self {
        Self::Storage { message: chain(&error) }
    }
}

impl From<AppendError> for ApplyError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { expected, current } => Self::VersionConflict { expected, current },
            AppendError::StateConflict(_) | AppendError::Read(_) | AppendError::Commit(_) => {
                Self::Storage { message: chain(&error) }
            }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
