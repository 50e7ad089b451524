//! What is measured: a gateway, or a server that does nothing, over HTTPS on a free port.

use super::browser::Browser;
use anyhow::{Context as _, Result};
use citizens_gateway::{EvidenceJudge, Gateway, GatewayParts};
use clock::SystemClock;
use http::StatusCode;
use listener::{Drained, Handler, Limits, Request, Response, Socket, Tls, reply};
use plugin_host::PluginHost;
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::fs::File;
use std::io::BufReader;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;
use trust::evidence::{Report, verify_integrity};

/// A server that runs.
pub(crate) struct Door {
    address: SocketAddr,
    client: Arc<ClientConfig>,
    stop: CancellationToken,
    serving: JoinHandle<Drained>,
}

/// Answers everything with the same bytes.
pub(crate) struct Nothing(bytes::Bytes);

/// Where the measured plugin is.
pub(crate) const HOST: &str = "bench.localhost:8443";
const DOMAIN: &str = "localhost:8443";

impl Nothing {
    pub(crate) fn of(size: usize) -> Self {
        Self(vec![b'x'; size].into())
    }
}

impl Handler for Nothing {
    async fn handle(&self, _: Request) -> Response {
        reply::bytes(StatusCode::OK, "text/html; charset=utf-8", self.0.clone())
    }
}

impl Door {
    /// A gateway to the plugins of a host.
    pub(crate) async fn open(host: &Arc<PluginHost>) -> Result<Self> {
        // All browsers have one address here.
        let limits = citizens_gateway::Limits { client_requests_per_second: 1_000_000, ..Default::default() };
        Self::of(Arc::new(gateway(host, limits)?)).await
    }

    /// A gateway with the limits that a security server's has.
    pub(crate) async fn besieged(host: &Arc<PluginHost>) -> Result<Self> {
        let limits = Limits { max_connections: 4_096, max_connections_per_peer: 256, ..Limits::default() };
        Self::within(Arc::new(gateway(host, Default::default())?), limits).await
    }

    /// Any server.
    pub(crate) async fn of<H: Handler>(handler: Arc<H>) -> Result<Self> {
        Self::within(handler, Limits::default()).await
    }

    async fn within<H: Handler>(handler: Arc<H>, limits: Limits) -> Result<Self> {
        let (server, client) = tls()?;
        let socket = TcpListener::bind("127.0.0.1:0").await?;
        let (address, stop) = (socket.local_addr()?, CancellationToken::new());
        let drain = Duration::from_secs(1);
        let tls = Tls::fixed(server);
        let serving = tokio::spawn(listener::serve(Socket::Tcp(socket), tls, limits, handler, stop.clone(), drain));
        Ok(Self { address, client, stop, serving })
    }

    /// A browser with a connection that it keeps.
    pub(crate) async fn browser(&self) -> Result<Browser> {
        Browser::connect(self.address, self.client.clone()).await
    }

    /// A browser that comes from an address.
    pub(crate) async fn browser_from(&self, from: Ipv4Addr) -> Result<Browser> {
        Browser::over(self.connection_from(from).await?, self.client.clone()).await
    }

    /// A connection from an address, on which nothing was said.
    pub(crate) async fn connection_from(&self, from: Ipv4Addr) -> Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        Ok(socket.connect(self.address).await?)
    }

    /// A connection from an address that speaks a protocol over TLS.
    pub(crate) async fn tls_from(&self, from: Ipv4Addr, protocol: &str) -> Result<TlsStream<TcpStream>> {
        let stream = self.connection_from(from).await?;
        let mut config = ClientConfig::clone(&self.client);
        config.alpn_protocols = vec![protocol.into()];
        let name = ServerName::try_from("bench.localhost")?;
        Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.stop.cancel();
        self.serving.await.context("the server does not end").map(drop)
    }
}

fn gateway(host: &Arc<PluginHost>, limits: citizens_gateway::Limits) -> Result<Gateway> {
    Ok(Gateway::new(GatewayParts {
        host: host.clone(),
        clock: Arc::new(SystemClock),
        secret: [9; 32],
        address: DOMAIN.parse()?,
        entity: "Medición".to_owned(),
        sign_in: None,
        own_issuer: None,
        judge: Some(Arc::new(Integrity)),
        limits,
    }))
}

/// Judges a container by itself.
struct Integrity;

impl EvidenceJudge for Integrity {
    fn judge(&self, container: File) -> Report {
        verify_integrity(BufReader::new(container))
    }
}

/// A key and a certificate for this run, and a client that knows them.
fn tls() -> Result<(Arc<ServerConfig>, Arc<ClientConfig>)> {
    let key = KeyPair::generate()?;
    let certificate =
        CertificateParams::new(vec!["*.localhost".to_owned(), "bench.localhost".to_owned()])?.self_signed(&key)?;
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let private = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let mut server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone())?;
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(server), Arc::new(client)))
}
