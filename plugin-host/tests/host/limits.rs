//! Each limit obeyed, and each limit violated: the call is refused, and others do not notice.

use std::time::Duration;

use plugin_host::{Broken, CallError, Fault, Refused};
use serde_json::json;
use storage::CommitError;

use crate::support::{World, manifest};

/// The probe with other limits.
async fn limited(limits: &str) -> World {
    let world = World::new();
    let manifest = manifest("probe", "").replace("[[service]]", &format!("[limits]\n{limits}\n[[service]]"));
    world.host.load(world.version_of("probe", &manifest)).await.unwrap();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_loops_is_cut_at_its_time_while_others_answer() {
    let world = limited("time = \"200 ms\"").await;
    let (looped, answered) = tokio::join!(world.steps(json!(["loop"])), world.steps(json!([{ "put": ["a", "1"] }])));
    assert!(matches!(looped, Err(CallError::Fault(Fault::Time(time))) if time == Duration::from_millis(200)));
    answered.unwrap();
}

#[tokio::test]
async fn memory_grows_to_its_limit_and_no_further() {
    let world = limited("memory = \"8 MiB\"").await;
    world.steps(json!([{ "grow": 4 << 20 }])).await.unwrap();
    let refused = world.steps(json!([{ "grow": 16 << 20 }])).await.expect_err("it is too much");
    let limit_bytes = 8 << 20;
    assert!(
        matches!(refused, CallError::Fault(Fault::Limit(Refused::Memory { limit_bytes: limit })) if limit == limit_bytes),
        "{refused:?}"
    );
    world.steps(json!([])).await.unwrap();
}

#[tokio::test]
async fn a_stack_that_overflows_is_the_guests_own() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let trapped = world.steps(json!(["recurse"])).await.expect_err("it traps");
    assert!(matches!(trapped, CallError::Fault(Fault::Trap(_))), "{trapped:?}");
    world.steps(json!([])).await.unwrap();
}

#[tokio::test]
async fn storage_holds_what_its_quota_allows_and_room_can_be_made_again() {
    let world = limited("storage = \"1 MiB\"").await;
    world.steps(json!([{ "put_bytes": ["a", 600_000] }])).await.unwrap();
    let full = world.steps(json!([{ "put_bytes": ["b", 600_000] }])).await.expect_err("it does not fit");
    assert!(matches!(full, CallError::Commit(CommitError::Quota { .. })), "{full:?}");
    world.steps(json!([{ "delete": "a" }])).await.unwrap();
    world.steps(json!([{ "put_bytes": ["b", 600_000] }])).await.unwrap();
}

#[tokio::test]
async fn what_the_host_holds_for_one_call_has_a_bound() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let steps: Vec<_> = (0..17).map(|n| json!({ "put_bytes": [n.to_string(), 1_000_000] })).collect();
    let stopped = world.steps(json!(steps)).await.expect_err("it is too much");
    assert!(matches!(stopped, CallError::Fault(Fault::Broken(Broken::Excess { .. }))), "{stopped:?}");
    let large = world.steps(json!([{ "put_bytes": ["a", 1_100_000] }])).await.expect_err("a value is too large");
    assert!(matches!(large, CallError::Fault(Fault::Broken(Broken::Argument { .. }))), "{large:?}");
}

#[tokio::test]
async fn a_log_line_is_no_way_to_fill_the_servers_memory() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([{ "log": "x".repeat(1000) }])).await.unwrap();
    let long = world.steps(json!([{ "log": "x".repeat(5000) }])).await.expect_err("it is too long");
    assert!(matches!(long, CallError::Fault(Fault::Broken(Broken::Argument { .. }))), "{long:?}");
    let many: Vec<_> = (0..101).map(|_| json!({ "log": "x" })).collect();
    let many = world.steps(json!(many)).await.expect_err("they are too many");
    assert!(matches!(many, CallError::Fault(Fault::Broken(Broken::Excess { .. }))), "{many:?}");
}

#[tokio::test]
async fn calls_beyond_the_rate_are_turned_away() {
    let world = limited("calls-per-second = 3").await;
    let mut admitted = 0;
    for _ in 0..10 {
        match world.read(json!([])).await {
            Ok(_) => admitted += 1,
            Err(error) => assert!(matches!(error, CallError::Rate { limit: 3 }), "{error:?}"),
        }
    }
    assert!((3..10).contains(&admitted), "{admitted} were admitted");
}

#[tokio::test]
async fn a_plugin_that_faults_again_and_again_gets_no_calls_for_a_while() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    for _ in 0..5 {
        let fault = world.steps(json!([{ "panic": "oh" }])).await.expect_err("it panics");
        assert!(matches!(fault, CallError::Fault(_)), "{fault:?}");
    }
    let turned_away = world.steps(json!([])).await.expect_err("the breaker is open");
    assert!(matches!(turned_away, CallError::BreakerOpen { .. }), "{turned_away:?}");
}
