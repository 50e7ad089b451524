//! The gateway, and what becomes of each request: who comes, where to, and with what.

use crate::address::{Place, PublicAddress};
use crate::apex;
use crate::client::{Admission, Clients};
use crate::files::{self, FileKey};
use crate::language;
use crate::own_issuer::OwnIssuer;
use crate::plugin::PluginPages;
use crate::refusal::Refusal;
use crate::room::Room;
use crate::sign_in::{self, SignIn, SignInParts};
use crate::site::{ICON, Shelves, own_assets};
use crate::verification::{EvidenceJudge, Verification};
use clock::SharedClock;
use html::Language;
use http::header::{CONTENT_ENCODING, HOST};
use http::request::Parts;
use http::{Method, StatusCode, Version};
use listener::{Connection, Handler, Peer, Request, RequestBody, Response, Shares};
use pages::{Allowed, Asked, Assets, Compressor, ContentPolicy, FormKey, Freshness};
use plugin_host::{Field, PluginHost};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// What people come through.
pub struct Gateway {
    common: Common,
    plugins: PluginPages,
    clients: Clients,
    own_issuer: Option<Arc<OwnIssuer>>,
}

/// What a gateway is made of.
pub struct GatewayParts {
    /// The plugins whose pages it shows.
    pub host: Arc<PluginHost>,
    /// The time.
    pub clock: SharedClock,
    /// 32 random bytes that nothing else uses, the same after a restart.
    pub secret: [u8; 32],
    /// Where people reach it.
    pub address: PublicAddress,
    /// The entity whose pages these are, as people know it.
    pub entity: String,
    /// How people sign in, if they can.
    pub sign_in: Option<SignInParts>,
    /// The issuer that it is itself, if it is one: shown on an origin of its own.
    pub own_issuer: Option<Arc<OwnIssuer>>,
    /// Who judges evidence for anybody, if somebody does.
    pub judge: Option<Arc<dyn EvidenceJudge>>,
    /// What it bears.
    pub limits: Limits,
}

/// What a gateway bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one client in a second, on average: 50. At once it may send what it may send in four seconds.
    pub client_requests_per_second: u32,
    /// How long a piece of a body is waited for: 20 s.
    pub body_patience: Duration,
    /// Bytes of files that are kept aside on the disk at once, until they are judged or made anew: 1 GiB; a quarter of it for
    /// one client.
    pub aside_bytes: u64,
    /// Bytes of compressed pages that are remembered: 32 MiB.
    pub compressed_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            client_requests_per_second: 50,
            body_patience: Duration::from_secs(20),
            aside_bytes: 1 << 30,
            compressed_bytes: 32 << 20,
        }
    }
}

/// Who asks without a connection: the server itself.
const NO_PEER: Peer = Peer::Local(0);
/// Each is held as a whole, of 8 MiB at most.
const PICTURES_AT_ONCE: usize = 8;

/// What all places of a gateway use.
pub(crate) struct Common {
    pub(crate) host: Arc<PluginHost>,
    pub(crate) clock: SharedClock,
    pub(crate) address: PublicAddress,
    pub(crate) entity: String,
    pub(crate) limits: Limits,
    pub(crate) compressor: Compressor,
    pub(crate) forms: FormKey,
    pub(crate) file_key: FileKey,
    /// For pictures that are made anew.
    pub(crate) pictures: Semaphore,
    /// For files that are kept aside.
    pub(crate) room: Room,
    /// Calls of plugins that are under way, of each client.
    pub(crate) calls: Shares<(String, Peer)>,
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) verification: Option<Verification>,
    /// The files that all pages have, on every origin.
    pub(crate) assets: Assets,
    /// What a browser may do with pages that are not a plugin's: everything is of the origin itself.
    pub(crate) policy: ContentPolicy,
}

/// A request whose origin is known.
pub(crate) struct Visit {
    pub(crate) head: Parts,
    /// Until it is taken.
    pub(crate) body: Option<RequestBody>,
    pub(crate) language: Language,
    pub(crate) client: Peer,
    id: OnceLock<String>,
}

impl Visit {
    /// By which the log has it, and whoever reports that it failed.
    pub(crate) fn id(&self) -> &str {
        self.id.get_or_init(|| uuid::Uuid::now_v7().to_string())
    }

    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked { method: &self.head.method, headers: &self.head.headers }
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// The path with its query, as a link to it is written.
    pub(crate) fn target(&self) -> &str {
        self.head.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    pub(crate) fn query(&self) -> Query {
        Query(plugin_host::split_path(self.target()).1)
    }

    /// Whether nothing is sent with it.
    pub(crate) fn only_looks(&self) -> bool {
        matches!(self.head.method, Method::GET | Method::HEAD)
    }

    /// Who may keep the answer, where it is not for everybody.
    pub(crate) fn freshness(&self) -> Freshness {
        if self.only_looks() { Freshness::Private } else { Freshness::Answer }
    }
}

/// The parameters of a target.
pub(crate) struct Query(Vec<Field>);

impl Query {
    /// The value of the first parameter with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }
}

impl Gateway {
    /// A gateway to the plugins of a host.
    #[must_use]
    pub fn new(parts: GatewayParts) -> Self {
        let secrets = Secrets::of(&parts.secret);
        let sign_in = parts.sign_in.and_then(|sign_in| SignIn::new(sign_in, parts.clock.clone(), &secrets.sign_in));
        let issuer = sign_in.as_ref().map(|sign_in| sign_in.issuer_origin().to_owned());
        let form_targets: Vec<&str> = issuer.iter().map(String::as_str).collect();
        let allowed = Allowed { assets: "'self'", form_targets: &form_targets, ..Allowed::default() };
        let policy = ContentPolicy::of_pages(&allowed);
        let common = Common {
            policy: policy.unwrap_or_else(ContentPolicy::of_contents),
            assets: own_assets(),
            compressor: Compressor::new(parts.limits.compressed_bytes),
            forms: FormKey::new(&secrets.forms),
            file_key: FileKey::new(&secrets.files),
            pictures: Semaphore::new(PICTURES_AT_ONCE),
            room: Room::new(parts.limits.aside_bytes),
            calls: Shares::default(),
            sign_in,
            verification: parts.judge.map(Verification::new),
            host: parts.host,
            clock: parts.clock,
            entity: parts.entity,
            address: parts.address.clone(),
            limits: parts.limits.clone(),
        };
        Self {
            clients: Clients::new(parts.limits.client_requests_per_second),
            own_issuer: parts.own_issuer,
            plugins: PluginPages::new(Shelves::new(parts.address, &common.assets, issuer)),
            common,
        }
    }

