//! What citizens are told: in their list of notices, and by e-mail, SMS or webhook, as each has chosen.

use super::raw::notices as raw;
use crate::failure::Failure;
use crate::imports::i18n::Argument;

pub use crate::bindings::notices::Notice;

/// Somebody is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    /// Nobody who can be told has this subject.
    #[error("nobody who can be told has this subject")]
    UnknownCitizen,
    /// With what was put into it the text is too long.
    #[error("the notice is too long")]
    TooLong,
}

impl From<NotTold> for Failure {
    fn from(refused: NotTold) -> Self {
        match refused {
            NotTold::UnknownCitizen => Self::NotFound(refused.to_string()),
            NotTold::TooLong => Self::Internal(refused.to_string()),
        }
    }
}

impl Notice {
    /// A notice to a citizen, by her subject, of the text `id` and its attribute `subject`.
    #[must_use]
    pub fn new(to: &str, id: &str) -> Self {
        Self { to: to.to_owned(), text: id.to_owned(), arguments: Vec::new(), link: None }
    }

    /// With what a variable of the text stands for.
    #[must_use]
    pub fn with(mut self, argument: Argument) -> Self {
        self.arguments.push(argument);
        self
    }

    /// Leading to a path of the plugin's origin.
    #[must_use]
    pub fn leading_to(self, path: impl Into<String>) -> Self {
        Self { link: Some(path.into()), ..self }
    }
}

/// Tells a citizen something once this call is committed.
///
/// # Errors
/// [`NotTold`].
pub fn tell(notice: &Notice) -> Result<(), NotTold> {
    use crate::bindings::notices::Refusal;
    raw::tell(notice).map_err(|refusal| match refusal {
        Refusal::UnknownCitizen => NotTold::UnknownCitizen,
        Refusal::TooLong => NotTold::TooLong,
    })
}
