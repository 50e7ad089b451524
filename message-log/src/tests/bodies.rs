//! Bodies in memory, in files, left out.

use super::fixture::{Fixture, after, digested, request, response};
use crate::{Bodies, Body, BodyReader, Content, MessageLog, MessageSequence, SpoolError, StoredBody};
use bytes::Bytes;

async fn spooled(log: &MessageLog, length: usize) -> (Body, Vec<u8>) {
    let bytes: Vec<u8> = (0..length).map(|at| (at * 7 % 253) as u8).collect();
    let mut spool = log.spool(1 << 30);
    for piece in bytes.chunks(3_001) {
        spool.push(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    (spool.finish().await.unwrap(), bytes)
}

async fn all(mut reader: BodyReader) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = reader.next_chunk().await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    bytes
}

fn body_of(log: &MessageLog, index: u64) -> StoredBody {
    match log.read(index).unwrap().content {
        Content::Kept(kept) => kept.body,
        Content::Erased(_) => panic!("erased"),
    }
}

fn files(fixture: &Fixture) -> usize {
    let mut count = 0;
    let mut folders = vec![fixture.path().join("bodies")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() { folders.push(entry.path()) } else { count += 1 }
        }
    }
    count
}

#[tokio::test]
async fn bodies_of_every_size_read_back_now_and_after_a_crash() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let sizes = [0, 1, 4 << 10, (4 << 10) + 1, 16 << 10, (16 << 10) + 1, 64 << 10, 1 << 20];
    let mut expected = Vec::new();
    for (number, size) in (1..).zip(sizes) {
        let (body, bytes) = spooled(&log, size).await;
        assert_eq!(body.digest().sha512, protocol::hash::Sha512Hash::of(&bytes));
        assert_eq!(body.digest().crc32, crc32fast::hash(&bytes));
        assert_eq!(all(body.reader()).await, bytes);
        let mut record = request(MessageSequence::Received(number), number);
        record.body = Some(body);
        log.append(digested(record), after(0)).await.unwrap();
        expected.push(bytes);
    }
    drop(log);
    let log = fixture.open();
    for (index, bytes) in (0..).zip(&expected) {
        let StoredBody::Kept(body) = body_of(&log, index) else { panic!("no body") };
        assert_eq!(&all(body.reader()).await, bytes);
    }
    assert_eq!(files(&fixture), 5, "bodies over the inline limit have files");
    assert_eq!(log.verify_range(0..100).unwrap(), 8);
}

#[tokio::test]
async fn no_plain_byte_of_a_spooled_body_reaches_the_disk() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let secret = b"the citizen's secret. ".repeat(10_000);
    let mut spool = log.spool(1 << 20);
    spool.push(Bytes::from(secret)).await.unwrap();
    let body = spool.finish().await.unwrap();
    assert!(body.bytes().is_none());
    let path = std::fs::read_dir(fixture.path().join("bodies/new")).unwrap().next().unwrap().unwrap().path();
    let on_disk = std::fs::read(path).unwrap();
    assert!(!on_disk.windows(12).any(|window| window == b"the citizen'"));
}

#[tokio::test]
async fn a_body_that_is_not_logged_disappears() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let (body, _) = spooled(&log, 100_000).await;
    assert_eq!(files(&fixture), 1);
    drop(body);
    assert_eq!(files(&fixture), 0);
    let (body, _) = spooled(&log, 100_000).await;
    std::mem::forget(body);
    drop(log);
    drop(fixture.open());
    assert_eq!(files(&fixture), 0, "what a crash left is removed at the next start");
}

#[tokio::test]
async fn refuses_a_body_longer_than_the_limit() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut spool = log.spool(10);
    spool.push(Bytes::from_static(b"0123456789")).await.unwrap();
    assert!(matches!(spool.push(Bytes::from_static(b"x")).await, Err(SpoolError::TooLong { limit: 10 })));
    assert!(matches!(spool.finish().await, Err(SpoolError::Broken)));
}

#[tokio::test]
async fn bodies_together_stay_within_the_memory_budget() {
    let mut fixture = Fixture::new();
    fixture.settings.memory_budget_bytes = 20 << 10;
    let log = fixture.open();
    let (first, _) = spooled(&log, 12 << 10).await;
    let (second, bytes) = spooled(&log, 12 << 10).await;
    assert!(first.bytes().is_some());
    assert!(second.bytes().is_none(), "the second goes to disk early");
    assert_eq!(all(second.reader()).await, bytes);
    drop((first, second));
    assert!(spooled(&log, 12 << 10).await.0.bytes().is_some());
}

#[tokio::test]
async fn bodies_left_out_leave_evidence_and_answers_for_a_while() {
    let mut fixture = Fixture::new();
    fixture.settings.bodies = Bodies::LeaveOut;
    let log = fixture.open();
    let request = log.append(request(MessageSequence::Received(1), 1), after(0)).await.unwrap();
    let sequence = log.next_sequence(&super::fixture::peer()).await.unwrap();
    let response = log.append(response(MessageSequence::Sent(sequence), 1), after(0)).await.unwrap();
    drop(log);
    let log = fixture.open();
    assert!(matches!(body_of(&log, request.index()), StoredBody::LeftOut(_)));
    let StoredBody::Kept(answer) = body_of(&log, response.index()) else { panic!("the answer is gone") };
    assert_eq!(all(answer.reader()).await, b"the body of response 1");
    assert_eq!(log.prune_answers(after(0)).unwrap(), 0);
    assert_eq!(log.prune_answers(after(2 * 3600)).unwrap(), 1);
    assert!(matches!(body_of(&log, response.index()), StoredBody::LeftOut(_)));
    log.close(after(1)).await.unwrap();
    assert!(fixture.verify().is_sound());
    assert_eq!(files(&fixture), 0);
}

#[tokio::test]
async fn a_damaged_or_missing_body_file_shows() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let (body, _) = spooled(&log, 100_000).await;
    let mut record = request(MessageSequence::Received(1), 1);
    record.body = Some(body);
    log.append(digested(record), after(0)).await.unwrap();
    log.close(after(1)).await.unwrap();
    let folder = std::fs::read_dir(fixture.path().join("bodies")).unwrap().map(|entry| entry.unwrap());
    let folder = folder.into_iter().find(|entry| entry.file_name() != "new").unwrap().path();
    let path = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[70_000] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let problem = fixture.verify().problems.remove(0);
    assert_eq!((problem.record, problem.what.as_str()), (0, "its body file is damaged"));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(fixture.verify().problems[0].what, "its missing body file is damaged");
}
