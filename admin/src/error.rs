//! How a request fails: the one place where failures become status codes, always with what to do next.

use crate::document::{ApplyError, HistoryError, Refused};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

/// Why a request was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The kind, from which the status follows.
    pub kind: ErrorKind,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub next: String,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request cannot be understood.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// The path is there, for another method.
    MethodNotAllowed,
    /// Too many tries.
    TooOften,
    /// The body did not come in time.
    TooSlow,
    /// Nobody is known by what was shown.
    Unauthenticated,
    /// The caller has no role for it.
    Forbidden,
    /// The state does not allow it.
    Conflict,
    /// Another version is in force.
    VersionConflict,
    /// The body is larger than allowed.
    TooLarge,
    /// What was sent is understood and not accepted.
    Refused,
    /// The request does not say which version it was made for.
    VersionRequired,
    /// We have a bug or a broken disk.
    Internal,
    /// It may work later.
    Unavailable,
}

/// As it is sent.
#[derive(Serialize, Deserialize)]
pub(crate) struct WireError {
    pub(crate) r#type: String,
    pub(crate) message: String,
    pub(crate) next: String,
}

impl ApiError {
    /// A failure of some kind, in words, and what to do about it.
    pub fn new(kind: ErrorKind, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { kind, message: message.into(), next: next.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message, next)
    }

    /// The status that it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind.name_and_status().1
    }

    pub(crate) fn into_response(self) -> listener::Response {
        let (kind, status) = self.kind.name_and_status();
        let wire = WireError { r#type: kind.to_owned(), message: self.message, next: self.next };
        let json = serde_json::to_vec(&wire).unwrap_or_default();
        let mut response = listener::reply::json(status, json);
        if self.kind == ErrorKind::Unauthenticated {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl ErrorKind {
    /// The `type` in the answer, and its status.
    fn name_and_status(self) -> (&'static str, StatusCode) {
        match self {
            Self::Invalid => ("invalid", StatusCode::BAD_REQUEST),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::TooOften => ("too-often", StatusCode::TOO_MANY_REQUESTS),
            Self::TooSlow => ("too-slow", StatusCode::REQUEST_TIMEOUT),
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN),
            Self::Conflict => ("conflict", StatusCode::CONFLICT),
            Self::VersionConflict => ("version-conflict", StatusCode::PRECONDITION_FAILED),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::Refused => ("refused", StatusCode::UNPROCESSABLE_ENTITY),
            Self::VersionRequired => ("version-required", StatusCode::PRECONDITION_REQUIRED),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        Self::new(ErrorKind::Refused, refused.message, refused.next)
    }
}

impl From<ApplyError> for ApiError {
    fn from(error: ApplyError) -> Self {
        let message = error.to_string();
        match error {
            ApplyError::Refused(refused) => refused.into(),
            ApplyError::VersionConflict { .. } => {
                Self::new(ErrorKind::VersionConflict, message, "plan again against the version in force, then apply")
            }
            ApplyError::Storage { .. } => Self::new(ErrorKind::Internal, message, LOOK_AT_DISK),
        }
    }
}

impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        let message = error.to_string();
        match error {
            HistoryError::Unknown { .. } => Self::new(ErrorKind::NotFound, message, "see the history for the versions"),
            HistoryError::Storage { .. } => Self::new(ErrorKind::Internal, message, LOOK_AT_DISK),
        }
    }
}

const LOOK_AT_DISK: &str = "look at the server's log and its disk, then read the configuration again";
