//! How people sign in: the gateway is a relying party of one OpenID Connect issuer, whoever that is.
//!
//! Read it along a sign-in: `flow` sends a browser to the issuer and takes it back, `attempt` is what the browser keeps
//! meanwhile, `issuer` exchanges the code, `token` judges what was signed, `claims` reads who it is. `sign_out` is the way back.

mod attempt;
mod claims;
mod flow;
mod issuer;
mod sign_out;
mod token;

pub(crate) use flow::{At, BACK, begin, finish, path};
pub(crate) use sign_out::{LOGOUT, confirm_sign_out, sign_out, told, told_by_issuer};

use crate::session::{Document, Sessions};
use async_trait::async_trait;
use attempt::AttemptKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use clock::SharedClock;
use http::{Request, Response, StatusCode};
use issuer::Issuer;
use listener::client::Client;
use plugin_host::manifest::Assurance;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use storage::{Keyspace, Store};
use token::TokenError;
use zeroize::Zeroizing;

/// What a gateway needs so that people can sign in.
pub struct SignInParts {
    /// Where sessions are kept.
    pub store: Store,
    /// Theirs alone.
    pub keyspace: Keyspace,
    /// Who says who somebody is.
    pub issuer: IssuerSettings,
    /// How the issuer is asked.
    pub access: Arc<dyn IssuerAccess>,
    /// Who works at the entity.
    pub staff: Arc<dyn Staff>,
}

/// Whom the gateway believes, and as whom it comes there.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// The issuer, as it calls itself: an address without a slash at its end (OpenID Connect Discovery 1.0 §4).
    pub url: String,
    /// What the gateway is called there.
    pub client_id: String,
    /// What it shows there.
    pub credentials: ClientSecret,
    /// Which of the issuer's `acr` values stand for which level. A sign-in with none of them counts as low.
    pub levels: BTreeMap<String, Assurance>,
    /// Where people see their account.
    pub account: Option<String>,
}

/// The secret of a client (RFC 6749 §2.3.1). It is never shown.
#[derive(Clone)]
pub struct ClientSecret(Zeroizing<String>);

/// How an issuer is asked: over the network, or in the same process.
#[async_trait]
pub trait IssuerAccess: Send + Sync {
    /// Sends a request and gives the whole answer.
    ///
    /// # Errors
    /// Why there is none, for the log.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String>;
}

/// An issuer elsewhere.
pub struct OverNetwork(pub Client);

/// Who works at the entity.
pub trait Staff: Send + Sync {
    /// The roles for a plugin of whom a document names. It is asked at each visit.
    fn roles(&self, plugin: &str, document: &Document) -> Vec<String>;
}

/// An entity where nobody works.
pub struct NoStaff;

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    #[error("{address} cannot be reached: {why}")]
    Unreachable { address: String, why: String },
    #[error("{address} refused the gateway with {status} {error}")]
    Refused { address: String, status: StatusCode, error: String },
    #[error("{address} answered something else than OpenID Connect says")]
    NotUnderstood { address: String },
    #[error("the issuer at {expected} says that it is {found}")]
    OtherIssuer { expected: String, found: String },
    #[error("a token of the issuer is not believed: {0}")]
    Token(#[from] TokenError),
    #[error("the issuer says of its user that she is another one")]
    OtherSubject,
}

/// The sign-in of one gateway.
pub(crate) struct SignIn {
    pub(crate) sessions: Sessions,
    pub(crate) staff: Arc<dyn Staff>,
    issuer: Issuer,
    attempts: AttemptKey,
}

const WITHIN: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: usize = 256 << 10;

impl SignIn {
    /// `None` when the secret makes no key, which it always does.
    pub(crate) fn new(parts: SignInParts, clock: SharedClock, secret: &[u8; 32]) -> Option<Self> {
        Some(Self {
            sessions: Sessions::new(parts.store, parts.keyspace),
            staff: parts.staff,
            issuer: Issuer::new(parts.issuer, parts.access, clock),
            attempts: AttemptKey::new(secret)?,
        })
    }

    /// Where people see their account.
    pub(crate) fn account(&self) -> &str {
        self.issuer.settings.account.as_deref().unwrap_or("/")
    }

    /// The origin of the issuer, where forms may lead.
    pub(crate) fn issuer_origin(&self) -> &str {
        let url = &self.issuer.settings.url;
        let after_scheme = url.find("://").map_or(0, |at| at + 3);
        let end = url[after_scheme..].find('/').map_or(url.len(), |at| after_scheme + at);
        &url[..end]
    }
}

impl IssuerSettings {
    /// The levels by the names that Chakana's own provider and the European ones give them.
    #[must_use]
    pub fn usual_levels() -> BTreeMap<String, Assurance> {
        let names = [("low", Assurance::Low), ("substantial", Assurance::Substantial), ("high", Assurance::High)];
        let own = names.map(|(name, level)| (name.to_owned(), level));
        let eidas = names.map(|(name, level)| (format!("http://eidas.europa.eu/LoA/{name}"), level));
        own.into_iter().chain(eidas).collect()
    }
}

impl ClientSecret {
    /// A secret from a file or a memory.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// RFC 6749 §2.3.1: both are encoded as in a form before they are put together.
    fn basic(&self, client: &str) -> String {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(client), encoded(&self.0))))
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

impl Staff for NoStaff {
    fn roles(&self, _: &str, _: &Document) -> Vec<String> {
        Vec::new()
    }
}

#[async_trait]
impl IssuerAccess for OverNetwork {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let answer = self.0.send(request.map(Into::into), WITHIN, MAX_ANSWER_BYTES).await;
        answer.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_sent_as_the_specification_says_and_never_shown() {
        let secret = ClientSecret::new("a b:ñ".to_owned());
        assert_eq!(secret.basic("portal:1"), format!("Basic {}", STANDARD.encode("portal%3A1:a+b%3A%C3%B1")));
        assert!(!format!("{secret:?}").contains("a b"));
    }
}
