//! Timestamps over single signatures: none is forgotten, none is made twice, and they go with their records.

use super::fixture::{Fixture, after, peer, receive, request_id};
use crate::{MessageLog, OpenMode};
use std::path::Path;

fn waiting(log: &MessageLog, limit: usize) -> (Vec<u64>, u64) {
    let next = log.to_stamp(limit).unwrap();
    (next.messages.iter().map(|message| message.index).collect(), next.below)
}

fn token(index: u64) -> (u64, Vec<u8>) {
    (index, format!("the token over the signature of record {index}").into_bytes())
}

fn on_disk(folder: &Path, what: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        let holds = |path| std::fs::read::<&Path>(path).unwrap().windows(what.len()).any(|window| window == what);
        if path.is_dir() { on_disk(&path, what) } else { holds(&path) }
    })
}

#[tokio::test]
async fn every_signature_waits_from_the_moment_on_that_they_are_stamped() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    assert_eq!(waiting(&log, 16), (vec![], 0), "nobody asked for it");
    log.begin_signature_timestamps().await.unwrap();
    receive(&log, 2).await;
    receive(&log, 3).await;
    log.append_conflict(&peer(), "its log: no message", after(1)).await.unwrap();
    receive(&log, 4).await;
    assert_eq!(waiting(&log, 2), (vec![1, 2], 3));
    log.add_signature_timestamps(vec![token(2)], None).await.unwrap();
    assert_eq!(waiting(&log, 16), (vec![1, 4], 5));
    drop(log);

    let log = fixture.open();
    log.begin_signature_timestamps().await.unwrap();
    assert_eq!(waiting(&log, 16), (vec![1, 4], 5), "what a crash interrupted goes on");
    log.add_signature_timestamps(vec![token(1), token(4)], Some(5)).await.unwrap();
    assert_eq!(waiting(&log, 16), (vec![], 5));
    for index in [1, 2, 4] {
        assert_eq!(log.signature_timestamp(index).unwrap(), Some(token(index).1));
    }
    assert_eq!(log.signature_timestamp(0).unwrap(), None);
    log.end_signature_timestamps().await.unwrap();
    receive(&log, 5).await;
    log.begin_signature_timestamps().await.unwrap();
    receive(&log, 6).await;
    assert_eq!(waiting(&log, 16).0, [6], "what came while nobody asked is left out");
    log.close(after(2)).await.unwrap();
    assert!(fixture.verify().is_sound());
}

#[tokio::test]
async fn what_needs_no_timestamp_is_looked_through_once() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let frames = || log.shared().state().frames;
    log.add_signature_timestamps(Vec::new(), Some(0)).await.unwrap();
    assert_eq!((frames(), waiting(&log, 16)), (0, (vec![], 0)), "nobody asked for timestamps, and nobody does now");
    log.begin_signature_timestamps().await.unwrap();
    for second in 1..=5 {
        log.append_conflict(&peer(), "its log: no message", after(second)).await.unwrap();
    }
    let before = frames();
    let (_, below) = waiting(&log, 16);
    for _ in 0..3 {
        log.add_signature_timestamps(Vec::new(), Some(below)).await.unwrap();
    }
    assert_eq!(frames(), before + 1, "it is said once");
    assert_eq!(log.shared().state().signatures_stamped, Some(5));
}

#[tokio::test]
async fn no_signature_is_stamped_twice_and_no_other_record() {
    let fixture = Fixture::new();
    let log = fixture.open();
    log.begin_signature_timestamps().await.unwrap();
    receive(&log, 1).await;
    let conflict = log.append_conflict(&peer(), "its log: no message", after(1)).await.unwrap();
    log.add_signature_timestamps(vec![token(0)], None).await.unwrap();
    let frames = log.shared().state().frames;
    log.add_signature_timestamps(vec![token(0)], None).await.unwrap();
    assert_eq!(log.shared().state().frames, frames, "the second one is not kept");
    assert!(log.add_signature_timestamps(vec![token(conflict)], None).await.is_err());
}

#[tokio::test]
async fn a_token_is_found_in_old_segments_and_goes_with_its_record() {
    let fixture = Fixture::new();
    let log = fixture.open();
    log.begin_signature_timestamps().await.unwrap();
    for number in 0..60 {
        receive(&log, number + 1).await;
        log.add_signature_timestamps(vec![token(number)], Some(number + 1)).await.unwrap();
    }
    assert!(log.shared().segments().len() > 1);
    assert_eq!(log.signature_timestamp(3).unwrap(), Some(token(3).1));
    assert!(!on_disk(fixture.path(), &token(3).1), "it is encrypted as its record is");
    log.erase(&request_id(4), "article 17", "the data protection officer", after(1)).await.unwrap();
    assert_eq!(log.signature_timestamp(3).unwrap(), None);
    log.close(after(2)).await.unwrap();
    assert!(fixture.verify().is_sound());
    let log = fixture.try_open(&OpenMode::Verified).unwrap();
    assert_eq!(log.signature_timestamp(3).unwrap(), None);
    assert_eq!(log.signature_timestamp(4).unwrap(), Some(token(4).1));
}
