//! The gateway's own issuer, for states that have none: an OpenID Connect provider on an origin beside those of the plugins.
//!
//! The gateway comes there like any other client, but in the same process: both its questions and the word that somebody signed
//! out take no way over the network.

use crate::address::{Place, PublicAddress};
use crate::gateway::Gateway;
use crate::sign_in::{ClientSecret, IssuerAccess, IssuerSettings, LOGOUT};
use async_trait::async_trait;
use bytes::Bytes;
use clock::SharedClock;
use http::{Request, Response, StatusCode};
use identity::{Client, ClientSecretDigest, Clients, Consent, Http, IdTokenAlgorithm, Provider, Scope};
use listener::Handler as _;
use plugin_host::PluginHost;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};
use storage::Store;
use tokio::sync::Notify;

/// An issuer that a gateway shows on an origin of its own.
pub struct OwnIssuer {
    label: String,
    url: String,
    provider: Arc<Provider>,
    gateway: Arc<ToGateway>,
    registered: Registered,
    secret: String,
    // Woken when somebody may have signed out.
    woken: Notify,
}

/// What an own issuer is made of.
pub struct OwnIssuerParts {
    /// What stands before the gateway's domain: `ingreso` in `https://ingreso.ciudadania.gob.bo`. No plugin can have this name.
    pub label: String,
    /// Where people reach the gateway.
    pub address: PublicAddress,
    /// What people know the issuer as.
    pub names: identity::SiteNames,
    /// The entity by whose subjects the gateway's own plugins know people.
    pub sector: String,
    /// Other relying parties.
    pub clients: Vec<Client>,
    /// What a password costs.
    pub password_cost: identity::PasswordCost,
    /// How many passwords are hashed at once.
    pub hashed_at_once: usize,
    /// Where accounts, credentials and sessions are kept.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// 32 random bytes that nothing else uses, the same after a restart.
    pub secret: [u8; 32],
    /// Where the keys of tokens come from.
    pub keys: Arc<dyn identity::KeySource>,
    /// How people are told of what was done to their account.
    pub notify: Arc<dyn identity::Notify>,
    /// How other relying parties are told that somebody signed out.
    pub elsewhere: listener::client::Client,
}

