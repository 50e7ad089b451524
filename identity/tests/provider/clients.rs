//! What clients do with a code: tokens, userinfo, introspection, revocation, sign-out.

use super::browser::{Browser, VERIFIER, app_request, parameter, request};
use super::world::{ISSUER, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use std::time::Duration;

async fn call(world: &World, request: Request<Bytes>) -> (StatusCode, Value) {
    let response = world.provider.respond(request).await;
    (response.status(), serde_json::from_slice(response.body()).unwrap())
}

pub async fn post(world: &World, path: &str, secret: Option<&str>, fields: &[(&str, &str)]) -> (StatusCode, Value) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(secret) = secret {
        request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("portal:{secret}"))));
    }
    call(world, request.body(body.into()).unwrap()).await
}

async fn me(world: &World, token: &str) -> (StatusCode, Value) {
    call(world, Request::get("/me").header(AUTHORIZATION, format!("Bearer {token}")).body(Bytes::new()).unwrap()).await
}

async fn exchange(world: &World, location: &str) -> (StatusCode, Value) {
    let code = parameter(location, "code").expect("a code");
    let back = "https://portal.example/back";
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", back), ("code_verifier", VERIFIER)];
    post(world, "/token", Some("s3cret"), &fields).await
}

/// What a token says, checked against the published keys by a library that did not sign it.
async fn read(world: &World, token: &str, audience: &str) -> Value {
    let (_, keys) = call(world, Request::get("/jwks").body(Bytes::new()).unwrap()).await;
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let head = jsonwebtoken::decode_header(token).unwrap();
    let key = DecodingKey::from_jwk(keys.find(&head.kid.unwrap()).expect("a published key")).unwrap();
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[ISSUER]);
    // The clock of the test is not the library's.
    rules.validate_exp = false;
    jsonwebtoken::decode::<Value>(token, &key, &rules).expect("a signed token").claims
}

