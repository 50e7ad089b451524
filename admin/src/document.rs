//! A server's declarative configuration: one text that says all, planned before it is applied.

use crate::{Change, Plan, Role};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The declarative configuration of a server.
///
/// Versions are counted 1, 2, 3, …; version 0 is the empty text, before anything was applied.
#[async_trait]
pub trait Document: Send + Sync {
    /// What is in force.
    async fn current(&self) -> Versioned;

    /// What would change if `text` were applied now.
    ///
    /// # Errors
    /// When the text is not accepted.
    async fn plan(&self, text: &str) -> Result<Plan, Refused>;

    /// Which role a change of the document takes.
    fn role_for(&self, change: &Change) -> Role;

    /// Makes `text` the next version, if `expected_version` is the one in force. A text that changes nothing need not
    /// become a version.
    ///
    /// # Errors
    /// When the text is not accepted, another version is in force, or it cannot be kept. Nothing changed then.
    async fn apply(&self, text: &str, expected_version: u64, author: &str) -> Result<Applied, ApplyError>;

    /// The versions, newest first; as many as [`Versions::history`](crate::Versions::history) gives.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn history(&self) -> Result<Vec<HistoryEntry>, HistoryError>;

    /// An earlier text.
    ///
    /// # Errors
    /// When there is no such version or it cannot be read.
    async fn version(&self, version: u64) -> Result<Versioned, HistoryError>;

    /// What changed from one version to another, in either direction of time.
    ///
    /// # Errors
    /// When there is no such version or it cannot be read.
    async fn diff(&self, from: u64, to: u64) -> Result<Plan, HistoryError>;
}

/// A text and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned {
    /// The version.
    pub version: u64,
    /// The text.
    pub text: String,
}

/// What was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The version that is in force now.
    pub version: u64,
    /// What changed.
    pub plan: Plan,
}

/// One version, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The version.
    pub version: u64,
    /// Who applied it.
    pub author: String,
    /// When it was applied.
    pub time: Timestamp,
    /// The size of its text.
    pub bytes: u64,
}

/// A text that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What is wrong with it, and where.
    pub message: String,
    /// What to do about it.
    pub next: String,
}

/// Why a text was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It is not accepted.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Somebody else applied another one meanwhile.
    #[error("version {current} is in force, not {expected}")]
    VersionConflict {
        /// The version the author had seen.
        expected: u64,
        /// The version in force.
        current: u64,
    },
    /// It cannot be kept.
    #[error("failed to keep the configuration: {message}")]
    Storage {
        /// What the storage says.
        message: String,
    },
}

/// Why a version is not shown.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no such version.
    #[error("there is no version {version}")]
    Unknown {
        /// The version.
        version: u64,
    },
    /// It cannot be read.
    #[error("failed to read the history: {message}")]
    Storage {
        /// What the storage says.
        message: String,
    },
}
