//! Messages to other subsystems, and between plugins of one server: each has its effect once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use plugin_host::Again;
use serde_json::{Value, json};

use crate::support::{World, answer, ok, refusal};

fn letter(body: &str) -> Value {
    json!({ "send": { "to": "BO/GOB/1002/other/letters", "path": "/new", "body": body, "reply_to": "letter" } })
}

#[tokio::test]
async fn a_message_leaves_after_the_commit_and_its_answer_comes_back_as_an_event() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| ok("thanks"));
    let sent = world.steps(json!([letter("hello")])).await.unwrap();
    assert_eq!(world.until("event/000001").await, "reply letter 200 thanks");
    let asked = world.exchange.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].path.as_str(), &*asked[0].body), ("/new", b"hello".as_slice()));
    assert_eq!(sent[0], asked[0].id);
}

#[tokio::test]
async fn a_message_is_sent_again_with_the_same_id_until_it_is_answered() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let tries = Arc::new(AtomicU32::new(0));
    let counted = tries.clone();
    world.exchange.answers(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Err(refusal(Again::Later)),
        1 => Ok(answer(503, "")),
        _ => ok("at last"),
    });
    world.steps(json!([letter("hello")])).await.unwrap();
    for expected in 1..=2 {
        world.until_asked(expected).await;
        world.advance(Duration::from_secs(3600));
    }
    assert_eq!(world.until("event/000001").await, "reply letter 200 at last");
    let asked = world.exchange.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|call| call.id == asked[0].id && call.body == asked[0].body));
}

#[tokio::test]
async fn a_message_outlives_a_restart() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([letter("hello")])).await.unwrap();
    world.until_asked(1).await;
    let world = world.restarted().await;
    world.exchange.answers(|_| ok("thanks"));
    world.load("probe", "").await.unwrap();
    world.advance(Duration::from_secs(3600));
    assert_eq!(world.until("event/000001").await, "reply letter 200 thanks");
}

#[tokio::test]
async fn a_message_that_nobody_takes_for_a_week_comes_back() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([letter("hello")])).await.unwrap();
    world.until_asked(1).await;
    world.advance(Duration::from_secs(8 * 24 * 3600));
    assert_eq!(world.until("event/000001").await, "undelivered BO/GOB/1002/other/letters outcome_unknown");
}

#[tokio::test]
async fn between_plugins_of_a_member_message_effect_and_answer_are_one_transaction() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.load("second", "").await.unwrap();
    world.exchange.neighbour_is(Ok(Some("second")));
    let script = json!([{ "increment": "n" }, { "get": "n" }]).to_string();
    let send = json!({ "to": "BO/GOB/1001/second/script", "path": "", "body": script, "reply_to": "local" });
    world.steps(json!([{ "send": send }])).await.unwrap();
    assert_eq!(world.until("event/000001").await, "reply local 200 [null,\"1\"]");
    assert_eq!(world.until_at("BO/GOB/1001/second", "n").await, "1");
    assert!(world.exchange.asked().is_empty(), "it did not leave the server");
}

#[tokio::test]
async fn a_failure_of_the_receiver_is_its_answer() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.load("second", "").await.unwrap();
    world.exchange.neighbour_is(Ok(Some("second")));
    let script = json!([{ "increment": "n" }, { "fail": ["not_found", "nobody"] }]).to_string();
    let send = json!({ "to": "BO/GOB/1001/second/script", "path": "", "body": script, "reply_to": "local" });
    world.steps(json!([{ "send": send }])).await.unwrap();
    assert!(world.until("event/000001").await.starts_with("reply local 404"));
}

#[tokio::test]
async fn within_a_member_too_a_message_goes_where_the_server_says_that_its_service_is() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.load("second", "").await.unwrap();
    world.exchange.answers(|_| ok("from elsewhere"));
    let send = json!({ "to": "BO/GOB/1001/second/script", "path": "", "body": "[]", "reply_to": "local" });
    world.steps(json!([{ "send": send }])).await.unwrap();
    assert_eq!(world.until("event/000001").await, "reply local 200 from elsewhere");
    world.exchange.neighbour_is(Err(refusal(Again::Never)));
    world.steps(json!([{ "send": send }])).await.unwrap();
    assert_eq!(world.until("event/000002").await, "undelivered BO/GOB/1001/second/script scripted");
    assert_eq!(world.exchange.asked().len(), 1, "what is not permitted does not go round by the exchange");
}

#[tokio::test]
async fn what_a_handler_sends_keeps_its_id_however_often_the_handler_is_tried() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| ok("thanks"));
    let first = json!([{ "send": { "to": "BO/GOB/1002/other/letters", "path": "", "body": "x" } }, { "fail": ["internal", "not yet"] }]);
    let timer = json!({ "timer": { "name": "t", "at": 1_800_000_000_000_u64, "payload": "" } });
    world.steps(json!([{ "put": ["on/timer", first.to_string()] }, timer])).await.unwrap();
    world.until_failures(1).await;
    let copied = world.copied();
    // Both try it again, each at another time: the copy, and what it was taken of.
    let mend = json!([{ "put": ["on/timer", json!([first[0]]).to_string()] }]);
    world.steps(mend.clone()).await.unwrap();
    world.advance(Duration::from_secs(30));
    world.until_asked(1).await;
    let copied = copied();
    copied.load("probe", "").await.unwrap();
    copied.exchange.answers(|_| ok("thanks"));
    copied.steps(mend).await.unwrap();
    copied.advance(Duration::from_secs(4000));
    copied.host.reconciled();
    copied.until_asked(1).await;
    assert_eq!(world.exchange.asked()[0].id, copied.exchange.asked()[0].id);
}
