//! Why a call has no result.

use std::time::Duration;

use storage::{CommitError, ReadError};

use crate::blobs::BlobFileError;
use crate::contract::imports::types::Failure;
use crate::sandbox::Fault;

/// Why a call has no result. Nothing of it was kept, unless the commit's error says that this is not known.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The plugin refused it.
    #[error("the plugin refused: {}", in_words(.0))]
    Failed(Failure),
    /// The plugin does not export what was called.
    #[error("the plugin does not offer this")]
    NotExported,
    /// There is no such plugin, or no such service of it.
    #[error("there is no such service")]
    Unknown,
    /// The plugin's guest did not return.
    #[error(transparent)]
    Fault(Fault),
    /// The plugin kept failing, and gets no calls for now.
    #[error("the plugin failed too often; it is called again in {} s", .wait.as_secs() + 1)]
    BreakerOpen {
        /// Until it gets calls again.
        wait: Duration,
    },
    /// Too many calls of it are under way.
    #[error("too many calls of the plugin are under way")]
    Busy,
    /// It got more calls in this second than it may.
    #[error("the plugin gets more than {limit} calls a second")]
    Rate {
        /// How many it may get.
        limit: u32,
    },
    /// Others kept writing what it read.
    #[error("others wrote what the call reads, {attempts} times in a row")]
    Conflict {
        /// How often it was tried.
        attempts: u32,
    },
    /// It asked and asked.
    #[error("the plugin asks more than {limit} questions in one call")]
    TooManyQuestions {
        /// How many it may ask.
        limit: usize,
    },
    /// It asked for too much.
    #[error("the answers to the plugin's questions hold more than {limit_bytes} bytes")]
    TooLongAnswers {
        /// How much they may hold together.
        limit_bytes: usize,
    },
    /// The version that was called is not the one that the data are of: they are being brought to another, or erased.
    #[error("the plugin's data are of another version now")]
    OtherData,
    /// What it wrote could not be kept.
    #[error("what the plugin wrote could not be kept")]
    Commit(#[source] CommitError),
    /// Its data cannot be read.
    #[error("the plugin's data cannot be read")]
    Read(#[source] ReadError),
    /// The file of a blob cannot be written or read.
    #[error("a blob of the plugin cannot be written or read")]
    Blob(#[source] BlobFileError),
    /// What is kept of citizens cannot be used.
    #[error("what is kept of citizens cannot be used: {0}")]
    Citizens(String),
    /// Its blobs would take more than it may keep.
    #[error("the plugin's blobs may take {limit_bytes} bytes, and would take more")]
    Storage {
        /// What they may take.
        limit_bytes: u64,
    },
    /// The server is shutting down.
    #[error("the server is shutting down")]
    ShutDown,
}

fn in_words(failure: &Failure) -> String {
    match failure {
        Failure::NotFound(what) => format!("not found: {what}"),
        Failure::Denied(why) => format!("denied: {why}"),
        Failure::Invalid(errors) => {
            let errors = errors.iter().map(|error| format!("{} {}: {}", error.field, error.code, error.message));
            format!("invalid: {}", errors.collect::<Vec<_>>().join("; "))
        }
        Failure::Conflict(why) => format!("conflict: {why}"),
        Failure::Unavailable(why) => format!("unavailable: {why}"),
        Failure::Internal(why) => format!("internal: {why}"),
        Failure::Other(other) => format!("{}: {}", other.code, other.message),
    }
}
