//! A full disk stops messages before anything is half-written.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::SystemClock;
use security_server::Settings;
use security_server::settings::BodyKeeping;
use serde_json::Value;
use tests::{Provider, World};

const PATH: &str = "/r1/BO/GOV/1001/identidad/registro/ok";
/// More than a server keeps ready on disk, with the smallest segments.
const LARGE: usize = 12 << 20;

async fn world_with(provider: &Provider) -> World {
    let world =
        World::start_two(SystemClock::shared(), |_, settings| settings.message_log.segment_bytes = 4 << 20).await;
    world.add("segip", &provider.service("registro", 5)).await;
    world
}

/// More than any disk has.
fn full(settings: &mut Settings) {
    settings.message_log.free_bytes_floor = i64::MAX as u64;
}

async fn sound(world: &World, server: &str) {
    let report: Value = world.administrator(server).post("/v1/log/verify", &()).await.unwrap();
    assert_eq!(report["sound"], true, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_whose_log_has_no_room_is_not_called() {
    let provider = Provider::start().await;
    let mut world = world_with(&provider).await;
    world.restart_server("segip", full).await;
    world.ready("segip").await;
    let town = world.town();
    let large = town.with("x-road-id", "large").post(PATH, vec![0; LARGE]).await;
    large.is_fault(500, "server.serverproxy.logging_failed", "the message log has no room");
    assert_eq!((provider.calls("/ok"), world.records("segip", "large").await), (0, 0));

    // What was set aside before goes to small messages, until that ends, too.
    let mut answered = 0;
    let refused = loop {
        let answer = town.post(PATH, vec![0; 60_000]).await;
        if answer.status != 200 {
            break answer;
        }
        answered += 1;
        assert!(answered < 1_000, "the disk has no end");
    };
    refused.is_fault(500, "server.serverproxy.logging_failed", "the message log has no room");
    assert!(answered > 0);
    assert_eq!(provider.calls("/ok"), answered, "who was called has answered");
    sound(&world, "segip").await;

    world.restart_server("segip", |settings| settings.message_log.free_bytes_floor = 0).await;
    world.ready("segip").await;
    assert_eq!(town.post(PATH, vec![0; LARGE]).await.status, 200, "with room it goes on");
    sound(&world, "segip").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_log_has_no_room_sends_nothing() {
    let provider = Provider::start().await;
    let mut world = world_with(&provider).await;
    world.restart_server("gamlp", full).await;
    world.ready("gamlp").await;
    let large = world.town().with("x-road-id", "large").post(PATH, vec![0; LARGE]).await;
    large.is_fault(500, "server.clientproxy.logging_failed", "the message log has no room");
    assert_eq!((provider.calls("/ok"), world.records("segip", "large").await), (0, 0));
    sound(&world, "gamlp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_log_did_not_keep_cannot_be_given_again() {
    let provider = Provider::start().await;
    let mut world = world_with(&provider).await;
    world.restart_server("gamlp", |settings| settings.message_log.bodies = BodyKeeping::LeaveOut).await;
    world.ready("gamlp").await;
    let caller = world.town().with("idempotency-key", "once");
    assert_eq!(caller.post(PATH, "one").await.status, 200);
    let again = caller.post(PATH, "one").await;
    again.is_fault(500, "server.clientproxy.logging_failed", "is not kept");
    assert_eq!(provider.calls("/ok"), 1);
}
