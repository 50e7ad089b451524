//! A restore of a server whose plugins send: what they have ordered waits until their data are reconciled with what others
//! know, and then each effect takes place once, also of what came after the copy.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use bytes::Bytes;
use clock::{Clock as _, ManualClock, SystemClock};
use demo::state::PORTAL;
use message_log::OpenMode;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tests::plugin::{Probe, compiler};
use tests::world::{copy_folder, eventually};
use tests::{Peer, World};

const RECEIVER: &str = "BO/GOV/1001/identidad/cases";
const WAITS: &str = "what plugins have ordered waits since the restore";

/// The municipality's plugin `sender`, and the identity register's `cases`, which counts what it is sent.
async fn sender_and_receiver(clock: Arc<ManualClock>) -> World {
    let world = World::start_two(clock, |_, settings| {
        settings.plugins.compiler = compiler();
        settings.plugins.sandboxes = 16;
    })
    .await;
    for (server, name) in [("segip", "cases"), ("gamlp", "sender")] {
        let probe = Probe::named(name);
        let package = probe.signed(&world, &Peer::of(&world, server).await.signing);
        let digest = world.hand_over(server, &package).await;
        world.add(server, &probe.lines(&world, &digest, PORTAL)).await;
    }
    world
}

/// The step that has the receiver count something.
fn send(what: &str) -> Value {
    let body = json!([{ "increment": what }]).to_string();
    json!({ "send": { "to": RECEIVER, "path": "/script", "body": body } })
}

/// The step that says what the sender does when its timer goes off.
fn on_timer(steps: &[Value]) -> Value {
    json!({ "put": ["on/timer", json!(steps).to_string()] })
}

async fn order(world: &World, steps: Value) {
    let answer = world.town().post(&format!("/r1/{PORTAL}/sender"), Bytes::from(steps.to_string())).await;
    assert_eq!(answer.status, 200, "{} {}", answer.text(), world.plugin("gamlp", "sender").await);
}

/// How often the receiver was sent each of these.
async fn counts(world: &World, what: &[&str]) -> Value {
    let steps: Vec<Value> = what.iter().map(|what| json!({ "get": what })).collect();
    let script = admin::percent_encoded(&json!(steps).to_string());
    world.town().get(&format!("/r1/{RECEIVER}?script={script}")).await.json()
}

async fn waiting(world: &World) -> Value {
    world.plugin("gamlp", "sender").await["agenda"]["entries"].clone()
}

/// A timer that goes off before its plugin is there is tried again later, by a clock that stands still here.
async fn loaded(world: &World) {
    eventually("the plugin is loaded", async || waiting(world).await.is_number()).await;
}

async fn says_that_it_waits(world: &World) -> bool {
    world.problems("gamlp").await.iter().any(|problem| problem.contains(WAITS))
}

async fn restored(world: &mut World, copy: &Path) {
    let folder = world.installation.folder_of("gamlp");
    world.stop_server("gamlp").await;
    std::fs::remove_dir_all(&folder).unwrap();
    copy_folder(copy, &folder);
    world.start_server_on("gamlp", &OpenMode::Restored(Vec::new())).await;
    world.ready("gamlp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_the_outbox_waits_and_then_each_effect_takes_place_once() {
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let mut world = sender_and_receiver(clock.clone()).await;
    let in_a_minute = clock.now().as_millisecond() + 60_000;
    let timer = json!({ "timer": { "name": "t", "at": in_a_minute, "payload": "" } });
    order(&world, json!([on_timer(&[send("same"), send("forgotten")]), timer])).await;
    let copy = tempfile::tempdir().unwrap();
    world.stop_server("gamlp").await;
    copy_folder(&world.installation.folder_of("gamlp"), copy.path());
    world.start_server("gamlp").await;
    world.ready("gamlp").await;
    loaded(&world).await;

    clock.advance(Duration::from_secs(61));
    order(&world, json!([send("lost")])).await;
    eventually("all arrives that is forgotten later", async || {
        // On a busy machine a message may have to be sent again, and that by a clock that stands still otherwise.
        clock.advance(Duration::from_secs(1));
        counts(&world, &["same", "forgotten", "lost"]).await == json!(["1", "1", "1"])
    })
    .await;

    restored(&mut world, copy.path()).await;
    loaded(&world).await;
    assert!(says_that_it_waits(&world).await);
    order(&world, json!([on_timer(&[send("same"), send("instead")]), send("entered")])).await;
    world.stop_server("gamlp").await;
    world.start_server("gamlp").await;
    world.ready("gamlp").await;
    assert!(says_that_it_waits(&world).await, "a start does not end the wait");
    loaded(&world).await;
    assert_eq!(waiting(&world).await, 2, "the timer, and what was ordered after the restore");
    assert_eq!(counts(&world, &["instead", "entered"]).await, json!([null, null]));

    let resumed: Value = world.administrator("gamlp").post("/v1/plugins/resume", &Value::Null).await.unwrap();
    assert!(resumed["waitedSince"].is_string(), "{resumed}");
    eventually("nothing waits any more", async || waiting(&world).await == 0).await;
    assert!(!says_that_it_waits(&world).await);
    let all = counts(&world, &["same", "forgotten", "lost", "instead", "entered"]).await;
    assert_eq!(all, json!(["1", "1", "1", "1", "1"]), "what the timer says anew is news, what it says again is not");
}
