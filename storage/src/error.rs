//! What the engine says when something fails, without its types.

use std::error::Error;
use std::fmt;

/// What the engine says about a failure.
#[derive(Debug)]
pub struct EngineError(Cause);

#[derive(Debug)]
pub(crate) enum Cause {
    /// An error of the engine or of what it stands on.
    Engine(Box<dyn Error + Send + Sync>),
    /// What it holds is not what it can have been given.
    Damaged(&'static str),
    /// It was closed meanwhile.
    Closed,
    /// It panicked.
    GaveUp,
    /// What is asked for was overwritten, and it does not remember what was there.
    #[cfg(feature = "sled")]
    Past,
}

impl EngineError {
    pub(crate) const CLOSED: Self = Self(Cause::Closed);
    pub(crate) const GAVE_UP: Self = Self(Cause::GaveUp);
    #[cfg(feature = "sled")]
    pub(crate) const PAST: Self = Self(Cause::Past);

    pub(crate) fn engine(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Cause::Engine(Box::new(error)))
    }

    /// Something is stored that this crate has not written like that.
    pub(crate) fn damaged(what: &'static str) -> Self {
        Self(Cause::Damaged(what))
    }

    pub(crate) fn cause(&self) -> &Cause {
        &self.0
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Engine(error) => error.fmt(f),
            Cause::Damaged(what) => write!(f, "{what} is damaged"),
            Cause::Closed => f.write_str("the engine is closed"),
            Cause::GaveUp => f.write_str("the engine gave up"),
            #[cfg(feature = "sled")]
            Cause::Past => f.write_str("it was overwritten since"),
        }
    }
}

impl Error for EngineError {}
