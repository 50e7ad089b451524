//! What a provider is made of.

use crate::{Clients, HostSecret, KeySource, Notify, PasswordCost};
use async_trait::async_trait;
use bytes::Bytes;
use clock::SharedClock;
use http::{Request, Response};
use http_body_util::Full;
use listener::client::Client;
use signer::Signer;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use storage::Store;
use url::Url;

/// What a provider is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// As it calls itself.
    pub issuer: Issuer,
    /// What people know it as.
    pub name: String,
    /// Who may ask for sign-ins.
    pub clients: Clients,
    /// What checking a password costs.
    pub password_cost: PasswordCost,
    /// Passwords that are checked at once; each takes the memory of its cost.
    pub hashed_at_once: usize,
}

/// What a provider uses.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// What time it is.
    pub clock: SharedClock,
    /// The host's secret.
    pub secret: HostSecret,
    /// Keys that sign with ES256.
    pub keys: Arc<dyn KeySource>,
    /// A key that signs with RS256, for clients that ask for it.
    pub rsa: Option<Arc<dyn Signer>>,
    /// Who tells people.
    pub notify: Arc<dyn Notify>,
    /// How clients are told that somebody signed out.
    pub http: Arc<dyn Deliver>,
}

/// An issuer's name: its origin, `https://HOST`, without a path (OpenID Connect Discovery 1.0 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer(String);

/// Why something is no issuer's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no issuer: it is https:// and a host, with nothing after it")]
pub struct IssuerError(String);

impl Issuer {
    /// The issuer of this name.
    ///
    /// # Errors
    /// [`IssuerError`].
    pub fn new(name: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(name).ok().filter(|url| url.scheme() == "https" && url.has_host());
        let is_origin = url.is_some_and(|url| url.origin().ascii_serialization() == name);
        if is_origin { Ok(Self(name.to_owned())) } else { Err(IssuerError(name.to_owned())) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How clients are told something: over the network, or in the same process.
#[async_trait]
pub trait Deliver: Send + Sync {
    /// Sends a request and gives the whole answer.
    ///
    /// # Errors
    /// Why there is none, for the log.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String>;
}

/// Clients elsewhere.
pub struct OverNetwork(pub Client);

#[async_trait]
impl Deliver for OverNetwork {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let request = request.map(Full::new);
        self.0.send(request, PATIENCE, MAX_ANSWER_BYTES).await.map_err(|error| error.to_string())
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_https_origin() {
        assert!(Issuer::new("https://ingreso.gob.bo").is_ok() && Issuer::new("https://localhost:8443").is_ok());
        for bad in
            ["", "ingreso", "http://ingreso.gob.bo", "https://ingreso.gob.bo/", "https://a.bo/oidc", "https://u@a.bo"]
        {
            assert_eq!(Issuer::new(bad), Err(IssuerError(bad.to_owned())));
        }
    }
}
