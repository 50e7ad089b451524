//! What an issuer signed: ID tokens and logout tokens, and when they are believed.

use super::SignInError;
use super::issuer::{Issuer, Known};
use clock::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What an ID token says (OpenID Connect Core 1.0 §2).
#[derive(Debug, Deserialize)]
pub(super) struct IdToken {
    #[serde(flatten)]
    common: Common,
    pub(super) sub: String,
    azp: Option<String>,
    exp: i64,
    nonce: Option<String>,
    pub(super) acr: Option<String>,
    pub(super) auth_time: Option<i64>,
    pub(super) sid: Option<String>,
}

/// What a logout token says (OpenID Connect Back-Channel Logout 1.0 §2.4).
#[derive(Debug, Deserialize)]
pub(super) struct LogoutToken {
    #[serde(flatten)]
    common: Common,
    pub(super) sub: Option<String>,
    pub(super) sid: Option<String>,
    pub(super) jti: String,
    exp: Option<i64>,
    events: Value,
    nonce: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Common {
    iss: String,
    aud: Audience,
    pub(super) iat: i64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("it is no token")]
    Form,
    #[error("it is signed in a way that is not allowed")]
    Algorithm,
    #[error("it is signed by a key that the issuer does not have")]
    Key,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is from another issuer")]
    Issuer,
    #[error("it is for somebody else")]
    Audience,
    #[error("it is not valid now")]
    Time,
    #[error("it answers another request")]
    Nonce,
    #[error("it is no logout token")]
    NoLogout,
}

/// How far the clocks of issuer and gateway may be apart.
const SKEW_SECONDS: i64 = 60;
/// A logout token says what happened just now.
pub(super) const LOGOUT_SECONDS: i64 = 300;
const MAX_TOKEN_BYTES: usize = 16 << 10;
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Checks an ID token as OpenID Connect Core 1.0 §3.1.3.7 says.
pub(super) async fn id_token(
    issuer: &Issuer,
    token: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<IdToken, SignInError> {
    let (_, said) = signed::<IdToken>(issuer, token).await?;
    said.common.check(issuer, now)?;
    let client = &issuer.settings.client_id;
    if said.azp.as_ref().is_some_and(|azp| azp != client) || (said.common.aud.is_of_many() && said.azp.is_none()) {
        return Err(TokenError::Audience.into());
    }
    if now.as_second() >= said.exp.saturating_add(SKEW_SECONDS) {
        return Err(TokenError::Time.into());
    }
    if said.nonce.as_deref() != Some(nonce) {
        return Err(TokenError::Nonce.into());
    }
    if said.sub.is_empty() || said.sub.len() > 255 {
        return Err(TokenError::Form.into());
    }
    Ok(said)
}

/// Checks a logout token as OpenID Connect Back-Channel Logout 1.0 §2.6 says.
pub(super) async fn logout_token(issuer: &Issuer, token: &str, now: Timestamp) -> Result<LogoutToken, SignInError> {
    let (header, said) = signed::<LogoutToken>(issuer, token).await?;
    said.common.check(issuer, now)?;
    let is_typed = header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("logout+jwt") || typ == "JWT");
    let is_event = said.events.get(LOGOUT_EVENT).is_some_and(Value::is_object);
    let names = |name: &Option<String>| name.as_ref().is_some_and(|name| !name.is_empty());
    if !is_typed || !is_event || said.nonce.is_some() || !(names(&said.sub) || names(&said.sid)) {
        return Err(TokenError::NoLogout.into());
    }
    let is_old = now.as_second() > said.common.iat.saturating_add(LOGOUT_SECONDS);
    if is_old || said.exp.is_some_and(|exp| now.as_second() >= exp.saturating_add(SKEW_SECONDS)) {
        return Err(TokenError::Time.into());
    }
    Ok(said)
}

impl Common {
    fn check(&self, issuer: &Issuer, now: Timestamp) -> Result<(), TokenError> {
        if self.iss != issuer.settings.url {
            return Err(TokenError::Issuer);
        }
        if !self.aud.names(&issuer.settings.client_id) {
            return Err(TokenError::Audience);
        }
        let is_from_the_future = self.iat > now.as_second().saturating_add(SKEW_SECONDS);
        if is_from_the_future { Err(TokenError::Time) } else { Ok(()) }
    }
}

impl Audience {
    fn names(&self, client: &str) -> bool {
        match self {
            Self::One(name) => name == client,
            Self::Many(names) => names.iter().any(|name| name == client),
        }
    }

    fn is_of_many(&self) -> bool {
        matches!(self, Self::Many(names) if names.len() > 1)
    }
}

/// What a token says, if a key of the issuer signed it.
async fn signed<T: DeserializeOwned>(issuer: &Issuer, token: &str) -> Result<(Header, T), SignInError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Form.into());
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Form)?;
    // Never `none`, and nothing with a secret that both have.
    if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256 | Algorithm::PS256) {
        return Err(TokenError::Algorithm.into());
    }
    let known = issuer.known().await?;
    let key = match key(&known, &header) {
        Some(key) => key,
        None => key(&*issuer.known_anew().await?, &header).ok_or(TokenError::Key)?,
    };
    let mut rules = Validation::new(header.alg);
    // Times are judged by the gateway's clock, names by the rules of the specification.
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let said = jsonwebtoken::decode::<T>(token, &key, &rules).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenError::Signature,
        jsonwebtoken::errors::ErrorKind::InvalidAlgorithm => TokenError::Algorithm,
        _ => TokenError::Form,
    })?;
    Ok((header, said.claims))
}

/// The issuer's key that a token names, or its only one.
fn key(known: &Known, header: &Header) -> Option<DecodingKey> {
    let jwk = match &header.kid {
        Some(kid) => known.keys.find(kid)?,
        None => match known.keys.keys.as_slice() {
            [only] => only,
            _ => return None,
        },
    };
    DecodingKey::from_jwk(jwk).ok()
}
