//! What the store needs of an engine, and which engines there are.
//!
//! An engine is little: views that do not change, ordered scans both ways, and one atomic durable write at a time.
//! Who may commit, in which order and with what counts is decided above it. Keyspaces go by their names here, so
//! that those can be copied too that nobody has named in this process.

mod redb;
#[cfg(test)]
mod redb_power_loss_tests;
#[cfg(test)]
mod redb_test_disk;
#[cfg(feature = "sled")]
#[cfg(test)]
pub(crate) mod test_stores;

#[cfg(feature = "sled")]
mod sled;

pub(crate) use redb::Redb;
#[cfg(feature = "sled")]
pub(crate) use sled::Sled;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::{Direction, EngineError, Entry, KeyRange, OpenError, Settings};

/// What keeps the content of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// A file: copy-on-write, small in memory, fast to read and to open. The one to take.
    #[default]
    Redb,
    /// A folder: a log-structured tree, which writes fewer bytes and takes more memory. It is there if the crate was
    /// built with its feature `sled`, as it is by default.
    Sled,
}

/// An open store of an engine. Only the committer writes, so one write at a time.
pub(crate) trait Storing: Send + Sync {
    /// What is durable now.
    fn view(&self) -> Result<Arc<dyn View>, EngineError>;

    /// Runs `fill` within one transaction, which becomes durable whole if anything was written and vanishes otherwise.
    /// No view shows it before it is durable. After a failure nobody knows what is durable, and nothing more is
    /// written.
    fn write(&self, fill: &mut Fill) -> Result<Wrote, EngineError>;

    /// Gives up the files, once no write is under way. Views that are left say from then on that it is closed.
    fn close(&self);
}

/// What is done within a transaction.
pub(crate) type Fill<'f> = dyn FnMut(&mut dyn Group) -> Result<Wrote, EngineError> + 'f;

/// Whether a transaction has changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrote {
    Something,
    Nothing,
}

/// One moment of an engine, shared by all who read at it.
pub(crate) trait View: Send + Sync {
    fn get(&self, keyspace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;

    /// The entries of a range that is not empty by itself. They show the moment of the view even when it is gone.
    fn scan(&self, keyspace: &str, range: &KeyRange, direction: Direction) -> Result<Entries, EngineError>;

    /// The names of all that hold something, those too that the store keeps for itself, in byte order.
    fn keyspaces(&self) -> Result<Vec<String>, EngineError>;
}

/// The entries of a scan. After an error nothing comes.
pub(crate) type Entries = Box<dyn Iterator<Item = Result<Entry, EngineError>> + Send>;

/// A transaction that reads its own writes.
pub(crate) trait Group {
    fn get(&mut self, keyspace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;

    /// The length of the value of `key`, if it is there.
    fn value_bytes(&mut self, keyspace: &str, key: &[u8]) -> Result<Option<usize>, EngineError>;

    /// The bytes of all keys and values of `keyspace`, which is read whole.
    fn size_bytes(&mut self, keyspace: &str) -> Result<u64, EngineError>;

    fn put(&mut self, keyspace: &str, key: &[u8], value: &[u8]) -> Result<(), EngineError>;

    fn delete(&mut self, keyspace: &str, key: &[u8]) -> Result<(), EngineError>;

    /// Removes every key of `keyspace`.
    fn clear(&mut self, keyspace: &str) -> Result<(), EngineError>;
}

impl Engine {
    /// The engine of what is at `path`, which is there.
    pub(crate) fn of(path: &Path) -> std::io::Result<Self> {
        path.metadata().map(|found| if found.is_dir() { Self::Sled } else { Self::Redb })
    }

    /// Makes an empty store at `path`, where nothing is, and closes it again, durably but for its name.
    pub(crate) fn create(self, path: &Path) -> Result<(), OpenError> {
        match self {
            Self::Redb => Redb::create(path),
            #[cfg(feature = "sled")]
            Self::Sled => Sled::create(path),
            #[cfg(not(feature = "sled"))]
            Self::Sled => Err(OpenError::NotBuilt { path: path.to_owned(), engine: self }),
        }
    }

    /// Opens what [`Engine::create`] has made.
    pub(crate) fn open(self, path: &Path, settings: &Settings) -> Result<Arc<dyn Storing>, OpenError> {
        match self {
            Self::Redb => Ok(Arc::new(Redb::open(path, settings.cache_bytes)?)),
            #[cfg(feature = "sled")]
            Self::Sled => Ok(Arc::new(Sled::open(path, settings.cache_bytes)?)),
            #[cfg(not(feature = "sled"))]
            Self::Sled => Err(OpenError::NotBuilt { path: path.to_owned(), engine: self }),
        }
    }

    /// How many bytes of the disk a byte that is written may take, until what it replaces can be used again.
    pub(crate) fn disk_bytes_per_byte(self) -> u64 {
        match self {
            // Whole pages are written beside the old ones.
            Self::Redb => 4,
            // What it replaces stays in the log until its segments are used again.
            Self::Sled => 8,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redb => "redb",
            Self::Sled => "sled",
        })
    }
}
