//! What clients speak to: JSON in and out, no pages, no cookies.

mod authentication;
mod claims;
mod discovery;
mod logout;
mod request;
mod token;
mod tokens;

pub(crate) use logout::tell_clients;
pub(crate) use request::{AuthorizationRequest, PageError, RequestError, location};
pub use request::{MAX_QUERY_BYTES, parameters};

use crate::Unavailable;
use crate::provider::{Provider, Visit};
use http::header::{CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use listener::{Response, reply};
use pages::ContentPolicy;
use serde_json::{Value, json};

/// What a client is told that was refused (RFC 6749 §5.2, RFC 6750 §3.1).
#[derive(Debug)]
pub(crate) enum Refusal {
    /// In the body, with a status.
    Said(StatusCode, &'static str, &'static str),
    /// It has to show a token first, or another.
    Bearer(&'static str),
    /// It is not the client's fault.
    Unavailable(Unavailable),
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

impl Refusal {
    pub(crate) fn bad(error: &'static str, description: &'static str) -> Self {
        Self::Said(StatusCode::BAD_REQUEST, error, description)
    }
}

/// Answers, if the path is an endpoint of clients.
pub(crate) async fn answer(provider: &Provider, visit: &Visit, path: &str) -> Option<Response> {
    let (get, post) = (visit.is(&Method::GET) || visit.is(&Method::HEAD), visit.is(&Method::POST));
    let answered = match path {
        "/.well-known/openid-configuration" if get => Ok(discovery::metadata(provider)),
        "/jwks" if get => Ok(provider.keys.set()),
        "/token" if post => token::answer(provider, visit).await,
        "/me" if get || post => claims::userinfo(provider, visit),
        "/token/introspection" if post => tokens::introspect(provider, visit),
        "/token/revocation" if post => tokens::revoke(provider, visit).await,
        "/.well-known/openid-configuration"
        | "/jwks"
        | "/token"
        | "/me"
        | "/token/introspection"
        | "/token/revocation" => Err(Refusal::Said(
            StatusCode::METHOD_NOT_ALLOWED,
            "invalid_request",
            "this endpoint is not asked by this method",
        )),
        _ => return None,
    };
    let is_public = matches!(path, "/.well-known/openid-configuration" | "/jwks");
    let mut response = match answered {
        Ok(said) => reply::json(StatusCode::OK, said.to_string()),
        Err(refusal) => refused(refusal),
    };
    let caching = if is_public && response.status().is_success() { "public, max-age=3600" } else { "no-store" };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    ContentPolicy::of_contents().apply(headers);
    if is_public || path == "/me" {
        // What is public may be read by any page, and a bearer token is no cookie.
        headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    Some(response)
}

fn refused(refusal: Refusal) -> Response {
    let (status, error, description) = match refusal {
        Refusal::Said(status, error, description) => (status, error, description),
        Refusal::Bearer(description) => (StatusCode::UNAUTHORIZED, "invalid_token", description),
        Refusal::Unavailable(error) => {
            tracing::error!(error = %error, "the identity provider cannot answer a client");
            (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in some seconds")
        }
    };
    let said: Value = json!({ "error": error, "error_description": description });
    let mut response = reply::json(status, said.to_string());
    if status == StatusCode::UNAUTHORIZED {
        let scheme = if error == "invalid_client" { "Basic realm=\"token\"" } else { "Bearer error=\"invalid_token\"" };
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
    }
    response
}
