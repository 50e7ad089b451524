//! What the provider says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414), and its keys.

use crate::clients::{IdTokenAlgorithm, Scope};
use crate::provider::Provider;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderValue};
use listener::{Response, reply};
use pages::ContentPolicy;
use serde_json::{Value, json};

/// The provider's metadata.
pub(crate) fn configuration(provider: &Provider) -> Response {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
    let algorithms = IdTokenAlgorithm::ALL.map(IdTokenAlgorithm::name);
    let with_secret = ["client_secret_basic", "client_secret_post"];
    public(&json!({
        "issuer": provider.issuer,
        "authorization_endpoint": at("/auth"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/me"),
        "jwks_uri": at("/jwks"),
        "introspection_endpoint": at("/token/introspection"),
        "revocation_endpoint": at("/token/revocation"),
        "end_session_endpoint": at("/session/end"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": with_secret,
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "acr_values_supported": ["low", "substantial", "high"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "profile", "name", "given_name",
            "family_name", "fecha_nacimiento", "birthdate", "email", "celular", "phone_number", "representacion",
        ],
        "ui_locales_supported": ["es", "en"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    }))
}

/// The provider's keys.
pub(crate) fn jwks(provider: &Provider) -> Response {
    public(&provider.keys.published())
}

/// For every program, in browsers too, for an hour: a new key is published for longer before it signs.
fn public(said: &Value) -> Response {
    let mut response = reply::json(StatusCode::OK, said.to_string());
    let headers = response.headers_mut();
    ContentPolicy::of_contents().apply(headers);
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}
