//! Why a request is not taken, in groups by who must act.

use super::StatusRefusal;
use crate::state::{JournalError, RequestRefusal};
use jiff::{SignedDuration, Timestamp};
use protocol::management::EnvelopeError;
use trust::certificate::CertificateError;
use trust::path::PathError;
use trust::signature::VerifyError;

/// Why a request is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    // The requester must act.
    /// Not an envelope.
    #[error("not a management request")]
    Envelope(#[from] EnvelopeError),
    /// Too old, or from the future.
    #[error("the request was made at {created}, which at {now} is not within {age:#}")]
    Age {
        /// When it says that it was made.
        created: Timestamp,
        /// What time it is here.
        now: Timestamp,
        /// What is allowed.
        age: SignedDuration,
    },
    /// A signature is missing, superfluous or wrong.
    #[error("the proof of {proof} is not accepted")]
    Proof {
        /// Which signature.
        proof: &'static str,
        /// Why not.
        source: ProofRefusal,
    },
    /// A certificate is not good.
    #[error("the status of the certificate of {subject} is not good")]
    Status {
        /// Whose certificate.
        subject: String,
        /// Why not.
        source: StatusRefusal,
    },
    /// It does not fit what is registered.
    #[error("the request does not fit what is registered")]
    Registration(#[from] RequestRefusal),

    // The registry must act, or the requester waits.
    /// No operator's document is in force.
    #[error("the registry is not configured yet")]
    NotConfigured,
    /// Nobody can say whether a certificate is good.
    #[error("nobody can be asked about the certificate of {subject} now")]
    Unavailable {
        /// Whose certificate.
        subject: String,
        /// Whom was asked, and what came of it.
        failures: String,
    },
    /// More is going on than can be.
    #[error("the registry has too much to do: {what}")]
    Busy {
        /// What there is too much of.
        what: &'static str,
    },
    /// It cannot be kept.
    #[error("the request could not be kept")]
    Journal(#[from] JournalError),
}

/// Why a signature is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ProofRefusal {
    /// It is not there.
    #[error("it is missing")]
    Missing,
    /// It proves something that nobody asked for.
    #[error("a request of this kind has none")]
    Superfluous,
    /// A certificate that came with it cannot be read.
    #[error("its certificate cannot be read")]
    Certificate(#[from] CertificateError),
    /// The certificate is another than the one to be registered.
    #[error("it was made with another certificate than the one to be registered")]
    OtherCertificate,
    /// The certificate is not registered.
    #[error("the certificate {certificate} is not registered for {owner}")]
    NotRegistered {
        /// The certificate.
        certificate: protocol::hash::CertificateHash,
        /// For whom it should be.
        owner: String,
    },
    /// No approved authority stands behind the certificate.
    #[error("its certificate is not accepted")]
    Path(#[from] PathError),
    /// The signature is wrong.
    #[error("it is not a signature over this request")]
    Signature(#[from] VerifyError),
}
