//! Timestamps (RFC 3161): asking, judging the token, and issuing.
//!
//! [`verify`] believes a token only if a registered time-stamping authority signed it with a certificate that was valid
//! when it did. Tokens may be BER and their times may have fractions of a second, as real authorities send them.

pub mod authority;
mod error;
mod request;
mod token;
mod verify;

pub use error::{FailureReason, TimestampError};
pub use request::{request, token_of};
pub use verify::{VerifiedTimestamp, verify};
