//! What the tests share: a running registry, trust services that it asks over HTTP, and who asks it.

mod entity;
mod pinned;

pub use entity::{Entity, sign_with};

use admin::Client as AdminClient;
use bytes::Bytes;
use central_registry::settings::{KeySettings, ManagementSettings, PublicSettings};
use central_registry::{CentralRegistry, Registry, Settings, Sockets};
use certs::TrustServices;
use clock::ManualClock;
use global_configuration::{MirrorFetch, Source};
use http::{Request, Response};
use http_body_util::Full;
use jiff::Timestamp;
use listener::Socket;
use listener::client::{Client, ClientTls};
use protocol::management::{Envelope, RequestState, RequestStatus};
use signer::{PemLabel, Pin, pem};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Long enough for anything that is meant to happen.
pub const SOON: Duration = Duration::from_secs(20);
pub const ITERATIONS: u32 = 100_000;

pub fn pin() -> Pin {
    Pin::new("1234")
}

pub fn start_time() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// A registry, its trust services and their clock.
pub struct World {
    pub folder: TempDir,
    pub clock: Arc<ManualClock>,
    pub trust: Arc<TrustServices>,
    trust_url: String,
    pub management: SocketAddr,
    pub public: SocketAddr,
    running: Option<Running>,
}

struct Running {
    registry: Registry,
    shutdown: CancellationToken,
    ended: JoinHandle<()>,
}

impl World {
    /// A running registry that was created and has no document yet.
    pub async fn unconfigured() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start_time()));
        let (trust, trust_url) = start_trust(folder.path(), &clock).await;
        let sockets = sockets().await;
        let (management, public) = addresses(&sockets);
        let settings = settings(management, public);
        let path = folder.path().join("registry");
        let registry = CentralRegistry::create(&path, &settings, &pin(), clock.clone()).await.unwrap();
        let running = Some(Running::start(registry, sockets, &path).await);
        Self { folder, clock, trust, trust_url, management, public, running }
    }

    /// With the document of [`Self::document`].
    pub async fn configured(approval: &str) -> Self {
        let world = Self::unconfigured().await;
        world.registry().apply_newest(&world.document(approval, 4), "operator").await.unwrap();
        world
    }

    /// Members `BO/GOV/1001` and so on, and rules of approval.
    pub fn document(&self, approval: &str, members: usize) -> String {
        let member = |code| format!("[[members]]\nclass = \"GOV\"\ncode = \"{code}\"\nname = \"Entity {code}\"\n");
        let members: String = (1001..1001 + members).map(member).collect();
        let [root, issuing] = [self.trust.root(), self.trust.issuing()].map(|it| pem(PemLabel::Certificate, it.der()));
        let stamping = pem(PemLabel::Certificate, self.trust.time_stamping_certificate().der());
        let url = &self.trust_url;
        format!(
            "instance = \"BO\"\nmember_classes = [\"GOV\", \"COM\"]\n{members}\n\
             [[global_groups]]\ncode = \"all\"\ndescription = \"Everybody\"\nmembers = [\"BO/GOV/1001\"]\n\
             [[certification_services]]\nname = \"test\"\ncertificates = [\"\"\"{root}\"\"\", \"\"\"{issuing}\"\"\"]\n\
             ocsp_urls = [\"{url}/ocsp\"]\n\
             [[time_stamping_services]]\nname = \"test\"\nurl = \"{url}/tsa\"\ncertificate = \"\"\"{stamping}\"\"\"\n\
             [approval]\n{approval}\n"
        )
    }

    pub fn registry(&self) -> &Registry {
        &self.running.as_ref().unwrap().registry
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("registry")
    }

    pub fn admin(&self) -> AdminClient {
        AdminClient::of(self.path()).with_author("maría")
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown.cancel();
            running.ended.await.unwrap();
        }
    }

    /// Opens the registry again, without serving it.
    pub async fn open(&self) -> CentralRegistry {
        CentralRegistry::open(&self.path(), &pin(), self.clock.clone()).await.unwrap()
    }

    /// Stops the registry, if it runs, and starts it again on the same ports.
    pub async fn restart(&mut self) {
        self.stop().await;
        let registry = self.open().await;
        let sockets = Sockets::bind(registry.settings()).await.unwrap();
        self.running = Some(Running::start(registry, sockets, &self.path()).await);
    }

    /// A source that follows this registry over HTTP.
    pub async fn source(&self, name: &str) -> Source {
        self.source_of(name, self.url()).await
    }

    pub async fn source_of(&self, name: &str, mirror: Url) -> Source {
        let fetch = Arc::new(MirrorFetch::new(Client::new(ClientTls::Plain), SOON));
        let anchor = self.registry().trust_anchor();
        Source::open(&anchor, vec![mirror], &self.folder.path().join(name), fetch).await.unwrap()
    }

    pub fn url(&self) -> Url {
        format!("http://{}/", self.public).parse().unwrap()
    }

    /// Posts bytes to the port for management requests.
    pub async fn post(&self, path: &str, body: Vec<u8>) -> Response<Bytes> {
        self.ask(Request::post(format!("https://{}{path}", self.management)), body).await
    }

    pub async fn ask(&self, request: http::request::Builder, body: Vec<u8>) -> Response<Bytes> {
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let pem = std::fs::read(self.path().join("management-tls.pem")).unwrap();
        Client::new(ClientTls::Rustls(pinned::client_config(&pem))).send(request, SOON, 1 << 20).await.unwrap()
    }

    /// Posts a request that is taken, and says where it stands.
    pub async fn submit(&self, envelope: &Envelope) -> RequestState {
        let response = self.post("/requests", envelope.render()).await;
        let body = String::from_utf8_lossy(response.body()).into_owned();
        assert_eq!(response.status(), 200, "{body}");
        let status = RequestStatus::parse(response.body()).unwrap();
        assert_eq!(status.request, envelope.document().hash());
        status.state
    }

    /// Posts a request that is refused with this status and words.
    pub async fn refused(&self, envelope: &Envelope, status: u16, words: &str) {
        let response = self.post("/requests", envelope.render()).await;
        let body = String::from_utf8_lossy(response.body()).into_owned();
        assert_eq!(response.status(), status, "{body}");
        assert!(body.contains(words), "{body}");
        assert_eq!(self.registry().request_status(&envelope.document().hash()), None);
    }

    /// Gets a published file, with headers.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
        self.plain("GET", path, headers).await
    }

    pub async fn plain(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.public));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::default()).unwrap();
        Client::new(ClientTls::Plain).send(request, SOON, 1 << 24).await.unwrap()
    }
}

