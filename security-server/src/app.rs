//! The whole server, built once and visibly.

use crate::administration::{Administration, ServerDocument};
use crate::client_proxy::{ClientProxy, Door};
use crate::client_tls;
use crate::completeness::{self, Noticed};
use crate::configuration::Configuration;
use crate::credentials::own::{MemberSigner, OwnKeys};
use crate::credentials::peers::CredentialsCache;
use crate::evidence::Evidence;
use crate::log_keys::{LogKeyError, LogSigner, TokenKeyWrap};
use crate::log_upkeep::LogUpkeep;
use crate::log_verification::LOG_FOLDER;
use crate::messaging::Messaging;
use crate::provider::{InternalCertificate, Providers};
use crate::registration::Registration;
use crate::restored;
use crate::server_configuration::ServerConfiguration;
use crate::server_proxy::{REMEMBERED_FOR, Replay, ServerProxy};
use crate::settings::{BodyKeeping, CertifiedKey, Settings};
use crate::start::{StartError, read_chain, sockets::Sockets};
use crate::transport::peers::Peers;
use crate::transport::tls::{self, AuthenticatedPeer, RegisteredPeers};
use crate::trust_services::TrustServices;
use crate::upkeep::{self, Health, Upkeep};
use arc_swap::ArcSwap;
use clock::SharedClock;
use global_configuration::{MirrorFetch, Source};
use http::StatusCode;
use listener::client::{Client, ClientTls};
use listener::{Connection, Handler, Request, Response, Socket, Tls, reply};
use message_log::{Bodies, MessageLog, OpenMode};
use protocol::context::MessageKind;
use protocol::hash::CertificateHash;
use protocol::identifier::ServerId;
use signer::{KeyEncryptionKey, Pin, SoftwareToken};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use trust::leaf::Direction;

/// A security server that is ready to run.
pub struct SecurityServer {
    folder: PathBuf,
    settings: Settings,
    messaging: Arc<Messaging>,
    client_proxy: Arc<ClientProxy>,
    transport: Arc<TransportDoor>,
    administration: Arc<Administration>,
    upkeep: Arc<Upkeep>,
    health: Arc<Health>,
    exchanges: TaskTracker,
    transport_tls: Arc<rustls::ServerConfig>,
    clients_tls: Option<Arc<rustls::ServerConfig>>,
}

/// Remembered credentials units: a few for each of a thousand peers.
const CREDENTIALS_REMEMBERED: usize = 4096;
/// How long a mirror has for one file.
const MIRROR_WITHIN: Duration = Duration::from_secs(10);

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
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let token = SoftwareToken::open(folder.join(&settings.keys.token), pin)?;
        token.open_all()?;
        let client = Client::new(ClientTls::Plain);
        let source = open_source(folder, &settings, client.clone()).await?;
        if let OpenMode::Restored(_) = mode
            && let Err(error) = source.refresh(clock.now()).await
        {
            tracing::warn!(%error, "who the peers are is taken from the last global configuration that is at hand");
        }
        let configuration =
            Arc::new(Configuration::new(source.current(), settings.global_configuration.expired, clock.clone()));
        let log_signer = Arc::new(LogSigner::new(&settings.server, token.signer(&settings.keys.log)?)?);
        let keys = Arc::new(own_keys(folder, &settings, &token)?);
        let authentication = certified(folder, &token, &settings.keys.authentication)?;
        let registered = RegisteredPeers::new(configuration.clone(), clock.clone(), provider.clone());
        let outgoing_tls = Arc::new(tls::client_config(authentication.clone(), registered.clone())?);
        let transport_tls = Arc::new(tls::server_config(authentication, registered)?);
        let mode = restored::with_memories(mode, &configuration, &settings, &outgoing_tls).await;
        let log_encryption = Arc::new(token.key_encryption_key(&settings.keys.log_encryption)?);
        let log = open_log(folder, &settings, TokenKeyWrap::new(log_encryption.clone()), &mode, &clock)?;
        let internal = match &settings.keys.internal {
            Some(key) => Some(certified(folder, &token, key)?),
            None => None,
        };
        let clients_tls = match &internal {
            Some(key) => Some(Arc::new(client_tls::server_config(key.clone(), provider)?)),
            None => None,
        };
        let messaging = Arc::new(Messaging {
            server: settings.server.clone(),
            clock: clock.clone(),
            configuration,
            source,
            server_configuration: Arc::new(ArcSwap::from_pointee(ServerConfiguration::default())),
            descriptions: Arc::default(),
            keys,
            credentials: CredentialsCache::new(CREDENTIALS_REMEMBERED),
            noticed: Noticed::of(&log),
            evidence: Evidence::new(log, &settings.message_log, settings.limits.inline_body_bytes),
            peers: Peers::new(outgoing_tls, &settings.limits),
            limits: settings.limits.clone(),
        });
        let exchanges = TaskTracker::new();
        let internal = internal.map_or(InternalCertificate::None, InternalCertificate::Present);
        let providers = Arc::new(Providers::new(internal, crate::provider::Limits::default()));
        let replay = Arc::new(recall(&messaging));
        let server_proxy = ServerProxy::new(messaging.clone(), providers.clone(), replay, exchanges.clone());
        let health = Arc::new(Health::default());
        let administration = administration(
            folder,
            &settings,
            &token,
            messaging.clone(),
            providers,
            &log_signer,
            &health,
            log_encryption,
            TrustServices::new(client.clone()),
        )?;
        let upkeep = Arc::new(Upkeep {
            messaging: messaging.clone(),
            refresh_every: settings.global_configuration.refresh(),
            trust_services: TrustServices::new(client),
            log_signer,
            checkpoint_every: settings.message_log.checkpoint_interval(),
            timestamps: settings.message_log.timestamp,
            stamping: tokio::sync::Mutex::default(),
            health: health.clone(),
            configuration_changed: Arc::new(Notify::new()),
        });
        Ok(Self {
            folder: folder.to_owned(),
            client_proxy: ClientProxy::new(messaging.clone(), upkeep.clone(), settings.fault_codes, exchanges.clone()),
            transport: Arc::new(TransportDoor { server_proxy, messaging: messaging.clone() }),
            settings,
            messaging,
            administration,
            upkeep,
            health,
            exchanges,
            transport_tls,
            clients_tls,
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
        upkeep::refresh_configuration(
            &messaging.source,
            &messaging.configuration,
            &self.health,
            &self.upkeep.configuration_changed,
            messaging.now(),
        )
        .await;
        crate::administration::serve(self.administration.clone(), &self.upkeep, &tasks, &shutdown)?;
        self.upkeep.spawn(&tasks, &shutdown);
        let (log, clock) = (messaging.evidence.log().clone(), messaging.clock.clone());
        for work in LogUpkeep::new(log, clock, self.health.clone(), self.folder.join("log-verified")).loops() {
            let shutdown = shutdown.clone();
            tasks.spawn(async move { shutdown.run_until_cancelled(work).await });
        }
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
        self.exchanges.close();
        // Each exchange has its own deadlines; what is still going on after them is cut.
        let _ = tokio::time::timeout(drain, self.exchanges.wait()).await;
        messaging.evidence.log().clone().close(messaging.now()).await.map_err(StartError::Close)
    }
}

