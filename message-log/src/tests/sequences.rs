//! Numbers towards peers: no number twice, no gap without a word.

use super::fixture::{Fixture, after, peer, receive, request, send, server, start};
use crate::{
    MAX_EXPLAINED, MessageLog, MessageSequence, OpenMode, OutcomeDetails, PeerAnswer, PeerMemory, PeerRecord,
    ProofError, explanation_holds,
};
use protocol::context::LogPoint;
use trust::leaf::{Leaf, Outcome};
use trust::merkle::leaf_hash;

/// What the log says of each of our numbers from 1 on.
fn told(log: &MessageLog, last: u64) -> Vec<&'static str> {
    let mut words = Vec::new();
    for explanation in log.explain(&peer(), &[1..=last], log.size()).unwrap().records {
        let word = match Leaf::parse(&explanation.leaf).unwrap() {
            Leaf::Message(_) => "message",
            Leaf::Outcome(leaf) => leaf.outcome.as_str(),
            _ => "?",
        };
        words.extend(explanation.numbers.map(|_| word));
    }
    words
}

#[tokio::test]
async fn numbers_begin_at_one_and_have_no_gap() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for expected in 1..=30 {
        assert_eq!(send(&log, expected).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_callers_get_different_numbers() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let log = log.clone();
        tasks.spawn(async move { send(&log, number).await });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 200);
    assert_eq!(told(&log, *numbers.last().unwrap()).iter().filter(|word| **word == "message").count(), 200);
}

#[tokio::test]
async fn after_a_crash_reserved_numbers_are_unknown_and_never_used_again() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=3 {
        send(&log, number).await;
    }
    let held = log.next_sequence(&peer()).await.unwrap();
    std::mem::forget(held);
    drop(log);
    let log = fixture.open();
    let next = send(&log, 4).await;
    assert!(next > 8, "{next} was reserved before the crash");
    let told = told(&log, next);
    assert_eq!(told[..3], ["message", "message", "message"]);
    assert!(told[3..next as usize - 1].iter().all(|word| *word == Outcome::Unknown.as_str()), "{told:?}");
    assert_eq!(told[next as usize - 1], "message");
}

#[tokio::test]
async fn closing_explains_the_rest_of_the_block_as_unused() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    drop(log.next_sequence(&peer()).await.unwrap());
    let sequence = log.next_sequence(&peer()).await.unwrap();
    let details = OutcomeDetails { request_id: Some("r".to_owned()), code: Some("server.clientproxy".to_owned()) };
    log.append_fate(&peer(), sequence.number(), Outcome::Refused, details, after(1)).await.unwrap();
    // Dropped, it would be explained a second time.
    std::mem::forget(sequence);
    log.close(after(2)).await.unwrap();
    let log = fixture.open();
    let told = told(&log, 8);
    assert_eq!(told[..3], ["message", "not-sent", "refused"]);
    assert!(told[3..].iter().all(|word| *word == "unused"), "{told:?}");
    log.close(after(3)).await.unwrap();
    let report = fixture.verify();
    assert!(report.is_sound() && report.unexplained.is_empty(), "{report:?}");
}

#[tokio::test]
async fn the_number_of_a_message_that_could_not_be_logged_is_unknown_and_not_unsent() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    let sequence = log.next_sequence(&peer()).await.unwrap();
    let mut record = request(MessageSequence::Sent(sequence), 2);
    record.request_id = "x".repeat(5000);
    assert!(log.append(record, after(0)).await.is_err());
    log.close(after(1)).await.unwrap();
    let log = fixture.open();
    assert_eq!(told(&log, 2), ["message", "unknown"]);
}

