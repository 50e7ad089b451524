//! A server whose keys are in hardware: it exchanges messages, says when its token is away, and takes a new key into use.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use crate::registry::{applied, nothing_is_missing, registration, requests};
use admin::doctor::Severity;
use certs::Profile;
use clock::SystemClock;
use security_server::settings::SigningKey;
use serde_json::{Value, json};
use signer::{HardwareToken, KeyAlgorithm};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tests::World;
use tests::certified::certificate_of;
use tests::softhsm::SoftHsm;
use tests::world::{change_settings, eventually};
use tokio::time::timeout;

const PATH: &str = "/r1/BO/GOV/1001/identidad/personas/personas/1234567";

/// The municipality's server, with its authentication and signing keys in a token.
async fn municipality_in_hardware(hsm: &SoftHsm) -> World {
    let mut world = World::start_two(Arc::new(SystemClock), |_, _| {}).await;
    let token = hsm.open();
    let authentication = made(&world, &token, "auth", Profile::Authentication);
    let signing = signing_key("sign-1", made(&world, &token, "sign-1", Profile::Signing));
    let (settings, process) = (hsm.settings(), SoftHsm::process());
    world
        .restart_server("gamlp", |server| {
            server.keys.hardware.push(settings);
            server.keys.signer_process = process;
            server.keys.authentication.key = "hsm:auth".to_owned();
            server.keys.authentication.certificate = authentication;
            server.keys.signing.push(signing);
        })
        .await;
    eventually("the server knows its certificates' status", async || {
        world.administrator("gamlp").status().await.is_ok_and(|status| status["canSign"] == true)
    })
    .await;
    eventually("everything is asked for and registered", async || {
        let answer = registration(&world, "gamlp", json!({ "remove": true })).await;
        requests(&answer).iter().all(|(_, state)| state == "applied") && missing(&world).await == json!([])
    })
    .await;
    change_settings(&world.installation.folder_of("gamlp"), |server| drop(server.keys.signing.remove(0)));
    eventually("the key in hardware signs", async || keys(&world).await["signing"][1]["signs"] == true).await;
    reload(&world).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_authenticated_and_signed_by_keys_in_hardware() {
    let Some(hsm) = SoftHsm::new() else { return };
    let world = municipality_in_hardware(&hsm).await;
    eventually("calls are answered", async || world.town().get(PATH).await.status == 200).await;
    let keys = keys(&world).await;
    assert_eq!(
        (&keys["signing"][0]["place"], &keys["signing"][0]["signs"]),
        (&json!("hardware"), &json!(true)),
        "{keys}"
    );
    assert_eq!(keys["hardware"][0]["state"], "ready", "{keys}");
    assert!(world.says("gamlp", Severity::Ok, "hardware token hsm signs").await);

    hsm.remove();
    eventually("doctor says that the token is away", async || {
        world.says("gamlp", Severity::Problem, "hardware token hsm does not sign").await
    })
    .await;
    // The server itself stays up, and answers at once that it cannot sign.
    let answer = timeout(Duration::from_secs(30), world.town().get(PATH)).await.expect("an answer");
    assert_eq!(answer.status, 500, "{}", answer.text());
    assert!(answer.text().contains("cannot sign"), "{}", answer.text());

    hsm.put_back();
    eventually("calls are answered again", async || world.town().get(PATH).await.status == 200).await;
    world.ready("gamlp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_hardware_is_replaced_without_a_restart() {
    let Some(hsm) = SoftHsm::new() else { return };
    let world = municipality_in_hardware(&hsm).await;
    eventually("calls are answered", async || world.town().get(PATH).await.status == 200).await;
    let second = signing_key("sign-2", made(&world, &hsm.open(), "sign-2", Profile::Signing));
    change_settings(&world.installation.folder_of("gamlp"), |server| server.keys.signing.push(second));
    reload(&world).await;
    // The old key signs until the new one is registered.
    answered(&world).await;
    let answer = registration(&world, "gamlp", Value::Null).await;
    assert_eq!(requests(&answer), applied("register signing certificate"), "{answer}");
    eventually("the new key signs", async || keys(&world).await["signing"][1]["signs"] == true).await;
    answered(&world).await;
    change_settings(&world.installation.folder_of("gamlp"), |server| drop(server.keys.signing.remove(0)));
    reload(&world).await;
    answered(&world).await;
    let shown: Value = world.administrator("gamlp").get("/v1/registration").await.unwrap();
    for old in shown["superfluous"].as_array().unwrap() {
        let confirmed = json!({ "remove_signing_certificate": old["certificate"] });
        assert_eq!(requests(&registration(&world, "gamlp", confirmed).await), applied("delete signing certificate"));
    }
    nothing_is_missing(&world, "gamlp").await;
}

/// A key that is made in the token, and certified.
fn made(world: &World, token: &HardwareToken, label: &str, profile: Profile) -> PathBuf {
    token.generate(label, KeyAlgorithm::P256).unwrap();
    certificate_of(world, "gamlp", label, profile, |subject| token.certificate_request(label, subject).unwrap())
}

fn signing_key(label: &str, certificate: PathBuf) -> SigningKey {
    SigningKey { member: "BO/MUN/2001".parse().unwrap(), key: format!("hsm:{label}"), certificate }
}

async fn answered(world: &World) {
    let answer = world.town().get(PATH).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn keys(world: &World) -> Value {
    world.administrator("gamlp").get("/v1/keys").await.unwrap()
}

async fn reload(world: &World) -> Value {
    world.administrator("gamlp").post("/v1/keys/reload", &Value::Null).await.unwrap()
}

async fn missing(world: &World) -> Value {
    let shown: Value = world.administrator("gamlp").get("/v1/registration").await.unwrap();
    shown["missing"].clone()
}
