//! A small state inside the test's own process.

use crate::caller::Caller;
use admin::Client as Administrator;
use central_registry::CentralRegistry;
use certs::TrustServices;
use clock::{SharedClock, SystemClock, Timestamp};
use demo::installation::{Installation, Protection, TRUST_SETTINGS};
use demo::ports::Ports;
use demo::state::{State, small_state};
use listener::Socket;
use message_log::OpenMode;
use security_server::{SecurityServer, Settings, Sockets, Upkeep};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

/// A running small state; it ends with the test.
pub struct World {
    /// Its folders.
    pub installation: Installation,
    /// The trust services, which can be made to misbehave.
    pub trust_services: Arc<TrustServices>,
    clock: SharedClock,
    servers: HashMap<String, RunningServer>,
    registry: Option<Running>,
    others: CancellationToken,
    _folder: TempDir,
}

struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

struct RunningServer {
    running: Running,
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
            change_settings(folder, |settings| settings.message_log.checkpoint_seconds = 3600);
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
        let registry = Some(start_registry(&installation, &clock).await);
        let providers = TcpListener::bind(installation.providers_address()).await.expect("a port");
        tokio::spawn(demo::providers::serve(providers, others.clone()));
        let servers = HashMap::new();
        let mut world = Self { installation, trust_services, clock, servers, registry, others, _folder: folder };
        for entity in world.installation.state().entities.clone() {
            adjust(&entity.folder, &world.installation.folder_of(&entity.folder));
            world.start_server(&entity.folder).await;
        }
        demo::onboard(&world.installation).await.expect("every server becomes ready");
        world
    }

    /// The municipality and the identity register alone, with settings of the test's own.
    pub async fn start_two(clock: SharedClock, adjust: impl Fn(&str, &mut Settings)) -> Self {
        let mut state = small_state();
        state.entities.retain(|entity| matches!(entity.folder.as_str(), "segip" | "gamlp"));
        Self::start_with(state, clock, |server, folder| change_settings(folder, |settings| adjust(server, settings)))
            .await
    }

    /// The time that every server goes by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The clock that every server goes by.
    #[must_use]
    pub fn clock(&self) -> SharedClock {
        self.clock.clone()
    }

    /// Starts a security server that is not running.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_server(&mut self, name: &str) {
        self.start_server_with(name, &OpenMode::Verified, self.clock.clone()).await;
    }

    /// Starts a security server that is not running, with its log opened in some mode.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_server_on(&mut self, name: &str, mode: &OpenMode) {
        self.start_server_with(name, mode, self.clock.clone()).await;
    }

    /// Starts a security server that goes by a clock of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_server_by(&mut self, name: &str, clock: SharedClock) {
        self.start_server_with(name, &OpenMode::Verified, clock).await;
    }

    async fn start_server_with(&mut self, name: &str, mode: &OpenMode, clock: SharedClock) {
        let folder = self.installation.folder_of(name);
        let settings = Settings::load(&folder).expect("settings");
        let sockets = Sockets::bind(&settings).await.expect("ports");
        let pin = Installation::pin();
        let server = SecurityServer::open(&folder, settings, &pin, mode, clock).await;
        let server = server.unwrap_or_else(|error| panic!("{name} does not open: {error}"));
        let shutdown = CancellationToken::new();
        let (token, upkeep) = (shutdown.clone(), server.upkeep().clone());
        let task = tokio::spawn(async move {
            server.run(sockets, token).await.expect("the server ends in order");
        });
        self.servers.insert(name.to_owned(), RunningServer { running: Running { shutdown, task }, upkeep });
    }

    /// Stops a security server in order.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn stop_server(&mut self, name: &str) {
        let RunningServer { running, .. } = self.servers.remove(name).expect("a running server");
        running.shutdown.cancel();
        running.task.await.expect("the server ends in order");
    }

    /// Stops a security server, and starts it with other settings.
    pub async fn restart_server(&mut self, name: &str, change: impl FnOnce(&mut Settings)) {
        self.stop_server(name).await;
        change_settings(&self.installation.folder_of(name), change);
        self.start_server(name).await;
    }

    /// Stops the central registry: nobody renews the global configuration any more.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn stop_registry(&mut self) {
        let running = self.registry.take().expect("a running registry");
        running.shutdown.cancel();
        running.task.await.expect("the registry ends in order");
    }

    /// Waits until a server says that it can take messages.
    pub async fn ready(&self, server: &str) {
        let administrator = self.administrator(server);
        eventually(&format!("{server} is ready"), async || {
            administrator.status().await.is_ok_and(|status| status["ready"] == true)
        })
        .await;
    }

    /// The version of the global configuration that a server judges by.
    pub async fn configuration_version(&self, server: &str) -> u64 {
        let status = self.administrator(server).status().await;
        status.ok().and_then(|status| status["configuration"]["version"].as_u64()).unwrap_or_default()
    }

    /// Has something registered change, and waits until all these servers judge by it.
    pub async fn registered(&self, servers: &[&str], change: impl Future<Output = ()>) {
        let mut before = 0;
        for server in servers {
            before = self.configuration_version(server).await.max(before);
        }
        change.await;
        for server in servers {
            let newer = format!("{server} has the new configuration");
            eventually(&newer, async || self.configuration_version(server).await > before).await;
        }
    }

    /// Has a server ask the registry for maintenance mode, or for its end.
    ///
    /// # Panics
    /// When the registry does not do it.
    pub async fn maintain(&self, server: &str, notice: Option<&str>) {
        let asked = json!({ "notice": notice });
        let answer: Value = self.administrator(server).post("/v1/maintenance", &asked).await.expect("an answer");
        assert_eq!(answer["requests"][0]["state"], "applied", "{answer}");
    }

    /// Has a server ask the registry for what is missing, and says what became of each request; nothing where the server
    /// does not answer yet.
    pub async fn ask_registration(&self, server: &str) -> Vec<String> {
        let answer: Result<Value, _> = self.administrator(server).post("/v1/registration", &Value::Null).await;
        let requests = answer.ok().and_then(|answer| answer["requests"].as_array().cloned()).unwrap_or_default();
        requests.iter().map(|request| request["state"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The registry's operator approves whatever waits.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn approve_waiting(&self) {
        let operator = self.administrator("registry");
        let waiting: Vec<Value> = operator.get("/v1/requests").await.expect("the registry answers");
        for request in waiting {
            let path = format!("/v1/requests/{}/approve", request["request"].as_str().expect("a request has a name"));
            let approved: Value = operator.post(&path, &json!({})).await.expect("the registry answers");
            assert_eq!(approved["state"], "applied", "{approved}");
        }
    }

    /// Adds lines to a server's configuration document: they belong to its last client.
    pub async fn add(&self, server: &str, lines: &str) {
        self.reconfigure(server, |text| format!("{text}\n{lines}\n")).await;
    }

    /// How many records of messages with this id a server's log has.
    ///
    /// # Panics
    /// When it does not say.
    pub async fn records(&self, server: &str, id: &str) -> usize {
        let found: Value = self.administrator(server).get(&format!("/v1/log/records?id={id}")).await.expect("records");
        found["records"].as_array().expect("records").len()
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

/// Changes the settings in a server's folder, which count from its next start on.
///
/// # Panics
/// When they cannot be read or written.
pub fn change_settings(folder: &Path, change: impl FnOnce(&mut Settings)) {
    let mut settings = Settings::load(folder).expect("settings");
    change(&mut settings);
    let text = toml::to_string(&settings).expect("settings can be written");
    std::fs::write(folder.join(Settings::FILE), text).expect("settings can be written");
}

/// Copies a folder with all that is in it, as open to others as it was.
///
/// # Panics
/// When something cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a folder");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind of file").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file that can be copied");
        }
    }
    let permissions = std::fs::metadata(from).expect("a folder").permissions();
    std::fs::set_permissions(to, permissions).expect("a folder of our own");
}

/// Waits for what the servers do by themselves, asking again and again.
///
/// # Panics
/// When it does not come about within a minute.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut turns = interval(Duration::from_millis(50));
    while !holds().await {
        assert!(Instant::now() < deadline, "{what}: it never came to that");
        turns.tick().await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.others.cancel();
        for running in self.servers.values().map(|server| &server.running).chain(&self.registry) {
            running.shutdown.cancel();
        }
    }
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

async fn start_registry(installation: &Installation, clock: &SharedClock) -> Running {
    let folder = installation.folder_of("registry");
    let registry = CentralRegistry::open(&folder, &Installation::pin(), clock.clone()).await.expect("a registry");
    let sockets = central_registry::Sockets::bind(registry.settings()).await.expect("ports");
    let shutdown = CancellationToken::new();
    let token = shutdown.clone();
    let task = tokio::spawn(async move { registry.run(sockets, token).await.expect("the registry ends in order") });
    Running { shutdown, task }
}