    /// Removes sessions that have ended. It is called each minute.
    pub async fn sweep(&self) {
        let Some(sign_in) = &self.common.sign_in else { return };
        if let Err(error) = sign_in.sessions.sweep(self.common.clock.now()).await {
            tracing::warn!(error = %error, "sessions that ended cannot be removed; they are not used either");
        }
    }

    /// The issuer in this process says that somebody signed out there.
    pub(crate) async fn told_by_issuer(&self, form: &[u8]) -> StatusCode {
        let Some(sign_in) = &self.common.sign_in else { return StatusCode::NOT_FOUND };
        match sign_in::told(&self.common, sign_in, form).await {
            Ok(_) => StatusCode::OK,
            Err(refusal) => refusal.status(),
        }
    }

    async fn answer(&self, request: Request) -> Response {
        let language = language::of(request.headers(), &language::OFFERED);
        let client =
            request.extensions().get::<Connection>().map_or(NO_PEER, |connection| Peer::of(&connection.peer_address));
        let place = self.place(&request);
        let admission = self.clients.admit(client, Instant::now());
        let issuer = self.own_issuer.as_ref().filter(|issuer| place.as_ref().is_some_and(|place| issuer.is_at(place)));
        let is_encoded = is_encoded(&request);
        if let (Some(issuer), Admission::Admitted, false) = (issuer, &admission, is_encoded) {
            return issuer.answer(&self.common.host, request).await;
        }
        let (head, body) = request.into_parts();
        let mut visit = Visit { head, body: Some(body), language, client, id: OnceLock::new() };
        let refused = |refusal: Refusal, visit: &Visit| crate::layout::refusal(&self.common, visit, &refusal);
        if admission == Admission::TooOften {
            return refused(Refusal::TooOften, &visit);
        }
        if is_encoded {
            return refused(Refusal::Encoded, &visit);
        }
        if let Some(mut response) = own_file(&self.common.assets, &visit) {
            ContentPolicy::of_contents().apply(response.headers_mut());
            return response;
        }
        match place {
            None => refused(Refusal::NoSuchHost, &visit),
            Some(Place::Apex) => apex::answer(&self.common, &mut visit).await,
            Some(Place::Plugin(name)) => self.plugins.answer(&self.common, &name, visit).await,
            Some(Place::Files(name)) => files::answer(&self.common, &name, &visit).await,
        }
    }

    /// RFC 9113 §8.3.1: over HTTP/2 the authority is part of the target; over HTTP/1.1 it is the header.
    fn place(&self, request: &Request) -> Option<Place> {
        let authority = match request.version() {
            Version::HTTP_2 => request.uri().authority().map(|authority| authority.as_str()),
            _ => {
                let mut hosts = request.headers().get_all(HOST).iter();
                let host = hosts.next().and_then(|host| host.to_str().ok());
                // RFC 9112 §3.2: more than one is an attack on whoever believes the other.
                if hosts.next().is_some() { None } else { host }
            }
        };
        self.common.address.place(authority?)
    }
}

/// A file that all pages have. Browsers ask for an icon on their own where a page names none, and no plugin runs for that.
fn own_file(assets: &Assets, visit: &Visit) -> Option<Response> {
    match visit.path() {
        "/favicon.ico" => assets.answer_by_name(ICON, &visit.asked()),
        path => assets.answer(path, &visit.asked()),
    }
}

/// Whether what is sent is compressed: no browser does that, and a few kilobytes can be made to have gigabytes.
fn is_encoded(request: &Request) -> bool {
    request.headers().get_all(CONTENT_ENCODING).iter().any(|encoding| encoding != "identity")
}

impl Handler for Gateway {
    async fn handle(&self, request: Request) -> Response {
        self.answer(request).await
    }
}

/// The secrets of one gateway, each for one use.
struct Secrets {
    forms: [u8; 32],
    files: [u8; 32],
    sign_in: [u8; 32],
}

impl Secrets {
    fn of(secret: &[u8; 32]) -> Self {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let of = |purpose: &str| {
            let mut bytes = [0; 32];
            bytes.copy_from_slice(aws_lc_rs::hmac::sign(&key, purpose.as_bytes()).as_ref());
            bytes
        };
        Self {
            forms: of("chakana gateway forms"),
            files: of("chakana gateway files"),
            sign_in: of("chakana gateway sign-in"),
        }
    }
}
