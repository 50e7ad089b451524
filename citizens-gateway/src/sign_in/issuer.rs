//! Whom the gateway believes: an issuer's metadata, its keys, and the calls to it.

use super::{IssuerAccess, IssuerSettings, SignInError};
use bytes::Bytes;
use clock::{SharedClock, Timestamp};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use tokio::sync::{Mutex, RwLock};

/// An issuer as it is known now.
pub(crate) struct Issuer {
    pub(crate) settings: IssuerSettings,
    access: Arc<dyn IssuerAccess>,
    clock: SharedClock,
    known: RwLock<Option<Arc<Known>>>,
    // One asks for all.
    asking: Mutex<()>,
}

/// What an issuer says of itself.
pub(crate) struct Known {
    pub(crate) metadata: Metadata,
    pub(crate) keys: JwkSet,
    asked_at: Timestamp,
}

/// OpenID Connect Discovery 1.0 §3, what of it is used.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(crate) authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    pub(crate) end_session_endpoint: Option<String>,
    /// RFC 9207 §3.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    pub(crate) scopes_supported: Vec<String>,
}

/// RFC 6749 §5.1 and OpenID Connect Core 1.0 §3.1.3.3.
#[derive(Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) id_token: String,
}

/// How long metadata and keys are believed without asking again.
const BELIEVED: SignedDuration = SignedDuration::from_hours(6);
/// A token of an unknown key makes the gateway ask again, but not more often.
const ASKED_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

impl Metadata {
    pub(crate) fn has_userinfo(&self) -> bool {
        self.userinfo_endpoint.is_some()
    }
}

impl Issuer {
    pub(crate) fn new(settings: IssuerSettings, access: Arc<dyn IssuerAccess>, clock: SharedClock) -> Self {
        Self { settings, access, clock, known: RwLock::default(), asking: Mutex::default() }
    }

    /// What the issuer says of itself, asked for when it is not known or was known for long. An issuer that does not answer
    /// is believed as it was.
    pub(crate) async fn known(&self) -> Result<Arc<Known>, SignInError> {
        self.known_since(BELIEVED).await
    }

    /// The same, with the keys that it has now: a token was signed by one that is not known.
    pub(crate) async fn known_anew(&self) -> Result<Arc<Known>, SignInError> {
        self.known_since(ASKED_AGAIN_AFTER).await
    }

    async fn known_since(&self, age: SignedDuration) -> Result<Arc<Known>, SignInError> {
        if let Some(known) = self.fresh(age).await {
            return Ok(known);
        }
        let _one = self.asking.lock().await;
        if let Some(known) = self.fresh(age).await {
            return Ok(known);
        }
        match self.ask().await {
            Ok(known) => {
                let known = Arc::new(known);
                *self.known.write().await = Some(known.clone());
                Ok(known)
            }
            Err(error) => match self.known.read().await.clone() {
                Some(known) => {
                    tracing::warn!(issuer = self.settings.url, error = %error, "the issuer does not say what it is; it is believed as it was");
                    Ok(known)
                }
                None => Err(error),
            },
        }
    }

    async fn fresh(&self, age: SignedDuration) -> Option<Arc<Known>> {
        let known = self.known.read().await.clone()?;
        (self.clock.now().duration_since(known.asked_at) < age).then_some(known)
    }

    async fn ask(&self) -> Result<Known, SignInError> {
        let address = format!("{}/.well-known/openid-configuration", self.settings.url);
        let metadata: Metadata = self.get(&address, None).await?;
        // OpenID Connect Discovery 1.0 §4.3: exactly the one that was asked.
        if metadata.issuer != self.settings.url {
            return Err(SignInError::OtherIssuer { expected: self.settings.url.clone(), found: metadata.issuer });
        }
        let keys = self.get(&metadata.jwks_uri, None).await?;
        Ok(Known { metadata, keys, asked_at: self.clock.now() })
    }

    /// Exchanges a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).
    pub(crate) async fn redeem(
        &self,
        known: &Known,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<Tokens, SignInError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", verifier)
            .finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(&known.metadata.token_endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, self.settings.credentials.basic(&self.settings.client_id));
        self.send(&known.metadata.token_endpoint, request.body(form.into())).await
    }

    /// What the issuer says of whom an access token is for (OpenID Connect Core 1.0 §5.3), if it says such things.
    pub(crate) async fn userinfo<T: DeserializeOwned>(
        &self,
        known: &Known,
        access_token: &str,
    ) -> Result<Option<T>, SignInError> {
        match &known.metadata.userinfo_endpoint {
            Some(address) => self.get(address, Some(access_token)).await.map(Some),
            None => Ok(None),
        }
    }

    async fn get<T: DeserializeOwned>(&self, address: &str, bearer: Option<&str>) -> Result<T, SignInError> {
        let mut request = Request::builder().uri(address).header(ACCEPT, "application/json");
        if let Some(token) = bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(address, request.body(Bytes::new())).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        address: &str,
        request: Result<Request<Bytes>, http::Error>,
    ) -> Result<T, SignInError> {
        let request = request.map_err(|_| SignInError::NotUnderstood { address: address.to_owned() })?;
        let response = self
            .access
            .send(request)
            .await
            .map_err(|why| SignInError::Unreachable { address: address.to_owned(), why })?;
        if response.status() != StatusCode::OK {
            return Err(SignInError::Refused {
                address: address.to_owned(),
                status: response.status(),
                error: error_of(response.body()),
            });
        }
        serde_json::from_slice(response.body()).map_err(|_| SignInError::NotUnderstood { address: address.to_owned() })
    }
}

/// The word that an issuer has for what is wrong (RFC 6749 §5.2), nothing else of what it says.
fn error_of(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Said {
        error: String,
    }
    let said = serde_json::from_slice::<Said>(body).map(|said| said.error).unwrap_or_default();
    said.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect()
}
