//! What somebody who means harm gets at the citizens' port, over TLS; and that an ordinary visitor is served meanwhile.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod calls;
mod connections;
mod evidence;
mod heads;
mod streams;
mod uploads;

use citizens_gateway::{EvidenceJudge, Gateway};
use http::StatusCode;
use listener::client::{Client, ClientTls};
use listener::{Drained, Limits, Socket, Tls};
use plugin_host::PluginHost;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::collections::BTreeMap;
use std::io::BufReader;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tests::browser::{Browser, DOMAIN, Door, text};
use tests::visitors;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::sync::CancellationToken;
use trust::evidence::{Report, verify_integrity};

const PAGES: &str = r#"
[web]
routes = ["/", "/count", "/pictures/{id}"]

[[web.route]]
path = "/pictures"
uploads = { largest = "100 KiB", types = ["image/png", "application/pdf"] }

[limits]
storage = "2 MiB"
"#;

/// Long enough for anything that is meant to happen.
const SOON: Duration = Duration::from_secs(20);
/// Short enough for what is meant to run out.
const BRIEFLY: Duration = Duration::from_millis(200);
/// Where who means harm comes from: ordinary visitors have the usual address.
const HARMFUL: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// The origin of the plugin.
const VISITORS: &str = "visitors.localhost:8443";

/// The citizens' port: a gateway with the visitors' book, pictures, and a judge of evidence.
struct Port {
    address: SocketAddr,
    trust: RootCertStore,
    host: Arc<PluginHost>,
    stop: CancellationToken,
    serving: JoinHandle<Drained>,
    _folder: tempfile::TempDir,
}

/// Judges a container by itself.
struct Integrity;

impl EvidenceJudge for Integrity {
    fn judge(&self, container: std::fs::File) -> Report {
        verify_integrity(BufReader::new(container))
    }
}

impl Port {
    async fn open(limits: Limits) -> Self {
        Self::with(limits, citizens_gateway::Limits::default()).await
    }

    async fn with(limits: Limits, of_gateway: citizens_gateway::Limits) -> Self {
        Self::to(PAGES, limits, of_gateway).await
    }

    async fn to(pages: &str, limits: Limits, of_gateway: citizens_gateway::Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (host, _) = visitors::open(folder.path(), pages, BTreeMap::new()).await;
        let mut parts = Door::parts(host.clone(), of_gateway, None);
        parts.judge = Some(Arc::new(Integrity));
        let gateway = Arc::new(Gateway::new(parts));
        let (server, trust) = certificate();
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (socket.local_addr().unwrap(), CancellationToken::new());
        let (tls, socket) = (Tls::fixed(server), Socket::Tcp(socket));
        let serving = tokio::spawn(listener::serve(socket, tls, limits, gateway, stop.clone(), BRIEFLY));
        Self { address, trust, host, stop, serving, _folder: folder }
    }

    fn tls(&self, protocol: &str) -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let mut config = config.with_root_certificates(self.trust.clone()).with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        Arc::new(config)
    }

    /// A new visitor at an origin, with connections of her own.
    fn browser(&self, host: &str) -> Browser {
        let at = format!("https://localhost:{}", self.address.port());
        Browser::new(at, host.to_owned(), Client::new(ClientTls::Rustls(self.tls("http/1.1"))))
    }

    /// An ordinary visitor comes, reads and signs the book.
    async fn serves_others(&self) {
        let mut browser = self.browser(VISITORS);
        let visit = async {
            let page = browser.get("/").await;
            assert_eq!(page.status(), StatusCode::OK, "{}", text(&page));
            let signed = browser.submit(&page, "/", "name=Ana").await;
            assert_eq!(signed.status(), StatusCode::SEE_OTHER, "{}", text(&signed));
        };
        timeout(SOON, visit).await.expect("ordinary visitors are served");
    }

    /// A connection from an address on which nothing was said.
    async fn connection(&self, from: Ipv4Addr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// A connection of who means harm, that speaks this protocol over TLS.
    async fn harmful(&self, protocol: &str) -> TlsStream<TcpStream> {
        let stream = self.connection(HARMFUL).await;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(self.tls(protocol)).connect(name, stream).await.unwrap()
    }

    async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
        self.host.close().await;
    }
}

fn certificate() -> (Arc<ServerConfig>, RootCertStore) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let private = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let chain = vec![certificate.der().clone()];
    let mut config = config.with_no_client_auth().with_single_cert(chain, private).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let mut trust = RootCertStore::empty();
    trust.add(certificate.der().clone()).unwrap();
    (Arc::new(config), trust)
}

/// What is said until the connection is closed, or reset.
async fn until_closed(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut heard = Vec::new();
    let _ = timeout(SOON, stream.read_to_end(&mut heard)).await.expect("the server closes the connection");
    String::from_utf8_lossy(&heard).into_owned()
}

/// The head of a request to the book over HTTP/1.1, to which more can be added.
fn request(method: &str, path: &str) -> String {
    assert!(VISITORS.ends_with(DOMAIN));
    format!("{method} {path} HTTP/1.1\r\nhost: {VISITORS}\r\naccept: text/html\r\n")
}
