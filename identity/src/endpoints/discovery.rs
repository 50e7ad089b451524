//! What the provider can do (OpenID Connect Discovery 1.0 §3, RFC 8414).

use crate::Assurance;
use crate::client::Scope;
use crate::provider::Provider;
use serde_json::{Value, json};

pub(super) fn metadata(provider: &Provider) -> Value {
    let issuer = provider.settings.issuer.as_str();
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/auth"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/me"),
        "introspection_endpoint": at("/token/introspection"),
        "revocation_endpoint": at("/token/revocation"),
        "end_session_endpoint": at("/session/end"),
        "jwks_uri": at("/jwks"),
        "scopes_supported": Scope::ALL.map(Scope::name),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": provider.keys.algorithms(),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": Assurance::ALL.map(Assurance::acr),
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": ["es", "en"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "name", "given_name",
            "family_name", "birthdate", "email", "phone_number", "profile", "fecha_nacimiento", "celular",
            "representaciones",
        ],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    })
}
