//! What the tests of this crate share: a handler with a few paths, and a listener that runs it on a free port.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared by tests, each of which uses another part")]

use std::future::pending;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Frame};
use listener::client::{Client, ClientTls};
use listener::{BodyError, Connection, Drained, Handler, Limits, Request, Response, Socket, Tls, read_bounded, reply};
use rcgen::{CertificateParams, KeyPair};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Long enough for anything that is meant to happen.
pub const SOON: Duration = Duration::from_secs(10);
/// Short enough for what is meant to run out.
pub const BRIEFLY: Duration = Duration::from_millis(200);

/// Answers by path: `/hello`, `/large`, `/endless`, `/slow` (a body that waits until released), `/who` (the peer), `/read` (size of the body, at most 1,000 bytes), `/wait` (until released).
pub struct Paths {
    /// Gets a permit when `/wait` is reached.
    pub reached: Arc<Semaphore>,
    /// One permit releases one `/wait`.
    pub release: Arc<Semaphore>,
}

impl Handler for Paths {
    async fn handle(&self, request: Request) -> Response {
        match request.uri().path() {
            "/hello" => reply::text(StatusCode::OK, "hello"),
            "/large" => reply::bytes(StatusCode::OK, "application/octet-stream", vec![7; 100_000]),
            "/who" => {
                let peer = request.extensions().get::<Connection>().unwrap();
                let alpn = peer.alpn.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
                reply::text(StatusCode::OK, format!("{} {alpn}", peer.peer_certificates.len()))
            }
            "/read" => match read_bounded(request.into_body(), 1_000, BRIEFLY).await {
                Ok(body) => reply::text(StatusCode::OK, body.len().to_string()),
                Err(BodyError::TooLarge { .. }) => reply::text(StatusCode::PAYLOAD_TOO_LARGE, "too large"),
                Err(BodyError::TooSlow { .. }) => reply::text(StatusCode::REQUEST_TIMEOUT, "too slow"),
                Err(BodyError::Broken { .. }) => reply::text(StatusCode::BAD_REQUEST, "broken"),
            },
            "/wait" => {
                self.reached.add_permits(1);
                self.release.acquire().await.unwrap().forget();
                reply::text(StatusCode::OK, "released")
            }
            "/endless" => Response::new(Endless(self.reached.clone()).boxed_unsync()),
            "/slow" => {
                let (reached, release) = (self.reached.clone(), self.release.clone());
                let released = async move {
                    reached.add_permits(1);
                    release.acquire().await.unwrap().forget();
                    Ok(Frame::data(Bytes::from_static(b"released")))
                };
                Response::new(StreamBody::new(futures_util::stream::once(released)).boxed_unsync())
            }
            "/never" => {
                self.reached.add_permits(1);
                pending().await
            }
            _ => reply::empty(StatusCode::NOT_FOUND),
        }
    }
}

/// A body without an end; it says when it is dropped.
struct Endless(Arc<Semaphore>);

impl Body for Endless {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[7; 65_536])))))
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

/// A running listener.
pub struct Running {
    pub address: SocketAddr,
    pub paths: Arc<Paths>,
    pub shutdown: CancellationToken,
    pub ended: JoinHandle<Drained>,
}

impl Running {
    pub async fn start(tls: Tls, limits: Limits, drain: Duration) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        Self::on(Socket::Tcp(socket), address, tls, limits, drain)
    }

    pub fn on(socket: Socket, address: SocketAddr, tls: Tls, limits: Limits, drain: Duration) -> Self {
        let paths = Arc::new(Paths { reached: Arc::new(Semaphore::new(0)), release: Arc::new(Semaphore::new(0)) });
        let shutdown = CancellationToken::new();
        let serving = listener::serve(socket, tls, limits, paths.clone(), shutdown.clone(), drain);
        Self { address, paths, shutdown, ended: tokio::spawn(serving) }
    }

    pub async fn plain(limits: Limits) -> Self {
        Self::start(Tls::Plain, limits, SOON).await
    }

    pub async fn reached(&self) {
        self.paths.reached.acquire().await.unwrap().forget();
    }

    pub fn uri(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://localhost:{}{path}", self.address.port())
    }
}

/// A request without a body.
pub fn get(uri: &str) -> http::Request<Full<Bytes>> {
    post(uri, "")
}

pub fn post(uri: &str, body: impl Into<Bytes>) -> http::Request<Full<Bytes>> {
    http::Request::post(uri).body(Full::new(body.into())).unwrap()
}

pub fn client() -> Client {
    Client::new(ClientTls::Plain)
}

/// One certificate for `localhost` that both sides hold and trust.
pub struct Certificate {
    pub server: ServerConfig,
    pub client: ClientConfig,
    pub stranger: ClientConfig,
}

impl Certificate {
    pub fn new(protocols: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        let chain = vec![certificate.der().clone()];
        let key = || rustls_pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let roots = Arc::new(roots);

        let verifier = WebPkiClientVerifier::builder(roots.clone()).build().unwrap();
        let mut server =
            ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain.clone(), key()).unwrap();
        let trusting = || ClientConfig::builder().with_root_certificates(roots.clone());
        let mut client = trusting().with_client_auth_cert(chain, key()).unwrap();
        let protocols: Vec<_> = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        server.alpn_protocols.clone_from(&protocols);
        client.alpn_protocols = protocols;
        Self { server, client, stranger: trusting().with_no_client_auth() }
    }
}
