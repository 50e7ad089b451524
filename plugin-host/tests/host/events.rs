//! What happens without a caller: timers, schedules and topics, each once.

use std::time::Duration;

use plugin_host::{Again, EntryKind};
use serde_json::json;

use crate::support::{World, manifest, ok, refusal};

const NOW: u64 = 1_800_000_000_000;
/// An event that fails is tried so often.
const TRIES: u64 = 20;

fn always_fails() -> String {
    json!([{ "fail": ["internal", "never"] }]).to_string()
}

#[tokio::test]
async fn a_timer_goes_off_when_it_is_due_and_not_before() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let timer = |name: &str, at: u64| json!({ "timer": { "name": name, "at": at, "payload": name } });
    world.steps(json!([timer("soon", NOW + 60_000), timer("later", NOW + 120_000)])).await.unwrap();
    world.advance(Duration::from_secs(60));
    assert_eq!(world.until("event/000001").await, "timer soon soon");
    world.advance(Duration::from_secs(60));
    assert_eq!(world.until("event/000002").await, "timer later later");
}

#[tokio::test]
async fn a_timer_that_is_set_again_goes_off_once_and_a_cancelled_one_never() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let timer = |name: &str, at: u64| json!({ "timer": { "name": name, "at": at, "payload": "" } });
    world.steps(json!([timer("a", NOW + 1_000), timer("b", NOW + 1_000), timer("c", NOW + 9_000)])).await.unwrap();
    world.steps(json!([timer("a", NOW + 5_000), { "cancel": "b" }])).await.unwrap();
    world.advance(Duration::from_secs(10));
    world.until("event/000002").await;
    let told = world.read(json!([{ "get": "event/000001" }, { "get": "event/000002" }, { "get": "event/000003" }]));
    assert_eq!(told.await.unwrap(), json!(["timer a ", "timer c ", null]));
}

#[tokio::test]
async fn a_timer_can_set_itself_anew() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let again = json!([{ "timer": { "name": "t", "at": NOW + 20_000, "payload": "again" } }]);
    let first = json!({ "timer": { "name": "t", "at": NOW + 10_000, "payload": "first" } });
    world.steps(json!([{ "put": ["on/timer", again.to_string()] }, first])).await.unwrap();
    world.advance(Duration::from_secs(10));
    assert_eq!(world.until("event/000001").await, "timer t first");
    world.steps(json!([{ "delete": "on/timer" }])).await.unwrap();
    world.advance(Duration::from_secs(10));
    assert_eq!(world.until("event/000002").await, "timer t again");
}

#[tokio::test]
async fn a_timer_outlives_a_restart() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([{ "timer": { "name": "t", "at": NOW + 60_000, "payload": "p" } }])).await.unwrap();
    let world = world.restarted().await;
    world.load("probe", "").await.unwrap();
    world.advance(Duration::from_secs(61));
    assert_eq!(world.until("event/000001").await, "timer t p");
}

#[tokio::test]
async fn an_event_that_fails_comes_again_and_leaves_nothing_until_it_succeeds() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let failing = json!([{ "put": ["trace", "1"] }, { "fail": ["internal", "not yet"] }]);
    let timer = json!({ "timer": { "name": "t", "at": NOW, "payload": "" } });
    world.steps(json!([{ "put": ["on/timer", failing.to_string()] }, timer])).await.unwrap();
    // Its first try is over when it stands later on the agenda: the clock has to be moved for the next.
    world.until_failures(1).await;
    assert_eq!(world.read(json!([{ "get": "trace" }, { "get": "event/000001" }])).await.unwrap(), json!([null, null]));
    world.steps(json!([{ "delete": "on/timer" }])).await.unwrap();
    world.advance(Duration::from_secs(30));
    assert_eq!(world.until("event/000001").await, "timer t ");
}

#[tokio::test]
async fn an_event_that_always_fails_is_given_up_and_comes_once_more_when_an_administrator_says_so() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let timer = json!({ "timer": { "name": "t", "at": NOW, "payload": "p" } });
    world.steps(json!([{ "put": ["on/timer", always_fails()] }, timer])).await.unwrap();
    world.until_it_has_failed(TRIES).await;
    let given_up = world.host.given_up("probe", 10).unwrap();
    assert_eq!(
        given_up.iter().map(|entry| (&entry.kind, entry.tries)).collect::<Vec<_>>(),
        [(&EntryKind::Timer("t".to_owned()), u32::try_from(TRIES).unwrap())]
    );
    assert_eq!(world.host.agenda("probe", 10).unwrap(), []);

    world.steps(json!([{ "delete": "on/timer" }])).await.unwrap();
    assert_eq!(world.host.retry_given_up("probe").await.unwrap(), 1);
    assert_eq!(world.until("event/000001").await, "timer t p");
    assert_eq!(
        (world.host.given_up("probe", 10).unwrap(), world.host.retry_given_up("probe").await.unwrap()),
        (vec![], 0)
    );
}

#[tokio::test]
async fn a_timer_that_was_set_anew_after_it_was_given_up_is_not_put_back() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let timer = |payload: &str, at: u64| json!({ "timer": { "name": "t", "at": at, "payload": payload } });
    world.steps(json!([{ "put": ["on/timer", always_fails()] }, timer("old", NOW)])).await.unwrap();
    world.until_it_has_failed(TRIES).await;
    world.steps(json!([{ "delete": "on/timer" }, timer("new", NOW + 365 * 24 * 3_600_000)])).await.unwrap();
    assert_eq!(world.host.retry_given_up("probe").await.unwrap(), 0);
    assert_eq!(world.host.agenda("probe", 10).unwrap().len(), 1);
}

