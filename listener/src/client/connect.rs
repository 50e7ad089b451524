//! Opens the connections of a client: TCP, TLS over TCP, or a Unix socket.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use thiserror::Error;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::ClientTls;
use crate::socket::Stream;

/// Opens connections to the address of a request.
#[derive(Debug, Clone)]
pub(super) struct Connector(Target);

#[derive(Debug, Clone)]
enum Target {
    Tcp(ClientTls),
    Unix(Arc<Path>),
}

/// Why no connection came about.
#[derive(Debug, Error)]
pub(super) enum ConnectError {
    #[error("address has no host or an unknown scheme")]
    Address,
    #[error("failed to open the socket")]
    Socket(#[source] io::Error),
    #[error("connecting took longer than {0:?}")]
    TooSlow(Duration),
    #[error("tls handshake failed")]
    Tls(#[source] io::Error),
}

/// An open connection.
pub(super) struct Opened {
    io: TokioIo<Stream>,
    protocol: Protocol,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Http1,
    Http2,
}

impl Connector {
    pub(super) fn tcp(tls: ClientTls) -> Self {
        Self(Target::Tcp(tls))
    }

    pub(super) fn unix(path: PathBuf) -> Self {
        Self(Target::Unix(path.into()))
    }
}

impl Service<Uri> for Connector {
    type Response = Opened;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Opened, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let target = self.0.clone();
        Box::pin(async move {
            let opened = timeout(CONNECT_WITHIN, open(target, address)).await;
            opened.map_err(|_| ConnectError::TooSlow(CONNECT_WITHIN))?
        })
    }
}

async fn open(target: Target, address: Uri) -> Result<Opened, ConnectError> {
    let tls = match target {
        Target::Unix(path) => {
            let stream = UnixStream::connect(path).await.map_err(ConnectError::Socket)?;
            return Ok(Opened::http1(Box::new(stream)));
        }
        Target::Tcp(tls) => tls,
    };
    let host = address.host().ok_or(ConnectError::Address)?.trim_start_matches('[').trim_end_matches(']');
    let (tls, default_port) = match (address.scheme_str(), tls) {
        (Some("http"), _) => (None, 80),
        (Some("https"), ClientTls::Rustls(configuration)) => (Some(configuration), 443),
        _ => return Err(ConnectError::Address),
    };
    let port = address.port_u16().unwrap_or(default_port);
    let stream = if is_local(host) {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await
    } else {
        TcpStream::connect((host, port)).await
    };
    let stream = stream.map_err(ConnectError::Socket)?;
    stream.set_nodelay(true).map_err(ConnectError::Socket)?;
    let Some(configuration) = tls else {
        return Ok(Opened::http1(Box::new(stream)));
    };

    let name = ServerName::try_from(host.to_owned()).map_err(|_| ConnectError::Address)?;
    let stream = TlsConnector::from(configuration).connect(name, stream).await.map_err(ConnectError::Tls)?;
    let protocol = match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => Protocol::Http2,
        _ => Protocol::Http1,
    };
    Ok(Opened { io: TokioIo::new(Box::new(stream)), protocol })
}

/// Names below `localhost` are this machine's, and no resolver is asked for them (RFC 6761 §6.3): many know none.
fn is_local(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

impl Opened {
    fn http1(stream: Stream) -> Self {
        Self { io: TokioIo::new(stream), protocol: Protocol::Http1 }
    }
}

impl Connection for Opened {
    fn connected(&self) -> Connected {
        match self.protocol {
            Protocol::Http1 => Connected::new(),
            Protocol::Http2 => Connected::new().negotiated_h2(),
        }
    }
}

impl Read for Opened {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl Write for Opened {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// Time to open a connection, TLS handshake included.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn names_below_localhost_are_this_machine() {
        for (host, local) in [
            ("localhost", true),
            ("ingreso.ciudadania.LocalHost.", true),
            ("notlocalhost", false),
            ("localhost.bo", false),
        ] {
            assert_eq!(is_local(host), local, "{host}");
        }
    }
}
