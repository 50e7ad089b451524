//! A relying party, as other people would write one: it checks tokens with a library that did not make them.

use super::{BACK, ISSUER, SECRET, World};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use std::collections::BTreeMap;
use url::form_urlencoded::{Serializer, parse};

pub const VERIFIER: &str = "a-verifier-of-forty-three-letters-or-of-more-than-that";

/// An authorization request, some parameters of which are others.
pub fn request(changed: &[(&str, &str)]) -> String {
    let challenge = challenge(VERIFIER);
    let mut parameters = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", BACK),
        ("scope", "openid profile fecha_nacimiento email celular"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    parameters.extend(changed.iter().copied());
    format!(
        "/auth?{}",
        Serializer::new(String::new()).extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty())).finish()
    )
}

/// RFC 7636 §4.2.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// What an answer tells the client, if it goes where it should.
#[track_caller]
pub fn answer(location: &str, back: &str) -> BTreeMap<String, String> {
    let (to, query) = location.split_once('?').expect("a query");
    assert_eq!(to, back);
    let said: BTreeMap<String, String> = parse(query.as_bytes()).into_owned().collect();
    assert_eq!(said["iss"], ISSUER);
    said
}

/// The code in an answer.
#[track_caller]
pub fn code(location: &str) -> String {
    let said = answer(location, BACK);
    assert_eq!(said["state"], "a state");
    said.get("code").unwrap_or_else(|| panic!("{said:?}")).clone()
}

/// Calls an endpoint with `client_secret_basic`.
pub async fn call(world: &World, path: &str, fields: &[(&str, &str)]) -> (StatusCode, Value) {
    let basic = format!("Basic {}", STANDARD.encode(format!("portal:{}", SECRET.replace(' ', "+"))));
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    call_with(world, path, &body, Some(&basic)).await
}

pub async fn call_with(world: &World, path: &str, body: &str, authorization: Option<&str>) -> (StatusCode, Value) {
    let mut request =
        Request::builder().method("POST").uri(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let response = world.provider.respond(request.body(Bytes::from(body.to_owned())).expect("a request")).await;
    (response.status(), serde_json::from_slice(response.body()).unwrap_or_default())
}

pub async fn redeem(world: &World, code: &str) -> (StatusCode, Value) {
    let fields =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    call(world, "/token", &fields).await
}

pub async fn refresh(world: &World, token: &str) -> (StatusCode, Value) {
    call(world, "/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

pub async fn get(world: &World, path: &str, bearer: Option<&str>) -> (StatusCode, Value) {
    let mut request = Request::builder().uri(path);
    if let Some(token) = bearer {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let response = world.provider.respond(request.body(Bytes::new()).expect("a request")).await;
    (response.status(), serde_json::from_slice(response.body()).unwrap_or_default())
}

/// What a token says, if the published keys verify it.
pub async fn verified(world: &World, token: &str, algorithm: Algorithm) -> Value {
    let (_, keys) = get(world, "/jwks", None).await;
    let keys: JwkSet = serde_json::from_value(keys).expect("keys");
    let header = jsonwebtoken::decode_header(token).expect("a header");
    assert_eq!(header.alg, algorithm);
    let key = DecodingKey::from_jwk(keys.find(&header.kid.expect("a key's name")).expect("the key")).expect("a key");
    let mut rules = Validation::new(algorithm);
    // The world's clock is not the machine's.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.set_issuer(&[ISSUER]);
    jsonwebtoken::decode::<Value>(token, &key, &rules).expect("a token").claims
}
