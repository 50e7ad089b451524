//! A disk that fails is no thing a test through the public API can have.

use crate::engine::redb_test_disk::store_syncing;
use crate::{Batch, CommitError, Keyspace, ReadError, Store};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const LETTERS: Keyspace = Keyspace::new("letters");

fn store() -> (Store, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let gone = Arc::clone(&fails);
    let sync = move || if gone.load(Ordering::SeqCst) { Err(io::Error::other("the disk is gone")) } else { Ok(()) };
    (store_syncing(sync), fails)
}

fn letter(key: &str) -> Batch {
    let mut batch = Batch::new();
    batch.put(LETTERS, key, "letter");
    batch
}

#[test]
fn a_store_that_failed_a_sync_is_closed_and_says_so() {
    let (store, fails) = store();
    store.commit_blocking(letter("a")).unwrap();
    fails.store(true, Ordering::SeqCst);

    assert!(matches!(store.commit_blocking(letter("b")), Err(CommitError::Failed { .. })));
    fails.store(false, Ordering::SeqCst);
    let again = store.commit_blocking(letter("c")).unwrap_err();
    assert!(matches!(again, CommitError::Closed { .. }), "a failed sync is never tried again");
    assert!(again.to_string().contains("the disk is gone"), "{again}");
    assert!(matches!(store.snapshot(), Err(ReadError::Closed { .. })));
}
