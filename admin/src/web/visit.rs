//! A request for a page, and who sent it.

use super::{OFFERED, Web};
use crate::ApiError;
use crate::administrators::Session;
use crate::error::ErrorKind;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use html::Language;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use listener::{Connection, Peer, PeerAddress};
use pages::form::{self, Field};
use pages::{Asked, FormKey, FormOwner, cookie, language};

/// A request with its whole body.
pub(crate) struct Visit {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) language: Language,
    pub(crate) visitor: Visitor,
}

/// Who sent it.
pub(crate) enum Visitor {
    /// Nobody who is signed in; by this her forms are known.
    Guest {
        /// The value of her cookie.
        value: String,
        /// Whether she does not have it yet.
        cookie: GuestCookie,
    },
    /// Somebody who is.
    SignedIn(Box<Session>),
}

/// Whether a guest's browser has her cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GuestCookie {
    Has,
    Needs,
}

/// A form that was shown here to whoever posts it.
pub(crate) struct Form(Vec<Field>);

/// Holds the value of a session.
pub(crate) const SESSION_COOKIE: &str = "__Host-administrator";
/// Holds a random value, by which the forms of somebody who is not signed in are known.
pub(crate) const GUEST_COOKIE: &str = "__Host-administrator-guest";
/// What forms of these pages are for, in their tokens.
pub(crate) const AUDIENCE: &str = "administrators";
const RANDOM_BYTES: usize = 24;

impl Visit {
    /// A request whose body is not read yet.
    pub(crate) fn new(head: Parts) -> Self {
        let language = language::of(&head.headers, &OFFERED);
        let visitor = Visitor::Guest { value: String::new(), cookie: GuestCookie::Has };
        Self { head, body: Bytes::new(), language, visitor }
    }

    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked { method: &self.head.method, headers: &self.head.headers }
    }

    pub(crate) fn path(&self) -> &str {
        self.head.uri.path()
    }

    /// The address that shows the page again.
    pub(crate) fn again(&self) -> &str {
        self.head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
    }

    /// The value of a parameter of the query that comes once.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let mut fields = form::parse(self.head.uri.query().unwrap_or_default().as_bytes()).ok()?;
        form::take(&mut fields, name)
    }

    /// One of two texts that say the same.
    pub(crate) fn say<'t>(&self, spanish: &'t str, english: &'t str) -> &'t str {
        if self.language == Language::English { english } else { spanish }
    }

    /// Who may try how often.
    pub(crate) fn source(&self) -> Peer {
        self.head.extensions.get::<Connection>().map_or(Peer::Local(0), |connection| Peer::of(&connection.peer_address))
    }

    /// Her address.
    pub(crate) fn address(&self) -> String {
        match self.head.extensions.get::<Connection>().map(|connection| &connection.peer_address) {
            Some(PeerAddress::Tcp(address)) => address.ip().to_canonical().to_string(),
            Some(PeerAddress::Unix { .. }) | None => String::new(),
        }
    }

    /// The fields of a form that was shown here to this visitor.
    pub(crate) fn form(&self, web: &Web) -> Result<Form, ApiError> {
        let content_type =
            self.head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_form =
            content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(form::CONTENT_TYPE));
        let mut fields = match form::parse(&self.body) {
            Ok(fields) if is_form => fields,
            Ok(_) | Err(_) => return Err(ApiError::invalid("what was sent is no form", "go back and send it again")),
        };
        let token = form::take(&mut fields, FormKey::FIELD);
        let now = web.administrators().now();
        web.forms.check(token.as_deref(), self.visitor.owner(), AUDIENCE, now).map_err(|refusal| {
            let next = self.say(
                "vuelva a abrir la página y envíe el formulario de nuevo",
                "open the page again and send the form anew",
            );
            ApiError::new(ErrorKind::Forbidden, refusal.to_string(), next)
        })?;
        Ok(Form(fields))
    }
}

impl Form {
    /// What was filled in; nothing, where there is no such field.
    pub(crate) fn get(&self, name: &str) -> &str {
        form::value(&self.0, name).unwrap_or_default()
    }

    pub(crate) fn take(&mut self, name: &str) -> String {
        form::take(&mut self.0, name).unwrap_or_default()
    }

    /// What was chosen of several.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl Visitor {
    /// Who sent a request.
    pub(crate) async fn of(web: &Web, visit: &Visit) -> Result<Self, ApiError> {
        let headers = &visit.head.headers;
        if let Some(value) = cookie::read(headers, SESSION_COOKIE)
            && let Some(session) = web.administrators().session(value).await?
        {
            return Ok(Self::SignedIn(Box::new(session)));
        }
        let is_ours = |value: &&str| URL_SAFE_NO_PAD.decode(value).is_ok_and(|bytes| bytes.len() == RANDOM_BYTES);
        if let Some(value) = cookie::read(headers, GUEST_COOKIE).filter(is_ours) {
            return Ok(Self::Guest { value: value.to_owned(), cookie: GuestCookie::Has });
        }
        let random = factors::random::<RANDOM_BYTES>()
            .map_err(|error| ApiError::new(ErrorKind::Internal, error.to_string(), "look at the server's log"))?;
        Ok(Self::Guest { value: URL_SAFE_NO_PAD.encode(random), cookie: GuestCookie::Needs })
    }

    /// Whom forms are shown to.
    pub(crate) fn owner(&self) -> FormOwner<'_> {
        match self {
            Self::Guest { value, .. } => FormOwner::Visitor(value.as_bytes()),
            Self::SignedIn(session) => FormOwner::Session(&session.id),
        }
    }

    /// What binds a sealed value to her.
    pub(crate) fn context(&self) -> String {
        match self {
            Self::Guest { value, .. } => format!("guest {value}"),
            Self::SignedIn(session) => format!("session {}", hex::encode(session.id)),
        }
    }

    /// Her session, if she is signed in.
    pub(crate) fn session(&self) -> Option<&Session> {
        match self {
            Self::Guest { .. } => None,
            Self::SignedIn(session) => Some(session),
        }
    }
}
