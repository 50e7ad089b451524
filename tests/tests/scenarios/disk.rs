//! A full disk stops messages before anything is half-written.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::SystemClock;
use security_server::Settings;
use serde_json::Value;
use tests::{Answer, Caller, Provider, World};

const PATH: &str = "/r1/BO/GOV/1001/identidad/registro/ok";
/// More than stays in memory: it goes to a file of its own.
const LARGE: usize = 200_000;

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

/// What was set aside before goes to small messages, until that ends, too: how many were answered, and what the next got.
async fn until_refused(caller: &Caller) -> (usize, Answer) {
    for answered in 0..1_000 {
        let answer = caller.post(PATH, vec![0; 60_000]).await;
        if answer.status != 200 {
            assert!(answered > 0, "{}", answer.text());
            return (answered, answer);
        }
    }
    panic!("the disk has no end");
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

    let (answered, refused) = until_refused(&town).await;
    refused.is_fault(500, "server.serverproxy.logging_failed", "the message log has no room");
    assert_eq!(provider.calls("/ok"), answered, "who was called has answered");
    sound(&world, "segip").await;

    world.restart_server("segip", |settings| settings.message_log.free_bytes_floor = 8 << 20).await;
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

    // The body of a small one has room; its record has none any more.
    let (answered, refused) = until_refused(&world.town()).await;
    refused.is_fault(500, "server.clientproxy.logging_failed", "the message log has no room");
    assert_eq!(provider.calls("/ok"), answered, "what was refused was not sent");
    sound(&world, "gamlp").await;
}
