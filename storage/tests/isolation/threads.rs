//! Transactions of several threads, whose commits share groups.

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use storage::Store;

use super::new_store;
use crate::checker::check;
use crate::history::Observed;
use crate::random::{End, end, step};
use crate::scale;
use crate::session::{Session, history};

const THREADS: usize = 6;
const TRANSACTIONS: usize = 60;

/// Runs random transactions; returns what was committed, and how many were refused.
fn work(store: &Store, clock: &AtomicU64, ids: &AtomicU64) -> (Vec<Observed>, usize) {
    let mut runner = TestRunner::default();
    let script = (prop::collection::vec(step(), 1..6), end());
    let (mut committed, mut refused) = (Vec::new(), 0);
    for _ in 0..TRANSACTIONS {
        let (steps, end) = script.new_tree(&mut runner).unwrap().current();
        let mut session = Session::begin(store, clock, ids.fetch_add(1, Ordering::SeqCst));
        for step in &steps {
            session.step(step);
            std::thread::yield_now();
        }
        if end == End::Commit {
            match session.commit(clock) {
                Some(observed) => committed.push(observed),
                None => refused += 1,
            }
        }
    }
    (committed, refused)
}

#[test]
fn of_several_threads_they_are_serializable() {
    let (mut all_committed, mut all_refused) = (0, 0);
    for _ in 0..3 * scale() {
        let (_folder, store) = new_store();
        let (clock, ids) = (AtomicU64::new(0), AtomicU64::new(1));
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| work(&store, &clock, &ids))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        all_refused += results.iter().map(|(_, refused)| refused).sum::<usize>();
        let committed: Vec<_> = results.into_iter().flat_map(|(committed, _)| committed).collect();
        all_committed += committed.len();
        assert_eq!(check(&history(&store, committed)), Ok(()));
    }
    assert!(all_committed > 0 && all_refused > 0, "{all_committed} committed and {all_refused} refused show nothing");
}
