//! Versions of a plugin: loaded, tried out, taken back, and their data brought along.

use std::sync::Arc;

use plugin_host::{CallError, LoadError, Version};
use serde_json::json;

use crate::support::{SUBSYSTEM, World, manifest, ok};

fn with_data_version(world: &World, version: u32) -> Version {
    let manifest = manifest("probe", "").replace("[[service]]", &format!("data-version = {version}\n[[service]]"));
    world.version_of("probe", &manifest)
}

#[tokio::test]
async fn data_are_brought_to_the_next_version_step_by_step_and_once() {
    let world = World::new();
    world.host.load(with_data_version(&world, 1)).await.unwrap();
    world.host.load(with_data_version(&world, 2)).await.unwrap();
    world.host.load(with_data_version(&world, 2)).await.unwrap();
    let steps =
        world.read(json!([{ "scan": { "start": "migrated/", "end": "migrated0", "limit": 9, "reverse": false } }]));
    let steps = steps.await.unwrap();
    assert_eq!(steps[0], json!([["migrated/1-2/0", ""], ["migrated/1-2/1", ""], ["migrated/1-2/2", ""]]));
}

#[tokio::test]
async fn a_migration_that_fails_goes_on_where_it_stopped() {
    let world = World::new();
    world.host.load(with_data_version(&world, 1)).await.unwrap();
    world.steps(json!([{ "put": ["stuck/1", ""] }])).await.unwrap();
    let failed = world.host.load(with_data_version(&world, 2)).await.expect_err("a step fails");
    assert!(matches!(failed, LoadError::Migration { from: 1, to: 2, .. }), "{failed:?}");
    let between = world.host.load(with_data_version(&world, 1)).await.expect_err("data are on the way");
    assert!(matches!(between, LoadError::DataVersion { .. }), "{between:?}");
    let world = world.restarted().await;
    let key = [&[1_u8], b"stuck/1".as_slice()].concat();
    let mut batch = storage::Batch::new();
    batch.delete(storage::Keyspace::named("plugin/probe").unwrap(), key);
    world.store.commit(batch).await.unwrap();
    world.host.load(with_data_version(&world, 2)).await.unwrap();
}

#[tokio::test]
async fn a_version_for_older_data_is_refused_and_the_current_one_goes_on() {
    let world = World::new();
    world.host.load(with_data_version(&world, 2)).await.unwrap();
    let refused = world.host.load(with_data_version(&world, 1)).await.expect_err("data are newer");
    assert!(matches!(refused, LoadError::DataVersion { found: 2, wanted: 1 }), "{refused:?}");
    world.steps(json!([])).await.unwrap();
}

#[tokio::test]
async fn a_version_that_is_not_well_does_not_take_over() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([{ "put": ["unwell", "no letters left"] }])).await.unwrap();
    let refused = world.load("probe", "").await.expect_err("it is unwell");
    assert!(matches!(refused, LoadError::Unwell { .. }), "{refused:?}");
    world.steps(json!([])).await.unwrap();
}

