//! Erasure: with everything that is left on the disk, the right guess of the content cannot be confirmed.

use super::fixture::{Fixture, after, copy_folder, digested, peer, receive, request, request_id, response};
use crate::{Content, EraseError, FoundState, MessageLog, MessageSequence, OpenMode, Query};
use protocol::hash::{Sha256Hash, Sha512Hash};
use std::path::Path;

async fn exchange(log: &MessageLog, number: u64) {
    let mut asked = request(MessageSequence::Received(number), number);
    asked.idempotency_key = Some(format!("pay the fine of case {number}"));
    log.append(asked, after(0)).await.unwrap();
    let sequence = log.next_sequence(&peer()).await.unwrap();
    let mut answer = response(MessageSequence::Sent(sequence), number);
    let mut spool = log.spool(1 << 20);
    spool.push(vec![number as u8; 40_000].into()).await.unwrap();
    answer.body = Some(spool.finish().await.unwrap());
    log.append(digested(answer), after(0)).await.unwrap();
}

fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(everything(&path))
        } else {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()))
        }
    }
    files
}

fn holds(folder: &Path, what: &[u8]) -> Option<String> {
    let found =
        everything(folder).into_iter().find(|(_, bytes)| bytes.windows(what.len()).any(|window| window == what));
    found.map(|(name, _)| name)
}

/// Everything that the right guess of an exchange would be compared with.
fn guesses(number: u64) -> Vec<(&'static str, Vec<u8>)> {
    let asked = request(MessageSequence::Received(number), number);
    let answer = response(MessageSequence::Received(number), number);
    let mut guesses: Vec<(&'static str, Vec<u8>)> = Vec::new();
    for record in [&asked, &answer] {
        let body = record.body.as_ref().unwrap().digest().sha512;
        let manifest = record.digests.parts().render();
        guesses.push(("salt", record.salt.to_vec()));
        guesses.push(("head", record.head.to_vec()));
        guesses.push(("head digest", Sha512Hash::of(&record.head).as_bytes().to_vec()));
        guesses.push(("body", record.body.as_ref().unwrap().bytes().unwrap().to_vec()));
        guesses.push(("body digest", body.as_bytes().to_vec()));
        guesses.push(("body digest in hex", body.to_string().into_bytes()));
        guesses.push(("manifest", manifest.clone().into_bytes()));
        guesses.push(("manifest digest", Sha256Hash::of(manifest.as_bytes()).as_bytes().to_vec()));
        guesses.push(("manifest digest", Sha512Hash::of(manifest.as_bytes()).as_bytes().to_vec()));
    }
    let key = crate::index::Key::idempotency(&asked.client, &format!("pay the fine of case {number}"));
    guesses.push(("idempotency digest", key.digest().to_le_bytes().to_vec()));
    guesses
}

#[tokio::test]
async fn the_right_guess_cannot_be_confirmed_and_the_log_stays_sound() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=40 {
        exchange(&log, number).await;
    }
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    let files = everything(&fixture.path().join("bodies")).len();
    let wrapped_keys: Vec<Vec<u8>> = wrapped_keys(&log, 3);
    assert!(log.shared().segments().len() > 2);
    let erased = log
        .erase(&request_id(3), "article 17: request of 2026-11-20", "the data protection officer", after(2))
        .await
        .unwrap();
    assert_eq!(erased.len(), 2, "the response goes with its request");
    for (what, guess) in guesses(3) {
        assert_eq!(holds(fixture.path(), &guess), None, "{what} is left");
    }
    for key in &wrapped_keys {
        assert_eq!(holds(fixture.path(), key), None, "a wrapped key is left");
    }
    assert_eq!(everything(&fixture.path().join("bodies")).len(), files - 1);
    for index in &erased {
        let Content::Erased(Some(erasure)) = log.read(*index).unwrap().content else { panic!("not erased") };
        assert_eq!(erasure.author, "the data protection officer");
        assert!(log.export(*index).is_err());
    }
    let found = log.find(&Query { request_id: Some(request_id(3)), ..Query::default() }).unwrap();
    assert!(found.iter().all(|found| found.state == FoundState::Erased) && found.len() == 2);
    assert!(log.read(0).is_ok_and(|stored| matches!(stored.content, Content::Kept(_))));
    log.close(after(3)).await.unwrap();
    let report = fixture.verify();
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!(report.erased_count, 2);
    assert_eq!(
        (report.erased[0].time, report.erased[0].reason.as_str()),
        (after(2), "article 17: request of 2026-11-20")
    );
    assert_eq!(fixture.open().verify_range(0..500).unwrap(), report.records);
    for (what, guess) in guesses(3) {
        assert_eq!(holds(fixture.path(), &guess), None, "{what} is left after another start");
    }
}