async fn signed_in<'a>(world: &'a World, scope: &str) -> (Browser<'a>, Value) {
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(world);
    browser.enrol(&code).await;
    let back = browser.authorize(&request(&[("scope", scope)])).await;
    assert!(back.starts_with("https://portal.example/back?"), "{back}");
    assert_eq!((parameter(&back, "state").as_deref(), parameter(&back, "iss").as_deref()), (Some("st"), Some(ISSUER)));
    let (status, tokens) = exchange(world, &back).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    (browser, tokens)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

const ALL: &str = "openid profile fecha_nacimiento email celular";

#[tokio::test]
async fn a_client_learns_who_signed_in_as_ciudadania_digital_says_it() {
    let world = World::new().await;
    let (_, tokens) = signed_in(&world, ALL).await;
    let claims = read(&world, text(&tokens, "id_token"), "portal").await;
    assert_eq!((claims["acr"].as_str(), claims["nonce"].as_str()), (Some("substantial"), Some("no")));
    assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
    let (status, said) = me(&world, text(&tokens, "access_token")).await;
    assert_eq!((status, &said["sub"]), (StatusCode::OK, &claims["sub"]));
    let document = json!({ "numero_documento": "1234567", "tipo_documento": "CI" });
    let name = json!({ "nombres": "Ana", "primer_apellido": "Mamani", "segundo_apellido": "Quispe" });
    assert_eq!(said["profile"], json!({ "documento_identidad": document, "nombre": name }));
    assert_eq!((text(&said, "birthdate"), text(&said, "fecha_nacimiento")), ("1990-02-03", "03/02/1990"));
    assert_eq!((text(&said, "email"), text(&said, "celular")), ("ana@example.bo", "+59170000000"));
    assert!(tokens.get("refresh_token").is_none(), "nobody asked for one");
}

#[tokio::test]
async fn a_client_learns_only_what_it_asked_for() {
    let world = World::new().await;
    let (_, tokens) = signed_in(&world, "openid").await;
    let (_, said) = me(&world, text(&tokens, "access_token")).await;
    let mut names: Vec<&String> = said.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["acr", "sub"]);
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_came_of_it() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    let back = browser.authorize(&request(&[])).await;
    let (_, tokens) = exchange(&world, &back).await;
    assert_eq!(me(&world, text(&tokens, "access_token")).await.0, StatusCode::OK);
    let (status, said) = exchange(&world, &back).await;
    assert_eq!((status, text(&said, "error")), (StatusCode::BAD_REQUEST, "invalid_grant"));
    assert_eq!(me(&world, text(&tokens, "access_token")).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refuses_codes_that_are_late_or_whose_proof_does_not_fit() {
    let world = World::new().await;
    let (_, code) = world.ana().await;
    let mut browser = Browser::new(&world);
    browser.enrol(&code).await;
    browser.authorize(&request(&[])).await;
    for (name, value) in [("code_verifier", "x"), ("redirect_uri", "https://portal.example/other"), ("code", "none")] {
        let back = browser.authorize(&request(&[])).await;
        let code = parameter(&back, "code").unwrap();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", "https://portal.example/back"),
            ("code_verifier", VERIFIER),
        ];
        fields.iter_mut().filter(|field| field.0 == name).for_each(|field| field.1 = value);
        let (status, said) = post(&world, "/token", Some("s3cret"), &fields).await;
        assert_eq!((status, text(&said, "error")), (StatusCode::BAD_REQUEST, "invalid_grant"), "{name}");
    }
    let back = browser.authorize(&request(&[])).await;
    world.clock.advance(Duration::from_secs(61));
    assert_eq!(text(&exchange(&world, &back).await.1, "error"), "invalid_grant");
}

#[tokio::test]
async fn refuses_clients_that_are_not_who_they_say() {
    let world = World::new().await;
    let fields = [("grant_type", "authorization_code"), ("code", "x")];
    for (secret, more) in [
        (Some("wrong"), ("a", "b")),
        (None, ("client_id", "portal")),
        (None, ("client_id", "nobody")),
        (None, ("a", "b")),
    ] {
        let (status, said) = post(&world, "/token", secret, &[fields.as_slice(), &[more]].concat()).await;
        assert_eq!((status, text(&said, "error")), (StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    let both = [("client_id", "app"), ("grant_type", "refresh_token")];
    assert_eq!(text(&post(&world, "/token", Some("s3cret"), &both).await.1, "error"), "invalid_request");
    let odd = [("grant_type", "password")];
    assert_eq!(text(&post(&world, "/token", Some("s3cret"), &odd).await.1, "error"), "unsupported_grant_type");
    let public = [("client_id", "app"), ("token", "x")];
    assert_eq!(text(&post(&world, "/token/introspection", None, &public).await.1, "error"), "invalid_client");
}

#[tokio::test]
async fn a_refresh_token_works_once_and_shown_again_ends_all() {
    let world = World::new().await;
    let (_, tokens) = signed_in(&world, "openid offline_access").await;
    let first = text(&tokens, "refresh_token").to_owned();
    let refresh = async |token: &str| {
        post(&world, "/token", Some("s3cret"), &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    };
    world.clock.advance(Duration::from_secs(16 * 60));
    assert_eq!(me(&world, text(&tokens, "access_token")).await.0, StatusCode::UNAUTHORIZED, "it is over");
    let (status, second) = refresh(&first).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert!(read(&world, text(&second, "id_token"), "portal").await.get("nonce").is_none());
    assert_eq!(me(&world, text(&second, "access_token")).await.0, StatusCode::OK);
    assert_eq!(text(&refresh(&first).await.1, "error"), "invalid_grant");
    assert_eq!(text(&refresh(text(&second, "refresh_token")).await.1, "error"), "invalid_grant");
    assert_eq!(me(&world, text(&second, "access_token")).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_client_asks_what_its_token_is_good_for_and_takes_it_back() {
    let world = World::new().await;
    let (_, tokens) = signed_in(&world, "openid").await;
    let token = [("token", text(&tokens, "access_token"))];
    let (_, said) = post(&world, "/token/introspection", Some("s3cret"), &token).await;
    assert_eq!((&said["active"], text(&said, "client_id"), text(&said, "scope")), (&json!(true), "portal", "openid"));
    assert_eq!(post(&world, "/token/revocation", Some("s3cret"), &token).await.0, StatusCode::OK);
    let (_, said) = post(&world, "/token/introspection", Some("s3cret"), &token).await;
    assert_eq!(said, json!({ "active": false }));
}

#[tokio::test]
async fn who_signs_out_at_a_client_is_signed_out_and_the_client_is_told_until_it_hears() {
    let world = World::new().await;
    let (mut browser, tokens) = signed_in(&world, "openid").await;
    let hint = text(&tokens, "id_token").to_owned();
    let sid = read(&world, &hint, "portal").await["sid"].clone();
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", "https://portal.example/"),
            ("state", "s"),
        ])
        .finish();
    let shown = browser.get(&format!("/session/end?{query}")).await;
    assert_eq!(shown.location.as_deref(), Some("https://portal.example/?state=s"));
    assert_eq!(me(&world, text(&tokens, "access_token")).await.0, StatusCode::UNAUTHORIZED);
    *world.told.is_deaf.lock().unwrap() = true;
    assert_eq!(world.provider.tell_clients().await.unwrap(), 0);
    *world.told.is_deaf.lock().unwrap() = false;
    assert_eq!(world.provider.tell_clients().await.unwrap(), 0, "it is not time yet");
    world.clock.advance(Duration::from_secs(5));
    assert_eq!(world.provider.tell_clients().await.unwrap(), 1);
    assert_eq!(world.provider.tell_clients().await.unwrap(), 0, "it heard");
    let (address, token) = world.told.logouts.lock().unwrap().remove(0);
    let said = read(&world, &token, "portal").await;
    assert_eq!((address.as_str(), &said["sid"]), ("https://portal.example/logout", &sid));
    assert!(
        said["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object() && said.get("nonce").is_none()
    );
}

#[tokio::test]
async fn nobody_is_signed_out_by_a_link_or_sent_to_an_unknown_address() {
    let world = World::new().await;
    let (mut browser, _) = signed_in(&world, "openid").await;
    let shown =
        browser.get("/session/end?client_id=portal&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F").await;
    assert_eq!((shown.status, shown.location), (StatusCode::BAD_REQUEST, None));
    let page = browser.get("/session/end").await;
    assert_eq!(browser.get("/account").await.status, StatusCode::OK, "she was only asked");
    browser.post(&page, "/sign-out", &[]).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn clients_of_two_entities_cannot_tell_that_it_is_the_same_person() {
    let world = World::new().await;
    let (mut browser, tokens) = signed_in(&world, "openid").await;
    let page = browser.get(&app_request(&[])).await;
    let shown = browser.post(&page, "/consent", &[("answer", "allow")]).await;
    let code = parameter(&shown.location.unwrap(), "code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", &code),
        ("redirect_uri", "http://127.0.0.1:7777/back"),
        ("code_verifier", VERIFIER),
    ];
    let (_, others) = post(&world, "/token", None, &fields).await;
    let ours = read(&world, text(&tokens, "id_token"), "portal").await;
    let theirs = read(&world, text(&others, "id_token"), "app").await;
    assert_ne!(ours["sub"], theirs["sub"]);
    let mut tx = world.store.begin().unwrap();
    let found = identity::accounts::resolve_subject(&mut tx, "COM/2", text(&theirs, "sub")).unwrap().unwrap();
    assert_eq!(found.name(), "Ana Mamani Quispe");
    assert_eq!(text(&ours, "sub"), world.provider.subject("GOB/1", &found.id));
}

#[tokio::test]
async fn keys_change_and_tokens_of_before_are_still_believed() {
    let world = World::new().await;
    let (_, tokens) = signed_in(&world, "openid").await;
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let before = kid(text(&tokens, "id_token"));
    let (_, keys) = call(&world, Request::get("/jwks").body(Bytes::new()).unwrap()).await;
    world.provider.rotate_keys().await.unwrap();
    assert_eq!(call(&world, Request::get("/jwks").body(Bytes::new()).unwrap()).await.1, keys, "it is not time yet");
    world.clock.advance(Duration::from_secs(31 * 24 * 3600));
    world.provider.rotate_keys().await.unwrap();
    read(&world, text(&tokens, "id_token"), "portal").await;
    let (_, after) = call(&world, Request::get("/jwks").body(Bytes::new()).unwrap()).await;
    assert_eq!(after["keys"][0]["kid"], keys["keys"][1]["kid"], "the next one was shown before");
    world.clock.advance(Duration::from_secs(25 * 3600));
    world.provider.rotate_keys().await.unwrap();
    let (_, last) = call(&world, Request::get("/jwks").body(Bytes::new()).unwrap()).await;
    assert!(last["keys"].as_array().unwrap().iter().all(|key| key["kid"] != before.as_str()), "it is over");
}
