//! The gateway, and what becomes of each request: who comes, where to, and with what.

use crate::address::{Place, PublicAddress};
use crate::apex::Apex;
use crate::client::{Admission, Client, Clients};
use crate::files::{FileKey, Files};
use crate::language;
use crate::plugin::PluginPages;
use crate::refusal::Refusal;
use crate::site::{Shelves, own_assets};
use clock::SharedClock;
use html::Language;
use http::Version;
use http::header::HOST;
use http::request::Parts;
use hyper::body::Incoming;
use listener::{Connection, Handler, Request, Response};
use pages::{Allowed, Asked, Assets, Compressor, ContentPolicy, FormKey};
use plugin_host::PluginHost;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What people come through.
pub struct Gateway {
    pub(crate) common: Common,
    pub(crate) apex: Apex,
    pub(crate) plugins: PluginPages,
    pub(crate) files: Files,
    clients: Clients,
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
    /// Bytes of compressed pages that are remembered: 32 MiB.
    pub compressed_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { client_requests_per_second: 50, body_patience: Duration::from_secs(20), compressed_bytes: 32 << 20 }
    }
}

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
    /// The files of pages that are not a plugin's.
    pub(crate) assets: Assets,
    /// What a browser may do with pages that are not a plugin's: everything is of the origin itself.
    pub(crate) policy: ContentPolicy,
}

/// A request whose origin is known.
pub(crate) struct Visit {
    pub(crate) head: Parts,
    /// Until it is taken.
    pub(crate) body: Option<Incoming>,
    pub(crate) language: Language,
}

impl Visit {
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked { method: &self.head.method, headers: &self.head.headers }
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }
}

impl Gateway {
    /// A gateway to the plugins of a host.
    ///
    /// # Errors
    /// [`crate::AddressError`] when its origins cannot stand in a header.
    pub fn new(parts: GatewayParts) -> Result<Self, crate::AddressError> {
        let secrets = Secrets::of(&parts.secret);
        let policy = ContentPolicy::of_pages(&Allowed { assets: "'self'", ..Allowed::default() });
        let common = Common {
            policy: policy.unwrap_or_else(ContentPolicy::of_contents),
            assets: own_assets(),
            compressor: Compressor::new(parts.limits.compressed_bytes),
            forms: FormKey::new(&secrets.forms),
            file_key: FileKey::new(&secrets.files),
            host: parts.host,
            clock: parts.clock,
            entity: parts.entity,
            address: parts.address.clone(),
            limits: parts.limits.clone(),
        };
        Ok(Self {
            clients: Clients::new(parts.limits.client_requests_per_second),
            plugins: PluginPages::new(Shelves::new(parts.address)),
            apex: Apex,
            files: Files,
            common,
        })
    }

    async fn answer(&self, request: Request) -> Response {
        let language = language::of(request.headers());
        let client = request.extensions().get::<Connection>().map_or(Client::Local, Client::of);
        let place = self.place(&request);
        let (head, body) = request.into_parts();
        let visit = Visit { head, body: Some(body), language };
        let refused = |refusal: Refusal, visit: &Visit| crate::layout::refusal(&self.common, visit, &refusal);
        if self.clients.admit(client, Instant::now()) == Admission::TooOften {
            return refused(Refusal::TooOften, &visit);
        }
        match place {
            None => refused(Refusal::NoSuchHost, &visit),
            Some(Place::Apex) => self.apex.answer(&self.common, visit).await,
            Some(Place::Plugin(name)) => self.plugins.answer(&self.common, &name, visit).await,
            Some(Place::Files(name)) => self.files.answer(&self.common, &name, visit).await,
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

impl Handler for Gateway {
    async fn handle(&self, request: Request) -> Response {
        self.answer(request).await
    }
}

/// The secrets of one gateway, each for one use.
struct Secrets {
    forms: [u8; 32],
    files: [u8; 32],
}

impl Secrets {
    fn of(secret: &[u8; 32]) -> Self {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let of = |purpose: &str| {
            let mut bytes = [0; 32];
            bytes.copy_from_slice(aws_lc_rs::hmac::sign(&key, purpose.as_bytes()).as_ref());
            bytes
        };
        Self { forms: of("chakana gateway forms"), files: of("chakana gateway files") }
    }
}
