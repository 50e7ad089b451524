//! What the engine says when something fails, without its types.

use std::fmt;

/// What the engine says about a failure.
#[derive(Debug)]
pub struct EngineError(Cause);

#[derive(Debug)]
enum Cause {
    Redb(redb::Error),
    /// What it holds is not what it can have been given.
    Damaged(&'static str),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Redb(error) => error.fmt(f),
            Cause::Damaged(what) => write!(f, "{what} is damaged"),
        }
    }
}

impl std::error::Error for EngineError {}

impl<E: Into<redb::Error>> From<E> for EngineError {
    fn from(error: E) -> Self {
        Self(Cause::Redb(error.into()))
    }
}

impl EngineError {
    /// Something is stored that this crate has not written like that.
    pub(crate) fn damaged(what: &'static str) -> Self {
        Self(Cause::Damaged(what))
    }

    /// The engine refuses what is asked of a database that somebody closed meanwhile.
    pub(crate) fn says_closed(&self) -> bool {
        matches!(self.0, Cause::Redb(redb::Error::DatabaseClosed))
    }
}