fn wrapped_keys(log: &MessageLog, number: u64) -> Vec<Vec<u8>> {
    let found = log.find(&Query { request_id: Some(request_id(number)), ..Query::default() }).unwrap();
    let payloads =
        found.iter().map(|found| crate::read::read_leaf_frame(log.shared(), found.index).unwrap().unwrap().payload);
    payloads.map(|payload| crate::payload::read_message(&payload).unwrap().wrapped_key.to_vec()).collect()
}

#[tokio::test]
async fn erasing_what_is_not_there_or_twice_is_refused() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    assert!(matches!(log.erase("unknown", "r", "a", after(1)).await, Err(EraseError::Nothing { .. })));
    assert!(matches!(log.erase(&request_id(1), &"r".repeat(3000), "a", after(1)).await, Err(EraseError::Append(_))));
    log.erase(&request_id(1), "r", "a", after(1)).await.unwrap();
    assert!(matches!(log.erase(&request_id(1), "r", "a", after(1)).await, Err(EraseError::Nothing { .. })));
}

#[tokio::test]
async fn an_erasure_that_a_crash_interrupted_is_finished_at_the_next_start() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=3 {
        exchange(&log, number).await;
    }
    drop(log);
    let before = tempfile::tempdir().unwrap();
    copy_folder(fixture.path(), before.path());
    let log = fixture.open();
    log.erase(&request_id(2), "r", "a", after(1)).await.unwrap();
    drop(log);
    // The record of the erasure is durable, and the destroyed keys are back.
    let (old, new) = (
        std::fs::read(before.path().join("segments").join(fixture.segment_path().file_name().unwrap())).unwrap(),
        std::fs::read(fixture.segment_path()).unwrap(),
    );
    let end = old.iter().rposition(|byte| *byte != 0).unwrap();
    let mut mixed = new.clone();
    mixed[..=end].copy_from_slice(&old[..=end]);
    std::fs::write(fixture.segment_path(), &mixed).unwrap();
    copy_folder(&before.path().join("bodies"), &fixture.path().join("bodies"));
    assert!(!fixture.verify().is_sound(), "a record says that it was erased, and its key is there");
    drop(fixture.try_open(&OpenMode::Verified).unwrap());
    let report = fixture.verify();
    assert!(report.is_sound(), "{:?}", report.problems);
    for (what, guess) in guesses(2) {
        assert_eq!(holds(fixture.path(), &guess), None, "{what} is left");
    }
}

#[tokio::test]
async fn a_key_destroyed_without_a_record_shows() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    let segment = log.shared().segments()[0].clone();
    let offset = segment.index(|index| index.leaf_offset(0)).unwrap().unwrap();
    crate::erase::destroy(log.shared(), &segment, offset).unwrap();
    log.close(after(1)).await.unwrap();
    assert_eq!(fixture.verify().problems[0].record, 0);
}

#[tokio::test]
async fn what_was_set_aside_is_erased_too() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=4 {
        exchange(&log, number).await;
    }
    let keys: Vec<Vec<Vec<u8>>> = (1..=4).map(|number| wrapped_keys(&log, number)).collect();
    let offset = |leaf| log.shared().segments()[0].index(|index| index.leaf_offset(leaf)).unwrap().unwrap() as usize;
    // The last bytes of the request of the second exchange, in front of its response.
    let damaged = offset(3) - 40;
    drop(log);
    let mut bytes = std::fs::read(fixture.segment_path()).unwrap();
    bytes[damaged] ^= 1;
    std::fs::write(fixture.segment_path(), bytes).unwrap();
    let log = fixture.try_open(&OpenMode::CutDamage(Vec::new())).unwrap();
    assert!(log.read(1).is_ok() && log.size() < 8);
    let left = |number: usize| keys[number - 1].iter().filter(|key| holds(fixture.path(), key).is_some()).count();
    assert_eq!([left(1), left(2), left(3), left(4)], [2, 2, 2, 2]);
    // The first is in the log, the second is what was damaged, the third is sound and was cut off with it.
    assert_eq!(log.erase(&request_id(1), "r", "a", after(1)).await.unwrap().len(), 2);
    assert_eq!(log.erase(&request_id(2), "r", "a", after(1)).await.unwrap(), Vec::<u64>::new());
    assert_eq!(log.erase(&request_id(3), "r", "a", after(1)).await.unwrap(), Vec::<u64>::new());
    assert_eq!([left(1), left(2), left(3), left(4)], [0, 0, 0, 2]);
    assert!(matches!(log.erase(&request_id(3), "r", "a", after(1)).await, Err(EraseError::Nothing { .. })));
    assert!(matches!(log.erase("unknown", "r", "a", after(1)).await, Err(EraseError::Nothing { .. })));
}
