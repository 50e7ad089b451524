//! Where connections come from, and what is known about the peer of each.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

/// A bound socket that connections are accepted from.
#[derive(Debug)]
pub enum Socket {
    /// A TCP port.
    Tcp(TcpListener),
    /// A Unix socket. Who may connect is decided by the permissions of its folder.
    Unix(UnixListener),
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerAddress {
    /// A TCP peer.
    Tcp(SocketAddr),
    /// A process of this machine, connected over a Unix socket.
    Unix {
        /// The numeric user it runs as.
        user: u32,
    },
}

/// What is known about the peer; each request carries it as an extension.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Where the connection comes from.
    pub peer_address: PeerAddress,
    /// The certificates the peer authenticated with, its own first; empty when it offered none or TLS is not used.
    pub peer_certificates: Arc<[CertificateDer<'static>]>,
    /// The protocol negotiated by ALPN, if any: `h2` or `http/1.1`.
    pub alpn: Option<Arc<[u8]>>,
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix { user } => write!(f, "user {user}"),
        }
    }
}

impl Socket {
    /// Waits for the next connection.
    pub(crate) async fn accept(&self) -> io::Result<(Stream, PeerAddress)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                // Messages are written whole, so waiting for more to fill a packet only adds latency.
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), PeerAddress::Tcp(address)))
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                let user = stream.peer_cred()?.uid();
                Ok((Box::new(stream), PeerAddress::Unix { user }))
            }
        }
    }
}

impl Connection {
    /// A connection without TLS.
    pub(crate) fn plain(peer_address: PeerAddress) -> Self {
        Self { peer_address, peer_certificates: Arc::new([]), alpn: None }
    }
}

/// The bytes of one connection, whatever carries them.
pub(crate) type Stream = Box<dyn ByteStream>;

/// A two-way stream of bytes.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}
