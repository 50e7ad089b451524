//! The audit trail: what administrators do is noted before it happens, and how it ended after it.

mod chained;

pub use chained::ChainedTrail;

use crate::error::ErrorKind;
use crate::{ApiError, Caller};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trust::leaf::AuditStage;

/// Where what administrators do is noted, so that nothing of it can be taken out unnoticed.
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Notes something, durably, and says under which number.
    ///
    /// # Errors
    /// When it cannot be made durable.
    async fn note(&self, entry: AuditEntry) -> Result<u64, AuditError>;

    /// What was noted below the number `before`, newest first, `limit` entries at most.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn entries(&self, before: u64, limit: usize) -> Result<Vec<Noted>, AuditError>;
}

/// What is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who did it.
    pub author: String,
    /// By which door, and with what.
    pub means: String,
    /// What was done.
    pub action: String,
    /// How far it came.
    pub stage: AuditStage,
}

/// What was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// Its number.
    pub number: u64,
    /// When.
    pub time: Timestamp,
    /// What.
    pub entry: AuditEntry,
}

/// The trail failed.
#[derive(Debug, thiserror::Error)]
#[error("the audit trail failed: {reason}")]
pub struct AuditError {
    /// Why.
    pub reason: String,
}

/// As it is answered.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotedWire {
    pub(crate) number: u64,
    pub(crate) time: Timestamp,
    pub(crate) author: String,
    pub(crate) means: String,
    pub(crate) action: String,
    /// `asked`, `done` or `refused`.
    pub(crate) stage: String,
    /// The number of the entry that it was asked for in.
    pub(crate) asked: Option<u64>,
    pub(crate) outcome: Option<String>,
}

impl AuditEntry {
    /// An entry about what a caller does.
    #[must_use]
    pub fn by(caller: &Caller, action: impl Into<String>, stage: AuditStage) -> Self {
        Self { author: caller.name.clone(), means: caller.means.to_string(), action: action.into(), stage }
    }
}

impl AuditError {
    /// The trail failed for a reason.
    #[must_use]
    pub fn new(reason: &impl ToString) -> Self {
        Self { reason: reason.to_string() }
    }
}

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        let next = "nothing was done; make room on the disk, or look at the server's log";
        Self::new(ErrorKind::Unavailable, error.to_string(), next)
    }
}

impl From<Noted> for NotedWire {
    fn from(noted: Noted) -> Self {
        let Noted { number, time, entry: AuditEntry { author, means, action, stage } } = noted;
        let (asked, outcome) = stage.end().unzip();
        let (asked, outcome) = (asked.flatten(), outcome.map(str::to_owned));
        Self { number, time, author, means, action, stage: stage.as_str().to_owned(), asked, outcome }
    }
}