#[tokio::test]
async fn a_schedule_whose_occurrence_is_given_up_goes_on_with_the_next() {
    let cron = "[[cron]]\nname = \"daily\"\nschedule = \"0 6 * * *\"\ntime-zone = \"America/La_Paz\"\n";
    let world = World::new();
    world.load("probe", cron).await.unwrap();
    world.steps(json!([{ "put": ["on/cron", always_fails()] }])).await.unwrap();
    world.advance(Duration::from_secs(24 * 3600));
    world.until_it_has_failed(TRIES).await;
    assert_eq!(world.host.given_up("probe", 10).unwrap()[0].kind, EntryKind::Schedule("daily".to_owned()));
    assert_eq!(world.host.retry_given_up("probe").await.unwrap(), 0, "the next occurrence does what it would do");
    world.steps(json!([{ "delete": "on/cron" }])).await.unwrap();
    world.advance(Duration::from_secs(24 * 3600));
    assert_eq!(world.until("event/000001").await, "cron daily");
}

#[tokio::test]
async fn a_schedule_that_is_taken_away_while_its_occurrence_waits_to_be_tried_again_does_not_come() {
    let cron = "[[cron]]\nname = \"daily\"\nschedule = \"0 6 * * *\"\ntime-zone = \"America/La_Paz\"\n";
    let world = World::new();
    world.load("probe", cron).await.unwrap();
    world.steps(json!([{ "put": ["on/cron", always_fails()] }])).await.unwrap();
    world.advance(Duration::from_secs(24 * 3600));
    world.until_it_has_failed(3).await;
    world.load("probe", "").await.unwrap();
    assert_eq!(world.host.agenda("probe", 10).unwrap(), []);
}

#[tokio::test]
async fn a_schedule_comes_at_its_times_and_once_after_a_pause() {
    let cron = "[[cron]]\nname = \"hourly\"\nschedule = \"0 * * * *\"\ntime-zone = \"America/La_Paz\"\n";
    let world = World::new();
    world.load("probe", cron).await.unwrap();
    world.advance(Duration::from_secs(3600));
    assert_eq!(world.until("event/000001").await, "cron hourly");
    let world = world.restarted().await;
    world.load("probe", cron).await.unwrap();
    world.advance(Duration::from_secs(5 * 3600));
    assert_eq!(world.until("event/000002").await, "cron hourly");
    world.advance(Duration::from_secs(3600));
    world.until("event/000003").await;
    assert_eq!(world.read(json!([{ "get": "event/000004" }])).await.unwrap(), json!([null]));
}

#[tokio::test]
async fn news_reach_each_subscriber_once() {
    let world = World::new();
    let hears = "[[subscription]]\ntopic = \"news\"\npublisher = \"probe\"\n";
    world.load("probe", hears).await.unwrap();
    world.load("second", hears).await.unwrap();
    world.steps(json!([{ "publish": ["news", "it rains"] }])).await.unwrap();
    assert_eq!(world.until("event/000001").await, "topic probe news it rains");
    assert_eq!(world.until_at("BO/GOB/1001/second", "event/000001").await, "topic probe news it rains");
    assert_eq!(world.read(json!([{ "get": "event/000002" }])).await.unwrap(), json!([null]));
}

#[tokio::test]
async fn what_is_published_before_its_subscriber_is_loaded_waits_for_it() {
    let world = World::new();
    let hears = "[[subscription]]\ntopic = \"news\"\npublisher = \"probe\"\n";
    let subscriber: plugin_host::manifest::Manifest = manifest("second", hears).parse().unwrap();
    world.host.expect(&"BO/GOB/1001".parse().unwrap(), &subscriber);
    world.load("probe", "").await.unwrap();
    world.steps(json!([{ "publish": ["news", "it rains"] }])).await.unwrap();
    world.load("second", hears).await.unwrap();
    world.advance(Duration::from_secs(60));
    assert_eq!(world.until_at("BO/GOB/1001/second", "event/000001").await, "topic probe news it rains");
}

#[tokio::test]
async fn news_stay_within_the_member() {
    let world = World::new();
    let hears = "[[subscription]]\ntopic = \"news\"\npublisher = \"probe\"\n";
    world.load("probe", hears).await.unwrap();
    let mut foreign = world.version("second", hears);
    foreign.subsystem = "BO/GOB/2002/second".parse().unwrap();
    world.host.load(foreign).await.unwrap();
    world.steps(json!([{ "publish": ["news", "it rains"] }])).await.unwrap();
    world.until("event/000001").await;
    let heard = world.read_at("BO/GOB/2002/second", json!([{ "get": "event/000001" }])).await.unwrap();
    assert_eq!((heard, world.host.agenda("probe", 10).unwrap()), (json!([null]), vec![]));
}

#[tokio::test]
async fn a_timer_that_is_set_anew_to_the_same_time_is_another_event() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| ok("thanks"));
    let send = json!([{ "send": { "to": "BO/GOB/1002/other/letters", "path": "", "body": "x" } }]);
    let timer = json!({ "timer": { "name": "t", "at": NOW - 1, "payload": "" } });
    world.steps(json!([{ "put": ["on/timer", send.to_string()] }, timer])).await.unwrap();
    world.until("event/000001").await;
    world.steps(json!([timer])).await.unwrap();
    world.until_asked(2).await;
    let asked = world.exchange.asked();
    assert_ne!(asked[0].id, asked[1].id, "its receiver would take the second for the first");
}

#[tokio::test]
async fn a_message_that_is_refused_for_good_comes_back_as_undelivered() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.exchange.answers(|_| Err(refusal(Again::Never)));
    world.steps(json!([{ "send": { "to": "BO/GOB/1002/other/letters", "path": "", "body": "x" } }])).await.unwrap();
    assert_eq!(world.until("event/000001").await, "undelivered BO/GOB/1002/other/letters scripted");
}
