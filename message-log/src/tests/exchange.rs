//! Appending, reading, finding.

use super::fixture::{Fixture, after, peer, receive, request, request_id, response};
use crate::{Content, FoundState, Kind, MessageSequence, OpenMode, Query, ReadError, StoredBody};
use protocol::context::MessageKind;
use std::sync::{Arc, Mutex};
use tracing::Level;
use trust::leaf::Direction;

#[tokio::test]
async fn a_record_reads_back_as_it_was_logged() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut record = request(MessageSequence::Received(1), 1);
    record.idempotency_key = Some("pay once".to_owned());
    let logged = log.append(record, after(0)).await.unwrap();
    let stored = log.read(logged.index()).unwrap();
    assert_eq!(stored.leaf.request_id, request_id(1));
    let Content::Kept(kept) = stored.content else { panic!("erased") };
    assert_eq!(kept.head, b"GET /r1/BO/GOV/1002/registry/persons/1 HTTP/1.1\r\n");
    assert_eq!(kept.signature, vec![0x30; 500]);
    assert_eq!(kept.idempotency_key.as_deref(), Some("pay once"));
    let StoredBody::Kept(body) = kept.body else { panic!("no body") };
    assert_eq!(body.bytes().unwrap(), "the body of request 1");
    assert_eq!(trust::merkle::leaf_hash(&stored.leaf_bytes), *logged.leaf_hash());
    assert!(matches!(log.read(99), Err(ReadError::NoSuchRecord { index: 99 })));
}

#[tokio::test]
async fn everything_is_there_again_after_closing_and_after_a_crash() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=200 {
        receive(&log, number).await;
    }
    assert!(log.shared().segments().len() > 2, "the records fill several segments");
    log.close(after(300)).await.unwrap();
    let log = fixture.open();
    for number in 1..=200 {
        assert_eq!(log.read(number - 1).unwrap().leaf.sequence, number);
    }
    receive(&log, 201).await;
    drop(log);
    let log = fixture.open();
    assert_eq!(log.size(), 201);
    assert_eq!(log.read(200).unwrap().leaf.sequence, 201);
    drop(log);
    assert!(fixture.verify().is_sound(), "{:?}", fixture.verify().problems);
}

#[tokio::test]
async fn finds_records_by_each_key_newest_first() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=60 {
        let mut record = request(MessageSequence::Received(number), number);
        record.idempotency_key = Some(format!("key {number}"));
        log.append(record, after(number as i64)).await.unwrap();
        let sequence = log.next_sequence(&peer()).await.unwrap();
        log.append(response(MessageSequence::Sent(sequence), number), after(number as i64)).await.unwrap();
    }
    check_finding(&log);
    log.close(after(99)).await.unwrap();
    check_finding(&fixture.open());
}

fn check_finding(log: &crate::MessageLog) {
    let find = |query: Query| log.find(&query).unwrap();
    let found = find(Query { request_id: Some(request_id(7)), ..Query::default() });
    assert_eq!(
        found.iter().map(|found| found.leaf.role).collect::<Vec<_>>(),
        [MessageKind::Response, MessageKind::Request]
    );
    let found =
        find(Query { x_road_id: Some("message 9".to_owned()), kind: Some(MessageKind::Request), ..Query::default() });
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].state, FoundState::Kept);
    let client = found[0].leaf.client.clone();
    let found = find(Query { client: Some(client.clone()), limit: 5, ..Query::default() });
    assert_eq!(
        found.iter().map(|found| found.leaf.request_id.clone()).collect::<Vec<_>>()[..2],
        [request_id(60), request_id(60)]
    );
    assert_eq!(found.len(), 5);
    let found = find(Query { idempotency: Some((client, "key 33".to_owned())), ..Query::default() });
    assert_eq!(found.iter().map(|found| found.leaf.request_id.clone()).collect::<Vec<_>>(), [request_id(33)]);
    let found = find(Query { sequence: Some((Direction::Received, peer(), 12)), ..Query::default() });
    assert_eq!(found[0].leaf.request_id, request_id(12));
    let provider =
        |text: &str| Query { x_road_id: Some("message 9".to_owned()), provider: text.parse().ok(), ..Query::default() };
    assert_eq!(find(provider("BO/GOV/1002/registry")).len(), 2);
    assert!(find(provider("BO/GOV/1002/other")).is_empty());
    let found = find(Query { from: Some(after(20)), to: Some(after(21)), ..Query::default() });
    assert_eq!(found.len(), 4);
    assert!(find(Query { request_id: Some("never".to_owned()), ..Query::default() }).is_empty());
}

