//! What is measured: a gateway, or a server that does nothing, over HTTPS on a free port.

use super::browser::Browser;
use anyhow::{Context as _, Result};
use citizens_gateway::{Gateway, GatewayParts};
use clock::SystemClock;
use http::StatusCode;
use listener::{Drained, Handler, Limits, Request, Response, Socket, Tls, reply};
use plugin_host::PluginHost;
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A server that runs.
pub(super) struct Door {
    address: SocketAddr,
    client: Arc<ClientConfig>,
    stop: CancellationToken,
    serving: JoinHandle<Drained>,
}

/// Answers everything with the same bytes.
pub(super) struct Nothing(bytes::Bytes);

/// Where the measured plugin is.
pub(super) const HOST: &str = "bench.localhost:8443";
const DOMAIN: &str = "localhost:8443";

impl Nothing {
    pub(super) fn of(size: usize) -> Self {
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
    pub(super) async fn open(host: &Arc<PluginHost>) -> Result<Self> {
        let gateway = Gateway::new(GatewayParts {
            host: host.clone(),
            clock: Arc::new(SystemClock),
            secret: [9; 32],
            address: DOMAIN.parse()?,
            entity: "Medición".to_owned(),
            sign_in: None,
            own_issuer: None,
            judge: None,
            // All browsers have one address here.
            limits: citizens_gateway::Limits { client_requests_per_second: 1_000_000, ..Default::default() },
        });
        Self::of(Arc::new(gateway)).await
    }

    /// Any server.
    pub(super) async fn of<H: Handler>(handler: Arc<H>) -> Result<Self> {
        let (server, client) = tls()?;
        let socket = TcpListener::bind("127.0.0.1:0").await?;
        let (address, stop) = (socket.local_addr()?, CancellationToken::new());
        let (limits, drain) = (Limits::default(), Duration::from_secs(1));
        let tls = Tls::fixed(server);
        let serving = tokio::spawn(listener::serve(Socket::Tcp(socket), tls, limits, handler, stop.clone(), drain));
        Ok(Self { address, client, stop, serving })
    }

    /// A browser with a connection that it keeps.
    pub(super) async fn browser(&self) -> Result<Browser> {
        Browser::connect(self.address, self.client.clone()).await
    }

    pub(super) async fn close(self) -> Result<()> {
        self.stop.cancel();
        self.serving.await.context("the server does not end").map(drop)
    }
}

/// A key and a certificate for this run, and a client that knows them.
fn tls() -> Result<(Arc<ServerConfig>, Arc<ClientConfig>)> {
    let key = KeyPair::generate()?;
    let certificate =
        CertificateParams::new(vec!["*.localhost".to_owned(), "bench.localhost".to_owned()])?.self_signed(&key)?;
    let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let private = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone())?;
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(server), Arc::new(client)))
}
