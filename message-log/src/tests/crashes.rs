//! What is left after a crash or a power loss: everything acknowledged, and nothing that was half-written.

use super::fixture::{Fixture, after, copy_folder, receive, request};
use crate::entry::Entry;
use crate::{MessageLog, MessageSequence, OpenMode};
use proptest::prelude::*;
use protocol::identifier::ServerId;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

/// A log with three acknowledged records and one batch that a power loss catches, as the bytes of its segment.
struct Caught {
    fixture: Fixture,
    segment: Vec<u8>,
    batch: Range<usize>,
}

async fn caught(frames: usize) -> Caught {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=3 {
        receive(&log, number).await;
    }
    let peer: ServerId = "BO/GOV/1003/ss1".parse().unwrap();
    let entry = |number: usize| Entry::peer_checkpoint(&peer, &format!("{number}{}", "x".repeat(900)));
    log.append_entries((0..frames).map(entry).collect()).await.unwrap();
    let (offset, length) = *fixture.disk.last_write.lock().unwrap();
    drop(log);
    let segment = std::fs::read(fixture.segment_path()).unwrap();
    Caught { fixture, segment, batch: offset as usize..(offset + length) as usize }
}

impl Caught {
    /// Opens the log with these bytes in place of the segment, and checks that it is whole and goes on.
    fn check(&self, bytes: &[u8], what: &str) {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(self.fixture.path(), folder.path());
        let name = self.fixture.segment_path();
        std::fs::write(folder.path().join("segments").join(name.file_name().unwrap()), bytes).unwrap();
        let log = self.fixture.try_open_at(folder.path(), &OpenMode::Verified);
        let log = log.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        self.goes_on(&log, folder.path(), what);
    }

    fn goes_on(&self, log: &MessageLog, folder: &Path, what: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for index in 0..3 {
            assert_eq!(log.read(index).unwrap().leaf.sequence, index + 1, "{what}");
        }
        runtime.block_on(receive(log, 4));
        runtime.block_on(log.clone().close(after(9))).unwrap();
        let again = self.fixture.try_open_at(folder, &OpenMode::Verified).unwrap();
        assert_eq!(again.read(3).unwrap().leaf.sequence, 4, "{what}");
        drop(again);
        let report = self.fixture.verify_at(folder);
        assert!(report.is_sound() && !report.torn_tail, "{what}: {report:?}");
    }
}

#[test]
fn a_tail_cut_at_any_byte_loses_nothing_acknowledged() {
    let caught = tokio::runtime::Runtime::new().unwrap().block_on(caught(1));
    for cut in caught.batch.clone() {
        // Every byte of the header, of the end, and some between.
        let (from_start, to_end) = (cut - caught.batch.start, caught.batch.end - cut);
        if from_start > 24 && to_end > 24 && cut % 97 != 0 {
            continue;
        }
        let mut zeros_behind = caught.segment.clone();
        zeros_behind[cut..].fill(0);
        caught.check(&zeros_behind, &format!("zeros from byte {cut}"));
        if cut % 5 == 0 {
            caught.check(&caught.segment[..cut], &format!("the file ends at byte {cut}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_power_loss_that_keeps_any_half_of_the_blocks_loses_nothing_acknowledged(survivors in prop::collection::vec(any::<bool>(), 8)) {
        let caught = tokio::runtime::Runtime::new().unwrap().block_on(caught(20));
        let mut bytes = caught.segment.clone();
        for (block, survives) in (caught.batch.start / 4096..).zip(&survivors) {
            let lost = (block * 4096).max(caught.batch.start)..((block + 1) * 4096).min(caught.batch.end);
            if !survives && !lost.is_empty() {
                bytes[lost].fill(0);
            }
        }
        caught.check(&bytes, &format!("survivors {survivors:?}"));
    }
}

#[test]
fn bytes_that_lay_behind_a_torn_write_never_come_back() {
    let caught = tokio::runtime::Runtime::new().unwrap().block_on(caught(2));
    let mut bytes = caught.segment.clone();
    // The first frame of the batch is lost, the second survives: it must be gone once something else is written.
    bytes[caught.batch.start..caught.batch.start + 64].fill(0);
    caught.check(&bytes, "the second frame survives alone");
}

#[tokio::test]
async fn index_and_tiles_are_made_again_when_missing() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=400 {
        receive(&log, number).await;
    }
    let checkpoint = log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    let proof = log.inclusion_proof(17, 400).unwrap();
    log.close(after(2)).await.unwrap();
    let indices = || {
        let entries = std::fs::read_dir(fixture.path().join("segments")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "idx")).collect::<Vec<_>>()
    };
    assert!(!indices().is_empty());
    for (number, path) in indices().into_iter().enumerate() {
        match number % 3 {
            0 => std::fs::remove_file(path).unwrap(),
            1 => std::fs::write(path, b"garbage").unwrap(),
            _ => {}
        }
    }
    let whole = indices().len();
    std::fs::remove_dir_all(fixture.path().join("tile")).unwrap();
    let log = fixture.open();
    assert_eq!(log.inclusion_proof(17, 400).unwrap(), proof);
    assert_eq!(log.root(400).unwrap(), checkpoint.claimed().root);
    assert_eq!(
        log.find(&crate::Query { x_road_id: Some("message 3".to_owned()), ..Default::default() }).unwrap()[0].index,
        2
    );
    log.close(after(3)).await.unwrap();
    assert!(indices().len() > whole, "they are files again");
    let report = fixture.verify();
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!(report.missing_tiles, 0);
    let torn = fixture.path().join("tile/0/000");
    std::fs::write(&torn, vec![0; 8192]).unwrap();
    assert_eq!(fixture.open().root(400).unwrap(), checkpoint.claimed().root, "tiles that are wrong are made again");
}

#[tokio::test]
async fn a_file_of_zeros_behind_the_last_record_is_no_damage() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    drop(log);
    let file = std::fs::OpenOptions::new().write(true).open(fixture.segment_path()).unwrap();
    file.set_len(1 << 20).unwrap();
    file.write_all_at(&[0; 8], (1 << 20) - 8).unwrap();
    let log = fixture.open();
    receive(&log, 2).await;
}

#[tokio::test]
async fn an_index_file_speaks_of_nothing_that_is_not_durable() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=600 {
        let mut record = request(MessageSequence::Received(number), number);
        if number % 50 == 0 && number < 600 {
            record.body = Some(crate::Body::from_bytes(vec![7; 20_000].into()));
        }
        log.append(record, after(0)).await.unwrap();
    }
    log.close(after(1)).await.unwrap();
    let synced = fixture.disk.synced.lock().unwrap().clone();
    let inode = |path: &Path| std::fs::metadata(path).unwrap().ino();
    for tile in ["tile/0/000", "tile/0/001"] {
        let path = fixture.path().join(tile);
        assert!(path.ancestors().take(4).all(|path| synced.contains(&inode(path))), "{tile}");
    }
    let mut bodies = 0;
    for home in std::fs::read_dir(fixture.path().join("bodies")).unwrap() {
        let home = home.unwrap().path();
        for body in std::fs::read_dir(&home).unwrap() {
            bodies += 1;
            assert!(synced.contains(&inode(&body.unwrap().path())));
        }
        // The last body lies in a segment that is sealed too.
        assert!(synced.contains(&inode(&home)), "{}", home.display());
    }
    assert_eq!(bodies, 11);
}
