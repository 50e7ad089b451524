//! Completeness between counterparties: what one side removes from its log, the other side's doctor names; and what went
//! wrong honestly raises no alarm.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use demo::state::PERSONS;
use message_log::{MessageLog, OpenMode};
use protocol::identifier::ServerId;
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
