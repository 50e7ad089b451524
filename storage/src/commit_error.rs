//! Why something was not committed.

use std::fmt;

use crate::committer::Closed;
use crate::snapshot::SHUT_DOWN;
use crate::{CounterError, Keyspace};

/// Why a batch or a transaction was not committed. Nothing of it was written, except perhaps after [`CommitError::Failed`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Somebody else was faster, or the caller's picture is old: read again and decide again.
    #[error("keyspace {keyspace} {cause} at key {}", key.escape_ascii())]
    Conflict {
        /// Where.
        keyspace: Keyspace,
        /// The key that does not hold what it did.
        key: Vec<u8>,
        /// What it was needed for.
        cause: ConflictCause,
    },
    /// An addition does not fit what the key holds.
    #[error("failed to add to a counter")]
    Counter {
        /// Why.
        source: CounterError,
    },
    /// A keyspace would grow beyond its quota. What shrinks it is still taken.
    #[error("keyspace {keyspace} holds {used_bytes} bytes, and may not grow beyond {limit_bytes}")]
    Quota {
        /// Which.
        keyspace: Keyspace,
        /// What it holds without the writes that are refused.
        used_bytes: u64,
        /// What it may hold.
        limit_bytes: u64,
    },
    /// A key, or the whole batch or transaction, is larger than the store takes.
    #[error("{what} of {size_bytes} bytes is larger than the {limit_bytes} that a store takes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The disk is nearly full. The store stays open, and takes batches again when there is room.
    #[error("only {free_bytes} bytes are free on the disk, of which {reserve_bytes} are kept in reserve")]
    DiskFull {
        /// What is free.
        free_bytes: u64,
        /// What stays free.
        reserve_bytes: u64,
    },
    /// The disk failed. Whether the batch is durable shows only when the store is opened again.
    #[error("failed to make the batch durable ({reason}); open the store again to see whether it is")]
    Failed {
        /// What the engine says.
        reason: String,
    },
    /// The store was closed before: it was shut down, or an earlier commit failed.
    #[error("the store is closed: {reason}")]
    Closed {
        /// Why.
        reason: String,
    },
}

/// What makes a [`CommitError::Conflict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictCause {
    /// The precondition of a batch does not hold.
    Expected,
    /// A transaction read the key, and somebody wrote it since.
    Read,
    /// A transaction scanned a range with the key in it, and somebody wrote it since.
    Scanned,
    /// The transaction was open for longer than the store remembers writes. The key is one that it read.
    TooOld,
}

impl fmt::Display for ConflictCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expected => "does not hold what was expected",
            Self::Read => "was changed after it was read",
            Self::Scanned => "was changed after it was scanned",
            Self::TooOld => "was read too long ago to know whether it was changed",
        })
    }
}

impl CommitError {
    /// The answer of a store that is closed.
    pub(crate) fn closed(closed: &Closed) -> Self {
        Self::Closed { reason: closed.get().map_or(SHUT_DOWN, String::as_str).to_owned() }
    }
}
