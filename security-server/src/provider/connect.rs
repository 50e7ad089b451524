//! Opens a connection to a provider: name, TCP, TLS.

use super::tls::{self, InternalCertificate};
use super::{Phase, ProviderError};
use crate::server_configuration::{HttpUrl, ProviderTls, Scheme};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::io;
use std::net::{SocketAddr, TcpStream as StdStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

/// Where a service's provider is, and how it is recognised there.
#[derive(Debug)]
pub(super) struct Destination {
    scheme: Scheme,
    authority: String,
    host: String,
    port: u16,
    judgement: ProviderTls,
    tls: Option<Arc<ClientConfig>>,
}

/// A stream of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// An open connection, and a second handle of its socket to look at it without reading.
pub(super) struct Opened {
    pub(super) stream: Box<dyn Stream>,
    pub(super) probe: StdStream,
}

impl Destination {
    pub(super) fn new(
        url: &HttpUrl,
        judgement: &ProviderTls,
        certificate: &InternalCertificate,
    ) -> Result<Self, ProviderError> {
        let authority = url.authority().to_owned();
        let tls = match url.scheme() {
            Scheme::Http => None,
            Scheme::Https => tls::configuration(judgement, certificate).map_err(|source| ProviderError::Tls {
                provider: authority.clone(),
                source: io::Error::other(source),
            })?,
        };
        let (host, port) = (url.host().to_owned(), url.port());
        Ok(Self { scheme: url.scheme(), authority, host, port, judgement: judgement.clone(), tls })
    }

    /// Host and port as written.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether connections to this place serve a URL.
    pub(super) fn is(&self, url: &HttpUrl, judgement: &ProviderTls) -> bool {
        let same_place = self.authority == url.authority() && self.scheme == url.scheme();
        same_place && self.judgement == *judgement
    }

    pub(super) async fn open(&self, within: Duration, deadline: Instant) -> Result<Opened, ProviderError> {
        let until = deadline.min(Instant::now() + within);
        let opened = timeout_at(until, self.open_unbounded()).await;
        opened.unwrap_or_else(|_| {
            Err(ProviderError::Timeout { provider: self.authority.clone(), phase: Phase::Connect, within })
        })
    }

    async fn open_unbounded(&self) -> Result<Opened, ProviderError> {
        let addresses = self.resolve().await?;
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|error| self.not_connected(error))?;
        stream.set_nodelay(true).map_err(|error| self.not_connected(error))?;
        let (stream, probe) = probed(stream).map_err(|error| self.not_connected(error))?;
        let Some(tls) = &self.tls else { return Ok(Opened { stream: Box::new(stream), probe }) };

        let tls_failed = |source| ProviderError::Tls { provider: self.authority.clone(), source };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| tls_failed(io::Error::other(error)))?;
        let stream = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await.map_err(tls_failed)?;
        Ok(Opened { stream: Box::new(stream), probe })
    }

    async fn resolve(&self) -> Result<Vec<SocketAddr>, ProviderError> {
        let unknown = |source| ProviderError::UnknownHost { provider: self.authority.clone(), source };
        let found = lookup_host((self.host.as_str(), self.port)).await.map_err(unknown)?;
        let addresses: Vec<SocketAddr> = found.take(MAX_ADDRESSES).collect();
        if addresses.is_empty() { Err(unknown(io::ErrorKind::NotFound.into())) } else { Ok(addresses) }
    }

    fn not_connected(&self, source: io::Error) -> ProviderError {
        let provider = self.authority.clone();
        match source.kind() {
            io::ErrorKind::ConnectionRefused => ProviderError::ConnectionRefused { provider, source },
            _ => ProviderError::Unreachable { provider, source },
        }
    }
}

fn probed(stream: TcpStream) -> io::Result<(TcpStream, StdStream)> {
    let stream = stream.into_std()?;
    let probe = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, probe))
}

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;
