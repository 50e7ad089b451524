//! Damage is found where it is: each region of the files, changed byte by byte.

use super::fixture::{Fixture, after, copy_folder, peer, receive};
use crate::frame::{self, HEADER_BYTES, Parsed};
use crate::payload::{SLOT_BYTES, read_message};
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::{Kind, MessageLog, OpenError, OpenMode, SegmentContents, inspect_index, inspect_segment};
use std::path::{Path, PathBuf};

/// Where a frame lies, and the record that damage to it is told as.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
    kind: Kind,
    record: u64,
}

async fn closed_log() -> (Fixture, Vec<u8>, Vec<Place>) {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=4 {
        receive(&log, number).await;
    }
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    drop(log.next_sequence(&peer()).await.unwrap());
    log.close(after(2)).await.unwrap();
    let bytes = std::fs::read(fixture.segment_path()).unwrap();
    let places = places(&bytes);
    (fixture, bytes, places)
}

fn places(bytes: &[u8]) -> Vec<Place> {
    let header = SegmentHeader::decode(bytes).unwrap();
    let (mut places, mut at, mut record) = (Vec::new(), SEGMENT_HEADER_BYTES, 0);
    while let Parsed::Frame(frame) = frame::parse(&bytes[at..], &header.seed, at as u32) {
        places.push(Place { start: at, end: frame.end() as usize, kind: frame.kind, record });
        record += u64::from(frame.kind.has_leaf());
        at = frame.end() as usize;
    }
    places
}

struct Changed {
    folder: tempfile::TempDir,
    segment: PathBuf,
}

impl Changed {
    fn new(fixture: &Fixture) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(fixture.path(), folder.path());
        let segment = folder.path().join("segments").join(fixture.segment_path().file_name().unwrap());
        Self { folder, segment }
    }

    fn open(&self, fixture: &Fixture, bytes: &[u8], mode: &OpenMode) -> Result<MessageLog, OpenError> {
        std::fs::write(&self.segment, bytes).unwrap();
        fixture.try_open_at(self.path(), mode)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

#[tokio::test]
async fn a_flipped_byte_anywhere_is_told_with_its_record() {
    let (fixture, bytes, places) = closed_log().await;
    let changed = Changed::new(&fixture);
    let last = places.last().unwrap();
    assert_eq!(last.kind, Kind::Closed);
    for place in &places[..places.len() - 1] {
        for at in (place.start..place.end).filter(|at| *at < place.start + 20 || at % 23 == 0) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            let what = format!("byte {} of the {:?} frame of record {}", at - place.start, place.kind, place.record);
            let slot = place.start + HEADER_BYTES..place.start + HEADER_BYTES + SLOT_BYTES;
            if place.kind == Kind::Message && slot.contains(&at) {
                std::fs::write(&changed.segment, &flipped).unwrap();
                let report = fixture.verify_at(changed.path());
                assert_eq!(report.problems.first().map(|problem| problem.record), Some(place.record), "{what}");
                continue;
            }
            let record = match changed.open(&fixture, &flipped, &OpenMode::Verified) {
                Err(OpenError::Damaged(damage)) => damage.record,
                other => panic!("{what}: {:?}", other.map(|_| ())),
            };
            assert_eq!(record, place.record, "{what}");
            let report = fixture.verify_at(changed.path());
            assert_eq!(report.problems.first().map(|problem| problem.record), Some(place.record), "{what}");
        }
    }
    for at in 0..SEGMENT_HEADER_BYTES {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        assert!(
            matches!(changed.open(&fixture, &flipped, &OpenMode::Verified), Err(OpenError::Damaged(_))),
            "header {at}"
        );
    }
}

/// Somebody changes a leaf and makes the checksum right again.
fn forged(bytes: &[u8], place: Place) -> Vec<u8> {
    let header = SegmentHeader::decode(bytes).unwrap();
    let Parsed::Frame(frame) = frame::parse(&bytes[place.start..], &header.seed, place.start as u32) else { panic!() };
    let mut payload = frame.payload.to_vec();
    let leaf = read_message(&payload).unwrap().leaf.to_vec();
    let at = payload.windows(leaf.len()).position(|window| window == leaf).unwrap();
    let digit = leaf.windows(10).position(|window| window == b"time: 2026").unwrap() + at + 9;
    payload[digit] = b'5';
    let mut written = Vec::new();
    frame::write(&mut written, &header.seed, frame.offset, frame.batch_start, frame.kind, &payload);
    let mut forged = bytes.to_vec();
    forged[place.start..place.end].copy_from_slice(&written);
    forged
}

