//! The provider as a server holds it: requests go in, answers come out, timers keep it going.

use crate::accounts;
use crate::client::Clients;
use crate::credentials::password::Hasher;
use crate::endpoints;
use crate::keys::Keys;
use crate::people::{self, Layout};
use crate::secret::Secrets;
use crate::session::{self, Session};
use crate::settings::{Parts, Settings};
use crate::{Client, Deliver, Notify, Unavailable, grants, language, tables};
use bytes::Bytes;
use clock::{SharedClock, Timestamp};
use html::Language;
use http::request::Parts as Head;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use listener::{Response, read_bounded, reply};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use storage::Store;

/// An OpenID Connect provider over citizens' accounts.
pub struct Provider {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) secrets: Secrets,
    pub(crate) keys: Keys,
    pub(crate) hasher: Hasher,
    pub(crate) notify: Arc<dyn Notify>,
    pub(crate) http: Arc<dyn Deliver>,
    pub(crate) layout: Layout,
    // Swapped whole when the configuration changes.
    clients: RwLock<Arc<Clients>>,
}

/// What somebody lets a client have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consented {
    /// The client's id.
    pub client: String,
    /// Names of scopes.
    pub scopes: String,
    /// Since when, in seconds since 1970.
    pub at: i64,
}

/// A request, and what of it every answer depends on.
pub(crate) struct Visit {
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    pub(crate) language: Language,
    pub(crate) now: Timestamp,
}

/// Forms of people and clients are small.
const MAX_BODY_BYTES: usize = 64 << 10;
const BODY_PATIENCE: Duration = Duration::from_secs(10);
const MAX_BROWSER_CHARS: usize = 200;

impl Provider {
    /// Opens the provider. The first time, it makes its keys.
    ///
    /// # Errors
    /// [`Unavailable`]: the store or the keys cannot be had.
    pub async fn open(settings: Settings, parts: Parts) -> Result<Self, Unavailable> {
        let keys = Keys::open(parts.store.clone(), parts.keys, parts.rsa, parts.clock.now()).await?;
        Ok(Self {
            hasher: Hasher::new(settings.password_cost, settings.hashed_at_once)?,
            secrets: Secrets::new(&parts.secret)?,
            layout: Layout::new(settings.issuer.as_str()),
            clients: RwLock::new(Arc::new(settings.clients.clone())),
            keys,
            store: parts.store,
            clock: parts.clock,
            notify: parts.notify,
            http: parts.http,
            settings,
        })
    }

    /// Answers a request of a browser or a client.
    pub async fn handle(&self, request: listener::Request) -> Response {
        let (head, body) = request.into_parts();
        match read_bounded(body, MAX_BODY_BYTES, BODY_PATIENCE).await {
            Ok(body) => self.answer(head, body).await,
            Err(error) => {
                tracing::debug!(error = %error, "a body was not taken");
                reply::text(StatusCode::PAYLOAD_TOO_LARGE, "a form has at most 64 KiB, and is sent within 10 seconds")
            }
        }
    }

    /// Answers a request that is there as a whole, for callers in the same process.
    pub async fn respond(&self, request: Request<Bytes>) -> http::Response<Bytes> {
        let (head, body) = request.into_parts();
        let (head, body) = self.answer(head, body).await.into_parts();
        // Our own bodies are whole already.
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        http::Response::from_parts(head, body)
    }

    async fn answer(&self, head: Head, body: Bytes) -> Response {
        let language = language::of(&head.headers);
        let visit = Visit { head, body, language, now: self.clock.now() };
        let path = visit.head.uri.path();
        match endpoints::answer(self, &visit, path).await {
            Some(response) => response,
            None => people::answer(self, &visit).await,
        }
    }

    /// Takes other relying parties from now on.
    pub fn replace_clients(&self, clients: Clients) {
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(clients);
    }

    pub(crate) fn clients(&self) -> Arc<Clients> {
        Arc::clone(&self.clients.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has the next key sign where it is time. To be called every hour.
    ///
    /// # Errors
    /// [`Unavailable`]: keys stay as they are.
    pub async fn rotate_keys(&self) -> Result<(), Unavailable> {
        self.keys.rotate(self.clock.now()).await
    }

    /// Removes what ended by itself; gives how many records that were. To be called every minute.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn sweep(&self) -> Result<usize, Unavailable> {
        tables::sweep(&self.store, self.clock.now()).await
    }

    /// Tells clients which sessions ended; gives how many were told. To be called every few seconds.
    ///
    /// # Errors
    /// [`Unavailable`]: they are told later.
    pub async fn tell_clients(&self) -> Result<usize, Unavailable> {
        endpoints::tell_clients(self).await
    }

    /// The sessions of an account.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn sessions(&self, account: &str) -> Result<Vec<Session>, Unavailable> {
        let now = self.clock.now();
        let mut found = session::of(&mut self.store.begin()?, account)?;
        found.retain(|session| session.goes_on(now));
        Ok(found)
    }

    /// Ends a session, at its clients too; gives whether there was one.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn end_session(&self, account: &str, sid: &str) -> Result<bool, Unavailable> {
        let now = self.clock.now();
        tables::decide(&self.store, |tx| session::end(tx, sid, account, now)).await
    }

    /// Ends all sessions of an account; gives how many there were.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn end_all_sessions(&self, account: &str) -> Result<usize, Unavailable> {
        let now = self.clock.now();
        tables::decide(&self.store, |tx| session::end_all(tx, account, None, now)).await
    }

    /// What somebody lets clients have.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn consents(&self, account: &str) -> Result<Vec<Consented>, Unavailable> {
        let found = grants::consents(&mut self.store.begin()?, account)?;
        Ok(found.into_iter().map(|(client, said)| Consented { client, scopes: said.scopes, at: said.at }).collect())
    }

    /// Takes back what somebody let a client have.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn withdraw_consent(&self, account: &str, client: &str) -> Result<(), Unavailable> {
        tables::decide(&self.store, |tx| grants::withdraw_consent(tx, account, client)).await
    }

    /// What an account is called in a sector.
    #[must_use]
    pub fn subject(&self, sector: &str, account: &str) -> String {
        self.secrets.subject(sector, account)
    }

    /// Where somebody sets up how she signs in. The code is typed there: it stands in no address, history or log.
    #[must_use]
    pub fn enrolment_link(&self) -> String {
        format!("{}/enrol", self.settings.issuer)
    }
}

impl Visit {
    pub(crate) fn is(&self, method: &Method) -> bool {
        self.head.method == *method
    }

    pub(crate) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// The browser, as it calls itself.
    pub(crate) fn browser(&self) -> String {
        let said = self.head.headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok());
        said.unwrap_or_default().chars().take(MAX_BROWSER_CHARS).collect()
    }

    pub(crate) fn session_cookie(&self) -> Option<&str> {
        pages::cookie::read(&self.head.headers, session::COOKIE)
    }
}

impl Provider {
    /// The session of a visit, and whose it is.
    pub(crate) fn session(&self, visit: &Visit) -> Result<Option<(Session, accounts::Account)>, Unavailable> {
        let Some(cookie) = visit.session_cookie() else { return Ok(None) };
        let mut tx = self.store.begin()?;
        let Some(session) = session::of_cookie(&mut tx, cookie, visit.now)? else { return Ok(None) };
        let account = accounts::account(&mut tx, &session.account)?;
        Ok(account.map(|account| (session, account)))
    }

    pub(crate) fn subject_for(&self, client: &Client, account: &str) -> String {
        self.secrets.subject(&client.sector, account)
    }
}
