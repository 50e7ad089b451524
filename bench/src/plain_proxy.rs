//! The same two hops as an exchange has, with the same TLS, HTTP versions and pooling, and nothing signed or logged.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use demo::installation::Installation;
use http::header::HOST;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use listener::{Handler, Limits, Response, Socket, Tls, reply};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use signer::SoftwareToken;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

/// Which of the two hops a proxy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxySide {
    /// HTTP/1.1 in, HTTP/2 over TLS out.
    Consumer,
    /// HTTP/2 over TLS in, HTTP/1.1 out.
    Provider,
}

/// Runs one proxy until `shutdown`. Its key is the authentication key of the server in `folder`.
///
/// # Errors
/// When the port is taken, or the key cannot be read.
pub async fn run(
    side: ProxySide,
    listen: SocketAddr,
    next: SocketAddr,
    folder: &Path,
    shutdown: CancellationToken,
) -> Result<()> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = key(folder)?;
    let anybody = Arc::new(Anybody { provider: provider.clone() });
    let tls13 = &[&rustls::version::TLS13];
    let mut incoming = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(tls13)?
        .with_client_cert_verifier(anybody.clone())
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key.clone())));
    incoming.alpn_protocols = vec![b"h2".to_vec()];
    let mut outgoing = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(tls13)?
        .dangerous()
        .with_custom_certificate_verifier(anybody)
        .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    outgoing.alpn_protocols = vec![b"h2".to_vec()];
    let socket = Socket::Tcp(TcpListener::bind(listen).await?);
    let limits = Limits { http2_max_streams: 1024, ..Limits::default() };
    let drain = Duration::from_secs(1);
    match side {
        ProxySide::Consumer => {
            let handler = Arc::new(ToPeer { next, tls: Arc::new(outgoing), link: tokio::sync::Mutex::default() });
            listener::serve(socket, Tls::Plain, limits, handler, shutdown, drain).await;
        }
        ProxySide::Provider => {
            let handler = Arc::new(ToProvider { next, idle: Mutex::default() });
            listener::serve(socket, Tls::fixed(Arc::new(incoming)), limits, handler, shutdown, drain).await;
        }
    }
    Ok(())
}

fn key(folder: &Path) -> Result<Arc<CertifiedKey>> {
    let token = SoftwareToken::open(folder.join("token"), &Installation::pin())?;
    let leaf = demo::installation::read_certificate(&folder.join("authentication.pem"))?;
    Ok(signer::tls::certified_key(token.signer("authentication")?, vec![leaf.der().to_vec().into()])?)
}

/// Passes on over one HTTP/2 connection.
struct ToPeer {
    next: SocketAddr,
    tls: Arc<rustls::ClientConfig>,
    link: tokio::sync::Mutex<Option<http2::SendRequest<Full<Bytes>>>>,
}

impl ToPeer {
    async fn sender(&self) -> Result<http2::SendRequest<Full<Bytes>>> {
        let mut link = self.link.lock().await;
        if let Some(open) = link.as_ref().filter(|open| !open.is_closed()) {
            return Ok(open.clone());
        }
        let tcp = TcpStream::connect(self.next).await?;
        tcp.set_nodelay(true)?;
        let name = ServerName::from(self.next.ip());
        let stream = TlsConnector::from(self.tls.clone()).connect(name, tcp).await?;
        let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        *link = Some(sender.clone());
        Ok(sender)
    }

    async fn pass(&self, request: listener::Request) -> Result<Response> {
        let path = request.uri().path().to_owned();
        let body = request.into_body().collect().await?.to_bytes();
        let request = Request::post(format!("https://{}{path}", self.next)).body(Full::new(body))?;
        answer(self.sender().await?.send_request(request).await?).await
    }
}

/// Passes on over kept HTTP/1.1 connections.
struct ToProvider {
    next: SocketAddr,
    // A short critical section around a stack.
    idle: Mutex<Vec<http1::SendRequest<Full<Bytes>>>>,
}

impl ToProvider {
    async fn pass(&self, request: listener::Request) -> Result<Response> {
        let path = request.uri().path().to_owned();
        let body = request.into_body().collect().await?.to_bytes();
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut sender = match kept {
            Some(kept) if !kept.is_closed() => kept,
            _ => {
                let tcp = TcpStream::connect(self.next).await?;
                tcp.set_nodelay(true)?;
                let (sender, connection) = http1::handshake(TokioIo::new(tcp)).await?;
                tokio::spawn(connection);
                sender
            }
        };
        let request = Request::post(path).header(HOST, self.next.to_string()).body(Full::new(body))?;
        sender.ready().await?;
        let answered = answer(sender.send_request(request).await?).await?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        Ok(answered)
    }
}

async fn answer(response: http::Response<hyper::body::Incoming>) -> Result<Response> {
    let status = response.status();
    let body = response.into_body().collect().await.context("the answer broke off")?.to_bytes();
    Ok(reply::bytes(status, "application/octet-stream", body))
}

fn failed(error: &anyhow::Error) -> Response {
    reply::text(StatusCode::BAD_GATEWAY, format!("{error:#}"))
}

impl Handler for ToPeer {
    async fn handle(&self, request: listener::Request) -> Response {
        self.pass(request).await.unwrap_or_else(|error| failed(&error))
    }
}

impl Handler for ToProvider {
    async fn handle(&self, request: listener::Request) -> Response {
        self.pass(request).await.unwrap_or_else(|error| failed(&error))
    }
}

/// Accepts any certificate: the two proxies measure, they protect nothing.
#[derive(Debug)]
struct Anybody {
    provider: Arc<CryptoProvider>,
}

impl Anybody {
    fn refuse_tls12() -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("only TLS 1.3 is spoken".to_owned()))
    }
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::refuse_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for Anybody {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::refuse_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        ServerCertVerifier::verify_tls13_signature(self, message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ServerCertVerifier::supported_verify_schemes(self)
    }
}
