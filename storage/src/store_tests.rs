//! A disk that fails is no thing a test through the public API can have.

use crate::engine::test_stores::{ENGINES, store_syncing};
use crate::{Batch, CommitError, Engine, Keyspace, ReadError, Store};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const LETTERS: Keyspace = Keyspace::new("letters");

fn store(engine: Engine) -> (Store, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let gone = Arc::clone(&fails);
    let sync = move || if gone.load(Ordering::SeqCst) { Err(io::Error::other("the disk is gone")) } else { Ok(()) };
    (store_syncing(engine, sync), fails)
}

fn letter(key: &str) -> Batch {
    let mut batch = Batch::new();
    batch.put(LETTERS, key, "letter");
    batch
}

#[test]
fn a_store_that_failed_a_sync_is_closed_and_says_so() {
    for engine in ENGINES {
        let (store, fails) = store(engine);
        store.commit_blocking(letter("a")).unwrap();
        fails.store(true, Ordering::SeqCst);

        assert!(matches!(store.commit_blocking(letter("b")), Err(CommitError::Failed { .. })));
        fails.store(false, Ordering::SeqCst);
        let again = store.commit_blocking(letter("c")).unwrap_err();
        assert!(matches!(again, CommitError::Closed { .. }), "a failed sync is never tried again");
        assert!(again.to_string().contains("the disk is gone"), "{again}");
        assert!(matches!(store.snapshot(), Err(ReadError::Closed { .. })));
    }
}

#[test]
fn an_engine_that_panics_closes_the_store_and_leaves_nobody_waiting() {
    for engine in ENGINES {
        let panics = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&panics);
        let store = store_syncing(engine, move || {
            assert!(!asked.load(Ordering::SeqCst), "a damaged page");
            Ok(())
        });
        store.commit_blocking(letter("a")).unwrap();
        panics.store(true, Ordering::SeqCst);
        let failed = store.commit_blocking(letter("b")).unwrap_err();
        assert!(matches!(failed, CommitError::Failed { .. }), "whether it was written is not known: {failed}");
        let again = store.commit_blocking(letter("c")).unwrap_err();
        assert!(matches!(again, CommitError::Closed { .. }), "{again}");
    }
}
