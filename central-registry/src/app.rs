//! The whole registry, built once and visibly.

use crate::doors::{self, ManagementDoor, PublicDoor};
use crate::operator::Expiry;
use crate::publication::{Lifetimes, PublicFolder, Publisher};
use crate::registry::{DoorFacts, Registry};
use crate::requests::{HttpStatusSource, StatusSource};
use crate::settings::Settings;
use crate::start::{self, Sockets, StartError};
use crate::state::Journal;
use admin::{
    AdminSocket, AdministratorParts, Administrators, Applied, ApplyError, ChainedTrail, DataFormat, Mark, PasswordCost,
};
use clock::SharedClock;
use listener::{Limits, Socket, Tls};
use protocol::global_configuration::wire::RegistryDocument;
use signer::{Iterations, KeyEncryptionKey, Pin, SoftwareToken, TokenError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use storage::{Format, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The registry's events, in its data folder.
const STORE: &str = "registry.redb";
/// Of these events.
const STATE_FORMAT: Format = Format::new("chakana-registry-state", 1);

/// A central registry that is ready to run.
#[derive(Debug)]
pub struct CentralRegistry {
    folder: PathBuf,
    settings: Settings,
    registry: Registry,
    public: PublicFolder,
    tls: Arc<rustls::ServerConfig>,
    administrators: Arc<Administrators>,
    administration_tls: Option<Arc<rustls::ServerConfig>>,
}

impl CentralRegistry {
    /// Makes a registry in `folder`: its settings, its keys and its first root. A creation that was interrupted is
    /// continued.
    ///
    /// # Errors
    /// When there is one already, the settings cannot be used, or the folder cannot be written.
    pub async fn create(folder: &Path, settings: &Settings, pin: &Pin, clock: SharedClock) -> Result<Self, StartError> {
        settings.check()?;
        let (folder_, settings_, pin_, now) = (folder.to_owned(), settings.clone(), pin.clone(), clock.now());
        let created = tokio::task::spawn_blocking(move || create(&folder_, &settings_, &pin_, now)).await;
        created.map_err(|_| StartError::Interrupted)??;
        Self::open(folder, pin, clock).await
    }

    /// Opens the registry in `folder`: rebuilds its state and publishes what is not published yet. Nothing listens.
    ///
    /// # Errors
    /// What could not be opened, and where it lies.
    pub async fn open(folder: &Path, pin: &Pin, clock: SharedClock) -> Result<Self, StartError> {
        Self::open_with(folder, pin, clock, Arc::new(HttpStatusSource::new())).await
    }

    /// As [`Self::open`], with another way to ask about certificates.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(
        folder: &Path,
        pin: &Pin,
        clock: SharedClock,
        status_source: Arc<dyn StatusSource>,
    ) -> Result<Self, StartError> {
        let settings = Settings::load(folder)?;
        let (folder_, settings_, pin) = (folder.to_owned(), settings.clone(), pin.clone());
        let clock_ = clock.clone();
        let opened = tokio::task::spawn_blocking(move || Opened::open(&folder_, &settings_, &pin, &clock_)).await;
        let opened = opened.map_err(|_| StartError::Interrupted)??;
        let administrators = administrators(&opened, &clock).await?;
        let registry = Registry::open(opened.journal, opened.publisher, status_source, clock, opened.door).await?;
        Ok(Self {
            folder: folder.to_owned(),
            settings,
            registry,
            public: opened.public,
            tls: opened.tls,
            administrators: Arc::new(administrators),
            administration_tls: opened.administration_tls,
        })
    }

    /// The registry itself.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// How it runs.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The folder that mirrors copy.
    #[must_use]
    pub fn public_folder(&self) -> &Path {
        self.public.path()
    }

    /// Puts an operator's document in force, whichever was before.
    ///
    /// # Errors
    /// When the text is refused or cannot be kept.
    pub async fn apply(&self, text: &str, author: &str) -> Result<Applied, ApplyError> {
        self.registry.apply_newest(text, author).await
    }

    /// Serves until `shutdown` is cancelled, then finishes what is in progress.
    ///
    /// # Errors
    /// When the administrator's socket cannot be made.
    pub async fn run(self, sockets: Sockets, shutdown: CancellationToken) -> Result<(), StartError> {
        let administration = AdminSocket::bind(&self.folder)?;
        let tasks = TaskTracker::new();
        tasks.spawn(listener::serve(
            Socket::Tcp(sockets.management),
            Tls::fixed(self.tls),
            Limits { max_connections: MANAGEMENT_CONNECTIONS, ..Limits::default() },
            Arc::new(ManagementDoor::new(self.registry.clone())),
            shutdown.clone(),
            DRAIN,
        ));
        tasks.spawn(listener::serve(
            Socket::Tcp(sockets.public),
            Tls::Plain,
            Limits::default(),
            Arc::new(PublicDoor::new(self.public)),
            shutdown.clone(),
            DRAIN,
        ));
        let api = doors::api(&self.registry, &self.administrators);
        if let Some((listener, tls)) = sockets.administration.zip(self.administration_tls) {
            tasks.spawn(admin::serve_port(listener, tls, api.clone(), shutdown.clone()));
        }
        tasks.spawn(administration.serve(api, shutdown.clone()));
        tasks.spawn(keep_up(self.registry.clone(), shutdown.clone()));
        tracing::info!(folder = %self.folder.display(), "the central registry runs");
        shutdown.cancelled().await;
        tasks.close();
        tasks.wait().await;
        self.registry.close().await;
        Ok(())
    }
}

/// Of which formats the parts of the data folder `folder` are, whether the registry runs or not.
#[must_use]
pub fn data_formats(folder: &Path, settings: &Settings) -> Vec<DataFormat> {
    let (token, store) = (folder.join(&settings.keys.token), folder.join(STORE));
    vec![
        DataFormat {
            what: "token",
            mark: Mark::required(signer::format_of_token(&token)),
            path: token,
            reads: signer::TOKEN_FORMAT.to_owned(),
        },
        DataFormat {
            what: "the registry's events",
            mark: Mark::of_store(&store),
            path: store,
            reads: STATE_FORMAT.to_string(),
        },
    ]
}

/// What is opened before anything is known.
struct Opened {
    journal: Journal,
    publisher: Publisher,
    public: PublicFolder,
    door: DoorFacts,
    tls: Arc<rustls::ServerConfig>,
    store: Store,
    administrators_key: Arc<KeyEncryptionKey>,
    administration_tls: Option<Arc<rustls::ServerConfig>>,
}

impl Opened {
    fn open(folder: &Path, settings: &Settings, pin: &Pin, clock: &SharedClock) -> Result<Self, StartError> {
        let token = SoftwareToken::open(folder.join(&settings.keys.token), pin)?;
        token.open_all()?;
        let path = folder.join(&settings.management.certificate);
        let chain = start::read_chain(&path)?;
        let tls = start::server_config(&token, &settings.management.key, &chain)?;
        let certificate = chain.into_iter().next().ok_or(StartError::Chain { path })?;
        let store = STATE_FORMAT.open(folder.join(STORE), &storage::Settings::default())?;
        let public = PublicFolder::open(folder.join(PUBLIC))?;
        let door = DoorFacts {
            published: RegistryDocument {
                address: settings.management.public_address()?.to_string(),
                certificates: vec![certificate.hash()],
            },
            certificate,
            request_age: settings.management.request_age(),
        };
        let port = settings.administration.as_ref();
        let administration_tls = port.map(|port| port.tls(folder, &token, clock.now())).transpose()?;
        Ok(Self {
            administrators_key: administrators_key(&token)?,
            store: store.clone(),
            administration_tls,
            publisher: Publisher::open(public.clone(), store.clone(), Arc::new(token))?,
            journal: Journal::new(store),
            public,
            door,
            tls,
        })
    }
}

async fn administrators(opened: &Opened, clock: &SharedClock) -> Result<Administrators, StartError> {
    let store = &opened.store;
    Ok(Administrators::open(AdministratorParts {
        store: store.clone(),
        trail: Arc::new(ChainedTrail::new(store.clone(), clock.clone())),
        clock: clock.clone(),
        server: opened.door.published.address.clone(),
        key: opened.administrators_key.clone(),
        password_cost: PasswordCost::default(),
    })
    .await?)
}

/// The token's key that wraps what administrators sign in with; made where there is none.
fn administrators_key(token: &SoftwareToken) -> Result<Arc<KeyEncryptionKey>, TokenError> {
    match token.generate_key_encryption_key(ADMINISTRATORS_KEY) {
        Ok(_) | Err(TokenError::KeyExists { .. }) => {}
        Err(error) => return Err(error),
    }
    token.key_encryption_key(ADMINISTRATORS_KEY).map(Arc::new)
}

fn create(folder: &Path, settings: &Settings, pin: &Pin, now: jiff::Timestamp) -> Result<(), StartError> {
    let file = folder.join(Settings::FILE);
    let failed = |source| StartError::File { action: "create", path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let path = folder.join(&settings.keys.token);
    let iterations = settings.keys.iterations().unwrap_or(Iterations::RECOMMENDED);
    let token = match SoftwareToken::create_with(&path, pin, iterations) {
        Err(TokenError::AlreadyExists { .. }) => SoftwareToken::open(&path, pin)?,
        created => created?,
    };
    let store = STATE_FORMAT.open(folder.join(STORE), &storage::Settings::default())?;
    let keys = &settings.keys;
    let lifetimes = Lifetimes::new(Expiry::default());
    if Publisher::exists(&store)? {
        // The settings are written last: without them creation was interrupted after the root was made.
        if file.exists() {
            return Err(StartError::AlreadyExists { folder: folder.to_owned() });
        }
    } else {
        Publisher::create(&store, &token, keys.root_keys, keys.root_threshold, lifetimes, now)?;
    }
    start::create_door(folder, &settings.management, &token, now)?;
    if file.exists() {
        return Ok(());
    }
    start::write_new(&file, settings.render()?.as_bytes())
}

/// Signs again what is due, and tries again what could not be published.
async fn keep_up(registry: Registry, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(KEEP_UP_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        registry.keep_up().await;
    }
}

/// The token's key that wraps what administrators sign in with.
const ADMINISTRATORS_KEY: &str = "administrators";
const PUBLIC: &str = "public";
const KEEP_UP_EVERY: Duration = Duration::from_secs(60);
const MANAGEMENT_CONNECTIONS: usize = 256;
const DRAIN: Duration = Duration::from_secs(10);
