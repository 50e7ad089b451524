//! What lies in a server's data folder, opened in the order in which one needs the other: token, configuration, keys, log.

use super::{StartError, read_chain};
use crate::client_tls;
use crate::configuration::Configuration;
use crate::credentials::own::{MemberSigner, OwnKeys};
use crate::key_store::KeyStore;
use crate::log_keys::{LogSigner, TokenKeyWrap};
use crate::log_verification::LOG_FOLDER;
use crate::restored;
use crate::settings::{BodyKeeping, CertifiedKey, Keys, Settings};
use crate::transport::tls::{self, RegisteredPeers};
use clock::SharedClock;
use global_configuration::{MirrorFetch, Source};
use listener::client::{Client, ClientTls};
use message_log::{Bodies, MessageLog, OpenMode};
use signer::{KeyEncryptionKey, Pin, SoftwareToken};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use trust::certificate::Certificate;

/// Everything that is read before the server is put together.
pub(crate) struct Opened {
    pub(crate) token: Arc<SoftwareToken>,
    pub(crate) key_store: Arc<KeyStore>,
    /// Asks mirrors and trust services.
    pub(crate) client: Client,
    pub(crate) source: Arc<Source>,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) keys: Arc<OwnKeys>,
    pub(crate) log_signer: Arc<LogSigner>,
    pub(crate) log_encryption: Arc<KeyEncryptionKey>,
    pub(crate) log: MessageLog,
    pub(crate) tls: OpenedTls,
}

/// How the server shows itself on its connections.
pub(crate) struct OpenedTls {
    /// To other security servers that it calls.
    pub(crate) outgoing: Arc<rustls::ClientConfig>,
    /// To other security servers that call.
    pub(crate) transport: Arc<rustls::ServerConfig>,
    /// To providers that ask for a certificate.
    pub(crate) internal: Option<Arc<rustls::sign::CertifiedKey>>,
    /// To information systems.
    pub(crate) clients: Option<Arc<rustls::ServerConfig>>,
}

/// How long a mirror has for one file.
const MIRROR_WITHIN: Duration = Duration::from_secs(10);

/// So many times the configuration is asked for before a new key takes over.
const HANDOVER_REFRESHES: u32 = 4;

impl Opened {
    /// Opens everything; a log that was restored, or is cut, only after its peers were asked what they remember.
    pub(crate) async fn read(
        folder: &Path,
        settings: &Settings,
        pin: &Pin,
        mode: &OpenMode,
        clock: &SharedClock,
    ) -> Result<Self, StartError> {
        let token = Arc::new(SoftwareToken::open(folder.join(&settings.keys.token), pin)?);
        token.open_all()?;
        let key_store = Arc::new(KeyStore::open(folder, &settings.keys, token.clone())?);
        let client = Client::new(ClientTls::Plain);
        let source = open_source(folder, settings, client.clone()).await?;
        if *mode != OpenMode::Verified
            && let Err(error) = source.refresh(clock.now()).await
        {
            tracing::warn!(%error, "who the peers are is taken from the last global configuration that is at hand");
        }
        let expired = settings.global_configuration.expired;
        let configuration = Arc::new(Configuration::new(source.current(), expired, clock.clone()));
        let log_signer = Arc::new(LogSigner::new(&settings.server, token.signer(&settings.keys.log)?)?);
        let keys = Arc::new(own_keys(folder, settings, &key_store)?);
        let tls = OpenedTls::read(folder, settings, &key_store, configuration.clone(), clock)?;
        let mode = restored::with_memories(mode, &configuration, settings, &tls.outgoing).await;
        let log_encryption = Arc::new(token.key_encryption_key(&settings.keys.log_encryption)?);
        let log = open_log(folder, settings, TokenKeyWrap::new(log_encryption.clone()), &mode, clock)?;
        Ok(Self { token, key_store, client, source, configuration, keys, log_signer, log_encryption, log, tls })
    }
}

impl OpenedTls {
    fn read(
        folder: &Path,
        settings: &Settings,
        keys: &KeyStore,
        configuration: Arc<Configuration>,
        clock: &SharedClock,
    ) -> Result<Self, StartError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let authentication = certified(folder, keys, &settings.keys.authentication)?;
        let registered = RegisteredPeers::new(configuration, clock.clone(), provider.clone());
        let outgoing = Arc::new(tls::client_config(authentication.clone(), registered.clone())?);
        let transport = Arc::new(tls::server_config(authentication, registered)?);
        let internal = settings.keys.internal.as_ref().map(|key| certified(folder, keys, key)).transpose()?;
        let clients = internal.clone().map(|key| client_tls::server_config(key, provider)).transpose()?.map(Arc::new);
        Ok(Self { outgoing, transport, internal, clients })
    }
}

/// What is kept of the global configuration, in the data folder.
pub(crate) const GLOBAL_CONFIGURATION: &str = "global-configuration";

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
    let source = Source::open(&anchor, mirrors, &folder.join(GLOBAL_CONFIGURATION), fetch).await?;
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

fn own_keys(folder: &Path, settings: &Settings, keys: &KeyStore) -> Result<OwnKeys, StartError> {
    let signers = member_signers(folder, &settings.keys, keys)?;
    let authentication = read_chain(&folder.join(&settings.keys.authentication.certificate))?;
    // The servers of one instance ask for the configuration about as often as this one.
    Ok(OwnKeys::new(signers, authentication)
        .with_handover(settings.global_configuration.refresh() * HANDOVER_REFRESHES))
}

/// Every key that signs for a member, as the settings name it.
pub(crate) fn member_signers(folder: &Path, settings: &Keys, keys: &KeyStore) -> Result<Vec<MemberSigner>, StartError> {
    let signers = settings.signing.iter().map(|key| {
        let path = folder.join(&key.certificate);
        let chain = read_chain(&path)?;
        let signer = keys.signer(&key.key, &chain)?;
        if chain.first().map(Certificate::public_key) != Some(signer.public_key()) {
            return Err(StartError::OtherKey { key: key.key.clone(), path });
        }
        Ok(MemberSigner::new(key.member.clone(), signer, chain))
    });
    signers.collect()
}

fn certified(
    folder: &Path,
    keys: &KeyStore,
    key: &CertifiedKey,
) -> Result<Arc<rustls::sign::CertifiedKey>, StartError> {
    let chain = read_chain(&folder.join(&key.certificate))?;
    let signer = keys.signer(&key.key, &chain)?;
    let chain = chain.iter().map(|certificate| certificate.der().to_vec().into()).collect();
    Ok(signer::tls::certified_key(signer, chain)?)
}
