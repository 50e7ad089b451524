//! What may be wrong with a timestamp, grouped by who has to act.

use crate::{path::PathError, signature::VerifyError};
use jiff::Timestamp;
use std::fmt;

/// Why a response holds no usable token, or a token does not prove a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    // The authority did not do what it was asked: ask again, or another one.
    /// The authority refused.
    #[error("the time-stamping authority refused: {reason}{}", text.as_deref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// Why, by the protocol.
        reason: FailureReason,
        /// Why, in its own words.
        text: Option<String>,
    },
    /// Longer than any token or response in use.
    #[error("a timestamp of {size_bytes} bytes, more than the limit of {limit_bytes}")]
    TooLarge {
        /// Its length.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Not a response or token of RFC 3161.
    #[error("not a timestamp in BER or DER form")]
    Malformed,
    /// Something in the token must be understood and is not.
    #[error("the timestamp has {what} that we do not support")]
    Unsupported {
        /// What.
        what: &'static str,
    },
    /// The token was not made for this request.
    #[error("the timestamp does not have the nonce of the request")]
    Nonce,

    // The token is not for this content.
    /// The token stamps something else.
    #[error("the timestamp is over another content")]
    OtherContent,

    // Whoever signed is not believed.
    /// None of the registered authorities signed.
    #[error("no registered time-stamping authority signed the timestamp")]
    UnknownAuthority,
    /// The certificate of the authority was not valid when it signed.
    #[error("{authority} could not issue timestamps at {time}")]
    Unauthorised {
        /// The authority.
        authority: String,
        /// The time in the token.
        time: Timestamp,
        /// Why.
        source: Box<PathError>,
    },
    /// The signed attributes do not fit the content or the authority.
    #[error("the signed attribute {attribute} is missing or does not fit")]
    Attribute {
        /// Which attribute.
        attribute: &'static str,
    },
    /// The signature of the token is wrong.
    #[error("the signature of {authority} is not valid")]
    Signature {
        /// The authority.
        authority: String,
        /// Why.
        source: VerifyError,
    },
    /// The token is from after the moment it is judged at, beyond what clocks may differ.
    #[error("the timestamp is from {time}, after {at}")]
    FromTheFuture {
        /// The time in the token.
        time: Timestamp,
        /// The moment it is judged at.
        at: Timestamp,
    },
}

/// `PKIFailureInfo`: why an authority refuses (RFC 3161 §2.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FailureReason {
    /// The hash algorithm is unknown or not strong enough.
    BadAlgorithm = 0,
    /// The kind of request is not supported.
    BadRequest = 2,
    /// The request is not of the right format.
    BadFormat = 5,
    /// The authority's time source is not available.
    TimeNotAvailable = 14,
    /// The requested policy is not the authority's.
    UnacceptedPolicy = 15,
    /// The requested extension is not supported.
    UnacceptedExtension = 16,
    /// Additional information is not available.
    AdditionalInformationNotAvailable = 17,
    /// Something is broken at the authority.
    SystemFailure = 25,
    /// The authority gave no reason, or none we know.
    Unspecified = 255,
}

impl FailureReason {
    pub(super) const SPECIFIED: [Self; 8] = [
        Self::BadAlgorithm,
        Self::BadRequest,
        Self::BadFormat,
        Self::TimeNotAvailable,
        Self::UnacceptedPolicy,
        Self::UnacceptedExtension,
        Self::AdditionalInformationNotAvailable,
        Self::SystemFailure,
    ];
}

impl fmt::Display for FailureReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadAlgorithm => "unsupported hash algorithm",
            Self::BadRequest => "request not supported",
            Self::BadFormat => "malformed request",
            Self::TimeNotAvailable => "time source not available",
            Self::UnacceptedPolicy => "policy not supported",
            Self::UnacceptedExtension => "extension not supported",
            Self::AdditionalInformationNotAvailable => "additional information not available",
            Self::SystemFailure => "system failure",
            Self::Unspecified => "no reason given",
        })
    }
}
