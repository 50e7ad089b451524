//! The provider, what it is made of, and what servers ask it for.

use crate::accounts::{self, AccountId, EnrolmentCode};
use crate::clients::Clients;
use crate::consents::{self, GivenConsent};
use crate::credentials::passkey::RelyingParty;
use crate::keys::{KeyError, KeyRing, KeySource};
use crate::notify::Notify;
use crate::sessions::{Session, SessionId};
use crate::table::{self, StoreError};
use crate::web::own_assets;
use async_trait::async_trait;
use bytes::Bytes;
use clock::{SharedClock, Timestamp};
use factors::{Hasher, HostSecret, NoRandomness, PasswordCost, Seal, Throttle, Trying};
use http::{Request, StatusCode};
use listener::client::Client as HttpClient;
use pages::{Assets, Compressor, FormKey};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use storage::Store;
use thiserror::Error;
use url::Url;

/// An OpenID Connect provider over the accounts of one store.
pub struct Provider {
    pub(crate) issuer: String,
    pub(crate) names: SiteNames,
    // Read at each request, replaced as a whole.
    clients: RwLock<Arc<Clients>>,
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) secret: HostSecret,
    pub(crate) keys: KeyRing,
    pub(crate) notify: Arc<dyn Notify>,
    pub(crate) http: Arc<dyn Http>,
    pub(crate) hasher: Hasher,
    pub(crate) trying: Trying,
    pub(crate) throttle: Throttle,
    pub(crate) party: RelyingParty,
    pub(crate) seals: Seals,
    pub(crate) forms: FormKey,
    pub(crate) compressor: Compressor,
    pub(crate) assets: Assets,
}

/// How a provider is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its origin, as clients know it: `https://ingreso.example`, without a path or a slash at its end.
    pub issuer: String,
    /// What people know it as.
    pub names: SiteNames,
    /// The relying parties.
    pub clients: Clients,
    /// What a password costs.
    pub password_cost: PasswordCost,
    /// How many passwords are hashed at once: each takes its memory. As many as processors are left for it.
    pub hashed_at_once: usize,
}

/// What people know the provider as.
#[derive(Debug, Clone)]
pub struct SiteNames {
    /// The site's name, which authenticator apps show too.
    pub site: String,
    /// The entity that answers for it.
    pub owner: Option<String>,
}

/// What a provider is made of.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// The host's secret.
    pub secret: HostSecret,
    /// Where signing keys come from.
    pub keys: Arc<dyn KeySource>,
    /// How people are told.
    pub notify: Arc<dyn Notify>,
    /// How clients are told that somebody signed out.
    pub http: Arc<dyn Http>,
}

/// How clients are called: over the network, or in the same process.
#[async_trait]
pub trait Http: Send + Sync {
    /// Posts a form, and says with which status it was answered.
    ///
    /// # Errors
    /// Why there is no answer, for the log.
    async fn post(&self, request: Request<Bytes>) -> Result<StatusCode, String>;
}

/// Clients elsewhere.
pub struct OverNetwork(pub HttpClient);

