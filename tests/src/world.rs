//! A small state inside the test's own process.

use crate::caller::Caller;
use admin::Client as Administrator;
use admin::doctor::Severity;
use central_registry::CentralRegistry;
use certs::TrustServices;
use clock::{SharedClock, SystemClock};
use demo::installation::{Installation, Protection, TRUST_SETTINGS};
use demo::ports::Ports;
use demo::state::{State, small_state};
use listener::Socket;
use message_log::OpenMode;
use security_server::{SecurityServer, Settings, Sockets, Upkeep};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running small state; it ends with the test.
pub struct World {
    /// Its folders.
    pub installation: Installation,
    /// The trust services, which can be made to misbehave.
    pub trust_services: Arc<TrustServices>,
    clock: SharedClock,
    servers: HashMap<String, Running>,
    others: CancellationToken,
    _folder: TempDir,
}

struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    upkeep: Arc<Upkeep>,
}

impl World {
    /// The demo's state, with the system's clock, ready to take messages.
    pub async fn start() -> Self {
        Self::start_with(small_state(), Arc::new(SystemClock), |_, _| {}).await
    }

    /// The demo's state, whose servers make checkpoints and compare notes when the test says so.
    pub async fn start_by_hand() -> Self {
        Self::start_by_hand_with(Arc::new(SystemClock), |_, _| {}).await
    }

    /// The same by another clock; `adjust` may change a server's folder before it starts.
    ///
    /// # Panics
    /// When something does not start.
    pub async fn start_by_hand_with(clock: SharedClock, adjust: impl Fn(&str, &Path)) -> Self {
        let by_hand = |name: &str, folder: &Path| {
            change_settings(folder, |text| text.replace("checkpoint_seconds = 1", "checkpoint_seconds = 3600"));
            adjust(name, folder);
        };
        Self::start_with(small_state(), clock, by_hand).await
    }

    /// A state of the test's own; `adjust` may change a server's folder before it starts.
    ///
    /// # Panics
    /// When something does not start: then the test has nothing to say.
    pub async fn start_with(state: State, clock: SharedClock, adjust: impl Fn(&str, &Path)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Installation::create(folder.path(), &state, &Ports::Free, Protection::Quick, clock.clone()).await;
        let installation = made.expect("an installation");
        let others = CancellationToken::new();
        let trust_services = start_trust_services(&installation, &clock, &others).await;
        start_registry(&installation, &clock, &others).await;
        let providers = TcpListener::bind(installation.providers_address()).await.expect("a port");
        tokio::spawn(demo::providers::serve(providers, others.clone()));
        let mut world = Self { installation, trust_services, clock, servers: HashMap::new(), others, _folder: folder };
        for entity in world.installation.state().entities.clone() {
            adjust(&entity.folder, &world.installation.folder_of(&entity.folder));
            world.start_server(&entity.folder).await;
        }
        demo::onboard(&world.installation).await.expect("every server becomes ready");
        world
    }