#[tokio::test]
async fn the_fate_of_a_sent_message_comes_with_its_code() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    send(&log, 2).await;
    let details = OutcomeDetails { request_id: None, code: Some("server.serverproxy.access_denied".to_owned()) };
    log.append_fate(&peer(), 1, Outcome::Refused, details, after(1)).await.unwrap();
    let leaf = |index: u64| log.read(index).unwrap().leaf;
    let told = (Outcome::Refused, Some("server.serverproxy.access_denied".to_owned()));
    assert_eq!(log.fate_of(&leaf(0)).unwrap(), Some(told));
    assert_eq!(log.fate_of(&leaf(1)).unwrap(), None);
}

#[tokio::test]
async fn gaps_of_a_peer_show_until_its_log_explains_them() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in [1, 2, 5, 9, 12] {
        receive(&log, number).await;
    }
    assert_eq!(log.received_gaps(&peer()), [3..=4, 6..=8, 10..=11]);
    let record = |numbers, index| PeerRecord { numbers, index, leaf: leaf_hash(b"its leaf") };
    log.keep_explanations(&peer(), &[record(4..=4, 7), record(10..=11, 9)]).await.unwrap();
    assert_eq!(log.received_gaps(&peer()), [3..=3, 6..=8]);
    assert_eq!(log.last_received(&peer()), 12);
    log.close(after(2)).await.unwrap();
    let log = fixture.open();
    assert_eq!(log.received_gaps(&peer()), [3..=3, 6..=8]);
    assert!(log.received_gaps(&server()).is_empty());
}

#[tokio::test]
async fn an_explanation_holds_against_the_peers_checkpoint_alone() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=5 {
        send(&log, number).await;
    }
    let checkpoint = log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    let claimed = checkpoint.claimed();
    for explanation in log.explain(&peer(), &[1..=5], claimed.size).unwrap().records {
        assert_eq!(explanation_holds(&explanation, claimed, &peer()), Some(explanation.numbers.clone()));
        assert_eq!(explanation_holds(&explanation, claimed, &server()), None);
        let mut other = explanation.clone();
        other.index ^= 1;
        assert_eq!(explanation_holds(&other, claimed, &peer()), None);
        let mut other = explanation.clone();
        other.numbers = 77..=77;
        assert_eq!(explanation_holds(&other, claimed, &peer()), None);
    }
}

#[tokio::test]
async fn a_restored_log_begins_an_epoch_and_skips_what_peers_saw() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    log.close(after(1)).await.unwrap();
    let point = LogPoint { size: 500, root: protocol::hash::Sha256Hash::of(b"root") };
    let answer = PeerAnswer::Remembers { checkpoint: Some(point), last_sequence: 400 };
    let memory = PeerMemory { peer: peer(), answer };
    let log = fixture.try_open(&OpenMode::Restored(vec![memory])).unwrap();
    assert_eq!(log.shared().state().epoch, 1);
    assert!(send(&log, 2).await > 400);
    let told = told(&log, 400);
    assert_eq!(told.len(), 400, "every skipped number is explained");
    assert_eq!(told[399], "unknown");
    drop(log);
    assert_eq!(fixture.open().shared().state().epoch, 1);
}

#[tokio::test]
async fn numbers_under_way_are_outstanding_and_numbers_never_used_are_refused() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    let held = log.next_sequence(&peer()).await.unwrap();
    send(&log, 3).await;
    let explained = log.explain(&peer(), &[1..=2, 3..=3], log.size()).unwrap();
    assert_eq!((explained.records.len(), &explained.outstanding[..], explained.missing), (2, &[2..=2][..], None));
    drop(held);
    log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    let explained = log.explain(&peer(), &[1..=3], log.size()).unwrap();
    assert_eq!((explained.records.len(), explained.outstanding.len()), (3, 0));
    let beyond = log.explain(&peer(), &[1..=u64::MAX], log.size());
    assert!(matches!(beyond, Err(ProofError::NeverUsed { from: 9 })), "{beyond:?}");
    assert!(matches!(log.explain(&server(), &[1..=1], 0), Err(ProofError::NeverUsed { from: 1 })));
    assert!(matches!(log.explain(&peer(), &[1..=1], 77), Err(ProofError::Smaller { asked: 77, .. })));
}