/// Why there is no provider.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The issuer cannot be one.
    #[error("the issuer {0:?} is no origin: it begins with https://, and has no path, query or slash at its end")]
    Issuer(String),
    /// Argon2 does not take the cost.
    #[error("the cost of passwords is none that Argon2id takes: at least 8 KiB for each lane, at most 2 GiB")]
    PasswordCost,
    /// The keys.
    #[error("there is no key to sign tokens with")]
    Keys(#[from] KeyError),
    /// The cryptographic library.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// What is sealed, each for one use.
pub(crate) struct Seals {
    pub(crate) flow: Seal,
    pub(crate) step: Seal,
    pub(crate) totp: Seal,
}

impl Provider {
    /// The provider of a store; it has a key to sign with afterwards.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(settings: Settings, parts: Parts) -> Result<Self, OpenError> {
        let not_an_issuer = || OpenError::Issuer(settings.issuer.clone());
        let origin = Url::parse(&settings.issuer).map_err(|_| not_an_issuer())?;
        if origin.scheme() != "https" || origin.origin().ascii_serialization() != settings.issuer {
            return Err(not_an_issuer());
        }
        if !settings.password_cost.is_possible() {
            return Err(OpenError::PasswordCost);
        }
        let Parts { store, clock, secret, keys, notify, http } = parts;
        let keys = KeyRing::open(&store, &clock, keys).await?;
        Ok(Self {
            party: RelyingParty::new(&origin).ok_or_else(not_an_issuer)?,
            issuer: settings.issuer,
            names: settings.names,
            clients: RwLock::new(Arc::new(settings.clients)),
            seals: Seals { flow: secret.seal("flow")?, step: secret.seal("step")?, totp: secret.seal("totp")? },
            forms: FormKey::new(&secret.key("forms")),
            hasher: Hasher::new(settings.password_cost, settings.hashed_at_once),
            trying: Trying::default(),
            throttle: Throttle::default(),
            compressor: Compressor::new(COMPRESSED_BYTES),
            assets: own_assets(),
            store,
            clock,
            secret,
            keys,
            notify,
            http,
        })
    }

    /// Has other relying parties from now on.
    pub fn replace_clients(&self, clients: Clients) {
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(clients);
    }

    /// Rotates the signing keys, if it is time. It is called each hour.
    ///
    /// # Errors
    /// [`KeyError`]; then the keys stay as they were.
    pub async fn rotate_keys(&self) -> Result<(), KeyError> {
        self.keys.rotate(&self.store, self.now()).await
    }

    /// Removes what has ended. It is called each minute.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.now().as_second();
        for _ in 0..MAX_SWEEPS {
            if !table::transact(&self.store, |tx| table::remove_ended(tx, now)).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The sessions of an account that go on, the last used first.
    ///
    /// # Errors
    /// What the store says.
    pub fn sessions(&self, account: AccountId) -> Result<Vec<(SessionId, Session)>, StoreError> {
        self.sessions_in(&mut self.store.begin()?, account)
    }

    /// Ends a session of an account, and has its clients told.
    ///
    /// # Errors
    /// What the store says.
    pub async fn end_session(&self, account: AccountId, id: SessionId) -> Result<(), StoreError> {
        table::transact(&self.store, |tx| self.end_session_in(tx, account, id)).await
    }

    /// Ends all sessions of an account, and has their clients told.
    ///
    /// # Errors
    /// What the store says.
    pub async fn end_all_sessions(&self, account: AccountId) -> Result<(), StoreError> {
        table::transact(&self.store, |tx| self.end_sessions_in(tx, account)).await
    }

    /// What somebody consented to.
    ///
    /// # Errors
    /// What the store says.
    pub fn consents(&self, account: AccountId) -> Result<Vec<GivenConsent>, StoreError> {
        consents::of_account(&mut self.store.begin()?, account)
    }

    /// Withdraws a consent: the client's tokens are worthless from now on.
    ///
    /// # Errors
    /// What the store says.
    pub async fn withdraw_consent(&self, account: AccountId, client: &str) -> Result<(), StoreError> {
        table::transact(&self.store, |tx| consents::withdraw(tx, account, client)).await
    }

    /// What an account is called at a sector.
    #[must_use]
    pub fn subject(&self, sector: &str, account: AccountId) -> String {
        accounts::subject(&self.secret, sector, account)
    }

    /// Where somebody sets her credentials. The code stands after the `#`, which no server's log holds, for a script to put it
    /// into the form; she may type it as well.
    #[must_use]
    pub fn enrolment_link(&self, code: &EnrolmentCode) -> String {
        format!("{}/enrol#{}", self.issuer, code.as_str())
    }

    pub(crate) fn clients(&self) -> Arc<Clients> {
        self.clients.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[async_trait]
impl Http for OverNetwork {
    async fn post(&self, request: Request<Bytes>) -> Result<StatusCode, String> {
        let answer = self.0.send(request.map(Into::into), WITHIN, MAX_ANSWER_BYTES).await;
        answer.map(|answer| answer.status()).map_err(|error| error.to_string())
    }
}

const COMPRESSED_BYTES: u64 = 4 << 20;
const MAX_SWEEPS: usize = 100;
const WITHIN: Duration = Duration::from_secs(5);
const MAX_ANSWER_BYTES: usize = 64 << 10;