impl Running {
    async fn start(registry: CentralRegistry, sockets: Sockets, folder: &Path) -> Self {
        let shutdown = CancellationToken::new();
        let (core, token) = (registry.registry().clone(), shutdown.clone());
        let ended = tokio::spawn(async move { registry.run(sockets, token).await.unwrap() });
        // The ports were bound before; the administrator's socket is the last thing to come.
        let socket = folder.join(admin::SOCKET_NAME);
        let bound = async {
            while !socket.exists() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, bound).await.unwrap();
        Self { registry: core, shutdown, ended }
    }
}

pub fn settings(management: SocketAddr, public: SocketAddr) -> Settings {
    Settings {
        management: ManagementSettings { listen: management, ..ManagementSettings::default() },
        public: PublicSettings { listen: public },
        administration: None,
        keys: KeySettings { key_iterations: ITERATIONS, ..KeySettings::default() },
    }
}

pub async fn sockets() -> Sockets {
    let bind = || TcpListener::bind("127.0.0.1:0");
    Sockets { management: bind().await.unwrap(), public: bind().await.unwrap(), administration: None }
}

pub fn addresses(sockets: &Sockets) -> (SocketAddr, SocketAddr) {
    (sockets.management.local_addr().unwrap(), sockets.public.local_addr().unwrap())
}

/// Copies a folder, as a mirror would.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

async fn start_trust(folder: &Path, clock: &Arc<ManualClock>) -> (Arc<TrustServices>, String) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let mut settings = certs::Settings::new(&url);
    settings.key_iterations = ITERATIONS;
    let trust = TrustServices::create(folder.join("trust"), &settings, &pin(), clock.clone()).unwrap();
    let trust = Arc::new(trust);
    tokio::spawn(trust.clone().run(Socket::Tcp(socket), CancellationToken::new()));
    (trust, url)
}
