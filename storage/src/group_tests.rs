//! Who is judged within one group: only a disk that waits can show it every time.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Waker};

use crate::committer::Verdict;
use crate::engine::test_stores::{ENGINES, store_syncing};
use crate::{Batch, Bounds, CommitError, ConflictCause, Engine, Expected, Keyspace, Store, Transaction, counter};

const LETTERS: Keyspace = Keyspace::new("letters");

/// Makes syncs wait while it is shut.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    shut: bool,
    waits: bool,
}

impl Gate {
    fn set_shut(&self, shut: bool) {
        self.state.lock().unwrap().shut = shut;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.waits = true;
        self.changed.notify_all();
        let mut state = self.changed.wait_while(state, |state| state.shut).unwrap();
        state.waits = false;
    }

    fn until_somebody_waits(&self) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |state| !state.waits).unwrap());
    }
}

type Commit = Pin<Box<dyn Future<Output = Verdict>>>;

/// Puts a commit into the queue.
fn queue(commit: impl Future<Output = Verdict> + 'static) -> Commit {
    let mut commit: Commit = Box::pin(commit);
    assert!(commit.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    commit
}

/// What becomes of commits that are judged in one group, in this order, after another group has written "first".
fn in_one_group(engine: Engine, prepare: impl FnOnce(&Store) -> Vec<Commit>) -> (Store, Vec<Verdict>) {
    let gate = Arc::new(Gate::default());
    let passed = Arc::clone(&gate);
    let store = store_syncing(engine, move || {
        passed.pass();
        Ok(())
    });
    gate.set_shut(true);
    let first = {
        let (store, mut batch) = (store.clone(), Batch::new());
        batch.put(LETTERS, "first", "1");
        queue(async move { store.commit(batch).await })
    };
    gate.until_somebody_waits();
    let commits = prepare(&store);
    gate.set_shut(false);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(first), Ok(()));
    (store, commits.into_iter().map(|commit| runtime.block_on(commit)).collect())
}

fn begin(store: &Store, change: impl FnOnce(&mut Transaction)) -> Commit {
    let mut transaction = store.begin().unwrap();
    change(&mut transaction);
    queue(transaction.commit())
}

fn conflict(verdict: &Verdict) -> Option<ConflictCause> {
    match verdict {
        Err(CommitError::Conflict { cause, .. }) => Some(*cause),
        _ => None,
    }
}

#[test]
fn who_read_what_an_earlier_one_of_the_group_wrote_is_refused() {
    for engine in ENGINES {
        let (store, verdicts) = in_one_group(engine, |store| {
            let swap = |read: &'static str, write: &'static str| {
                begin(store, |transaction| {
                    transaction.get(LETTERS, read).unwrap();
                    transaction.put(LETTERS, write, "1");
                })
            };
            let (winner, loser) = (swap("a", "b"), swap("b", "a"));
            vec![winner, loser, swap("a", "c"), swap("first", "d")]
        });
        assert_eq!(verdicts[0], Ok(()));
        assert_eq!(conflict(&verdicts[1]), Some(ConflictCause::Read));
        assert_eq!(verdicts[2], Ok(()), "what a loser would have written disturbs nobody");
        assert_eq!(conflict(&verdicts[3]), Some(ConflictCause::Read), "the group before counts as well");
        assert_eq!(store.snapshot().unwrap().get(LETTERS, "a").unwrap(), None);
    }
}

#[test]
fn additions_of_one_group_are_judged_one_after_the_other() {
    for engine in ENGINES {
        let (store, verdicts) = in_one_group(engine, |store| {
            let add = |delta| {
                let bounds = Bounds { min: 0, max: 10 };
                begin(store, |transaction| {
                    transaction.add(LETTERS, "count", delta, bounds);
                })
            };
            vec![add(7), add(7), add(-3), add(6)]
        });
        let refused: Vec<_> = verdicts.iter().map(Result::is_err).collect();
        assert_eq!(refused, [false, true, false, false]);
        let count = store.snapshot().unwrap().get(LETTERS, "count").unwrap();
        assert_eq!(count.as_deref().and_then(counter::decode), Some(10));
    }
}

#[test]
fn batches_and_transactions_of_one_group_see_each_other() {
    for engine in ENGINES {
        let (_store, verdicts) = in_one_group(engine, |store| {
            let batch = |expected| {
                let (store, mut batch) = (store.clone(), Batch::new());
                batch.expect(LETTERS, "a", expected).put(LETTERS, "b", "batch");
                queue(async move { store.commit(batch).await })
            };
            let reader = |write: &'static str| {
                begin(store, |transaction| {
                    transaction.get(LETTERS, "b").unwrap();
                    transaction.put(LETTERS, write, "transaction");
                })
            };
            let before = reader("a");
            vec![before, batch(Expected::Absent), batch(Expected::Present), reader("c")]
        });
        let causes: Vec<_> = verdicts.iter().map(conflict).collect();
        assert_eq!(causes, [None, Some(ConflictCause::Expected), None, Some(ConflictCause::Read)]);
    }
}

#[test]
fn what_is_not_durable_yet_is_shown_to_nobody() {
    for engine in ENGINES {
        let seen = |store: &Store| store.snapshot().unwrap().get(LETTERS, "first").unwrap();
        let (store, _verdicts) = in_one_group(engine, |store| {
            assert_eq!(seen(store), None, "{engine}");
            Vec::new()
        });
        assert_eq!(seen(&store).as_deref(), Some(b"1".as_slice()), "{engine}");
    }
}
