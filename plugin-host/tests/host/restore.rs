//! A restore: the state comes from a copy, and others know of what came after it.

use std::time::Duration;

use plugin_host::Agendas;
use serde_json::{Value, json};

use crate::support::{World, ok, refusal};

const NOW: u64 = 1_800_000_000_000;

fn letter(body: &str) -> Value {
    json!({ "send": { "to": "BO/GOB/1002/other/letters", "path": "/new", "body": body } })
}

/// A timer that goes off in a minute.
fn timer() -> Value {
    json!({ "timer": { "name": "t", "at": NOW + 60_000, "payload": "" } })
}

/// The steps of the plugin's timer.
fn on_timer(steps: &Value) -> Value {
    json!({ "put": ["on/timer", steps.to_string()] })
}

#[tokio::test]
async fn after_a_restore_agendas_wait_until_the_state_is_reconciled() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([letter("before the copy"), timer()])).await.unwrap();
    world.until_asked(1).await;
    let restored = world.copied()();
    restored.exchange.answers(|_| ok("thanks"));
    restored.load("probe", "").await.unwrap();
    restored.advance(Duration::from_secs(3600));
    assert_eq!(restored.host.agendas(), Agendas::Wait);
    restored.steps(json!([{ "put": ["k", "entered again"] }, letter("after it")])).await.unwrap();
    assert_eq!(restored.read(json!([{ "get": "k" }, { "get": "event/000001" }])).await.unwrap()[0], "entered again");
    assert_eq!(restored.host.agenda("probe", 10).unwrap().len(), 3, "two letters and a timer wait");
    assert!(restored.exchange.asked().is_empty());

    restored.host.reconciled();
    restored.until_asked(2).await;
    assert_eq!(restored.until("event/000001").await, "timer t ");
    assert_eq!(restored.exchange.asked()[0].id, world.exchange.asked()[0].id, "its receiver knows it by that");
}

#[tokio::test]
async fn an_event_that_comes_again_after_a_restore_reuses_an_id_for_the_same_message_only() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| ok("thanks"));
    world.steps(json!([on_timer(&json!([letter("same"), letter("forgotten")])), timer()])).await.unwrap();
    let restored = world.copied();
    world.advance(Duration::from_secs(60));
    world.until_asked(2).await;

    let restored = restored();
    restored.load("probe", "").await.unwrap();
    restored.exchange.answers(|_| ok("thanks"));
    restored.steps(json!([on_timer(&json!([letter("same"), letter("another")]))])).await.unwrap();
    restored.host.reconciled();
    restored.advance(Duration::from_secs(60));
    restored.until_asked(2).await;
    let id = |world: &World, body: &str| {
        let sent = world.exchange.asked().into_iter().find(|call| *call.body == *body.as_bytes());
        sent.unwrap_or_else(|| panic!("{body} was not sent")).id
    };
    assert_eq!(id(&world, "same"), id(&restored, "same"), "it arrived before: its receiver does nothing twice");
    assert_ne!(id(&world, "forgotten"), id(&restored, "another"), "it is news to its receiver");
}

#[tokio::test]
async fn what_its_receiver_may_have_forgotten_is_not_sent_from_a_copy() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([letter("old")])).await.unwrap();
    world.until_asked(1).await;
    let restored = world.copied()();
    restored.exchange.answers(|_| ok("thanks"));
    restored.load("probe", "").await.unwrap();
    restored.advance(Duration::from_secs(29 * 24 * 3600));
    restored.host.reconciled();
    assert_eq!(restored.until("event/000001").await, "undelivered BO/GOB/1002/other/letters outcome_unknown");
    assert!(restored.exchange.asked().is_empty());
}

#[tokio::test]
async fn a_message_that_waits_for_its_time_is_tried_for_a_week_from_then_on() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let mut late = letter("late");
    late["send"]["not_before"] = json!(NOW + 40 * 24 * 3_600_000);
    world.steps(json!([late])).await.unwrap();
    world.exchange.answers(|_| Err(refusal(plugin_host::Again::Later)));
    world.advance(Duration::from_secs(40 * 24 * 3600));
    world.until_asked(1).await;
    world.exchange.answers(|_| ok("thanks"));
    world.advance(Duration::from_secs(6 * 24 * 3600));
    world.until_asked(2).await;
    assert_eq!(world.read(json!([{ "get": "event/000001" }])).await.unwrap(), json!([null]), "it was not given up");
}