#[tokio::test]
async fn a_question_costs_no_more_than_its_first_missing_number() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    // As after records were lost: the numbers are used, and nothing is said of them.
    log.shared().state().peers.get_mut(&peer()).unwrap().outstanding.remove(1..u64::MAX);
    let explained = log.explain(&peer(), &[1..=8], log.size()).unwrap();
    assert_eq!((explained.records.len(), explained.missing), (1, Some(2)));
    let ranges: Vec<_> = std::iter::repeat_n(1..=1, MAX_EXPLAINED + 5).collect();
    assert_eq!(log.explain(&peer(), &ranges, log.size()).unwrap().records.len(), MAX_EXPLAINED);
}

#[tokio::test]
async fn a_number_that_comes_again_is_noted_with_every_message_under_it() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    receive(&log, 2).await;
    assert!(log.take_repeated().is_empty());
    log.append(request(MessageSequence::Received(2), 7), after(3)).await.unwrap();
    assert_eq!(log.take_repeated(), [(peer(), 2)]);
    assert!(log.take_repeated().is_empty());
    let parts: Vec<_> = log.received_under(&peer(), 2).unwrap().into_iter().map(|(_, leaf)| leaf.parts).collect();
    assert!(parts.len() == 2 && parts[0] != parts[1]);
    assert_eq!(log.received_under(&peer(), 1).unwrap().len(), 1);
}

#[tokio::test]
async fn conflicts_are_open_until_they_are_settled_across_starts() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    let first = log.append_conflict(&peer(), "its log: it shrank", after(1)).await.unwrap();
    let second = log.append_conflict(&peer(), "its numbers: 7", after(2)).await.unwrap();
    drop(log);
    let log = fixture.open();
    let open: Vec<_> = log.open_conflicts().into_iter().map(|(index, leaf)| (index, leaf.what)).collect();
    assert_eq!(open, [(first, "its log: it shrank".to_owned()), (second, "its numbers: 7".to_owned())]);
    log.settle_conflict(first).await.unwrap();
    log.close(after(3)).await.unwrap();
    assert_eq!(fixture.open().open_conflicts().len(), 1);
    assert!(fixture.verify().is_sound());
}

#[tokio::test]
async fn a_restored_log_leaves_out_what_a_silent_peer_may_have_seen() {
    let fixture = Fixture::new();
    let log = fixture.open();
    send(&log, 1).await;
    log.close(after(1)).await.unwrap();
    let other: protocol::identifier::ServerId = "BO/GOV/1003/ss1".parse().unwrap();
    let newcomer = PeerMemory { peer: other.clone(), answer: PeerAnswer::Nothing };
    let log = fixture.try_open(&OpenMode::Restored(vec![newcomer])).unwrap();
    let next = send(&log, 2).await;
    assert_eq!(next, start().as_microsecond() as u64, "the log knows the peer, and nobody asked it");
    let other = log.next_sequence(&other).await.unwrap().number();
    assert_eq!(other, start().as_microsecond() as u64, "the log has forgotten this one");
    for number in [9, 5_000_000, next - 1] {
        let explained = log.explain(&peer(), &[number..=number], log.size()).unwrap();
        let Leaf::Outcome(leaf) = Leaf::parse(&explained.records[0].leaf).unwrap() else { panic!("{number}") };
        assert_eq!(leaf.outcome, Outcome::Unknown);
    }
    log.close(after(2)).await.unwrap();
    assert!(fixture.verify().is_sound());
}

#[tokio::test]
async fn a_restored_log_goes_on_at_once_with_a_peer_that_received_nothing() {
    let fixture = Fixture::new();
    let answer = PeerAnswer::Remembers { checkpoint: None, last_sequence: 0 };
    let log = fixture.try_open(&OpenMode::Restored(vec![PeerMemory { peer: peer(), answer }])).unwrap();
    assert_eq!(send(&log, 1).await, 1);
}
