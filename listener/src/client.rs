//! A small HTTP client for calls to services of the control plane: OCSP, time-stamping, registry, administration.
//!
//! Requests and responses are whole and small. Connections are kept and used again; requests are not repeated, except
//! when a kept connection turns out to be closed before any of the request was sent.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_util::client::legacy::{self, Client as Pool};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use thiserror::Error;
use tokio::time::{Instant, timeout_at};

use crate::body::{BodyError, read_bounded};

mod connect;

use connect::{ConnectError, Connector};

/// A client that keeps its connections; cloning it is cheap and shares them.
#[derive(Debug, Clone)]
pub struct Client {
    pool: Pool<Connector, Full<Bytes>>,
}

/// Whether and how a client speaks TLS.
#[derive(Debug, Clone)]
pub enum ClientTls {
    /// Only `http` addresses.
    Plain,
    /// `http` and `https` addresses. Protocols named for ALPN in the configuration are used: `h2`, `http/1.1`.
    Rustls(Arc<rustls::ClientConfig>),
}

/// Why a request got no response.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address cannot be called: no host, or another scheme than the client speaks.
    #[error("cannot call {address}")]
    Address {
        /// The address.
        address: String,
    },
    /// Nobody listens there.
    #[error("{address} refused the connection")]
    Refused {
        /// The address.
        address: String,
        /// The failure of the connection.
        source: legacy::Error,
    },
    /// No connection came about: unknown host, no route, too slow.
    #[error("failed to connect to {address}")]
    Unreachable {
        /// The address.
        address: String,
        /// The failure of the connection.
        source: legacy::Error,
    },
    /// The TLS handshake failed.
    #[error("failed to agree on tls with {address}")]
    Tls {
        /// The address.
        address: String,
        /// The failure of the connection.
        source: legacy::Error,
    },
    /// The response was not complete in time.
    #[error("{address} did not answer within {within:?}")]
    TimedOut {
        /// The address.
        address: String,
        /// The time it had.
        within: Duration,
    },
    /// The response is larger than allowed.
    #[error("{address} answered with more than {limit} bytes")]
    TooLarge {
        /// The address.
        address: String,
        /// What was allowed, in bytes.
        limit: usize,
    },
    /// The connection broke while request or response were on their way.
    #[error("exchange with {address} broke off")]
    Broken {
        /// The address.
        address: String,
        /// What the HTTP library says about it.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Client {
    /// A client for TCP.
    #[must_use]
    pub fn new(tls: ClientTls) -> Self {
        Self::over(Connector::tcp(tls))
    }

    /// A client that calls the Unix socket at `path`, whatever host an address names.
    #[must_use]
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::over(Connector::unix(path.into()))
    }

    /// Sends a request to its absolute address and reads the whole response, of at most `max_response_bytes`, `within`
    /// the given time.
    ///
    /// # Errors
    /// Says why there is no response; any status is a response.
    pub async fn send(
        &self,
        request: Request<Full<Bytes>>,
        within: Duration,
        max_response_bytes: usize,
    ) -> Result<Response<Bytes>, ClientError> {
        let address = request.uri().to_string();
        let deadline = Instant::now() + within;
        let timed_out = || ClientError::TimedOut { address: address.clone(), within };

        let response = timeout_at(deadline, self.pool.request(request)).await.map_err(|_| timed_out())?;
        let (head, body) = response.map_err(|error| failure(&address, error))?.into_parts();
        // The deadline covers the body as a whole, so its pieces need no patience of their own.
        let body = timeout_at(deadline, read_bounded(body, max_response_bytes, within)).await;
        match body.map_err(|_| timed_out())? {
            Ok(body) => Ok(Response::from_parts(head, body)),
            Err(BodyError::TooLarge { .. }) => Err(ClientError::TooLarge { address, limit: max_response_bytes }),
            Err(BodyError::TooSlow { .. }) => Err(timed_out()),
            Err(BodyError::Broken { source }) => Err(ClientError::Broken { address, source }),
        }
    }

    fn over(connector: Connector) -> Self {
        let pool = Pool::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT_FOR)
            .pool_max_idle_per_host(MAX_KEPT_PER_HOST)
            .build(connector);
        Self { pool }
    }
}

fn failure(address: &str, error: legacy::Error) -> ClientError {
    let address = address.to_owned();
    let Some(cause) = cause(&error) else {
        return match error.is_connect() {
            true => ClientError::Unreachable { address, source: error },
            false => ClientError::Broken { address, source: error.into() },
        };
    };
    match cause {
        ConnectError::Address => ClientError::Address { address },
        ConnectError::Socket(error_kind) if error_kind.kind() == std::io::ErrorKind::ConnectionRefused => {
            ClientError::Refused { address, source: error }
        }
        ConnectError::Socket(_) | ConnectError::TooSlow(_) => ClientError::Unreachable { address, source: error },
        ConnectError::Tls(_) => ClientError::Tls { address, source: error },
    }
}

fn cause(error: &legacy::Error) -> Option<&ConnectError> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(cause) = error.downcast_ref() {
            return Some(cause);
        }
        source = error.source();
    }
    None
}

/// Shorter than a listener keeps an idle connection, so that it is rarely the server that closes first.
const KEPT_FOR: Duration = Duration::from_secs(10);
const MAX_KEPT_PER_HOST: usize = 8;