#[tokio::test]
async fn a_forged_record_is_found_by_the_tree() {
    let (fixture, bytes, places) = closed_log().await;
    let changed = Changed::new(&fixture);
    for place in places.iter().filter(|place| place.kind == Kind::Message) {
        let forged = forged(&bytes, *place);
        match changed.open(&fixture, &forged, &OpenMode::Verified) {
            Err(OpenError::Damaged(damage)) => assert_eq!(damage.record, place.record, "{damage}"),
            other => panic!("{:?}", other.map(|_| ())),
        }
        let report = fixture.verify_at(changed.path());
        assert!(!report.is_sound());
    }
}

#[tokio::test]
async fn missing_records_are_found_by_the_published_checkpoint() {
    let (fixture, bytes, places) = closed_log().await;
    let changed = Changed::new(&fixture);
    // The newest checkpoint in the log goes with the records in front of it.
    let second = places.iter().find(|place| place.kind == Kind::Message && place.record == 2).unwrap();
    let mut cut = bytes.clone();
    cut[second.start..].fill(0);
    let Err(OpenError::Damaged(damage)) = changed.open(&fixture, &cut, &OpenMode::Verified) else { panic!() };
    assert_eq!(damage.record, 2);
    assert!(damage.what.contains("published checkpoint covers 4 records"), "{damage}");
    std::fs::remove_file(changed.path().join("checkpoint")).unwrap();
    let log = changed.open(&fixture, &cut, &OpenMode::Verified).unwrap();
    assert_eq!(log.size(), 2, "without any checkpoint left, the log itself cannot know; its peers do");
}

#[tokio::test]
async fn an_older_copy_starts_as_a_restored_log_only() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    log.close(after(2)).await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&fixture.path().join("segments"), copy.path());
    let log = fixture.open();
    receive(&log, 2).await;
    log.checkpoint(&fixture.signer, after(3)).await.unwrap();
    log.close(after(4)).await.unwrap();
    copy_folder(copy.path(), &fixture.path().join("segments"));
    assert!(matches!(fixture.try_open(&OpenMode::Verified), Err(OpenError::Damaged(_))));
    let log = fixture.try_open(&OpenMode::Restored(Vec::new())).unwrap();
    assert_eq!(log.shared().state().epoch, 1);
    assert_eq!(log.size(), 3, "the record, the new epoch, and the numbers that the peer may have seen");
    log.close(after(5)).await.unwrap();
    assert_eq!(fixture.open().size(), 3);
}

#[tokio::test]
async fn a_published_checkpoint_of_another_log_is_told_where_that_one_differs() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    receive(&log, 2).await;
    drop(log);
    let (older, published) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_folder(fixture.path(), older.path());
    let log = fixture.open();
    for number in 3..=6 {
        receive(&log, number).await;
    }
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    log.close(after(2)).await.unwrap();
    copy_folder(fixture.path(), published.path());

    let log = fixture.try_open_at(older.path(), &OpenMode::Verified).unwrap();
    for number in 13..=19 {
        receive(&log, number).await;
    }
    log.close(after(3)).await.unwrap();
    copy_folder(&published.path().join("tile"), &older.path().join("tile"));
    std::fs::copy(published.path().join("checkpoint"), older.path().join("checkpoint")).unwrap();

    let opened = fixture.try_open_at(older.path(), &OpenMode::Verified);
    let Err(OpenError::Damaged(damage)) = opened else { panic!() };
    assert_eq!(damage.record, 2, "{damage}");
    let log = fixture.try_open_at(older.path(), &OpenMode::CutDamage(Vec::new())).unwrap();
    assert_eq!(log.read(1).unwrap().leaf.sequence, 2);
    assert_eq!(log.size(), 4, "what both have in common, the new epoch, and numbers that may have been used");
}

#[tokio::test]
async fn numbers_behind_a_header_that_cannot_be_read_are_left_out() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=200 {
        receive(&log, number).await;
        drop(log.next_sequence(&peer()).await.unwrap());
    }
    log.close(after(1)).await.unwrap();
    let folder = fixture.path().join("segments");
    let last = *crate::segment::list_segments(&folder).unwrap().last().unwrap();
    let path = crate::segment::segment_path(&folder, last);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[9] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let log = fixture.try_open(&OpenMode::CutDamage(Vec::new())).unwrap();
    assert!(log.next_sequence(&peer()).await.unwrap().number() > 1 << 32);
}

