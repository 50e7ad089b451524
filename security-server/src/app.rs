//! The whole server, built once and visibly.

use crate::administration::{Administration, LogTrail, ServerDocument};
use crate::citizens::{CitizensDoor, OpenIssuer};
use crate::client_proxy::{ClientProxy, Door};
use crate::completeness::Noticed;
use crate::credentials::peers::CredentialsCache;
use crate::evidence::Evidence;
use crate::log_keys::LogKeyError;
use crate::log_upkeep::LogUpkeep;
use crate::messaging::Messaging;
use crate::plugins::{PluginExchange, PluginParts, Plugins, Reconciliation};
use crate::provider::{InternalCertificate, Providers};
use crate::registration::Registration;
use crate::server_configuration::ServerConfiguration;
use crate::server_proxy::{Backends, Rates, Replay, ServerProxy};
use crate::settings::Settings;
use crate::start::{Opened, StartError, read_chain, sockets::Sockets};
use crate::streaming::Exports;
use crate::transport::peers::Peers;
use crate::transport_door::TransportDoor;
use crate::trust_services::TrustServices;
use crate::upkeep::{Health, Upkeep};
use admin::{AdministratorParts, Administrators, PasswordCost};
use arc_swap::ArcSwap;
use clock::SharedClock;
use jiff::Timestamp;
use listener::{Socket, Tls};
use message_log::OpenMode;
use signer::Pin;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use storage::Store;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A security server that is ready to run.
pub struct SecurityServer {
    folder: PathBuf,
    settings: Settings,
    messaging: Arc<Messaging>,
    client_proxy: Arc<ClientProxy>,
    plugins: Arc<Plugins>,
    transport: Arc<TransportDoor>,
    administration: Arc<Administration>,
    upkeep: Arc<Upkeep>,
    health: Arc<Health>,
    exchanges: TaskTracker,
    transport_tls: Arc<rustls::ServerConfig>,
    clients_tls: Option<Arc<rustls::ServerConfig>>,
    citizens: Option<CitizensDoor>,
    administration_tls: Option<Arc<rustls::ServerConfig>>,
}

/// Of packages, compiled components and data of plugins.
pub(crate) const PLUGINS_FOLDER: &str = "plugins";
/// Remembered credentials units: a few for each of a thousand peers.
const CREDENTIALS_REMEMBERED: usize = 4096;

impl SecurityServer {
    /// Opens keys, log and configuration; nothing listens yet.
    ///
    /// # Errors
    /// What could not be opened, and where it lies.
    pub async fn open(
        folder: &Path,
        settings: Settings,
        pin: &Pin,
        mode: &OpenMode,
        clock: SharedClock,
    ) -> Result<Self, StartError> {
        note_restore(folder, mode, clock.now())?;
        let opened = Opened::read(folder, &settings, pin, mode, &clock).await?;
        let messaging = messaging(&settings, &opened, clock);
        let exchanges = TaskTracker::new();
        let internal = opened.tls.internal.clone().map_or(InternalCertificate::None, InternalCertificate::Present);
        let providers = Arc::new(Providers::new(internal, crate::provider::Limits::default()));
        let replay = Arc::new(Replay::of(messaging.evidence.log(), messaging.now()));
        let health = Arc::new(Health::default());
        let upkeep = upkeep(&settings, &opened, &messaging, &health);
        let client_proxy = ClientProxy::new(messaging.clone(), upkeep.clone(), settings.fault_codes, exchanges.clone());
        let plugins = plugins(folder, &settings, &opened, &messaging, &client_proxy);
        let backends = Backends { providers: providers.clone(), plugins: plugins.clone() };
        let server_proxy = ServerProxy::new(messaging.clone(), backends, replay, exchanges.clone());
        let issuer = OpenIssuer::default();
        let keys = (&opened.token, &opened.log_encryption);
        let door = |citizens| CitizensDoor::open(folder, citizens, keys, issuer.clone());
        let citizens = settings.citizens.as_ref().map(door).transpose()?;
        let port = settings.administration.as_ref();
        let administration_tls = port.map(|port| port.tls(folder, &opened.token, messaging.now())).transpose()?;
        let administration =
            administration(folder, &settings, &opened, &messaging, providers, &plugins, (&health, issuer)).await?;
        Ok(Self {
            folder: folder.to_owned(),
            client_proxy,
            transport: Arc::new(TransportDoor::new(server_proxy, messaging.clone())),
            settings,
            messaging,
            plugins,
            administration,
            upkeep,
            health,
            exchanges,
            transport_tls: opened.tls.transport,
            clients_tls: opened.tls.clients,
            citizens,
            administration_tls,
        })
    }

