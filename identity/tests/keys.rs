//! The provider itself: its metadata, its keys, and how it is opened.

mod common;

use clock::{ManualClock, Timestamp};
use common::client::get;
use common::{ISSUER, World, parts, settings};
use identity::{OpenError, Parts, PasswordCost, Provider, Settings};
use std::sync::Arc;

#[tokio::test]
async fn the_metadata_names_every_endpoint_below_the_issuer() {
    let world = World::new().await;
    let (_, said) = get(&world, "/.well-known/openid-configuration", None).await;
    for (name, path) in [
        ("authorization_endpoint", "/auth"),
        ("token_endpoint", "/token"),
        ("userinfo_endpoint", "/me"),
        ("introspection_endpoint", "/token/introspection"),
        ("revocation_endpoint", "/token/revocation"),
        ("end_session_endpoint", "/session/end"),
        ("jwks_uri", "/jwks"),
    ] {
        assert_eq!(said[name], format!("{ISSUER}{path}"));
    }
    assert_eq!(said["issuer"], ISSUER);
    assert_eq!(said["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(said["subject_types_supported"], serde_json::json!(["pairwise"]));
    assert_eq!(said["id_token_signing_alg_values_supported"], serde_json::json!(["ES256", "RS256"]));
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_until_its_tokens_are_over() {
    let world = World::new().await;
    let ids = async |kind: &str| {
        let (_, keys) = get(&world, "/jwks", None).await;
        let keys = keys["keys"].as_array().expect("keys").clone();
        let ids =
            keys.iter().filter(|key| key["kty"] == kind).map(|key| key["kid"].as_str().expect("a name").to_owned());
        ids.collect::<Vec<_>>()
    };
    let mut first = Vec::new();
    for kind in ["EC", "RSA"] {
        first.extend(ids(kind).await);
    }
    assert_eq!(first.len(), 2);
    let check = async |count: usize, has_first: bool| {
        for (kind, first) in ["EC", "RSA"].into_iter().zip(&first) {
            let found = ids(kind).await;
            assert!(found.len() == count && found.contains(first) == has_first, "{kind}: {found:?}");
        }
    };
    world.provider.rotate_keys().await.expect("a rotation");
    check(2, true).await;
    world.pass(90 * 24 * 3600);
    world.provider.rotate_keys().await.expect("a rotation");
    world.provider.rotate_keys().await.expect("a rotation");
    check(3, true).await;
    world.pass(2 * 24 * 3600);
    world.provider.rotate_keys().await.expect("a rotation");
    check(2, false).await;
    world.provider.sweep().await.expect("a sweep");
}

#[tokio::test]
async fn a_provider_that_cannot_be_is_not_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(ManualClock::new(Timestamp::from_second(1_800_000_000).expect("a time")));
    let parts = parts(folder.path(), &clock);
    let with = |parts: &Parts| Parts {
        store: parts.store.clone(),
        clock: parts.clock.clone(),
        secret: parts.secret.clone(),
        keys: parts.keys.clone(),
        notify: parts.notify.clone(),
        http: parts.http.clone(),
    };
    for issuer in
        ["http://ingreso.example", "https://ingreso.example/", "https://ingreso.example/oidc", "ingreso.example"]
    {
        let refused = Provider::open(Settings { issuer: issuer.to_owned(), ..settings() }, with(&parts)).await.err();
        assert!(matches!(refused, Some(OpenError::Issuer(_))), "{issuer}");
    }
    let free = PasswordCost { memory_kib: 0, passes: 0, lanes: 0 };
    let refused = Provider::open(Settings { password_cost: free, ..settings() }, with(&parts)).await.err();
    assert!(matches!(refused, Some(OpenError::PasswordCost)));
}
