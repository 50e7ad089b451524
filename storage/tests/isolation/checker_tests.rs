//! The checker finds what is planted, and nothing in what is sound.

use crate::checker::check;
use crate::history::{Anomaly, History, Id, Key, Observed, Read};

/// All began before any ended, unless said otherwise.
fn transaction(id: Id, reads: &[(Key, &[Id])], appends: &[Key]) -> Observed {
    let reads = reads.iter().map(|(key, list)| Read { key: *key, list: list.to_vec(), own: 0 });
    let mut observed = Observed { id, began: id, ended: 100 + id, reads: reads.collect(), ..Observed::default() };
    appends.iter().for_each(|key| *observed.appends.entry(*key).or_default() += 1);
    observed
}

fn history(committed: &[Observed], left: &[(Key, &[Id])]) -> History {
    let left = left.iter().map(|(key, list)| (*key, list.to_vec()));
    History { committed: committed.to_vec(), left: left.collect() }
}

#[test]
fn finds_nothing_in_a_serial_history() {
    let committed = [
        transaction(1, &[(7, &[])], &[7, 8]),
        transaction(2, &[(7, &[1]), (8, &[1])], &[7]),
        transaction(3, &[(7, &[1, 2]), (9, &[])], &[]),
    ];
    assert_eq!(check(&history(&committed, &[(7, &[1, 2]), (8, &[1])])), Ok(()));
}

#[test]
fn finds_a_lost_update() {
    let committed = [transaction(1, &[(7, &[])], &[7]), transaction(2, &[(7, &[])], &[7])];
    assert_eq!(check(&history(&committed, &[(7, &[2])])), Err(Anomaly::Lost { key: 7, id: 1 }));
}

#[test]
fn finds_write_skew() {
    let committed = [transaction(1, &[(7, &[]), (8, &[])], &[7]), transaction(2, &[(7, &[]), (8, &[])], &[8])];
    let found = check(&history(&committed, &[(7, &[1]), (8, &[2])]));
    assert!(matches!(&found, Err(Anomaly::Cycle(ids)) if ids.len() == 2), "{found:?}");
}

#[test]
fn finds_a_phantom() {
    // Each scans the keys 7 to 9, finds nothing, and adds one of them.
    let empty: &[(Key, &[Id])] = &[(7, &[]), (8, &[]), (9, &[])];
    let committed = [transaction(1, empty, &[7]), transaction(2, empty, &[9])];
    let found = check(&history(&committed, &[(7, &[1]), (9, &[2])]));
    assert!(matches!(found, Err(Anomaly::Cycle(_))), "{found:?}");
}

#[test]
fn finds_that_a_reader_saw_half_of_a_transaction() {
    let committed = [transaction(1, &[], &[7, 8]), transaction(2, &[(7, &[1]), (8, &[])], &[])];
    let found = check(&history(&committed, &[(7, &[1]), (8, &[1])]));
    assert!(matches!(found, Err(Anomaly::Cycle(_))), "{found:?}");
    let committed = [transaction(1, &[], &[7, 7]), transaction(2, &[(7, &[1])], &[])];
    let found = check(&history(&committed, &[(7, &[1, 1])]));
    assert_eq!(found, Err(Anomaly::Intermediate { key: 7, reader: 2 }));
}

#[test]
fn finds_that_the_order_of_two_readers_differs() {
    let committed = [
        transaction(1, &[(7, &[])], &[7]),
        transaction(2, &[(8, &[])], &[8]),
        transaction(3, &[(7, &[1]), (8, &[])], &[]),
        transaction(4, &[(7, &[]), (8, &[2])], &[]),
    ];
    let found = check(&history(&committed, &[(7, &[1]), (8, &[2])]));
    assert!(matches!(&found, Err(Anomaly::Cycle(ids)) if ids.len() == 4), "{found:?}");
}

#[test]
fn finds_what_was_never_committed() {
    let committed = [transaction(1, &[(7, &[9])], &[])];
    assert_eq!(check(&history(&committed, &[])), Err(Anomaly::NeverThere { key: 7, reader: 1 }));
    assert_eq!(check(&history(&committed, &[(7, &[9])])), Err(Anomaly::Aborted { key: 7, id: 9 }));
}

#[test]
fn finds_that_somebody_does_not_see_himself() {
    let mut blind = transaction(1, &[(7, &[])], &[7]);
    blind.reads[0].own = 1;
    assert_eq!(check(&history(&[blind], &[(7, &[1])])), Err(Anomaly::NotItsOwn { key: 7, reader: 1 }));
}

#[test]
fn finds_a_reader_of_the_past() {
    let mut late = transaction(2, &[(7, &[])], &[]);
    (late.began, late.ended) = (200, 201);
    let found = check(&history(&[transaction(1, &[], &[7]), late], &[(7, &[1])]));
    assert!(matches!(&found, Err(Anomaly::Cycle(ids)) if ids.len() == 2), "{found:?}");
}
