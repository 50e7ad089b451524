//! What administrators did stays, in its order, over restarts, among messages.

use super::fixture::{Fixture, after, receive};
use trust::leaf::{AuditStage, MAX_TEXT_BYTES};

const WHO: (&str, &str) = ("maria", "session");

#[tokio::test]
async fn what_was_asked_for_and_how_it_ended_is_found_again_newest_first() {
    let fixture = Fixture::new();
    let log = fixture.open();
    receive(&log, 1).await;
    let asked = log.append_audit(WHO, "apply the configuration", AuditStage::Asked, after(1)).await.unwrap();
    receive(&log, 2).await;
    let done = AuditStage::Done { asked: Some(asked), outcome: "version 4".to_owned() };
    log.append_audit(WHO, "apply the configuration", done.clone(), after(2)).await.unwrap();
    log.close(after(3)).await.unwrap();
    let log = fixture.open();
    let found = log.audits(u64::MAX, 10).unwrap();
    let stages: Vec<_> = found.iter().map(|record| record.leaf.stage.clone()).collect();
    assert_eq!(stages, [done, AuditStage::Asked]);
    assert_eq!(found[1].index, asked);
    assert_eq!((found[0].leaf.author.as_str(), found[0].leaf.time), ("maria", after(2)));
    assert_eq!(log.audits(found[0].index, 10).unwrap(), found[1..]);
    assert_eq!(log.audits(u64::MAX, 1).unwrap(), found[..1]);
    drop(log);
    assert!(fixture.verify().is_sound());
}

#[tokio::test]
async fn a_text_that_is_too_long_is_cut_at_a_letter() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let long = "ñ".repeat(MAX_TEXT_BYTES);
    log.append_audit((&long, "socket"), "a", AuditStage::Asked, after(1)).await.unwrap();
    let found = log.audits(u64::MAX, 10).unwrap();
    assert_eq!(found[0].leaf.author, "ñ".repeat(MAX_TEXT_BYTES / 2));
}