#[tokio::test]
async fn lists_the_recent_past_for_the_replay_window() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=150 {
        receive(&log, number).await;
    }
    drop(log);
    let log = fixture.open();
    let recent: Vec<u64> = log.recent(after(141)).map(|message| message.unwrap().index + 1).collect();
    assert_eq!(recent, (141..=150).rev().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_appends_each_get_their_own_index() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 1..=400 {
        let log = log.clone();
        tasks.spawn(async move { (number, receive(&log, number).await.index()) });
    }
    let mut indices = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (number, index) = done.unwrap();
        assert_eq!(log.read(index).unwrap().leaf.sequence, number);
        indices.push(index);
    }
    indices.sort_unstable();
    assert_eq!(indices, (0..400).collect::<Vec<_>>());
    log.close(after(500)).await.unwrap();
    let report = fixture.verify();
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!((report.records, report.messages, report.contents), (400, 400, 400));
}

#[tokio::test]
async fn material_is_kept_once_in_each_segment() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    assert_eq!(log.shared().state().frames, 2, "the record and its credentials, nothing else");
    for number in 2..=100 {
        receive(&log, number).await;
    }
    let name = *request(MessageSequence::Received(1), 1).credentials.name();
    assert_eq!(log.material(&name).unwrap().unwrap(), "credentials of the member");
    assert_eq!(log.material(&protocol::hash::Sha256Hash::of(b"unknown")).unwrap(), None);
    for segment in log.shared().segments() {
        let offsets = segment.index(|index| index.offsets(crate::index::Key::material(&name))).unwrap();
        assert_eq!(offsets.len(), 1);
        assert_eq!(segment.read(offsets[0]).unwrap().unwrap().kind, Kind::Material);
    }
}

#[tokio::test]
async fn a_folder_has_one_log_of_one_server_at_a_time() {
    let mut fixture = Fixture::new();
    let log = fixture.open();
    assert!(matches!(fixture.try_open(&OpenMode::Verified), Err(crate::OpenError::Locked { .. })));
    receive(&log, 1).await;
    log.close(after(1)).await.unwrap();
    fixture.key = std::sync::Arc::new(crate::MemoryKeyWrap::new(&crate::DataKey::from_bytes([1; 32])));
    assert!(matches!(fixture.try_open(&OpenMode::Verified), Err(crate::OpenError::WrongKey { index: 0 })));
    fixture.settings.server = peer();
    assert!(matches!(fixture.try_open(&OpenMode::Verified), Err(crate::OpenError::Foreign { .. })));
}

#[tokio::test]
async fn a_closed_log_refuses_and_says_so() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let other = log.clone();
    log.close(after(1)).await.unwrap();
    let refused = other.append(request(MessageSequence::Received(1), 1), after(2)).await;
    assert!(matches!(refused, Err(crate::AppendError::Closed { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_record_that_makes_no_leaf_is_refused() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut record = request(MessageSequence::Received(1), 1);
    record.request_id = "x".repeat(5000);
    assert!(matches!(log.append(record, after(0)).await, Err(crate::AppendError::Malformed { .. })));
    let mut record = request(MessageSequence::Received(1), 1);
    record.idempotency_key = Some(String::new());
    assert!(matches!(log.append(record, after(0)).await, Err(crate::AppendError::Malformed { .. })));
    let mut record = request(MessageSequence::Sent(log.next_sequence(&peer()).await.unwrap()), 1);
    record.peer = super::fixture::server();
    assert!(matches!(log.append(record, after(0)).await, Err(crate::AppendError::Malformed { .. })));
}

/// The levels of everything that is said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<Level>>>);

impl tracing::Subscriber for Said {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        self.0.lock().unwrap().push(*event.metadata().level());
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn an_end_in_order_is_no_error_and_a_failure_is() {
    for (in_order, level) in [(true, Level::INFO), (false, Level::ERROR)] {
        let said = Said::default();
        let log = Fixture::new().open();
        tracing::subscriber::with_default(said.clone(), || match in_order {
            true => log.shared().end("it was shut down"),
            false => log.shared().close("the disk is gone"),
        });
        assert_eq!(*said.0.lock().unwrap(), [level]);
        assert!(log.closed().is_some());
    }
}