#[tokio::test]
async fn a_segment_that_is_missing_is_found() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=200 {
        receive(&log, number).await;
    }
    log.close(after(1)).await.unwrap();
    let segments = crate::segment::list_segments(&fixture.path().join("segments")).unwrap();
    let middle = crate::segment::segment_path(&fixture.path().join("segments"), segments[1]);
    let bytes = std::fs::read(&middle).unwrap();
    std::fs::remove_file(&middle).unwrap();
    assert!(matches!(fixture.try_open(&OpenMode::Verified), Err(OpenError::Damaged(_))));
    assert!(!fixture.verify().is_sound());
    std::fs::write(&middle, &bytes[..bytes.len() - 8]).unwrap();
    let report = fixture.verify();
    assert_eq!(report.problem_count, 1, "{report:?}");
}

#[tokio::test]
async fn a_damaged_log_opens_with_the_explicit_flag_alone_and_keeps_what_it_cuts() {
    let (fixture, bytes, places) = closed_log().await;
    let changed = Changed::new(&fixture);
    let third = places.iter().find(|place| place.kind == Kind::Message && place.record == 2).unwrap();
    let mut flipped = bytes.clone();
    flipped[third.start + 300] ^= 1;
    assert!(changed.open(&fixture, &flipped, &OpenMode::Verified).is_err());
    let log = changed.open(&fixture, &flipped, &OpenMode::CutDamage(Vec::new())).unwrap();
    assert_eq!(log.size(), 4, "two records, the new epoch, and what became of numbers that were cut off");
    let next = log.next_sequence(&peer()).await.unwrap().number();
    assert!(
        next > 1 << 32,
        "the first eight were reserved behind the cut, and the damage may hide any number of blocks"
    );
    assert_eq!(log.shared().state().epoch, 1);
    receive(&log, 9).await;
    log.close(after(3)).await.unwrap();
    let report = fixture.verify_at(changed.path());
    assert!(report.is_sound(), "{:?}", report.problems);
    let aside = changed.path().join("damaged/record-2").join(changed.segment.file_name().unwrap());
    let aside = std::fs::read(aside).unwrap();
    assert_eq!(aside[..SEGMENT_HEADER_BYTES], flipped[..SEGMENT_HEADER_BYTES]);
    assert!(
        aside[SEGMENT_HEADER_BYTES..third.start].iter().all(|byte| *byte == 0),
        "sound records stay where they are"
    );
    assert_eq!(aside[third.start..], flipped[third.start..]);
}

#[tokio::test]
async fn the_background_verification_names_the_record() {
    let (fixture, bytes, places) = closed_log().await;
    let log = fixture.open();
    assert_eq!(log.verify_range(0..100).unwrap(), log.size());
    let third = places.iter().find(|place| place.kind == Kind::Message && place.record == 2).unwrap();
    let mut flipped = bytes.clone();
    flipped[third.start + 300] ^= 1;
    std::fs::write(fixture.segment_path(), &flipped).unwrap();
    assert_eq!(log.verify_range(0..100).unwrap_err().record, 2);
    assert!(log.read(2).is_err());
    assert!(log.read(1).is_ok());
}

#[tokio::test]
async fn single_files_can_be_looked_at_across_damage() {
    let (fixture, bytes, places) = closed_log().await;
    let path = fixture.segment_path();
    let whole = inspect_segment(&path).unwrap().unwrap();
    assert_eq!(whole, SegmentContents { frames: places.len() as u64, malformed: 0, damaged: 0 });
    let mut flipped = bytes.clone();
    let message = places.iter().find(|place| place.kind == Kind::Message && place.record == 2).unwrap();
    flipped[message.start + 300] ^= 1;
    std::fs::write(&path, &flipped).unwrap();
    let damaged = inspect_segment(&path).unwrap().unwrap();
    assert_eq!(damaged, SegmentContents { frames: places.len() as u64 - 1, malformed: 0, damaged: 1 });
    flipped[0] ^= 1;
    std::fs::write(&path, &flipped).unwrap();
    assert_eq!(inspect_segment(&path).unwrap(), None);
    assert_eq!(inspect_index(&path).unwrap(), None);
}
