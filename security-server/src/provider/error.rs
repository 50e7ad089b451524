//! Why a provider gave no answer, or not a whole one.

use super::limits::Limits;
use std::error::Error as StdError;
use std::io;
use std::time::Duration;
use thiserror::Error;

/// Why a provider gave no answer, or not a whole one.
#[derive(Debug, Error)]
pub enum ProviderError {
    /// Its host name does not resolve.
    #[error("the host of provider {provider} is not known")]
    UnknownHost {
        /// Host and port.
        provider: String,
        /// What the resolver says.
        source: io::Error,
    },
    /// Nobody listens there.
    #[error("provider {provider} refused the connection")]
    ConnectionRefused {
        /// Host and port.
        provider: String,
        /// What the system says.
        source: io::Error,
    },
    /// No connection for another reason.
    #[error("failed to connect to provider {provider}")]
    Unreachable {
        /// Host and port.
        provider: String,
        /// What the system says.
        source: io::Error,
    },
    /// The TLS handshake failed, or the provider showed a certificate that is not listed.
    #[error("failed to agree on tls with provider {provider}")]
    Tls {
        /// Host and port.
        provider: String,
        /// What the TLS library says.
        source: io::Error,
    },
    /// Something did not happen in time.
    #[error("provider {provider} took longer than {within:?} to {phase}")]
    Timeout {
        /// Host and port.
        provider: String,
        /// What it was waited for.
        phase: Phase,
        /// How long.
        within: Duration,
    },
    /// As many calls are under way as may be.
    #[error("provider {provider} has {calls} calls to answer already")]
    Busy {
        /// Host and port.
        provider: String,
        /// The bound, see [`Limits::calls`].
        calls: usize,
    },
    /// It answered with what is not HTTP, or with a head beyond the bounds.
    #[error("provider {provider} did not answer in http")]
    Malformed {
        /// Host and port.
        provider: String,
        /// What the HTTP library says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It closed the connection before the head of an answer was there. Whether it acted is not known.
    #[error("provider {provider} closed the connection without an answer")]
    Closed {
        /// Host and port.
        provider: String,
        /// What the HTTP library says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Its answer's body broke off, or was shorter than announced.
    #[error("the answer of provider {provider} broke off")]
    BodyBroken {
        /// Host and port.
        provider: String,
        /// What the HTTP library says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The request's own body could not be read on. The provider is not at fault, and got a part of it.
    #[error("failed to read the body of the request")]
    RequestBody {
        /// What its reader says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The request cannot be written as HTTP.
    #[error("the request cannot be sent to a provider")]
    Request {
        /// Which part cannot.
        source: http::Error,
    },
}

/// What a provider was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A connection.
    Connect,
    /// The head of the answer.
    Answer,
    /// The next piece of the answer's body.
    Body,
}

impl ProviderError {
    /// A fresh connection that was closed before the request was written.
    pub(super) fn closed_before(provider: &str) -> Self {
        let source = io::Error::from(io::ErrorKind::ConnectionReset).into();
        Self::Closed { provider: provider.to_owned(), source }
    }

    /// Sorts what the HTTP library says while there is no head of an answer.
    pub(super) fn of_exchange(provider: &str, error: hyper::Error) -> Self {
        let provider = provider.to_owned();
        if error.is_parse() {
            Self::Malformed { provider, source: error.into() }
        } else if error.is_user() {
            Self::RequestBody { source: error.into() }
        } else {
            Self::Closed { provider, source: error.into() }
        }
    }

    pub(super) fn busy(provider: &str, limits: &Limits) -> Self {
        Self::Busy { provider: provider.to_owned(), calls: limits.calls }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "accept a connection",
            Self::Answer => "answer",
            Self::Body => "send the next piece of its answer",
        })
    }
}