    /// Starts a security server that is not running.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_server(&mut self, name: &str) {
        self.start_server_on(name, &OpenMode::Verified).await;
    }

    /// Starts a security server that is not running, on a log that may have been damaged or restored.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_server_on(&mut self, name: &str, log: &OpenMode) {
        let folder = self.installation.folder_of(name);
        let settings = Settings::load(&folder).expect("settings");
        let sockets = Sockets::bind(&settings).await.expect("ports");
        let (pin, clock) = (Installation::pin(), self.clock.clone());
        let server = SecurityServer::open(&folder, settings, &pin, log, clock).await;
        let server = server.unwrap_or_else(|error| panic!("{name} does not open: {error}"));
        let shutdown = CancellationToken::new();
        let (token, upkeep) = (shutdown.clone(), server.upkeep().clone());
        let task = tokio::spawn(async move {
            server.run(sockets, token).await.expect("the server ends in order");
        });
        self.servers.insert(name.to_owned(), Running { shutdown, task, upkeep });
    }

    /// Stops a security server in order.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn stop_server(&mut self, name: &str) {
        let running = self.servers.remove(name).expect("a running server");
        running.shutdown.cancel();
        running.task.await.expect("the server ends in order");
    }

    /// What a running server does by itself, to be done when the test says so.
    ///
    /// # Panics
    /// When it is not running.
    #[must_use]
    pub fn upkeep(&self, name: &str) -> Arc<Upkeep> {
        self.servers[name].upkeep.clone()
    }

    /// An information system of the municipality, which calls everybody in the demo's state.
    #[must_use]
    pub fn town(&self) -> Caller {
        self.caller("gamlp", demo::state::PORTAL)
    }

    /// An information system behind a server.
    #[must_use]
    pub fn caller(&self, server: &str, client: &str) -> Caller {
        Caller::http(self.installation.addresses_of(server).clients_http, client)
    }

    /// Makes checkpoints at both servers, lets `exchange` carry them to the other side, and compares notes there.
    pub async fn compare_notes<F: Future<Output = ()>>(&self, servers: &[&str], exchange: impl FnOnce() -> F) {
        for server in servers {
            self.upkeep(server).checkpoint_and_stamp().await;
        }
        exchange().await;
        for server in servers {
            self.upkeep(server).compare_notes_now().await;
        }
    }

    /// The problems that a server's `doctor` finds, in words.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub async fn problems(&self, server: &str) -> Vec<String> {
        let findings = self.administrator(server).doctor().await.expect("findings");
        let problems = findings.into_iter().filter(|finding| finding.severity == Severity::Problem);
        problems.map(|finding| format!("{}: {}", finding.what, finding.why)).collect()
    }

    /// The administrator of a server.
    #[must_use]
    pub fn administrator(&self, server: &str) -> Administrator {
        Administrator::of(self.installation.folder_of(server))
    }

    /// Applies another configuration document to a running server: the one it has, changed.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn reconfigure(&self, server: &str, change: impl FnOnce(String) -> String) {
        let administrator = self.administrator(server);
        let current = administrator.configuration().await.expect("a configuration");
        let text = change(current.text);
        administrator.apply(text, current.version).await.expect("the change is accepted");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.others.cancel();
        for running in self.servers.values() {
            running.shutdown.cancel();
        }
    }
}

/// Changes the settings in a server's folder, before it starts.
///
/// # Panics
/// When there are none.
pub fn change_settings(folder: &Path, change: impl FnOnce(String) -> String) {
    let path = folder.join(Settings::FILE);
    let text = std::fs::read_to_string(&path).expect("settings");
    std::fs::write(&path, change(text)).expect("the settings can be written");
}

async fn start_trust_services(
    installation: &Installation,
    clock: &SharedClock,
    shutdown: &CancellationToken,
) -> Arc<TrustServices> {
    let folder = installation.folder_of("trust-services");
    let text = std::fs::read_to_string(folder.join(TRUST_SETTINGS)).expect("settings");
    let settings: certs::Settings = toml::from_str(&text).expect("settings");
    let services = TrustServices::open(&folder, &settings, &Installation::pin(), clock.clone());
    let services = Arc::new(services.expect("trust services"));
    let socket = TcpListener::bind(installation.trust_services_address()).await.expect("a port");
    let (running, shutdown) = (services.clone(), shutdown.clone());
    tokio::spawn(async move { running.run(Socket::Tcp(socket), shutdown).await.map(|_| ()) });
    services
}

async fn start_registry(installation: &Installation, clock: &SharedClock, shutdown: &CancellationToken) {
    let folder = installation.folder_of("registry");
    let registry = CentralRegistry::open(&folder, &Installation::pin(), clock.clone()).await.expect("a registry");
    let sockets = central_registry::Sockets::bind(registry.settings()).await.expect("ports");
    let shutdown = shutdown.clone();
    tokio::spawn(async move { registry.run(sockets, shutdown).await.expect("the registry ends in order") });
}
