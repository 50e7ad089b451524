//! The token endpoint (RFC 6749 §3.2).

use super::client_auth::{ClientRefusal, authenticated};
use super::params::{Params, ParamsError};
use super::userinfo::answer;
use crate::clients::{Client, Scope};
use crate::grants::{self, ACCESS_SECONDS, GrantRefusal, Issued, Redeemed};
use crate::keys::KeyError;
use crate::provider::Provider;
use crate::table::{self, StoreError};
use crate::web::Visit;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use factors::digest_of;
use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use listener::Response;
use serde_json::{Value, json};

/// Why a client gets no answer (§5.2).
#[derive(Debug, thiserror::Error)]
pub(super) enum CallRefusal {
    #[error(transparent)]
    Params(#[from] ParamsError),
    #[error(transparent)]
    Client(#[from] ClientRefusal),
    #[error(transparent)]
    Grant(#[from] GrantRefusal),
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    #[error("the grant_type is authorization_code or refresh_token")]
    GrantType,
    #[error("the provider cannot answer now")]
    Store(#[from] StoreError),
    #[error("the provider cannot sign now")]
    Key(#[from] KeyError),
}

impl CallRefusal {
    pub(super) fn response(&self) -> Response {
        let (status, error) = match self {
            Self::Client(ClientRefusal::NotBelieved) => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::Grant(GrantRefusal::Scope) => (StatusCode::BAD_REQUEST, "invalid_scope"),
            Self::Grant(_) => (StatusCode::BAD_REQUEST, "invalid_grant"),
            Self::GrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            Self::Params(_) | Self::Missing(_) | Self::Client(ClientRefusal::TwoWays) => {
                (StatusCode::BAD_REQUEST, "invalid_request")
            }
            Self::Store(cause) => {
                tracing::error!(error = cause as &dyn std::error::Error, "a client cannot be answered");
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
            Self::Key(cause) => {
                tracing::error!(error = cause as &dyn std::error::Error, "a token cannot be signed");
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
        };
        let mut response = answer(status, &json!({ "error": error, "error_description": self.to_string() }));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"clients\""));
        }
        response
    }
}

/// Answers a call to the token endpoint.
pub(crate) async fn token(provider: &Provider, visit: &Visit) -> Response {
    match tokens(provider, visit).await {
        Ok(tokens) => answer(StatusCode::OK, &tokens),
        Err(refusal) => refusal.response(),
    }
}

async fn tokens(provider: &Provider, visit: &Visit) -> Result<Value, CallRefusal> {
    let params = Params::of_body(visit)?;
    let clients = provider.clients();
    let client = authenticated(visit, &params, &clients)?;
    let needed = |name| params.get(name).ok_or(CallRefusal::Missing(name));
    let now = provider.now();
    let issued = match needed("grant_type")? {
        "authorization_code" => {
            let redeemed = Redeemed {
                code: needed("code")?,
                client: &client.id,
                redirect_uri: needed("redirect_uri")?,
                verifier: needed("code_verifier")?,
            };
            table::transact(&provider.store, |tx| grants::redeem(tx, &redeemed, now)).await?
        }
        "refresh_token" => {
            let (token, scope) = (needed("refresh_token")?, params.get("scope"));
            table::transact(&provider.store, |tx| grants::refresh(tx, token, &client.id, scope, now)).await?
        }
        _ => return Err(CallRefusal::GrantType),
    };
    if let Err(GrantRefusal::UsedBefore) = &issued {
        tracing::warn!(client.id = client.id, "a code or refresh token was used twice; what came of it is revoked");
    }
    let issued = issued?;
    let id_token = id_token(provider, client, &issued)?;
    let mut tokens = json!({
        "access_token": issued.access_token, "token_type": "Bearer", "expires_in": ACCESS_SECONDS,
        "scope": Scope::text(&issued.scopes), "id_token": id_token,
    });
    if let Some(refresh) = issued.refresh_token {
        tokens["refresh_token"] = json!(refresh);
    }
    Ok(tokens)
}

/// OpenID Connect Core 1.0 §2 and §3.1.3.6.
fn id_token(provider: &Provider, client: &Client, issued: &Issued) -> Result<String, KeyError> {
    let now = provider.now().as_second();
    let grant = &issued.grant;
    let half = &digest_of(&issued.access_token)[..16];
    let mut claims = json!({
        "iss": provider.issuer, "sub": grant.subject, "aud": client.id, "iat": now, "exp": now + ACCESS_SECONDS,
        "auth_time": grant.authenticated_at, "acr": grant.acr.name(), "amr": grant.methods, "sid": grant.sid,
        "at_hash": URL_SAFE_NO_PAD.encode(half),
    });
    if let Some(nonce) = &issued.nonce {
        claims["nonce"] = json!(nonce);
    }
    provider.keys.sign(client.id_token_signed_response_alg, "JWT", &claims)
}
