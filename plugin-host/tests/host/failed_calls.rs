//! Calls that failed: kept sealed, shown without what was sent, and replayed without effect.

use std::time::Duration;

use plugin_host::{
    Called, FailedCall, FailedCallError, Failure, Fault, Given, Method, PluginHost, ReplayEnd, ReplayedBy, web,
};
use serde_json::{Value, json};

use crate::support::{World, caller, ok, request};

const PAGES: &str = "[web]\nroutes = [\"/\"]\n[[web.route]]\npath = \"/secret\"\nconfidential = true\n";

/// Fails where the plugin has noted that it is to, so that a mended one answers.
fn script(word: &str) -> Value {
    json!([{ "put": ["wrote", word] }, { "panic_unless": "mended" }])
}

async fn failing(world: &World, word: &str) -> String {
    let caller = caller();
    let id = caller.request_id.clone();
    let request = request(Method::Post, script(word).to_string().into_bytes(), Vec::new());
    world.host.call_service_of("probe", caller, request, None).await.expect_err("it fails");
    id
}

fn kept(host: &PluginHost) -> Vec<FailedCall> {
    host.failed_calls("probe").expect("they are read")
}

#[tokio::test]
async fn a_call_that_failed_is_replayed_by_the_mended_plugin_and_leaves_nothing() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    let id = failing(&world, "hola").await;
    let calls = kept(&world.host);
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(
        (call.id.as_str(), &call.called, call.method.as_str()),
        (id.as_str(), &Called::Service("script".to_owned()), "POST")
    );
    assert!(call.failure.contains("stopped with a fault"), "{}", call.failure);

    let again = world.host.replay("probe", &id, ReplayedBy::Current).await.expect("it is replayed");
    assert!(matches!(again.end, ReplayEnd::Fault(Fault::Trap(_))), "{again:?}");
    world.steps(json!([{ "put": ["mended", "yes"] }])).await.unwrap();
    let mended = world.host.replay("probe", &id, ReplayedBy::Current).await.expect("it is replayed");
    assert_eq!((mended.end, mended.writes, mended.orders), (ReplayEnd::Answered { status: 200 }, 1, 0));
    assert_eq!(world.read(json!([{ "get": "wrote" }])).await.unwrap(), json!([null]), "nothing of it was kept");

    world.host.forget_failed_call("probe", &id).await.expect("it is forgotten");
    assert!(kept(&world.host).is_empty());
    let unknown = world.host.replay("probe", &id, ReplayedBy::Current).await.expect_err("it is not there");
    assert!(matches!(unknown, FailedCallError::Unknown { .. }), "{unknown:?}");
}

#[tokio::test]
async fn what_was_sent_is_not_read_from_the_store() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    failing(&world, "a-citizens-word").await;
    assert_eq!(kept(&world.host).len(), 1);
    // What a call keeps is found there, as everything that is not sealed would be.
    world.steps(json!([{ "put": ["k", "a-kept-word"] }])).await.unwrap();
    assert!(world.store_holds("a-kept-word") && !world.store_holds("a-citizens-word"));
}

#[tokio::test]
async fn what_a_replay_asks_is_answered_as_it_was_then_and_nobody_is_asked() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    world.exchange.answers(|_| ok("then"));
    let ask = |path: &str| json!({ "ask": { "to": "BO/GOB/1002/other/answers", "path": path } });
    let script = json!([ask("/a"), { "panic_unless": "mended" }]);
    let sent = caller();
    let id = sent.request_id.clone();
    let body = request(Method::Post, script.to_string().into_bytes(), Vec::new());
    world.host.call_service_of("probe", sent, body, None).await.expect_err("it fails");
    assert_eq!((world.exchange.asked().len(), kept(&world.host)[0].answers), (1, 1));
    world.steps(json!([{ "put": ["mended", "yes"] }])).await.unwrap();
    let replayed = world.host.replay("probe", &id, ReplayedBy::Current).await.expect("it is replayed");
    assert_eq!(replayed.end, ReplayEnd::Answered { status: 200 });
    assert_eq!(world.exchange.asked().len(), 1, "nobody was asked again");
}

#[tokio::test]
async fn no_call_is_kept_of_a_confidential_page_nor_one_that_the_plugin_refused() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    let plugin = world.host.loaded().remove(0);
    let post = async |path: &str, script: Value| {
        let mut request = web::Request::of(web::Method::Post, path);
        request.body = script.to_string().into_bytes();
        world.host.call_web(&plugin, caller(), request, None).await.expect_err("it fails")
    };
    post("/secret", json!([{ "panic": "oh" }])).await;
    post("/", json!([{ "fail": ["conflict", "no"] }])).await;
    assert!(kept(&world.host).is_empty());
    post("/", json!([{ "fail": ["internal", "oh"] }])).await;
    let calls = kept(&world.host);
    assert_eq!(calls.iter().map(|call| &call.called).collect::<Vec<_>>(), [&Called::Page("/".to_owned())]);
    let replayed = world.host.replay("probe", &calls[0].id, ReplayedBy::Current).await.expect("it is replayed");
    assert_eq!(replayed.end, ReplayEnd::Failed(Failure::Internal("oh".to_owned())));
}

#[tokio::test]
async fn no_call_is_kept_where_the_administrator_does_not_say_so() {
    let world = World::new();
    let mut version = world.version("probe", PAGES);
    version.given = Given { failed_calls_days: None, ..version.given };
    world.host.load(version).await.unwrap();
    failing(&world, "hola").await;
    assert!(kept(&world.host).is_empty());
}

#[tokio::test]
async fn a_failed_call_is_forgotten_when_its_days_are_over() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    let id = failing(&world, "hola").await;
    world.clock.advance(Duration::from_secs(7 * 24 * 3600 - 1));
    assert_eq!(kept(&world.host).len(), 1);
    world.clock.advance(Duration::from_secs(1));
    assert!(kept(&world.host).is_empty());
    let gone = world.host.replay("probe", &id, ReplayedBy::Current).await.expect_err("it is not there");
    assert!(matches!(gone, FailedCallError::Unknown { .. }), "{gone:?}");
}

#[tokio::test]
async fn whoever_makes_calls_fail_fills_no_store() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    let fails = async || world.steps(json!([{ "fail": ["internal", "oh"] }])).await.expect_err("it fails");
    for _ in 0..100 {
        fails().await;
    }
    // One a second at most.
    assert!((1..32).contains(&kept(&world.host).len()));
    let large = "x".repeat(300 << 10);
    let other = World::new();
    other.load("probe", PAGES).await.unwrap();
    failing(&other, &large).await;
    assert!(kept(&other.host).is_empty(), "it is too large");
}

#[tokio::test]
async fn a_replay_by_a_version_that_is_not_there_is_refused_in_words() {
    let world = World::new();
    world.load("probe", PAGES).await.unwrap();
    let id = failing(&world, "hola").await;
    let refused = world.host.replay("probe", &id, ReplayedBy::Trial).await.expect_err("there is no trial");
    assert_eq!(refused.to_string(), "no version on trial of the plugin \"probe\" is loaded");
    let refused = world.host.failed_calls("other").expect_err("it is not there");
    assert_eq!(refused.to_string(), "no version of the plugin \"other\" is loaded");
}
