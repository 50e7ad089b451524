//! A request, and who sent it.

use super::refusal::Refusal;
use crate::provider::Provider;
use crate::sessions::{self, COOKIE, Session, SessionId};
use crate::table;
use crate::words::{self, Words};
use ::pages::form::{self, Field};
use ::pages::{Asked, FormKey, FormOwner, cookie};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use factors::random;
use html::Language;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use listener::{Connection, Peer, PeerAddress};

/// A request with its whole body.
pub(crate) struct Visit {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) language: Language,
}

/// Who sent it.
pub(crate) enum Visitor {
    /// Nobody who is signed in; by this her forms are known.
    Guest { value: String, is_new: bool },
    /// Somebody who is.
    SignedIn(Box<(SessionId, Session)>),
}

/// Holds a random value, by which the forms of somebody who is not signed in are known.
pub(crate) const VISITOR_COOKIE: &str = "__Host-identity-visitor";
/// What forms of the provider are for, in their tokens.
pub(crate) const AUDIENCE: &str = "identity";
const RANDOM_BYTES: usize = 24;

impl Visit {
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        let language = words::language_of(&head.headers);
        Self { head, body, language }
    }

    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked { method: &self.head.method, headers: &self.head.headers }
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }

    pub(crate) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }

    /// The value of a parameter of the query that comes once.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut fields = form::parse(self.query().as_bytes()).ok()?;
        form::take(&mut fields, name)
    }

    pub(crate) fn words(&self) -> &'static Words {
        words::of(self.language)
    }

    pub(crate) fn is_form(&self) -> bool {
        let content_type =
            self.head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(form::CONTENT_TYPE)
    }

    /// Who may try how often.
    pub(crate) fn source(&self) -> Peer {
        // Without a connection it is the server itself that asks.
        self.head.extensions.get::<Connection>().map_or(Peer::Local(0), |connection| Peer::of(&connection.peer_address))
    }

    /// Her address, and what her browser says that it is.
    pub(crate) fn seen_as(&self) -> (String, String) {
        let address = match self.head.extensions.get::<Connection>().map(|connection| &connection.peer_address) {
            Some(PeerAddress::Tcp(address)) => address.ip().to_canonical().to_string(),
            Some(PeerAddress::Unix { .. }) | None => String::new(),
        };
        let agent = self.head.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        (address, agent.to_owned())
    }

    /// The fields of a form that was shown here to this visitor.
    pub(crate) fn form(&self, provider: &Provider, visitor: &Visitor) -> Result<Form, Refusal> {
        if !self.is_form() {
            return Err(Refusal::Malformed);
        }
        let mut fields = form::parse(&self.body).map_err(|_| Refusal::Malformed)?;
        let token = form::take(&mut fields, FormKey::FIELD);
        provider.forms.check(token.as_deref(), visitor.owner(), AUDIENCE, provider.now()).map_err(Refusal::Form)?;
        Ok(Form(fields))
    }
}

/// A form that was shown here to whoever posts it.
pub(crate) struct Form(Vec<Field>);

impl Form {
    /// What was filled in; nothing, where there is no such field.
    pub(crate) fn get(&self, name: &str) -> &str {
        form::value(&self.0, name).unwrap_or_default()
    }

    pub(crate) fn take(&mut self, name: &str) -> String {
        form::take(&mut self.0, name).unwrap_or_default()
    }
}

impl Visitor {
    /// Who sent a request.
    pub(crate) async fn of(provider: &Provider, visit: &Visit) -> Result<Self, Refusal> {
        let headers = &visit.head.headers;
        if let Some(value) = cookie::read(headers, COOKIE) {
            let (id, now) = (SessionId::of(value), provider.now());
            let found = sessions::visited(&mut provider.store.begin()?, &id, now)?;
            if let Some(session) = found {
                if session.is_seen_long_ago(now) {
                    table::transact(&provider.store, |tx| sessions::see(tx, &id, now)).await?;
                }
                return Ok(Self::SignedIn(Box::new((id, session))));
            }
        }
        let is_ours = |value: &&str| URL_SAFE_NO_PAD.decode(value).is_ok_and(|bytes| bytes.len() == RANDOM_BYTES);
        match cookie::read(headers, VISITOR_COOKIE).filter(is_ours) {
            Some(value) => Ok(Self::Guest { value: value.to_owned(), is_new: false }),
            None => Ok(Self::Guest { value: URL_SAFE_NO_PAD.encode(random::<RANDOM_BYTES>()?), is_new: true }),
        }
    }

    /// Whom forms are shown to.
    pub(crate) fn owner(&self) -> FormOwner<'_> {
        match self {
            Self::Guest { value, .. } => FormOwner::Visitor(value.as_bytes()),
            Self::SignedIn(signed_in) => FormOwner::Session(signed_in.0.as_bytes()),
        }
    }

    /// What binds a sealed value to her, and to one purpose.
    pub(crate) fn context(&self, purpose: &str) -> String {
        match self {
            Self::Guest { value, .. } => format!("{purpose} visitor {value}"),
            Self::SignedIn(signed_in) => format!("{purpose} session {}", signed_in.0.text()),
        }
    }

    /// Her session, if she is signed in.
    pub(crate) fn session(&self) -> Option<&(SessionId, Session)> {
        match self {
            Self::Guest { .. } => None,
            Self::SignedIn(signed_in) => Some(signed_in),
        }
    }

    /// The cookie that her browser does not have yet.
    pub(crate) fn new_cookie(&self) -> Option<&str> {
        match self {
            Self::Guest { value, is_new: true } => Some(value),
            Self::Guest { .. } | Self::SignedIn(_) => None,
        }
    }
}