    /// What the exchange uses.
    #[must_use]
    pub fn messaging(&self) -> &Arc<Messaging> {
        &self.messaging
    }

    /// What the server does by itself.
    #[must_use]
    pub fn upkeep(&self) -> &Arc<Upkeep> {
        &self.upkeep
    }

    /// How the server's own work goes.
    #[must_use]
    pub fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// Serves until `shutdown` is cancelled; then finishes what is under way and closes the log.
    ///
    /// # Errors
    /// When the log cannot be closed in order.
    pub async fn run(self, sockets: Sockets, shutdown: CancellationToken) -> Result<(), StartError> {
        let tasks = TaskTracker::new();
        let messaging = self.messaging.clone();
        self.upkeep.refresh_configuration().await;
        let port = sockets.administration.zip(self.administration_tls);
        crate::administration::serve(self.administration.clone(), port, &self.upkeep, &tasks, &shutdown)?;
        self.upkeep.begin_stamping().await;
        self.upkeep.spawn(&tasks, &shutdown);
        let (log, clock) = (messaging.evidence.log().clone(), messaging.clock.clone());
        for work in LogUpkeep::new(log, clock, self.health.clone(), self.folder.join("log-verified")).loops() {
            let shutdown = shutdown.clone();
            tasks.spawn(async move { shutdown.run_until_cancelled(work).await });
        }
        self.plugins.clone().begin(&tasks, &shutdown).await;
        let drain = self.settings.limits.drain();
        let common = listener::Limits {
            header_timeout: self.settings.limits.head(),
            handshake_timeout: self.settings.limits.head(),
            // What the kernel holds for a slow link may take it longer than one pause.
            response_pause: self.settings.limits.body_pause() * 2,
            ..listener::Limits::default()
        };
        let client_limits =
            listener::Limits { max_connections: self.settings.limits.client_connections, ..common.clone() };
        if let (Some(socket), Some(door)) = (sockets.citizens, self.citizens) {
            let until = (&tasks, &shutdown, drain);
            door.serve(socket, &self.plugins, &messaging, common.clone(), until).await;
        }
        let peer_limits = listener::Limits {
            http2_max_streams: u32::try_from(self.settings.limits.exchanges_per_peer).unwrap_or(u32::MAX),
            http2_stream_window_bytes: 512 * 1024,
            http2_connection_window_bytes: 4 << 20,
            http2_send_buffer_bytes: 512 * 1024,
            ..common
        };
        let tls = Tls::fixed(self.transport_tls);
        let transport = Socket::Tcp(sockets.transport);
        tasks.spawn(listener::serve(transport, tls, peer_limits, self.transport, shutdown.clone(), drain));
        if let Some(socket) = sockets.clients_http {
            let door = self.client_proxy.behind(Door::Http);
            let limits = client_limits.clone();
            tasks.spawn(listener::serve(Socket::Tcp(socket), Tls::Plain, limits, door, shutdown.clone(), drain));
        }
        if let (Some(socket), Some(config)) = (sockets.clients_https, self.clients_tls) {
            let door = self.client_proxy.behind(Door::Https);
            let tls = Tls::fixed(config);
            tasks.spawn(listener::serve(Socket::Tcp(socket), tls, client_limits, door, shutdown.clone(), drain));
        }
        tracing::info!(server.id = %self.settings.server, folder = %self.folder.display(), "the security server runs");
        shutdown.cancelled().await;
        tasks.close();
        tasks.wait().await;
        end(&messaging, &self.plugins, &self.exchanges, drain).await
    }
}

fn messaging(settings: &Settings, opened: &Opened, clock: SharedClock) -> Arc<Messaging> {
    Arc::new(Messaging {
        server: settings.server.clone(),
        clock,
        configuration: opened.configuration.clone(),
        source: opened.source.clone(),
        server_configuration: Arc::new(ArcSwap::from_pointee(ServerConfiguration::default())),
        descriptions: Arc::default(),
        keys: opened.keys.clone(),
        credentials: CredentialsCache::new(CREDENTIALS_REMEMBERED),
        noticed: Noticed::of(&opened.log),
        evidence: Evidence::new(opened.log.clone(), &settings.message_log, settings.limits.inline_body_bytes),
        peers: Peers::new(opened.tls.outgoing.clone(), &settings.limits),
        rates: Rates::default(),
        limits: settings.limits.clone(),
        exports: Exports::new(settings.limits.exports),
    })
}

/// Ends in order, once nobody can come any more: plugins, what is under way, the log.
async fn end(
    messaging: &Messaging,
    plugins: &Plugins,
    exchanges: &TaskTracker,
    drain: Duration,
) -> Result<(), StartError> {
    // What plugins have ordered is done after the next start; nothing new comes from them from here on.
    let _ = tokio::time::timeout(drain, plugins.close()).await;
    exchanges.close();
    // Each exchange has its own deadlines; what is still going on after them is cut.
    let _ = tokio::time::timeout(drain, exchanges.wait()).await;
    messaging.evidence.log().clone().close(messaging.now()).await.map_err(StartError::Close)
}

