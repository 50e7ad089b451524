//! What the store remembers of publishing: the roots, and the numbers already used.
//!
//! The folder can be made again from the state; the numbers cannot, and a number used twice would be taken for an attack.

use super::PublishError;
use super::root::RootFile;
use serde::{Deserialize, Serialize};
use storage::{Batch, Direction, Expected, KeyRange, Keyspace, Store};

/// The numbers of the newest files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub(super) targets: u64,
    pub(super) snapshot: u64,
    pub(super) timestamp: u64,
}

const ROOTS: Keyspace = Keyspace::new("roots");
const NUMBERS: Keyspace = Keyspace::new("publication");
const KEY: &[u8] = b"numbers";

/// The roots, the oldest first.
pub(super) fn roots(store: &Store) -> Result<Vec<RootFile>, PublishError> {
    let entries = store.snapshot()?.scan(ROOTS, KeyRange::all(), Direction::Ascending)?;
    entries.map(|entry| RootFile::parse(entry?.1)).collect()
}

/// Adds a root to what `batch` will write.
pub(super) fn add_root(batch: &mut Batch, root: &RootFile) {
    let key = root.version().to_be_bytes();
    batch.expect(ROOTS, key, Expected::Absent).put(ROOTS, key, root.bytes.clone());
}

pub(super) fn numbers(store: &Store) -> Result<Numbers, PublishError> {
    match store.snapshot()?.get(NUMBERS, KEY)? {
        None => Ok(Numbers::default()),
        Some(bytes) => {
            serde_json::from_slice(&bytes).map_err(|source| PublishError::Metadata { source: source.into() })
        }
    }
}

/// Takes numbers, before any file has them.
pub(super) fn reserve(store: &Store, numbers: Numbers) -> Result<(), PublishError> {
    let bytes = serde_json::to_vec(&numbers).map_err(|source| PublishError::Metadata { source: source.into() })?;
    let mut batch = Batch::new();
    batch.put(NUMBERS, KEY, bytes);
    Ok(store.commit_blocking(batch)?)
}
