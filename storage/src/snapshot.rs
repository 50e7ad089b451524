//! Reads: an unchanging view of the whole store at one moment.

use std::sync::Arc;

use crate::committer::Closed;
use crate::engine::{Entries, View};
use crate::error::Cause;
use crate::keyspace::is_hidden;
use crate::quota::{ACCOUNTS, Account};
use crate::{CounterError, Direction, EngineError, KeyRange, Keyspace, Moment, Quota};

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// An unchanging view of every keyspace as of the last commit before it was taken.
///
/// A snapshot keeps what is overwritten meanwhile, on the disk or in memory, as far as there is room: take one for a
/// use, not for a lifetime.
pub struct Snapshot {
    view: Arc<dyn View>,
    closed: Closed,
    moment: Moment,
}

impl Snapshot {
    pub(crate) fn new(view: Arc<dyn View>, closed: Closed, moment: Moment) -> Self {
        Self { view, closed, moment }
    }

    /// A moment until which it shows everything that was committed; what came after it, it may show or not.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The value of `key`, if it is there.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read.
    pub fn get(&self, keyspace: Keyspace, key: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, ReadError> {
        self.view()?.get(keyspace.name(), key.as_ref()).map_err(|error| ReadError::of(keyspace, error))
    }

    /// The entries of `range`, in the order of `direction`, read as they are asked for.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read.
    pub fn scan(&self, keyspace: Keyspace, range: KeyRange, direction: Direction) -> Result<Scan, ReadError> {
        // Engines differ in what they do with a range that ends before it starts.
        if range.is_empty() {
            return Ok(Scan { keyspace, direction, entries: Box::new(std::iter::empty()) });
        }
        let entries = self.view()?.scan(keyspace.name(), &range, direction);
        Ok(Scan { keyspace, direction, entries: entries.map_err(|error| ReadError::of(keyspace, error))? })
    }

    /// The names of the keyspaces that hold something, in byte order.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read.
    pub fn keyspaces(&self) -> Result<Vec<String>, ReadError> {
        let mut names = self.view()?.keyspaces().map_err(ReadError::snapshot)?;
        names.retain(|name| !is_hidden(name));
        Ok(names)
    }

    /// The bytes of all keys and values of `keyspace`, or nothing if they are not counted.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read.
    pub fn size_bytes(&self, keyspace: Keyspace) -> Result<Option<u64>, ReadError> {
        Ok(self.account(keyspace)?.map(|account| account.used_bytes))
    }

    /// The quota of `keyspace`.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read.
    pub fn quota(&self, keyspace: Keyspace) -> Result<Quota, ReadError> {
        Ok(self.account(keyspace)?.map_or(Quota::Uncounted, |account| account.quota))
    }

    fn account(&self, keyspace: Keyspace) -> Result<Option<Account>, ReadError> {
        let Some(account) = self.get(ACCOUNTS, keyspace.name())? else { return Ok(None) };
        let damaged = || ReadError::Keyspace { keyspace, source: EngineError::damaged("an account of a keyspace") };
        Account::decode(&account).map(Some).ok_or_else(damaged)
    }

    /// The engine's view, unless the store was closed.
    pub(crate) fn view(&self) -> Result<&dyn View, ReadError> {
        // The engine still answers from its cache when its file is gone; that would depend on chance.
        self.closed.get().map_or(Ok(&*self.view), |reason| Err(ReadError::Closed { reason: reason.clone() }))
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// The entries of one scan; it outlives the snapshot it was made from and shows the same state.
pub struct Scan {
    keyspace: Keyspace,
    direction: Direction,
    entries: Entries,
}

impl Scan {
    /// The next entries, at most `limit`; fewer only when the range ends.
    ///
    /// # Errors
    /// [`ReadError`] when the engine cannot read.
    pub fn page(&mut self, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.take(limit).collect()
    }
}

impl Iterator for Scan {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.entries.next()?.map_err(|error| ReadError::of(self.keyspace, error)))
    }
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan").field("keyspace", &self.keyspace).field("direction", &self.direction).finish()
    }
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store takes no part any more.
    #[error("the store is closed: {reason}")]
    Closed {
        /// Why it was closed.
        reason: String,
    },
    /// No snapshot could be taken.
    #[error("failed to take a snapshot of the store")]
    Snapshot {
        /// What the engine says.
        source: EngineError,
    },
    /// The snapshot, or the transaction, was open for longer than the engine remembers what was overwritten. Take a
    /// new one.
    #[error("the snapshot is too old to know what keyspace {keyspace} held")]
    TooOld {
        /// Which.
        keyspace: Keyspace,
    },
    /// A transaction has added to what it reads, and that cannot be.
    #[error(transparent)]
    Counter {
        /// Why.
        source: CounterError,
    },
    /// A keyspace could not be read.
    #[error("failed to read keyspace {keyspace}")]
    Keyspace {
        /// Which.
        keyspace: Keyspace,
        /// What the engine says.
        source: EngineError,
    },
}

impl ReadError {
    fn of(keyspace: Keyspace, source: EngineError) -> Self {
        match source.cause() {
            Cause::Closed => Self::shut_down(),
            #[cfg(feature = "sled")]
            Cause::Past => Self::TooOld { keyspace },
            _ => Self::Keyspace { keyspace, source },
        }
    }

    pub(crate) fn snapshot(source: EngineError) -> Self {
        match source.cause() {
            Cause::Closed => Self::shut_down(),
            _ => Self::Snapshot { source },
        }
    }

    pub(crate) fn shut_down() -> Self {
        Self::Closed { reason: SHUT_DOWN.to_owned() }
    }
}

/// Why a store is closed when nothing failed.
pub(crate) const SHUT_DOWN: &str = "it was shut down";
