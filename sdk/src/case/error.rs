//! Why something cannot be done with a case.

use super::NotExtended;
use crate::collections::TableError;
use crate::failure::Failure;
use crate::thread::ThreadError;

/// Why something cannot be done with a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// There is none of this id, or it is not to be seen.
    #[error("there is no case {id}")]
    Unknown {
        /// The id.
        id: String,
    },
    /// It is closed.
    #[error("the case {id} is closed")]
    Closed {
        /// The id.
        id: String,
    },
    /// Somebody else answers it.
    #[error("somebody else has taken on the case {id}")]
    Held {
        /// The id.
        id: String,
    },
    /// The state cannot follow the one that it is in.
    #[error("the case {id} is {from}, and cannot become {to}")]
    Order {
        /// The id.
        id: String,
        /// The state that it is in.
        from: &'static str,
        /// The state that was wanted.
        to: &'static str,
    },
    /// It has no deadline that could be extended.
    #[error("the case {id} has no deadline")]
    NoDeadline {
        /// The id.
        id: String,
    },
    /// So much has happened to it, or was said about it, that no more fits.
    #[error("the case {id} is full: open another one")]
    Full {
        /// The id.
        id: String,
    },
    /// Its deadline is not extended.
    #[error("the deadline is not extended")]
    Deadline(#[from] NotExtended),
    /// A record says a state that the kind does not have.
    #[error("the case {id} is in the state {word:?}, which its kind does not have")]
    State {
        /// The id.
        id: String,
        /// The state's word.
        word: String,
    },
    /// The tables of cases.
    #[error("the cases are not read or written")]
    Table(#[from] TableError),
}

impl From<ThreadError> for CaseError {
    fn from(error: ThreadError) -> Self {
        match error {
            ThreadError::Full { id } => Self::Full { id },
            ThreadError::Table(error) => Self::Table(error),
        }
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Unknown { .. } => Self::NotFound(error.to_string()),
            CaseError::Deadline(refused) => refused.into(),
            CaseError::Closed { .. }
            | CaseError::Held { .. }
            | CaseError::Order { .. }
            | CaseError::Full { .. }
            | CaseError::NoDeadline { .. } => Self::Conflict(error.to_string()),
            CaseError::Table(error) => error.into(),
            CaseError::State { .. } => Self::Internal(error.to_string()),
        }
    }
}
