//! A security server in evil hands: it has an entity's keys, and bends what it says with them.

use crate::world::World;
use async_trait::async_trait;
use bytes::Bytes;
use certs::{Profile, TrustServices};
use clock::SharedClock;
use demo::installation::Installation;
use global_configuration::{MirrorFetch, Source};
use listener::client::{Client, ClientTls};
use message_log::Body;
use protocol::context::{Context, MessageKind};
use protocol::credentials::Credentials;
use protocol::hash::CertificateHash;
use protocol::head::{Method, RequestHeadBuilder};
use protocol::identifier::{MemberId, ServerId};
use protocol::request_uri::RequestUri;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use security_server::Settings;
use security_server::configuration::{Configuration, Judgement};
use security_server::credentials::own::{MemberSigner, OcspSource, OwnCredentials, OwnKeys};
use security_server::message;
use security_server::provider::pinned_client_config;
use security_server::settings::ExpiryPolicy;
use security_server::transport::link::Link;
use security_server::transport::tls::{self, RegisteredPeers};
use signer::{Iterations, KeyAlgorithm, Signer, SoftwareToken, Subject};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use trust::certificate::Certificate;
use trust::ocsp;

mod conversation;
mod registrar;

pub use conversation::{Frame, Heard, Message, alert, body_begun, breaks_off, drips, late, number, say, stalls, whole};

/// A security server in evil hands.
pub struct Peer {
    /// Its id.
    pub server: ServerId,
    /// Its owner.
    pub member: MemberId,
    /// The key that signs, and its chain.
    pub signing: Keys,
    /// The key that authenticates, and its chain.
    pub authentication: Keys,
    judgement: Arc<Judgement>,
    signer: Arc<MemberSigner>,
    credentials: Arc<OwnCredentials>,
    services: Arc<TrustServices>,
    clock: SharedClock,
    sequence: AtomicU64,
    _folder: TempDir,
}

/// A key with its certificate and the certificate's issuer.
#[derive(Clone)]
pub struct Keys {
    /// The key.
    pub signer: Arc<dyn Signer>,
    /// The chain, leaf first.
    pub chain: Vec<Certificate>,
}

/// What a request is to say.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The path and query.
    pub target: String,
    /// Who is said to call.
    pub client: String,
    /// The id of the relayed request.
    pub request_id: String,
    /// The body.
    pub body: Option<Bytes>,
    /// What the servers say to each other.
    pub context: Context,
}

/// Far from what the true server counts to in a test.
const FIRST_SEQUENCE: u64 = 500;
const WITHIN: Duration = Duration::from_secs(10);

/// Statuses without a detour over HTTP.
struct Responder(Arc<TrustServices>);

#[async_trait]
impl OcspSource for Responder {
    async fn ask(&self, _url: &str, request: Vec<u8>) -> Result<Vec<u8>, String> {
        Ok(self.0.answer_ocsp(&request))
    }
}

impl Peer {
    /// With the keys of an entity, whose true server may run or not.
    ///
    /// # Panics
    /// When the installation does not have them.
    pub async fn of(world: &World, name: &str) -> Self {
        let folder = world.installation.folder_of(name);
        let settings = Settings::load(&folder).expect("settings");
        let token = SoftwareToken::open(folder.join("token"), &Installation::pin()).expect("a token");
        let keys = |label: &str| Keys {
            signer: token.signer(label).expect("a key"),
            chain: read_chain(&folder.join(format!("{label}.pem"))),
        };
        let (signing, authentication) = (keys("signing"), keys("authentication"));
        let own = tempfile::tempdir().expect("a folder");
        let judgement = judgement(&settings, &folder, own.path(), world.now()).await;
        let member = settings.server.owner().clone();
        let signers = vec![MemberSigner::new(member.clone(), signing.signer.clone(), signing.chain.clone())];
        let own_keys = OwnKeys::new(signers, authentication.chain.clone());
        own_keys.refresh(&judgement, &Responder(world.trust_services.clone()), world.now()).await;
        let (signer, credentials) = own_keys.of(&member, world.now()).expect("good certificates");
        Self {
            server: settings.server,
            member,
            signing,
            authentication,
            judgement,
            signer,
            credentials,
            services: world.trust_services.clone(),
            clock: world.clock(),
            sequence: AtomicU64::new(FIRST_SEQUENCE),
            _folder: own,
        }
    }

    /// A request to a service, as an honest server would make it.
    ///
    /// # Panics
    /// When the server has no id.
    pub fn draft(&self, to: &str, target: &str) -> Draft {
        Draft {
            target: target.to_owned(),
            client: demo::state::PORTAL.to_owned(),
            request_id: uuid::Uuid::new_v4().to_string(),
            body: None,
            context: self.context(MessageKind::Request, &to.parse().expect("a server id")),
        }
    }

    /// An honest context of a message to a server.
    pub fn context(&self, kind: MessageKind, to: &ServerId) -> Context {
        Context {
            kind,
            created: self.clock.now(),
            from: self.server.clone(),
            to: to.clone(),
            sequence: self.sequence.fetch_add(1, Ordering::Relaxed),
            configuration: self.judgement.hash(),
            peer_checkpoint: None,
        }
    }

    /// Signs a draft.
    ///
    /// # Panics
    /// When it makes no head.
    pub fn seal(&self, draft: &Draft) -> Message {
        let uri = RequestUri::parse(&draft.target).expect("a target");
        let method = if draft.body.is_some() { Method::Post } else { Method::Get };
        let mut builder = RequestHeadBuilder::new(method, &uri);
        builder.field("x-road-client", &draft.client).expect("a field");
        let head = builder.finish(&draft.request_id, &draft.request_id).expect("a head");
        self.seal_head(head.as_bytes(), &draft.context, draft.body.clone())
    }