#[tokio::test]
async fn a_version_before_is_loaded_again_over_the_same_data() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    let newer = manifest("probe", "").replace("1.0.0", "1.1.0");
    world.host.load(world.version_of("probe", &newer)).await.unwrap();
    world.steps(json!([{ "put": ["a", "1"] }])).await.unwrap();
    world.load("probe", "").await.unwrap();
    assert_eq!(world.host.loaded()[0].manifest().version().to_string(), "1.0.0");
    assert_eq!(world.read(json!([{ "get": "a" }])).await.unwrap(), json!(["1"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_began_before_a_migration_writes_nothing_after_it() {
    let world = Arc::new(World::new());
    world.host.load(with_data_version(&world, 1)).await.unwrap();
    // The call waits for its answer while the data move on.
    let (asked, waits) = tokio::sync::oneshot::channel();
    let (answer, answered) = std::sync::mpsc::sync_channel::<()>(1);
    let mut asked = Some(asked);
    world.exchange.answers(move |_| {
        asked.take().map(|asked| asked.send(()));
        let _ = answered.recv();
        ok("yes")
    });
    let ask = json!([{ "ask": { "to": "BO/GOB/1002/other/answers", "path": "/x" } }, { "put": ["old", "form"] }]);
    let calling = world.clone();
    let call = tokio::spawn(async move { calling.steps(ask).await });
    waits.await.unwrap();
    world.host.load(with_data_version(&world, 2)).await.unwrap();
    answer.send(()).unwrap();
    let outcome = call.await.unwrap();
    assert!(matches!(outcome, Err(CallError::OtherData)), "{outcome:?}");
    assert_eq!(world.read(json!([{ "get": "old" }])).await.unwrap(), json!([null]));
}

#[tokio::test]
async fn data_of_another_members_plugin_of_the_same_name_are_not_handed_to_it() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.host.unload("probe");
    let mut foreign = world.version("probe", "");
    foreign.subsystem = "BO/GOB/2002/other".parse().unwrap();
    let refused = world.host.load(foreign).await.expect_err("the data are another's");
    assert!(matches!(refused, LoadError::OtherMember { .. }), "{refused:?}");
    world.host.erase("probe").await.unwrap();
    let mut foreign = world.version("probe", "");
    foreign.subsystem = "BO/GOB/2002/other".parse().unwrap();
    world.host.load(foreign).await.unwrap();
}

#[tokio::test]
async fn a_version_on_trial_with_less_storage_leaves_the_current_one_its_own() {
    let world = World::new();
    world.load("probe", "[limits]\nstorage = \"4 MiB\"\n").await.unwrap();
    let trial = world.version("probe", "[limits]\nstorage = \"1 MiB\"\n");
    world.host.try_out(trial, 1).await.unwrap();
    for number in 0..3 {
        world.steps(json!([{ "put_bytes": [format!("k{number}"), 1_000_000] }])).await.unwrap();
    }
}

#[tokio::test]
async fn a_version_on_trial_gets_its_share_until_the_trial_ends() {
    let world = World::new();
    let none = world.host.try_out(world.version("probe", ""), 10).await.expect_err("nothing is loaded");
    assert!(matches!(none, LoadError::NotLoaded { .. }), "{none:?}");
    world.load("probe", "").await.unwrap();
    // On trial it writes under another greeting.
    let mut trial = world.version_of("probe", &manifest("probe", "").replace("1.0.0", "2.0.0"));
    trial.given.config.insert("greeting".to_owned(), "allinllachu".to_owned());
    world.host.try_out(trial, 30).await.unwrap();
    let mut tried = 0;
    for _ in 0..200 {
        tried += usize::from(world.read(json!([{ "config": "greeting" }])).await.unwrap()[0] == "allinllachu");
    }
    assert!((25..=100).contains(&tried), "{tried} of 200");
    world.host.end_trial("probe").unwrap();
    for _ in 0..20 {
        assert_eq!(world.read(json!([{ "config": "greeting" }])).await.unwrap(), json!(["hola"]));
    }
}

#[tokio::test]
async fn a_plugin_that_is_unloaded_keeps_its_data_and_one_that_is_erased_does_not() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    world.steps(json!([{ "put": ["a", "1"] }])).await.unwrap();
    world.host.unload("probe");
    assert!(world.post(SUBSYSTEM, json!([]), None).await.is_err());
    world.load("probe", "").await.unwrap();
    assert_eq!(world.read(json!([{ "get": "a" }])).await.unwrap(), json!(["1"]));
    world.host.erase("probe").await.unwrap();
    world.load("probe", "").await.unwrap();
    assert_eq!(world.read(json!([{ "get": "a" }])).await.unwrap(), json!([null]));
}

#[tokio::test]
async fn what_is_given_has_to_fit_the_manifest() {
    let world = World::new();
    let mut version = world.version("probe", "");
    version.given.secrets.clear();
    let missing = world.host.load(version).await.expect_err("a secret is missing");
    assert!(matches!(missing, LoadError::Given { .. }), "{missing:?}");
    let mut version = world.version("probe", "");
    version.given.config.insert("colour".to_owned(), "red".to_owned());
    let unasked = world.host.load(version).await.expect_err("nobody asked");
    assert!(matches!(unasked, LoadError::Given { .. }), "{unasked:?}");
}

#[tokio::test]
async fn a_version_that_mends_a_fault_is_loaded_while_the_faulty_one_gets_no_calls() {
    let world = World::new();
    world.load("probe", "").await.unwrap();
    for _ in 0..5 {
        world.steps(json!([{ "panic": "oh" }])).await.expect_err("it panics");
    }
    let turned_away = world.steps(json!([])).await.expect_err("the breaker is open");
    assert!(matches!(turned_away, plugin_host::CallError::BreakerOpen { .. }), "{turned_away:?}");
    world.load("probe", "").await.unwrap();
    world.steps(json!([])).await.unwrap();
}
