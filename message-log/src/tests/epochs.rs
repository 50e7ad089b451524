//! A log that forgets something begins a new epoch before anything else, whenever the process dies: no number is used twice.

use super::fixture::{Fixture, after, copy_folder, peer, receive, send};
use crate::frame::{self, Parsed};
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::{DataKey, EpochCause, Kind, MemoryKeyWrap, OpenError, OpenMode, PeerAnswer, PeerMemory};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

fn cut() -> OpenMode {
    OpenMode::CutDamage(Vec::new())
}

/// Where the frames lie.
fn frames(bytes: &[u8]) -> Vec<(Kind, Range<usize>)> {
    let header = SegmentHeader::decode(bytes).unwrap();
    let (mut frames, mut at) = (Vec::new(), SEGMENT_HEADER_BYTES);
    while let Parsed::Frame(frame) = frame::parse(&bytes[at..], &header.seed, at as u32) {
        frames.push((frame.kind, at..frame.end() as usize));
        at = frame.end() as usize;
    }
    frames
}

/// A closed log of three received records and `sent` sent ones, whose second record is damaged; and the bytes from it on.
async fn damaged(sent: u64) -> (Fixture, Vec<u8>) {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=3 {
        receive(&log, number).await;
    }
    for number in 1..=sent {
        assert_eq!(send(&log, number).await, number);
    }
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    log.close(after(2)).await.unwrap();
    let mut bytes = std::fs::read(fixture.segment_path()).unwrap();
    let second = frames(&bytes).into_iter().filter(|(kind, _)| *kind == Kind::Message).nth(1).unwrap().1;
    bytes[second.start + 300] ^= 1;
    std::fs::write(fixture.segment_path(), &bytes).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    (fixture, bytes[second.start..=end].to_vec())
}

fn set_aside(folder: &Path, what: &[u8]) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return set_aside(&path, what);
        }
        std::fs::read(path).unwrap().windows(what.len()).any(|window| window == what)
    })
}

#[tokio::test]
async fn a_cut_that_is_interrupted_anywhere_uses_no_number_twice_and_loses_nothing() {
    let (fixture, tail) = damaged(20).await;
    let mut died = 0;
    for operations in 0.. {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(fixture.path(), folder.path());
        *fixture.disk.operations_left.lock().unwrap() = Some(operations);
        let opened = fixture.try_open_at(folder.path(), &cut());
        *fixture.disk.operations_left.lock().unwrap() = None;
        if opened.is_ok() {
            break;
        }
        died += 1;
        match fixture.try_open_at(folder.path(), &OpenMode::Verified) {
            Err(OpenError::Damaged(_) | OpenError::EpochDue { cause: EpochCause::Cut, .. }) => {}
            Ok(log) if log.shared().state().epoch == 1 => {}
            other => panic!("after {operations} operations: {:?}", other.map(|_| ())),
        }
        let log = fixture.try_open_at(folder.path(), &cut()).unwrap();
        assert!(send(&log, 100).await > 20, "after {operations} operations");
        assert!(set_aside(&folder.path().join("damaged"), &tail), "after {operations} operations");
        log.checkpoint(&fixture.signer, after(3)).await.unwrap();
        log.close(after(4)).await.unwrap();
        let report = fixture.verify_at(folder.path());
        assert!(report.is_sound(), "after {operations} operations: {:?}", report.problems);
        assert!(fixture.try_open_at(folder.path(), &OpenMode::Verified).is_ok(), "the epoch has begun");
    }
    assert!(died > 10, "the process died {died} times");
}

#[tokio::test]
async fn a_restored_log_stays_one_until_its_epoch_has_begun() {
    let (mut fixture, _) = damaged(20).await;
    let memory = PeerMemory { peer: peer(), answer: PeerAnswer::Remembers { checkpoint: None, last_sequence: 400 } };
    let restored = OpenMode::Restored(vec![memory]);
    assert!(matches!(fixture.try_open(&restored), Err(OpenError::Damaged(_))));
    assert!(matches!(
        fixture.try_open(&OpenMode::Verified),
        Err(OpenError::EpochDue { cause: EpochCause::Restored, .. })
    ));
    let key = std::mem::replace(&mut fixture.key, Arc::new(MemoryKeyWrap::new(&DataKey::from_bytes([8; 32]))));
    assert!(matches!(fixture.try_open(&cut()), Err(OpenError::WrongKey { .. })));
    fixture.key = key;
    assert!(matches!(fixture.try_open(&OpenMode::Verified), Err(OpenError::EpochDue { cause: EpochCause::Cut, .. })));
    let log = fixture.try_open(&OpenMode::Restored(Vec::new())).unwrap();
    assert!(send(&log, 1).await > 400, "what the first opening was told is not forgotten");
    log.close(after(3)).await.unwrap();
    assert!(fixture.try_open(&OpenMode::Verified).is_ok());
}

#[tokio::test]
async fn a_second_cut_overwrites_nothing_of_the_first() {
    let (fixture, first) = damaged(3).await;
    let log = fixture.try_open(&cut()).unwrap();
    log.close(after(3)).await.unwrap();
    let mut bytes = std::fs::read(fixture.segment_path()).unwrap();
    let epoch = frames(&bytes).into_iter().find(|(kind, _)| *kind == Kind::Epoch).unwrap().1;
    bytes[epoch.start + 20] ^= 1;
    std::fs::write(fixture.segment_path(), &bytes).unwrap();
    drop(fixture.try_open(&cut()).unwrap());
    assert!(set_aside(&fixture.path().join("damaged/record-1"), &first));
    assert!(set_aside(&fixture.path().join("damaged/record-1-2"), &bytes[epoch]));
}

#[tokio::test]
async fn numbers_reserved_in_frames_that_cannot_be_read_are_not_used_again() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    let mut used = 0;
    for number in 1..=60 {
        used = send(&log, number).await;
    }
    log.close(after(2)).await.unwrap();
    let mut bytes = std::fs::read(fixture.segment_path()).unwrap();
    // The first block can still be read; what was reserved and sent behind it cannot.
    let sent: Vec<_> = frames(&bytes).into_iter().skip(6).collect();
    for (_, frame) in sent {
        bytes[frame.end - 9] ^= 1;
        bytes[frame.start + 5] ^= 1;
    }
    std::fs::write(fixture.segment_path(), &bytes).unwrap();
    let log = fixture.try_open(&cut()).unwrap();
    assert!(send(&log, 100).await > used);
}

#[tokio::test]
async fn numbers_that_an_earlier_epoch_skipped_to_are_not_used_again() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    log.close(after(1)).await.unwrap();
    let mut used = Vec::new();
    for restored in 1..=3 {
        // The peer never says what it has seen, and each time it is the same copy.
        let folder = tempfile::tempdir().unwrap();
        copy_folder(fixture.path(), folder.path());
        let mode = OpenMode::Restored(Vec::new());
        let log = fixture.try_open_when(folder.path(), &mode, after(restored * 3600)).unwrap();
        for number in 2..=20 {
            used.push(send(&log, number).await);
        }
    }
    let count = used.len();
    used.sort_unstable();
    used.dedup();
    assert_eq!(used.len(), count);
}
