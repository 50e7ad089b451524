//! Timestamps: what a time-stamping service says is checked when it can still be asked again.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use certs::{Misbehaviour, Service};
use clock::{Clock as _, ManualClock, SystemClock};
use demo::state::PERSONS;
use jiff::SignedDuration;
use security_server::settings::TimestampMode;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tests::World;
use tests::world::{change_settings, eventually};
use trust::asic::{Contents, Reader};
use trust::cades;
use trust::evidence::{self, StepName, StepVerdict, Trust, Verdict};

async fn exchange(world: &World) {
    let answer = world.town().get(&format!("/r1/{PERSONS}/personas/1234567")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn verified(world: &World, server: &str) -> serde_json::Value {
    world.administrator(server).post("/v1/log/verify", &serde_json::Value::Null).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_the_time_of_minutes_ago_is_not_taken() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let world = World::start_by_hand_with(clock.clone(), |_, _| {}).await;
    exchange(&world).await;
    // The service's own certificate is as old as the world.
    clock.advance(Duration::from_secs(600));
    world.trust_services.misbehave(Service::TimeStamping, Misbehaviour::Stale(Duration::from_secs(300)));
    let upkeep = world.upkeep("gamlp");
    upkeep.checkpoint_and_stamp().await;
    let why = upkeep.health.state().time_stamping.unwrap();
    assert!(why.contains("one of the two clocks is off"), "{why}");
    assert!(upkeep.messaging.evidence.log().unstamped().is_some());

    world.trust_services.misbehave(Service::TimeStamping, Misbehaviour::None);
    upkeep.checkpoint_and_stamp().await;
    assert_eq!(upkeep.health.state().time_stamping, None);
    assert_eq!(upkeep.messaging.evidence.log().unstamped_since(), None);
    let report = verified(&world, "gamlp").await;
    assert_eq!((&report["sound"], &report["timestamps"]), (&true.into(), &1.into()), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_cannot_be_made_is_named_and_made_later() {
    let world = World::start_by_hand().await;
    exchange(&world).await;
    let tiles = world.installation.folder_of("gamlp").join("message-log/tile");
    let _ = std::fs::remove_dir_all(&tiles);
    std::fs::write(&tiles, "in the way").unwrap();
    let upkeep = world.upkeep("gamlp");
    upkeep.checkpoint_and_stamp().await;
    let why = upkeep.health.state().time_stamping.unwrap();
    assert!(why.contains("no checkpoint can be made"), "{why}");
    assert!(upkeep.messaging.evidence.log().newest_checkpoint().is_none(), "nothing without its tiles is signed");

    std::fs::remove_file(&tiles).unwrap();
    upkeep.checkpoint_and_stamp().await;
    assert_eq!(upkeep.health.state().time_stamping, None);
    assert_eq!(verified(&world, "gamlp").await["sound"], true);
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().expect("openssl is installed");
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What openssl says of the signature, and of the timestamp over its value.
fn openssl_accepts(world: &World, contents: &Contents) {
    let scratch = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = scratch.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let trust = world.installation.folder_of("trust-services");
    let (root, issuing) = (trust.join("root.pem"), trust.join("issuing.pem"));
    let (signature, manifest) = (file("signature.p7s", &contents.signature), file("manifest.xml", &contents.manifest));
    openssl(&[
        "cms",
        "-verify",
        "-cades",
        "-inform",
        "DER",
        "-in",
        path(&signature),
        "-content",
        path(&manifest),
        "-binary",
        "-CAfile",
        path(&root),
        "-out",
        "/dev/null",
    ]);
    let embedded = cades::embedded(&contents.signature).unwrap();
    let token = file("signature.tst", &embedded.signature_timestamp.unwrap());
    let value = file("sigvalue.bin", &cades::signature_value(&contents.signature).unwrap());
    openssl(&[
        "ts",
        "-verify",
        "-in",
        path(&token),
        "-token_in",
        "-data",
        path(&value),
        "-CAfile",
        path(&root),
        "-untrusted",
        path(&issuing),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_authority_stamped_still_verifies_when_it_left_the_configuration() {
    let per_message = |name: &str, folder: &Path| {
        if name == "gamlp" {
            change_settings(folder, |settings| settings.message_log.timestamp = TimestampMode::PerMessage);
        }
    };
    let world = World::start_by_hand_with(Arc::new(SystemClock), per_message).await;
    exchange(&world).await;
    let upkeep = world.upkeep("gamlp");
    upkeep.stamp_signatures_now().await;
    upkeep.checkpoint_and_stamp().await;
    let before = verified(&world, "gamlp").await;
    assert_eq!((&before["timestamps"], &before["signatureTimestamps"]), (&1.into(), &2.into()), "{before}");

    // The services that stamp are the last table of the document.
    let without = |text: String| text.split("[[time_stamping_services]]").next().unwrap().to_owned();
    world.reconfigure("registry", without).await;
    let messaging = &upkeep.messaging;
    eventually("the authority is gone", async || {
        messaging.source.refresh(messaging.now()).await.unwrap();
        messaging.configuration.replace(messaging.source.current().unwrap());
        let newest = messaging.configuration.newest().unwrap();
        newest.global().time_stamping_services().is_empty()
    })
    .await;
    assert_eq!(verified(&world, "gamlp").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_signature_is_stamped_where_that_is_asked_for() {
    let per_message = |name: &str, folder: &Path| {
        if name == "gamlp" {
            change_settings(folder, |settings| settings.message_log.timestamp = TimestampMode::PerMessage);
        }
    };
    let world = World::start_by_hand_with(Arc::new(SystemClock), per_message).await;
    let upkeep = world.upkeep("gamlp");
    upkeep.stamp_signatures_now().await;
    world.trust_services.misbehave(Service::TimeStamping, Misbehaviour::Refuse);
    exchange(&world).await;
    upkeep.stamp_signatures_now().await;
    assert!(upkeep.health.state().signature_stamping.is_some());
    let log = upkeep.messaging.evidence.log();
    let waiting = log.to_stamp(16).unwrap().messages;
    assert_eq!(waiting.len(), 2, "request and response wait");
    let later = waiting[0].time + SignedDuration::from_mins(241);
    assert!(upkeep.messaging.evidence.check_stamped(later).is_err(), "what waits for too long stops the exchange");

    world.trust_services.misbehave(Service::TimeStamping, Misbehaviour::None);
    upkeep.stamp_signatures_now().await;
    upkeep.checkpoint_and_stamp().await;
    assert_eq!((upkeep.health.state().signature_stamping, log.to_stamp(16).unwrap().messages.len()), (None, 0));
    for message in waiting {
        let mut container = Vec::new();
        log.export(message.index).unwrap().write(&mut container).unwrap();
        let judgement = upkeep.messaging.configuration.newest().unwrap();
        let (configuration, snapshot, now) = (judgement.global(), judgement.hash(), upkeep.messaging.now());
        let report = evidence::verify(Cursor::new(&container), &Trust { configuration, snapshot, now });
        assert_eq!(report.verdict, Verdict::Valid, "{report}");
        assert_eq!(report.step(StepName::SignatureTimestamp).unwrap().verdict, StepVerdict::Passed, "{report}");
        openssl_accepts(&world, Reader::open(Cursor::new(&container)).unwrap().contents());
    }
    let report = verified(&world, "gamlp").await;
    assert_eq!((&report["sound"], &report["signatureTimestamps"]), (&true.into(), &2.into()), "{report}");
    assert_eq!(verified(&world, "segip").await["signatureTimestamps"], 0, "nobody asked for it there");
}
