//! Completeness between counterparties: what one side removes from its log, the other side's doctor names; and what went
//! wrong honestly raises no alarm.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use admin::ClientError;
use demo::state::PERSONS;
use message_log::{MessageLog, OpenMode};
use protocol::identifier::ServerId;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tests::World;
use tests::world::copy_folder;

const BOTH: [&str; 2] = ["gamlp", "segip"];

fn segip() -> ServerId {
    "BO/GOV/1001/ss1".parse().unwrap()
}

fn gamlp() -> ServerId {
    "BO/MUN/2001/ss1".parse().unwrap()
}

async fn exchange(world: &World, id: &str) {
    let answer = world.town().with("x-road-id", id).get(&format!("/r1/{PERSONS}/personas/1234567")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn compare_notes(world: &World) {
    world.compare_notes(&BOTH, || exchange(world, "carries checkpoints")).await;
}

fn log_of(world: &World, server: &str) -> MessageLog {
    world.upkeep(server).messaging.evidence.log().clone()
}

fn log_folder(world: &World, server: &str) -> PathBuf {
    world.installation.folder_of(server).join("message-log")
}

async fn restart(world: &mut World, server: &str, mode: &OpenMode, meanwhile: impl FnOnce(&Path)) {
    world.stop_server(server).await;
    meanwhile(&log_folder(world, server));
    world.start_server_on(server, mode).await;
    demo::onboard(&world.installation).await.expect("every server becomes ready");
}

async fn problem(world: &World, server: &str, about: &str) -> String {
    let problems = world.problems(server).await;
    let found = problems.iter().find(|problem| problem.contains(about));
    found.unwrap_or_else(|| panic!("{server} should find {about:?}: {problems:?}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_and_unsent_numbers_raise_no_alarm() {
    let mut world = World::start_by_hand().await;
    exchange(&world, "first").await;
    let refused = world.town().get(&format!("/r1/{PERSONS}/otra")).await;
    refused.is_fault(500, "server.serverproxy.access_denied", PERSONS);
    drop(world.upkeep("gamlp").messaging.evidence.next_sequence(&segip()).await.unwrap());
    exchange(&world, "second").await;
    assert_eq!(log_of(&world, "segip").received_gaps(&gamlp()), [2..=3], "refused by segip, and never sent");

    compare_notes(&world).await;
    assert_eq!(log_of(&world, "segip").received_gaps(&gamlp()), [], "both are explained, and remembered as that");
    restart(&mut world, "gamlp", &OpenMode::Verified, |_| {}).await;
    exchange(&world, "with a number of the next block").await;
    compare_notes(&world).await;
    assert_eq!(log_of(&world, "segip").received_gaps(&gamlp()), [], "what a stop left unused is explained, too");

    for server in BOTH {
        assert_eq!(log_of(&world, server).open_conflicts(), []);
        let problems = world.problems(server).await;
        assert!(problems.iter().all(|problem| !problem.contains("log")), "{problems:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_replaced_by_an_older_copy_shows_on_both_sides() {
    let mut world = World::start_by_hand().await;
    let older = tempfile::tempdir().unwrap();
    exchange(&world, "before the copy").await;
    restart(&mut world, "segip", &OpenMode::Verified, |log| copy_folder(log, older.path())).await;
    exchange(&world, "will be gone").await;
    compare_notes(&world).await;
    let last = log_of(&world, "gamlp").last_received(&segip());
    assert_eq!(world.problems("gamlp").await, [""; 0]);

    let replace = |log: &Path| {
        std::fs::remove_dir_all(log).unwrap();
        copy_folder(older.path(), log);
    };
    restart(&mut world, "segip", &OpenMode::Verified, replace).await;
    exchange(&world, "after the copy").await;
    compare_notes(&world).await;

    let conflict = problem(&world, "gamlp", "message log of BO/GOV/1001/ss1 conflicts").await;
    assert!(conflict.contains(&format!("with the numbers {}, {last}", last - 1)), "{conflict}");
    let repeated = problem(&world, "gamlp", "BO/GOV/1001/ss1 used one number for two messages").await;
    assert!(repeated.contains(&format!("its number {}", last - 1)), "{repeated}");
    let own = problem(&world, "segip", "this server's message log was rolled back or changed").await;
    assert!(own.contains("BO/MUN/2001/ss1"), "{own}");

    let records = log_of(&world, "gamlp").open_conflicts().len();
    compare_notes(&world).await;
    assert_eq!(log_of(&world, "gamlp").open_conflicts().len(), records, "a conflict is recorded once");
    restart(&mut world, "gamlp", &OpenMode::Verified, |_| {}).await;
    problem(&world, "gamlp", "message log of BO/GOV/1001/ss1 conflicts").await;
    problem(&world, "gamlp", "BO/GOV/1001/ss1 used one number for two messages").await;
}

/// The numbers of the records of a server's open conflicts that say this.
async fn conflicts(world: &World, server: &str, says: &str) -> Vec<u64> {
    let listed: Value = world.administrator(server).get("/v1/log/conflicts").await.unwrap();
    let listed = listed["conflicts"].as_array().unwrap().clone();
    let says = listed.iter().filter(|conflict| conflict["what"].as_str().unwrap().contains(says));
    says.map(|conflict| conflict["index"].as_u64().unwrap()).collect()
}

async fn settle(world: &World, server: &str, index: u64, reason: &str) -> Result<Value, ClientError> {
    let path = format!("/v1/log/conflicts/{index}/settle");
    world.administrator(server).post(&path, &json!({ "reason": reason })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_settles_what_never_fits_again_and_it_stays_settled() {
    let mut world = World::start_by_hand().await;
    exchange(&world, "carries a number").await;
    let (log, what) = (log_of(&world, "gamlp"), "its messages: it used its number 1 for two messages");
    let index = log.append_conflict(&segip(), what, world.now()).await.unwrap();
    drop(log);
    restart(&mut world, "gamlp", &OpenMode::Verified, |_| {}).await;
    compare_notes(&world).await;
    problem(&world, "gamlp", "BO/GOV/1001/ss1 used one number for two messages").await;
    assert_eq!(conflicts(&world, "gamlp", what).await, [index]);

    let refused = settle(&world, "gamlp", index, " ").await.unwrap_err();
    assert!(refused.to_string().contains("for a reason"), "{refused}");
    let refused = settle(&world, "gamlp", index + 1, "looked into").await.unwrap_err();
    assert!(refused.to_string().contains("no conflict that is open"), "{refused}");
    let settled = settle(&world, "gamlp", index, "looked into").await.unwrap();
    assert_eq!((&settled["settled"], &settled["peer"]), (&json!(index), &json!(segip().to_string())));
    assert!(settle(&world, "gamlp", index, "once more").await.is_err(), "it is over");

    for _ in 0..2 {
        assert_eq!(world.problems("gamlp").await, [""; 0]);
        assert_eq!(conflicts(&world, "gamlp", "").await, [0; 0]);
        restart(&mut world, "gamlp", &OpenMode::Verified, |_| {}).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_removed_shows_on_the_other_side_with_its_number() {
    let mut world = World::start_by_hand().await;
    exchange(&world, "stays").await;
    exchange(&world, "to-be-removed").await;
    compare_notes(&world).await;
    let last = log_of(&world, "gamlp").last_received(&segip());

    restart(&mut world, "segip", &OpenMode::CutDamage(Vec::new()), |log| damage(log, b"to-be-removed")).await;
    exchange(&world, "after the cut").await;
    compare_notes(&world).await;

    let conflict = problem(&world, "gamlp", "message log of BO/GOV/1001/ss1 conflicts").await;
    assert!(conflict.contains(&format!("with the numbers {}, {last}", last - 1)), "{conflict}");
    problem(&world, "segip", "this server's message log was rolled back or changed").await;
    assert_eq!(log_of(&world, "segip").open_conflicts().len(), 1, "only its own log is not what it was");
}

/// Changes a byte of the first record that has this text.
fn damage(log: &Path, text: &[u8]) {
    for entry in std::fs::read_dir(log.join("segments")).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        if let Some(at) = bytes.windows(text.len()).position(|window| window == text) {
            bytes[at] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            return;
        }
    }
    panic!("no record has the text");
}
