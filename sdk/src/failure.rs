//! Why a call has no result, and how an author's own errors become that.
//!
//! A handler returns `Result<_, Failure>`. Whatever goes wrong in the libraries of this crate converts with `?`; an
//! author's error type needs one `impl From<MyError> for Failure`, and `ensure!` takes it from there.

use crate::bindings::exchange::Refusal;
use crate::collections::TableError;
use crate::imports::calendar::CalendarError;
use crate::imports::config::NotConfigured;
use crate::imports::evidence::NotBelieved;
use crate::json::NotWritten;
use crate::service::NotUnderstood;

pub use crate::bindings::types::{Failure, FieldError, OtherFailure};

impl Failure {
    /// A failure that is the caller's, answered with a status from 400 to 499; the code is a word that a program can act
    /// upon.
    pub fn other(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Other(OtherFailure { status, code: code.into(), message: message.into() })
    }

    /// One field of what the caller sent is wrong.
    pub fn invalid(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), code: code.into(), message: message.into() }])
    }
}

/// Returns an error unless a condition holds: `ensure!(case.is_open(), CaseError::Decided)`.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $error:expr $(,)?) => {
        if !$condition {
            return ::core::result::Result::Err(::core::convert::From::from($error));
        }
    };
}

/// Collects what is wrong with the fields of what a caller sent, so that she learns of all of it at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes an error about a field unless `holds`; the code is a word that a program can act upon.
    pub fn check(&mut self, holds: bool, field: &str, code: &str, message: &str) -> &mut Self {
        if !holds {
            self.0.push(FieldError { field: field.to_owned(), code: code.to_owned(), message: message.to_owned() });
        }
        self
    }

    /// Notes that a field is missing if its text is blank.
    pub fn require(&mut self, field: &str, text: &str) -> &mut Self {
        self.check(!text.trim().is_empty(), field, "required", "must be given")
    }

    /// Goes on if nothing was noted.
    ///
    /// # Errors
    /// If something was.
    pub fn finish(&mut self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Invalid(std::mem::take(&mut self.0))) }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Refused(fault) => Self::Unavailable(format!("{}: {}", fault.code, fault.message)),
            Refusal::Unavailable(reason) => Self::Unavailable(reason),
        }
    }
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Taken { .. } | TableError::Exists { .. } => Self::Conflict(error.to_string()),
            TableError::KeyTooLong { .. } => Self::invalid("key", "length", error.to_string()),
            TableError::TooLarge { .. } => Self::invalid("body", "length", error.to_string()),
            TableError::Cursor => Self::invalid("cursor", "unknown", "is not one that a page ended with"),
            _ => Self::Internal(chain(&error)),
        }
    }
}

/// Conversions of what is our mistake, or the administrator's.
macro_rules! internal {
    ($($error:ty),+) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Internal(chain(&error))
            }
        }
    )+};
}

internal!(NotConfigured, NotUnderstood, NotWritten, CalendarError);

impl From<NotBelieved> for Failure {
    fn from(error: NotBelieved) -> Self {
        Self::Denied(error.to_string())
    }
}

/// An error and what caused it, in one line: failures carry a text, not a chain.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