    /// Signs any head.
    ///
    /// # Panics
    /// When the key fails.
    pub fn seal_head(&self, head: &[u8], context: &Context, body: Option<Bytes>) -> Message {
        let body = body.map(Body::from_bytes);
        let head = Bytes::copy_from_slice(head);
        let sealed = message::seal(head, context, body, &self.signer, &self.credentials).expect("a signature");
        Message::of(&sealed)
    }

    /// The credentials that go with its messages, as the trust services give them now.
    ///
    /// # Panics
    /// When a chain has no issuer.
    #[must_use]
    pub fn credentials_of(&self, signing: &Keys, authentication: &Keys) -> Credentials {
        let der = |keys: &Keys| keys.chain.iter().map(|certificate| certificate.der().to_vec()).collect();
        let status = |keys: &Keys| self.services.answer_ocsp(&ocsp::request(&keys.chain[0], &keys.chain[1], None));
        Credentials {
            signing_chain: der(signing),
            signing_status: status(signing),
            authentication_chain: der(authentication),
            authentication_status: status(authentication),
        }
    }

    /// Connects to a server as this one.
    ///
    /// # Panics
    /// When there is no connection.
    pub async fn connect(&self, world: &World, to: &str) -> Link {
        let address = world.installation.addresses_of(to).transport.to_string().parse().expect("an address");
        let config = tls::client_config(self.certified(), self.registered()).expect("TLS");
        Link::connect(&address, &Arc::new(config), WITHIN).await.expect("a connection")
    }

    /// The TLS of a server that is taken for this one.
    ///
    /// # Panics
    /// When TLS cannot be set up.
    #[must_use]
    pub fn server_tls(&self) -> Arc<rustls::ServerConfig> {
        Arc::new(tls::server_config(self.certified(), self.registered()).expect("TLS"))
    }

    fn certified(&self) -> Arc<CertifiedKey> {
        self.authentication.certified()
    }

    fn registered(&self) -> Arc<RegisteredPeers> {
        let snapshot = Some(self.judgement.snapshot().clone());
        let configuration = Arc::new(Configuration::new(snapshot, ExpiryPolicy::Refuse, self.clock.clone()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        RegisteredPeers::new(configuration, self.clock.clone(), provider)
    }
}

impl Keys {
    /// A new key, certified by the trust services but registered nowhere.
    ///
    /// # Panics
    /// When no certificate is issued.
    #[must_use]
    pub fn issued(services: &TrustServices, profile: Profile) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let rounds = Iterations::new(100_000).expect("enough rounds");
        let token = SoftwareToken::create_with(folder.path().join("token"), &Installation::pin(), rounds);
        let token = token.expect("a token");
        token.generate("key", KeyAlgorithm::P256).expect("a key");
        let subject = Subject::common_name("somebody");
        let request = token.certificate_request("key", &subject).expect("a request");
        let chain = services.issue(&request, profile, &subject).expect("a certificate");
        let chain = chain.iter().map(|der| Certificate::from_der(der).expect("a certificate")).collect();
        Self { signer: token.signer("key").expect("a key"), chain }
    }

    /// The leaf's hash.
    #[must_use]
    pub fn hash(&self) -> CertificateHash {
        self.chain[0].hash()
    }

    /// The leaf in PEM form.
    #[must_use]
    pub fn pem(&self) -> String {
        signer::pem(signer::PemLabel::Certificate, self.chain[0].der())
    }

    /// As rustls wants them.
    ///
    /// # Panics
    /// When they do not belong together.
    #[must_use]
    pub fn certified(&self) -> Arc<CertifiedKey> {
        let chain = self.chain.iter().map(|certificate| certificate.der().to_vec().into()).collect();
        signer::tls::certified_key(self.signer.clone(), chain).expect("they belong together")
    }
}

/// TLS towards a server that shows this certificate; with keys of one's own, or without.
///
/// # Panics
/// When TLS cannot be set up.
#[must_use]
pub fn tls_towards(shown: CertificateHash, keys: Option<&Keys>, alpn: &[u8]) -> Arc<rustls::ClientConfig> {
    let mut config = rustls::ClientConfig::clone(&pinned_client_config(&[shown]).expect("TLS"));
    if let Some(keys) = keys {
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(keys.certified()));
    }
    config.alpn_protocols = vec![alpn.to_vec()];
    Arc::new(config)
}

/// The chain in a PEM file of an installation.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn read_chain(path: &Path) -> Vec<Certificate> {
    let pem = std::fs::read(path).expect("a chain");
    let ders = CertificateDer::pem_slice_iter(&pem).map(|der| der.expect("a certificate"));
    ders.map(|der| Certificate::from_der(&der).expect("a certificate")).collect()
}

async fn judgement(settings: &Settings, folder: &Path, own: &Path, now: clock::Timestamp) -> Arc<Judgement> {
    let anchor = std::fs::read(folder.join(&settings.global_configuration.trust_anchor)).expect("a trust anchor");
    let mirrors = settings.global_configuration.mirrors.iter().map(|mirror| mirror.parse().expect("a URL")).collect();
    let fetch = Arc::new(MirrorFetch::new(Client::new(ClientTls::Plain), WITHIN));
    let source = Source::open(&anchor, mirrors, own, fetch).await.expect("a source");
    source.refresh(now).await.expect("a configuration");
    Arc::new(Judgement::new(source.current().expect("a configuration")))
}