/// Before the log is opened, whose restore is not known any more once its epoch has begun.
fn note_restore(folder: &Path, mode: &OpenMode, now: Timestamp) -> Result<(), StartError> {
    let OpenMode::Restored(_) = mode else { return Ok(()) };
    let reconciliation = Reconciliation::of(&folder.join(PLUGINS_FOLDER));
    reconciliation.fall_due(now).map_err(|source| StartError::Reconciliation { path: reconciliation.path(), source })
}

fn plugins(
    folder: &Path,
    settings: &Settings,
    opened: &Opened,
    messaging: &Arc<Messaging>,
    client_proxy: &Arc<ClientProxy>,
) -> Arc<Plugins> {
    let parts = PluginParts {
        folder: folder.join(PLUGINS_FOLDER),
        exchange: Arc::new(PluginExchange::new(client_proxy.clone(), messaging.clone())),
        data: folder.to_owned(),
        storage: settings.storage.of_store(),
        key: opened.log_encryption.clone(),
    };
    Arc::new(Plugins::new(messaging.clone(), settings.plugins.clone(), parts))
}

fn upkeep(settings: &Settings, opened: &Opened, messaging: &Arc<Messaging>, health: &Arc<Health>) -> Arc<Upkeep> {
    Arc::new(Upkeep {
        messaging: messaging.clone(),
        refresh_every: settings.global_configuration.refresh(),
        trust_services: TrustServices::new(opened.client.clone()),
        log_signer: opened.log_signer.clone(),
        checkpoint_every: settings.message_log.checkpoint_interval(),
        timestamps: settings.message_log.timestamp,
        stamping: tokio::sync::Mutex::default(),
        health: health.clone(),
        configuration_changed: Arc::new(Notify::new()),
    })
}

async fn administration(
    folder: &Path,
    settings: &Settings,
    opened: &Opened,
    messaging: &Arc<Messaging>,
    providers: Arc<Providers>,
    plugins: &Arc<Plugins>,
    (health, issuer): (&Arc<Health>, OpenIssuer),
) -> Result<Arc<Administration>, StartError> {
    let store = crate::administration::open_store(folder)?;
    let in_force = messaging.server_configuration.clone();
    let longest_timeout = messaging.limits.response();
    let clock = messaging.clock.clone();
    let document = ServerDocument::open(store.clone(), in_force, clock, longest_timeout, plugins.clone());
    let document = document.map_err(StartError::ServerConfiguration)?;
    let log_key = opened.log_signer.verifier().to_string().parse().map_err(|_| LogKeyError::Malformed)?;
    let authentication_chain = read_chain(&folder.join(&settings.keys.authentication.certificate))?;
    let registration = Arc::new(Registration {
        messaging: messaging.clone(),
        authentication_key: opened.key_store.signer(&settings.keys.authentication.key, &authentication_chain)?,
        authentication_chain,
        log_key,
        address: settings.address.parse().map_err(|_| StartError::Address { address: settings.address.clone() })?,
    });
    let signers = messaging.keys.signers();
    let certificates = crate::start::own_certificates(folder, settings, signers.iter().map(AsRef::as_ref))?;
    let administrators = administrators(settings, opened, messaging, &store).await?;
    let administration = Administration {
        folder: folder.to_owned(),
        messaging: messaging.clone(),
        providers,
        registration,
        store,
        document: Arc::new(document),
        administrators: Arc::new(administrators),
        plugins: plugins.clone(),
        health: health.clone(),
        log_encryption: opened.log_encryption.clone(),
        key_store: ArcSwap::new(opened.key_store.clone()),
        certificates: ArcSwap::from_pointee(certificates),
        trust_services: TrustServices::new(opened.client.clone()),
        verifying: Arc::default(),
        issuer,
    };
    crate::administration::recall_descriptions(&administration).map_err(StartError::ServerConfiguration)?;
    Ok(Arc::new(administration))
}

async fn administrators(
    settings: &Settings,
    opened: &Opened,
    messaging: &Messaging,
    store: &Store,
) -> Result<Administrators, StartError> {
    let clock = messaging.clock.clone();
    Ok(Administrators::open(AdministratorParts {
        store: store.clone(),
        trail: Arc::new(LogTrail::new(opened.log.clone(), clock.clone())),
        clock,
        server: settings.server.to_string(),
        key: opened.log_encryption.clone(),
        password_cost: PasswordCost::default(),
    })
    .await?)
}
