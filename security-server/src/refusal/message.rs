//! Why a message between servers is refused.

use protocol::context::ContextError;
use protocol::credentials::CredentialsError;
use protocol::fault::Reason;
use protocol::frame::FrameError;
use protocol::head::HeadError;
use protocol::identifier::ServerId;
use std::time::Duration;

/// Why a message between servers is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    /// A frame of no known type or beyond its limit.
    #[error("the message is malformed: {0}")]
    Frame(#[from] FrameError),
    /// Frames in another order than a message has.
    #[error("the message is malformed: its frames are not in their order")]
    Order,
    /// The message ended early.
    #[error("the message broke off before its end")]
    Truncated,
    /// The message stopped coming.
    #[error("the message did not come on within {0:?}")]
    TooSlow(Duration),
    /// The head is malformed.
    #[error("the message head is refused: {0}")]
    Head(#[from] HeadError),
    /// The context is malformed.
    #[error("the context is refused: {0}")]
    Context(#[from] ContextError),
    /// The credentials are malformed.
    #[error("the credentials are refused: {0}")]
    Credentials(#[from] CredentialsError),
    /// The body is over the limit.
    #[error("the body exceeds the limit of {0} bytes")]
    BodyTooLarge(u64),
    /// The body is longer or shorter than announced.
    #[error("the body is not of the announced length")]
    BodyLength,
    /// The context names another server.
    #[error("the message is from {from} to {to}, which is not this conversation")]
    OtherServers {
        /// The sender it names.
        from: ServerId,
        /// The receiver it names.
        to: ServerId,
    },
    /// A request where a response must be, or the reverse.
    #[error("the message is of the wrong kind")]
    Kind,
    /// Made outside the window.
    #[error("the message was made at {created}, more than {} s from {now}", window.as_secs())]
    OutsideWindow {
        /// When it says it was made.
        created: jiff::Timestamp,
        /// Our time.
        now: jiff::Timestamp,
        /// The window.
        window: Duration,
    },
    /// Credentials named that are not held here.
    #[error("the credentials {0} are not known here; send them whole")]
    UnknownCredentials(protocol::hash::Sha256Hash),
    /// A certificate that does not lead to an approved service, or is of the wrong role.
    #[error("the {which} certificate is refused: {why}")]
    Certificate {
        /// Signing or authentication.
        which: &'static str,
        /// The rule it breaks.
        why: String,
    },
    /// A certificate that the registry does not have for its owner.
    #[error("the {which} certificate is not registered for {owner}")]
    NotRegistered {
        /// Signing or authentication.
        which: &'static str,
        /// Whose it would have to be.
        owner: String,
    },
    /// A certificate whose status is not good, or not fresh.
    #[error("the status of the {which} certificate is refused: {why}")]
    Status {
        /// Signing or authentication.
        which: &'static str,
        /// The rule it breaks.
        why: String,
    },
    /// The signature is not of its form.
    #[error("the signature is malformed: {0}")]
    SignatureForm(String),
    /// The signature does not verify.
    #[error("the signature does not verify: {0}")]
    SignatureValue(String),
}

impl MessageRefusal {
    pub(super) fn reason(&self) -> Reason {
        match self {
            Self::Frame(_)
            | Self::Order
            | Self::Truncated
            | Self::TooSlow(_)
            | Self::Head(_)
            | Self::Context(_)
            | Self::Credentials(_)
            | Self::OtherServers { .. }
            | Self::Kind => Reason::InvalidMessage,
            Self::BodyTooLarge(_) => Reason::BodyTooLarge,
            Self::BodyLength => Reason::InvalidBody,
            Self::OutsideWindow { .. } => Reason::MessageTooOld,
            Self::UnknownCredentials(_) => Reason::UnknownCredentials,
            Self::Certificate { .. } | Self::NotRegistered { .. } => Reason::CertValidation,
            Self::Status { .. } => Reason::IncorrectValidationInfo,
            Self::SignatureForm(_) => Reason::MalformedSignature,
            Self::SignatureValue(_) => Reason::InvalidSignatureValue,
        }
    }
}
