//! What became of a request, as the registry answers.

use super::wire;
use crate::global_configuration::limits;
use crate::hash::Sha256Hash;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStatus {
    /// The request, by the hash of its document.
    pub request: Sha256Hash,
    /// Where it stands.
    pub state: RequestState,
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestState {
    /// An operator has to decide.
    Waiting,
    /// It is done, and the next global configuration says so.
    Applied,
    /// It will not be done.
    Declined {
        /// Why, in words.
        reason: String,
    },
}

/// Bytes that are not the status of a request.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// Not that document.
    #[error("not the status of a management request")]
    Malformed {
        /// What the reader met.
        source: serde_json::Error,
    },
    /// A reason where there can be none, none where there must be one, or one too long.
    #[error("the status of a management request has no possible reason")]
    Reason,
}

impl RequestStatus {
    /// Longest permitted status in bytes.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Reads a status.
    ///
    /// # Errors
    /// When the bytes are not that document.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatusError> {
        let bytes = bytes.get(..Self::MAX_BYTES).unwrap_or(bytes);
        let status: wire::Status = serde_json::from_slice(bytes).map_err(|source| StatusError::Malformed { source })?;
        let state = match (status.state, status.reason) {
            (wire::State::Waiting, None) => RequestState::Waiting,
            (wire::State::Applied, None) => RequestState::Applied,
            (wire::State::Declined, Some(reason)) if reason.chars().count() <= limits::TEXT_CHARACTERS => {
                RequestState::Declined { reason }
            }
            _ => return Err(StatusError::Reason),
        };
        Ok(Self { request: status.request, state })
    }

    /// The bytes that are answered.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let (state, reason) = match &self.state {
            RequestState::Waiting => (wire::State::Waiting, None),
            RequestState::Applied => (wire::State::Applied, None),
            RequestState::Declined { reason } => (wire::State::Declined, Some(reason.clone())),
        };
        crate::global_configuration::wire::render(&wire::Status { request: self.request, state, reason })
    }
}
