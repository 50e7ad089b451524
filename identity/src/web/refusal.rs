//! Why something is not shown or done, and what it is called in HTTP.

use crate::accounts::AccountError;
use crate::table::StoreError;
use ::pages::TokenRefusal;
use factors::HashError;
use factors::NoRandomness;
use http::StatusCode;
use notices::NoticesError;
use storage::ReadError;
use thiserror::Error;

/// Why something is not shown or done.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    #[error("there is no such page")]
    NotFound,
    #[error("the page cannot be asked in this way")]
    Method,
    #[error("what was sent cannot be read")]
    Malformed,
    #[error("what was sent is too large, or came too slowly")]
    TooLarge,
    #[error("a client's request cannot be answered: {0}")]
    Request(String),
    #[error("the form was not shown here")]
    Form(TokenRefusal),
    #[error("the sign-in began too long ago, or elsewhere")]
    FlowEnded,
    #[error("this address tries too often")]
    TooOften,
    #[error("too many sign in at once")]
    Busy,
    #[error("the provider cannot answer now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Refusal {
    /// RFC 9110 §15.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Malformed | Self::Request(_) | Self::FlowEnded => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Form(_) => StatusCode::FORBIDDEN,
            Self::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// After how many seconds it may help to come again.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::TooOften => Some(30),
            Self::Busy => Some(5),
            Self::Unavailable(_) => Some(60),
            _ => None,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<NoticesError> for Refusal {
    fn from(error: NoticesError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<NoRandomness> for Refusal {
    fn from(error: NoRandomness) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<AccountError> for Refusal {
    fn from(error: AccountError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<HashError> for Refusal {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Failed => Self::Unavailable(error.into()),
        }
    }
}
