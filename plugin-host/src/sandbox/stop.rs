//! Why the host stopped a sandbox before its handler returned.

use storage::{CounterError, ReadError};

use super::Question;
use crate::blobs::BlobFileError;
use crate::contract::limits::OUT_OF_BOUNDS;
use crate::manifest::Capability;

/// Why a handler does not go on. A host function returns it as its error, which unwinds the guest.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// It asked what is not answered yet: it is run again once it is.
    #[error("a question is to be asked first")]
    Ask(Question),
    /// The store cannot be read.
    #[error("the plugin's data cannot be read")]
    Read(#[source] ReadError),
    /// A blob cannot be read.
    #[error("a blob of the plugin cannot be read")]
    Blob(#[source] BlobFileError),
    /// What is kept of citizens cannot be read or changed.
    #[error("what is kept of citizens cannot be used: {0}")]
    Citizens(String),
    /// It read a counter after its own addition to it, which the bounds do not allow.
    #[error("{OUT_OF_BOUNDS}")]
    OutOfBounds,
    /// It broke a rule of the contract.
    #[error("{0}")]
    Broken(Broken),
}

/// A rule of the contract that a plugin broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A call that may only read wrote.
    #[error("{function} in a call that may only read")]
    Write {
        /// The function it called.
        function: &'static str,
    },
    /// It used what its manifest does not ask for.
    #[error("{capability} of {asked}, which the manifest does not ask for")]
    Scope {
        /// The capability.
        capability: Capability,
        /// What it wanted to use.
        asked: String,
    },
    /// It passed something that the contract does not allow.
    #[error("{function}: {rule}")]
    Argument {
        /// The function it called.
        function: &'static str,
        /// Which rule.
        rule: String,
    },
    /// It did more in one call than a call may.
    #[error("more than {limit} {what} in one call")]
    Excess {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// It counted where it had put a value.
    #[error("a key that holds a value is used as a counter")]
    Counter,
    /// What it stored is not what the host stored there.
    #[error("the host's own rows of the plugin are damaged: {what}")]
    Damaged {
        /// Which.
        what: &'static str,
    },
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Counter { source: CounterError::OutOfBounds { .. } } => Self::OutOfBounds,
            ReadError::Counter { source: CounterError::NoCounter { .. } } => Self::Broken(Broken::Counter),
            other => Self::Read(other),
        }
    }
}
