//! Why something that should work does not, and that it is not the caller's fault.

use storage::{CommitError, ReadError};
use thiserror::Error;

/// Something that the provider needs is not there now. Nothing was changed.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// The store cannot be read.
    #[error("failed to read the accounts' store")]
    Read {
        /// What the store says.
        source: ReadError,
    },
    /// The store does not take a change.
    #[error("failed to write to the accounts' store")]
    Commit {
        /// What the store says.
        source: CommitError,
    },
    /// A record is none of those that this version writes.
    #[error("a record in {keyspace} cannot be read")]
    Damaged {
        /// Where it lies.
        keyspace: &'static str,
    },
    /// The system has no randomness.
    #[error("the system gives no random numbers")]
    Randomness,
    /// A secret cannot be sealed, or not be opened by the host's secret.
    #[error("a credential does not open by this host's secret")]
    Seal,
    /// The keys cannot sign.
    #[error("failed to sign with key {key}")]
    Sign {
        /// Which key.
        key: String,
    },
    /// The keys cannot be had.
    #[error("failed to have key {key}: {reason}")]
    Key {
        /// Which key.
        key: String,
        /// What the token says.
        reason: String,
    },
    /// More passwords wait to be checked than may.
    #[error("too many passwords are being checked")]
    Busy,
    /// She could not be told.
    #[error("a security notice cannot be queued: {reason}")]
    Notify {
        /// What the notices say.
        reason: String,
    },
}

impl From<ReadError> for Unavailable {
    fn from(source: ReadError) -> Self {
        Self::Read { source }
    }
}

impl From<CommitError> for Unavailable {
    fn from(source: CommitError) -> Self {
        Self::Commit { source }
    }
}
