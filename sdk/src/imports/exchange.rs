//! Questions to services of other subsystems, by GET: whoever is asked changes nothing.

use serde::de::DeserializeOwned;

use super::raw::exchange as raw;

pub use crate::bindings::exchange::{Answer, Fault, Question, Refusal};

/// An answer that does not say what was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the answer with status {status} is not what was asked for")]
pub struct NotUnderstood {
    status: u16,
    source: serde_json::Error,
}

/// Asks a service of a subsystem, written `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`; the path lies below it.
///
/// The handler runs again from its beginning once the answer is there: ask before doing what is costly, and ask the
/// same on every attempt. A call asks at most 16 questions.
///
/// # Errors
/// If the exchange refuses, or nobody answers in time.
pub fn ask(to: impl Into<String>, path: impl Into<String>) -> Result<Answer, Refusal> {
    raw::call(&Question { to: to.into(), path: path.into() })
}

impl Answer {
    /// Whether the service did what it was asked to.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NotUnderstood> {
        serde_json::from_slice(&self.body).map_err(|source| NotUnderstood { status: self.status, source })
    }
}
