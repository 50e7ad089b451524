//! Full disks and failing disks.

use super::fixture::{Fixture, after, peer, receive, request};
use crate::entry::Entry;
use crate::{AppendError, MessageSequence, OpenMode};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_full_disk_refuses_before_anything_is_written_and_the_log_goes_on() {
    let mut fixture = Fixture::new();
    fixture.settings.disk_floor_bytes = 1000;
    fixture.disk.allocation_fails.store(false, Ordering::SeqCst);
    let log = fixture.open();
    receive(&log, 1).await;
    fixture.disk.allocation_fails.store(true, Ordering::SeqCst);
    fixture.disk.free.store(1, Ordering::SeqCst);
    let mut number = 1;
    let refused = loop {
        number += 1;
        match log.append(request(MessageSequence::Received(number), number), after(0)).await {
            Ok(_) => assert!(number < 1000, "the disk never becomes full"),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, AppendError::DiskFull(_)), "{refused}");
    assert!(log.reserve_space(64 << 10).is_err());
    assert_eq!(log.size(), number - 1);
    fixture.disk.allocation_fails.store(false, Ordering::SeqCst);
    fixture.disk.free.store(0, Ordering::SeqCst);
    receive(&log, number).await;
    log.close(after(1)).await.unwrap();
    assert!(fixture.verify().is_sound());
}

#[tokio::test]
async fn reserved_space_is_there_when_the_disk_has_become_full() {
    let fixture = Fixture::new();
    let log = fixture.open();
    while !log.shared().keeper.has_next() {
        tokio::task::yield_now().await;
    }
    let space = log.reserve_space(8 << 10).unwrap();
    fixture.disk.free.store(1, Ordering::SeqCst);
    let mut others = Vec::new();
    while let Ok(other) = log.reserve_space(1 << 10) {
        others.push(other);
    }
    assert!(log.append(request(MessageSequence::Received(1), 1), after(0)).await.is_err());
    let mut record = request(MessageSequence::Received(2), 2);
    record.space = Some(space);
    log.append(record, after(0)).await.unwrap();
}

#[tokio::test]
async fn a_failed_sync_closes_the_log_for_good() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    fixture.disk.sync_fails.store(true, Ordering::SeqCst);
    let failed = log.append(request(MessageSequence::Received(2), 2), after(0)).await;
    assert!(
        matches!(&failed, Err(AppendError::Closed { reason }) if reason.contains("the disk is gone")),
        "{failed:?}"
    );
    fixture.disk.sync_fails.store(false, Ordering::SeqCst);
    let failed = log.append(request(MessageSequence::Received(3), 3), after(0)).await;
    assert!(matches!(failed, Err(AppendError::Closed { .. })), "it never tries again");
    assert_eq!(log.size(), 1);
    assert_eq!(log.read(0).unwrap().leaf.sequence, 1);
    drop(log);
    let log = fixture.try_open(&OpenMode::Verified).unwrap();
    assert!((1..=2).contains(&log.size()), "what was not acknowledged may be there or not");
}

#[tokio::test]
async fn a_record_larger_than_a_segment_gets_one_of_its_size() {
    let mut fixture = Fixture::new();
    fixture.settings.inline_body_bytes = 1 << 20;
    let log = fixture.open();
    let mut record = request(MessageSequence::Received(1), 1);
    record.body = Some(crate::Body::from_bytes(vec![7; 300 << 10].into()));
    log.append(record, after(0)).await.unwrap();
    receive(&log, 2).await;
    log.close(after(1)).await.unwrap();
    let log = fixture.open();
    assert_eq!(log.verify_range(0..2).unwrap(), 2);
}

#[tokio::test]
async fn a_write_that_fails_at_the_end_of_a_segment_loses_nothing_acknowledged() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    // Each takes more than half a segment, so the second one is written behind the first one's failure.
    let large = || vec![Entry::peer_checkpoint(&peer(), &"x".repeat(40 << 10))];
    fixture.disk.hold.store(true, Ordering::SeqCst);
    let others = async {
        while !fixture.disk.held.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        fixture.disk.write_fails_from.store(40 << 10, Ordering::SeqCst);
        let release = async { fixture.disk.hold.store(false, Ordering::SeqCst) };
        let (second, third, ()) =
            tokio::join!(biased; log.append_entries(large()), log.append_entries(large()), release);
        (second, third)
    };
    let (_, (second, third)) = tokio::join!(receive(&log, 2), others);
    for failed in [second, third] {
        assert!(matches!(failed, Err(AppendError::Closed { .. })), "{failed:?}");
    }
    assert!(log.append(request(MessageSequence::Received(3), 3), after(0)).await.is_err(), "it is closed for good");
    assert_eq!(log.size(), 2);
    drop(log);
    let report = fixture.verify();
    assert!(report.is_sound() && report.records == 2, "{report:?}");
    assert_eq!(fixture.open().size(), 2);
}

#[tokio::test]
async fn many_bodies_at_once_promise_little_more_than_they_take() {
    let fixture = Fixture::new();
    let log = fixture.open();
    while !log.shared().keeper.has_next() {
        tokio::task::yield_now().await;
    }
    fixture.disk.free.store(32 << 20, Ordering::SeqCst);
    let mut spools = Vec::new();
    for _ in 0..256 {
        let mut spool = log.spool(100_000);
        spool.push(vec![7; 20_000].into()).await.unwrap();
        spools.push(spool);
    }
    let mut refused = Vec::new();
    let unknown = loop {
        let mut spool = log.spool(1 << 30);
        match spool.push(vec![7; 20_000].into()).await {
            Ok(()) => refused.push(spool),
            Err(error) => break error,
        }
        assert!(refused.len() < 64, "a body of unknown length promises a step of its own");
    };
    assert!(matches!(unknown, crate::SpoolError::DiskFull(_)), "{unknown}");
    drop((spools, refused));
    assert!(log.reserve_space(31 << 20).is_ok(), "what was promised is given back");
}

#[tokio::test]
async fn a_disk_that_has_no_room_for_a_whole_segment_still_takes_the_record() {
    let fixture = Fixture::new();
    let log = fixture.open();
    fixture.disk.allocates_up_to.store(60 << 10, Ordering::SeqCst);
    for number in 1..=200 {
        receive(&log, number).await;
    }
    log.close(after(1)).await.unwrap();
    fixture.disk.allocates_up_to.store(0, Ordering::SeqCst);
    let report = fixture.verify();
    assert!(report.is_sound() && report.records == 200, "{report:?}");
    assert_eq!(fixture.open().size(), 200);
}
