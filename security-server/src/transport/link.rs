//! One HTTP/2 connection to a peer.

use super::VERSIONS_HEADER;
use super::frames::FrameBody;
use super::heard::Heard;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use protocol::global_configuration::ServerAddress;
use protocol::hash::CertificateHash;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The name does not resolve.
    #[error("host {0} is unknown")]
    UnknownHost(String),
    /// Nobody answers there.
    #[error("{address} is not reachable")]
    Unreachable {
        /// Where.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The two sides did not accept each other.
    #[error("no TLS with {address}: {why}")]
    Tls {
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// The certificate is registered, but not for the server that was to be called.
    #[error("{0} answers with another server's certificate")]
    OtherServer(String),
    /// Not within the time that a peer has.
    #[error("{address} did not accept a connection within {within:?}")]
    TimedOut {
        /// Where.
        address: String,
        /// How long it had.
        within: Duration,
    },
}

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The request certainly was not taken up: it may be sent elsewhere.
    #[error("the connection ended before the request was sent")]
    NotSent,
    /// Whether it was taken up is not known.
    #[error("the connection broke while the request was under way")]
    Broke,
    /// The peer speaks other versions of the transport.
    #[error("the peer speaks the transport versions {0:?} only")]
    Version(String),
}

/// One HTTP/2 connection to a peer; cheap to clone.
#[derive(Clone)]
pub struct Link {
    sender: http2::SendRequest<FrameBody>,
    certificate: CertificateHash,
    // One for each connection, which is known by it.
    authority: Arc<str>,
}

/// Bytes that a peer may send ahead on one stream.
const STREAM_WINDOW: u32 = 512 * 1024;
/// Bytes that a peer may send ahead on one connection.
const CONNECTION_WINDOW: u32 = 4 << 20;
const PING_INTERVAL: Duration = Duration::from_secs(20);

impl Link {
    /// Connects and authenticates, within the given time.
    ///
    /// # Errors
    /// Why there is no connection.
    pub async fn connect(
        address: &ServerAddress,
        tls: &Arc<ClientConfig>,
        within: Duration,
    ) -> Result<Self, ConnectError> {
        let deadline = Instant::now() + within;
        let connecting = Self::establish(address, tls);
        timeout_at(deadline, connecting)
            .await
            .unwrap_or_else(|_| Err(ConnectError::TimedOut { address: address.to_string(), within }))
    }

    async fn establish(address: &ServerAddress, tls: &Arc<ClientConfig>) -> Result<Self, ConnectError> {
        let tcp = tcp(address).await?;
        let refused = |why: String| ConnectError::Tls { address: address.to_string(), why };
        let name = ServerName::try_from(address.host().to_owned()).map_err(|error| refused(error.to_string()))?;
        let stream =
            TlsConnector::from(tls.clone()).connect(name, tcp).await.map_err(|error| refused(error.to_string()))?;
        let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let certificate = CertificateHash::of(certificate.ok_or_else(|| refused("no certificate".to_owned()))?);
        let (stream, heard) = Heard::new(stream);
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(STREAM_WINDOW as usize)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_INTERVAL)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| refused(error.to_string()))?;
        // It ends when the peer closes, a ping is not answered, or the last sender is dropped.
        let ended = tokio::spawn(async move {
            connection.await.inspect_err(|error| tracing::debug!(%error, "a connection to a peer ended early"))
        });
        // A server judges our certificate when our side of the handshake is over, and speaks to nobody whom it refuses: a
        // request that were sent before could not be told from one that it took up.
        if heard.await.is_err() {
            let error = ended.await.ok().and_then(Result::err);
            let why = error.as_ref().and_then(std::error::Error::source).map(ToString::to_string);
            return Err(refused(why.unwrap_or_else(|| "it closed the connection without a word".to_owned())));
        }
        Ok(Self { sender, certificate, authority: address.to_string().into() })
    }

    /// The peer's authentication certificate.
    #[must_use]
    pub fn certificate(&self) -> &CertificateHash {
        &self.certificate
    }

    /// Whether the connection still takes requests, as far as is known.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Whether it is the same connection.
    #[must_use]
    pub fn is_the_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.authority, &other.authority)
    }

    /// Posts a message and waits for the head of the answer.
    ///
    /// # Errors
    /// Whether the request may have been taken up.
    pub async fn post(&self, path: &str, body: FrameBody) -> Result<Response<Incoming>, SendError> {
        let mut sender = self.sender.clone();
        // After this the stream may have been opened, and nobody can tell whether it arrived.
        sender.ready().await.map_err(|_| SendError::NotSent)?;
        let uri = format!("https://{}{path}", self.authority);
        let request = Request::post(uri).body(body).map_err(|_| SendError::NotSent)?;
        let response = sender.send_request(request).await.map_err(|error| send_error(&error))?;
        match response.status() {
            StatusCode::OK => Ok(response),
            _ => Err(other_version(&response)),
        }
    }

    /// Gets a small document of the peer's message log.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> Result<Response<Incoming>, SendError> {
        let mut sender = self.sender.clone();
        sender.ready().await.map_err(|_| SendError::NotSent)?;
        let uri = format!("https://{}{path}", self.authority);
        let request = Request::get(uri).body(listener::reply::whole(Bytes::new())).map_err(|_| SendError::NotSent)?;
        sender.send_request(request).await.map_err(|error| send_error(&error))
    }
}

fn other_version(response: &Response<Incoming>) -> SendError {
    let versions = response.headers().get(VERSIONS_HEADER).and_then(|versions| versions.to_str().ok());
    versions.map_or(SendError::Broke, |versions| SendError::Version(versions.chars().take(64).collect()))
}

/// RFC 9113 §8.7: a request is safe to send again when its stream was refused, or the connection went away before it.
fn send_error(error: &hyper::Error) -> SendError {
    let refused = std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<h2::Error>())
        .is_some_and(|error| error.reason() == Some(h2::Reason::REFUSED_STREAM));
    if refused || error.is_canceled() { SendError::NotSent } else { SendError::Broke }
}

async fn tcp(address: &ServerAddress) -> Result<TcpStream, ConnectError> {
    let unreachable = |source| ConnectError::Unreachable { address: address.to_string(), source };
    let addresses = tokio::net::lookup_host((address.host(), address.port()))
        .await
        .map_err(|_| ConnectError::UnknownHost(address.host().to_owned()))?;
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for candidate in addresses {
        match TcpStream::connect(candidate).await {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(unreachable)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(unreachable(failure))
}