/// Why there is no issuer.
#[derive(Debug, thiserror::Error)]
pub enum OwnIssuerError {
    /// The relying parties.
    #[error(transparent)]
    Clients(#[from] identity::ClientsError),
    /// The provider.
    #[error(transparent)]
    Provider(#[from] identity::OpenError),
}

/// The relying parties as the provider knows them: the gateway with the origin of each plugin, and the others.
struct Registered {
    address: PublicAddress,
    sector: String,
    name: String,
    secret: ClientSecretDigest,
    others: Vec<Client>,
    // The plugins that the gateway comes for. A look-up a request, and never across a wait.
    plugins: Mutex<BTreeSet<String>>,
}

/// How clients are told: the gateway in this process, the others over the network.
struct ToGateway {
    address: String,
    gateway: OnceLock<Weak<Gateway>>,
    elsewhere: identity::OverNetwork,
}

/// What the gateway is called at its own issuer.
const CLIENT: &str = "gateway";
/// How often clients that were not reached are tried again.
const TELLS_EACH: Duration = Duration::from_secs(5);
const CLEANS_EACH: Duration = Duration::from_secs(60);

impl OwnIssuer {
    /// Opens the provider; its first key is made where there is none.
    ///
    /// # Errors
    /// [`OwnIssuerError`].
    pub async fn open(parts: OwnIssuerParts) -> Result<Self, OwnIssuerError> {
        let url = parts.address.origin(&Place::Plugin(parts.label.clone()));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &parts.secret);
        let secret = hex::encode(aws_lc_rs::hmac::sign(&key, b"chakana gateway at its own issuer"));
        let gateway = Arc::new(ToGateway {
            address: format!("{}{LOGOUT}", parts.address),
            gateway: OnceLock::new(),
            elsewhere: identity::OverNetwork(parts.elsewhere),
        });
        let registered = Registered {
            address: parts.address,
            sector: parts.sector,
            name: parts.names.owner.clone().unwrap_or_else(|| parts.names.site.clone()),
            secret: ClientSecretDigest::of(&secret)?,
            others: parts.clients,
            plugins: Mutex::default(),
        };
        let settings = identity::Settings {
            issuer: url.clone(),
            names: parts.names,
            clients: registered.clients(&BTreeSet::new())?,
            password_cost: parts.password_cost,
            hashed_at_once: parts.hashed_at_once,
        };
        let provider = Provider::open(
            settings,
            identity::Parts {
                store: parts.store,
                clock: parts.clock,
                secret: identity::HostSecret::new(parts.secret),
                keys: parts.keys,
                notify: parts.notify,
                http: gateway.clone(),
            },
        )
        .await?;
        let (label, provider) = (parts.label, Arc::new(provider));
        Ok(Self { label, url, provider, gateway, registered, secret, woken: Notify::new() })
    }

    /// The provider, for whoever looks after accounts.
    #[must_use]
    pub fn provider(&self) -> &Arc<Provider> {
        &self.provider
    }

    /// The issuer as the gateway comes to it.
    #[must_use]
    pub fn settings(&self) -> IssuerSettings {
        IssuerSettings {
            url: self.url.clone(),
            client_id: CLIENT.to_owned(),
            credentials: ClientSecret::new(self.secret.clone()),
            levels: IssuerSettings::usual_levels(),
            account: Some(format!("{}/account", self.url)),
        }
    }

    /// How the gateway asks it: in this process.
    #[must_use]
    pub fn access(&self) -> Arc<dyn IssuerAccess> {
        Arc::new(InProcess(self.provider.clone()))
    }

    /// Tells the gateway from now on who signed out.
    pub fn tells(&self, gateway: &Arc<Gateway>) {
        // A second gateway would be another one's.
        let _ = self.gateway.gateway.set(Arc::downgrade(gateway));
    }

    /// Does what is due, one after the other, for as long as it is waited for: who signed out is told at once and again after a
    /// while, what has ended is removed, keys are rotated. Nobody else tells clients meanwhile: they would be told twice.
    pub async fn run(&self) {
        loop {
            self.clean().await;
            let until = Instant::now() + CLEANS_EACH;
            while Instant::now() < until {
                self.tell().await;
                tokio::select! {
                    () = self.woken.notified() => {}
                    () = tokio::time::sleep(TELLS_EACH) => {}
                }
            }
        }
    }

    /// Has clients told who signed out without waiting for the clock.
    pub fn hurry(&self) {
        self.woken.notify_one();
    }

    /// Tells clients who signed out.
    pub async fn tell(&self) {
        if let Err(error) = self.provider.tell_clients().await {
            tracing::warn!(error = %error, "clients are not told who signed out; it is tried again");
        }
    }

    async fn clean(&self) {
        if let Err(error) = self.provider.sweep().await {
            tracing::warn!(error = %error, "what has ended at the issuer cannot be removed; it is not used either");
        }
        if let Err(error) = self.provider.rotate_keys().await {
            tracing::warn!(error = %error, "the issuer's keys are not rotated; it is tried again");
        }
    }

    pub(crate) fn is_at(&self, place: &Place) -> bool {
        matches!(place, Place::Plugin(name) if *name == self.label)
    }

    /// Answers a request to the issuer's origin.
    pub(crate) async fn answer(&self, host: &PluginHost, request: listener::Request) -> listener::Response {
        self.know_plugins_of(host);
        let may_sign_out = request.method() == http::Method::POST;
        let response = self.provider.handle(request).await;
        if may_sign_out {
            // Whoever signs out everywhere does not wait for the clock.
            self.woken.notify_one();
        }
        response
    }

    /// A plugin that came is an origin more that people are sent back to.
    fn know_plugins_of(&self, host: &PluginHost) {
        let loaded = host.loaded();
        let with_pages = loaded.iter().filter(|plugin| plugin.manifest().web().is_some());
        let now: BTreeSet<String> = with_pages.map(|plugin| plugin.name().to_owned()).collect();
        let mut known = self.registered.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == now {
            return;
        }
        if now.contains(&self.label) && !known.contains(&self.label) {
            tracing::error!(
                plugin = self.label,
                issuer = self.url,
                "nobody can come to the pages of the plugin: the issuer has its name as label; give one of them another"
            );
        }
        // The issuer stands where a plugin of its name would.
        let others = now.iter().filter(|name| **name != self.label).cloned().collect();
        match self.registered.clients(&others) {
            Ok(clients) => {
                self.provider.replace_clients(clients);
                *known = now;
            }
            Err(error) => tracing::error!(%error, "the issuer does not know the plugins that there are now"),
        }
    }
}

impl Registered {
    fn clients(&self, plugins: &BTreeSet<String>) -> Result<Clients, identity::ClientsError> {
        let origins = || plugins.iter().map(|name| self.address.origin(&Place::Plugin(name.clone())));
        let gateway = Client {
            id: CLIENT.to_owned(),
            name: self.name.clone(),
            secret: Some(self.secret.clone()),
            sector: self.sector.clone(),
            redirect_uris: origins().map(|origin| format!("{origin}{}", crate::sign_in::BACK)).collect(),
            post_logout_redirect_uris: origins().map(|origin| format!("{origin}/")).collect(),
            backchannel_logout_uri: Some(format!("{}{LOGOUT}", self.address)),
            consent: Consent::FirstParty,
            scopes: vec![Scope::OpenId, Scope::Profile, Scope::Representation],
            id_token_signed_response_alg: IdTokenAlgorithm::Es256,
        };
        let gateway = (!plugins.is_empty()).then_some(gateway);
        Clients::new(self.others.iter().cloned().chain(gateway))
    }
}

struct InProcess(Arc<Provider>);

#[async_trait]
impl IssuerAccess for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        Ok(self.0.respond(request).await)
    }
}

#[async_trait]
impl Http for ToGateway {
    async fn post(&self, request: Request<Bytes>) -> Result<StatusCode, String> {
        if *request.uri() != self.address.as_str() {
            return self.elsewhere.post(request).await;
        }
        let gateway = self.gateway.get().and_then(Weak::upgrade).ok_or("the gateway does not serve yet")?;
        Ok(gateway.told_by_issuer(request.body()).await)
    }
}
