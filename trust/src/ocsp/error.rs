//! What may be wrong with an OCSP response, grouped by who has to act.

use crate::{certificate::CertificateError, path::PathError, signature::VerifyError};
use jiff::Timestamp;
use std::time::Duration;

/// Why a response does not show that a certificate is good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    // The certificate is the problem.
    /// The authority took the certificate back.
    #[error("the certificate of {subject} was revoked at {at}")]
    Revoked {
        /// Whose certificate.
        subject: String,
        /// Since when.
        at: Timestamp,
    },
    /// The responder does not know the certificate.
    #[error("the responder does not know the certificate of {subject}")]
    Unknown {
        /// Whose certificate.
        subject: String,
    },

    // The response is too old or does not belong to the question: ask again.
    /// Older than the policy allows.
    #[error("the status is from {this_update}, more than {max_age:?} before {at}")]
    Stale {
        /// When the status was right.
        this_update: Timestamp,
        /// The moment the certificate is judged at.
        at: Timestamp,
        /// The policy.
        max_age: Duration,
    },
    /// The responder itself says that there is newer information.
    #[error("the response was to be replaced at {next_update}, before {at}")]
    Expired {
        /// When it was to be replaced.
        next_update: Timestamp,
        /// The moment the certificate is judged at.
        at: Timestamp,
    },
    /// Made after the moment the certificate is judged at, beyond what clocks may differ.
    #[error("the response is from {from}, after {at}")]
    FromTheFuture {
        /// When the response says it was made.
        from: Timestamp,
        /// The moment the certificate is judged at.
        at: Timestamp,
    },
    /// The response was not made for this question.
    #[error("the response does not have the nonce of the request")]
    Nonce,
    /// The response is about other certificates.
    #[error("the response is not about the certificate of {subject}")]
    OtherCertificate {
        /// Whose certificate.
        subject: String,
    },

    // The responder misbehaves.
    /// The responder did not answer the question.
    #[error("the responder refused: {0}")]
    Refused(ErrorStatus),
    /// Longer than any response in use.
    #[error("a response of {size_bytes} bytes, more than the limit of {limit_bytes}")]
    TooLarge {
        /// Its length.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Not an OCSP response in DER form.
    #[error("not an OCSP response in DER form")]
    Malformed(#[source] der::Error),
    /// Something in the response must be understood and is not.
    #[error("the response has {what} that we do not support")]
    Unsupported {
        /// What.
        what: &'static str,
    },
    /// A certificate that came with the response cannot be read.
    #[error("the certificate of the responder cannot be read")]
    ResponderCertificate(#[source] CertificateError),

    // Whoever signed may not speak for the authority.
    /// `issuer` did not issue the certificate.
    #[error("{issuer} did not issue the certificate of {subject}")]
    NotTheIssuer {
        /// Whose certificate.
        subject: String,
        /// The supposed issuer.
        issuer: String,
    },
    /// The signer of the response is neither the authority nor among the certificates in the response.
    #[error("the response is signed by somebody other than {issuer} and no certificate of a responder came along")]
    UnknownResponder {
        /// The authority.
        issuer: String,
    },
    /// The authority did not delegate this responder.
    #[error("{responder} may not answer for {issuer}")]
    Unauthorised {
        /// Who signed.
        responder: String,
        /// The authority.
        issuer: String,
        /// Why.
        source: Box<PathError>,
    },
    /// The signature of the response is wrong.
    #[error("the signature of the response by {responder} is not valid")]
    Signature {
        /// Who should have signed.
        responder: String,
        /// Why.
        source: VerifyError,
    },
}

/// The statuses with which a responder says that it does not answer (RFC 6960 §4.2.1). They are not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[repr(u8)]
pub enum ErrorStatus {
    /// It could not read the request.
    #[error("malformed request")]
    MalformedRequest = 1,
    /// It has an internal problem.
    #[error("internal error")]
    InternalError = 2,
    /// It cannot answer now.
    #[error("try later")]
    TryLater = 3,
    /// It wants requests to be signed.
    #[error("signature required")]
    SignatureRequired = 5,
    /// It does not answer us, or not for this issuer.
    #[error("unauthorized")]
    Unauthorized = 6,
}

impl ErrorStatus {
    pub(super) const ALL: [Self; 5] =
        [Self::MalformedRequest, Self::InternalError, Self::TryLater, Self::SignatureRequired, Self::Unauthorized];
}
