//! A disk that fails is no thing a test through the public API can have.

use crate::space::Space;
use crate::{Batch, CommitError, Keyspace, ReadError, Store};
use redb::StorageBackend;
use redb::backends::InMemoryBackend;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const LETTERS: Keyspace = Keyspace::new("letters");

#[derive(Debug)]
struct FailingDisk {
    memory: InMemoryBackend,
    fails: Arc<AtomicBool>,
}

fn store() -> (Store, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let disk = FailingDisk { memory: InMemoryBackend::new(), fails: fails.clone() };
    let database = redb::Builder::new().create_with_backend(disk).unwrap();
    (Store::over(database, Space::new(std::env::temp_dir(), 0)).unwrap(), fails)
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

impl StorageBackend for FailingDisk {
    fn len(&self) -> io::Result<u64> {
        self.memory.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.memory.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.memory.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        if self.fails.load(Ordering::SeqCst) {
            Err(io::Error::other("the disk is gone"))
        } else {
            self.memory.sync_data()
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.memory.write(offset, data)
    }
}