/// The port for other security servers: messages, and questions about the log.
struct TransportDoor {
    server_proxy: ServerProxy,
    messaging: Arc<Messaging>,
}

impl Handler for TransportDoor {
    async fn handle(&self, request: Request) -> Response {
        match (request.method().as_str(), request.uri().path()) {
            ("POST", _) => self.server_proxy.handle(request).await,
            ("GET", completeness::CONSISTENCY_PATH | completeness::EXPLANATIONS_PATH | restored::MEMORY_PATH) => {
                self.tell(&request).await
            }
            _ => reply::text(StatusCode::METHOD_NOT_ALLOWED, "messages are posted\n"),
        }
    }
}

impl TransportDoor {
    /// Answers a question about a log.
    async fn tell(&self, request: &Request) -> Response {
        let Some(peer) = self.peer_of(request) else {
            return reply::text(StatusCode::FORBIDDEN, "the authentication certificate is not registered\n");
        };
        let (messaging, path) = (self.messaging.clone(), request.uri().path().to_owned());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let answer = tokio::task::spawn_blocking(move || match path.as_str() {
            restored::MEMORY_PATH => restored::answer(&messaging.evidence, &peer)
                .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
            _ => completeness::answer(&messaging, &peer, &path, &query),
        });
        match answer.await {
            Ok(Ok(json)) => reply::json(StatusCode::OK, json),
            Ok(Err((status, words))) => reply::text(status, words),
            Err(error) => reply::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }

    fn peer_of(&self, request: &Request) -> Option<ServerId> {
        let connection = request.extensions().get::<Connection>()?;
        let certificate = CertificateHash::of(connection.peer_certificates.first()?);
        let judgement = self.messaging.configuration.usable().ok()?;
        AuthenticatedPeer::by_certificate(certificate, judgement.global()).map(|peer| peer.server().clone())
    }
}

#[allow(clippy::too_many_arguments, reason = "it gathers what the routes use, and is called once")]
fn administration(
    folder: &Path,
    settings: &Settings,
    token: &SoftwareToken,
    messaging: Arc<Messaging>,
    providers: Arc<Providers>,
    log_signer: &LogSigner,
    health: &Arc<Health>,
    log_encryption: Arc<KeyEncryptionKey>,
    trust_services: TrustServices,
) -> Result<Arc<Administration>, StartError> {
    let store = crate::administration::open_store(folder)?;
    let in_force = messaging.server_configuration.clone();
    let longest_timeout = messaging.limits.response();
    let document = ServerDocument::open(store.clone(), in_force, messaging.clock.clone(), longest_timeout)
        .map_err(StartError::ServerConfiguration)?;
    let log_key = log_signer.verifier().to_string().parse().map_err(|_| LogKeyError::Malformed)?;
    let registration = Arc::new(Registration {
        messaging: messaging.clone(),
        authentication_key: token.signer(&settings.keys.authentication.key)?,
        authentication_chain: read_chain(&folder.join(&settings.keys.authentication.certificate))?,
        log_key,
        address: settings.address.parse().map_err(|_| StartError::Address { address: settings.address.clone() })?,
    });
    let certificates = crate::start::own_certificates(folder, settings, &messaging.keys)?;
    let administration = Administration {
        folder: folder.to_owned(),
        messaging,
        providers,
        registration,
        store,
        document: Arc::new(document),
        health: health.clone(),
        log_encryption,
        certificates,
        trust_services,
    };
    crate::administration::recall_descriptions(&administration).map_err(StartError::ServerConfiguration)?;
    Ok(Arc::new(administration))
}

/// Where the global configuration comes from, by the settings of the server in `folder`.
pub(crate) async fn open_source(folder: &Path, settings: &Settings, client: Client) -> Result<Arc<Source>, StartError> {
    let anchor_path = folder.join(&settings.global_configuration.trust_anchor);
    let anchor = std::fs::read(&anchor_path).map_err(|source| StartError::Read { path: anchor_path, source })?;
    let mirrors = settings
        .global_configuration
        .mirrors
        .iter()
        .map(|mirror| mirror.parse().map_err(|_| StartError::Mirror { url: mirror.clone() }));
    let mirrors = mirrors.collect::<Result<Vec<_>, _>>()?;
    let fetch = Arc::new(MirrorFetch::new(client, MIRROR_WITHIN));
    let source = Source::open(&anchor, mirrors, &folder.join("global-configuration"), fetch).await?;
    Ok(Arc::new(source))
}

fn open_log(
    folder: &Path,
    settings: &Settings,
    key: TokenKeyWrap,
    mode: &OpenMode,
    clock: &SharedClock,
) -> Result<MessageLog, StartError> {
    let keep = &settings.message_log;
    let mut log = message_log::Settings::new(settings.server.clone());
    log.segment_bytes = keep.segment_bytes;
    log.inline_body_bytes = settings.limits.inline_body_bytes;
    log.memory_body_bytes = settings.limits.inline_body_bytes;
    log.memory_budget_bytes = settings.limits.body_memory_bytes;
    log.disk_floor_bytes = keep.free_bytes_floor;
    log.bodies = match keep.bodies {
        BodyKeeping::Keep => Bodies::Keep,
        BodyKeeping::LeaveOut => Bodies::LeaveOut,
    };
    Ok(MessageLog::open(&folder.join(LOG_FOLDER), log, Arc::new(key), mode, clock.now())?)
}

fn own_keys(folder: &Path, settings: &Settings, token: &SoftwareToken) -> Result<OwnKeys, StartError> {
    let signers = settings.keys.signing.iter().map(|key| {
        let chain = read_chain(&folder.join(&key.certificate))?;
        Ok::<_, StartError>(MemberSigner::new(key.member.clone(), token.signer(&key.key)?, chain))
    });
    let signers = signers.collect::<Result<Vec<_>, _>>()?;
    let authentication = read_chain(&folder.join(&settings.keys.authentication.certificate))?;
    Ok(OwnKeys::new(signers, authentication))
}

fn certified(
    folder: &Path,
    token: &SoftwareToken,
    key: &CertifiedKey,
) -> Result<Arc<rustls::sign::CertifiedKey>, StartError> {
    let chain = read_chain(&folder.join(&key.certificate))?;
    let chain = chain.iter().map(|certificate| certificate.der().to_vec().into()).collect();
    Ok(signer::tls::certified_key(token.signer(&key.key)?, chain)?)
}

/// What the log says of the minutes before this start.
fn recall(messaging: &Messaging) -> Replay {
    let replay = Replay::default();
    let now = messaging.now();
    let since = now.checked_sub(REMEMBERED_FOR).unwrap_or(now);
    let mut answers: HashMap<String, u64> = HashMap::new();
    // Newest first, so that an answer is met before its request.
    for message in messaging.evidence.log().recent(since) {
        let Ok(message) = message else { continue };
        match (message.direction, message.kind) {
            (Direction::Sent, MessageKind::Response) => {
                answers.insert(message.request_id, message.index);
            }
            (Direction::Received, MessageKind::Request) => {
                let answer = answers.get(&message.request_id).copied();
                replay.recall(&message.request_id, answer, message.time);
            }
            _ => {}
        }
    }
    replay
}
