//! What the engine says when something fails, without its types.

use std::fmt;

/// What the engine says about a failure.
#[derive(Debug)]
pub struct EngineError(redb::Error);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for EngineError {}

impl<E: Into<redb::Error>> From<E> for EngineError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl EngineError {
    /// The engine refuses what is asked of a database that somebody closed meanwhile.
    pub(crate) fn says_closed(&self) -> bool {
        matches!(self.0, redb::Error::DatabaseClosed)
    }
}
