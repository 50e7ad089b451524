//! Why somebody is shown something else than she asked for.

use crate::Unavailable;
use crate::endpoints::PageError;
use http::StatusCode;
use pages::TokenRefusal;

#[derive(Debug)]
pub(crate) enum Refusal {
    NotFound,
    Method,
    Malformed,
    /// A form that was not shown here, or to somebody else.
    Form(TokenRefusal),
    /// A client sends people with what cannot be answered.
    Client(PageError),
    /// A sign-in that took too long.
    Over,
    /// It is for who signed in.
    SignedOut,
    /// It is for who signed in some minutes ago.
    NotFresh,
    Unavailable(Unavailable),
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Malformed | Self::Client(_) | Self::Over => StatusCode::BAD_REQUEST,
            Self::Form(_) | Self::SignedOut | Self::NotFresh => StatusCode::FORBIDDEN,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
