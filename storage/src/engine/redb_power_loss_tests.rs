//! A power loss: the disk keeps what was synced, and of the rest whatever it likes.

use crate::engine::{Engine, Redb};
use crate::space::Space;
use crate::{Batch, Direction, KeyRange, Keyspace, Store};
use proptest::prelude::*;
use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex};

const LEFT: Keyspace = Keyspace::new("left");
const RIGHT: Keyspace = Keyspace::new("right");

/// A disk that remembers every state it could come back with.
#[derive(Debug, Clone, Default)]
struct VolatileDisk(Arc<Mutex<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    now: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<(usize, Vec<u8>)>,
    syncs: usize,
    /// After so many syncs the power fails: what comes later never reaches the disk.
    fails_after: usize,
}

impl VolatileDisk {
    fn failing_after(syncs: usize) -> Self {
        let disk = Self::default();
        disk.0.lock().unwrap().fails_after = syncs;
        disk
    }

    /// What is found when the power is back: everything synced, and the later writes that `survives` names.
    fn after_power_loss(&self, mut survives: impl FnMut() -> bool) -> Self {
        let contents = self.0.lock().unwrap();
        let mut found = contents.synced.clone();
        for (offset, bytes) in &contents.unsynced {
            if survives() {
                found.resize(found.len().max(offset + bytes.len()), 0);
                found[*offset..offset + bytes.len()].copy_from_slice(bytes);
            }
        }
        let contents = Contents { now: found.clone(), synced: found, fails_after: usize::MAX, ..Contents::default() };
        Self(Arc::new(Mutex::new(contents)))
    }
}

impl StorageBackend for VolatileDisk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let contents = self.0.lock().unwrap();
        let start = usize::try_from(offset).unwrap();
        let found = contents.now.get(start..start + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut contents = self.0.lock().unwrap();
        // File systems journal the length; the content of what was added is zero until it is written.
        contents.now.resize(usize::try_from(len).unwrap(), 0);
        contents.synced.resize(usize::try_from(len).unwrap(), 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut contents = self.0.lock().unwrap();
        if contents.syncs >= contents.fails_after {
            return Err(io::Error::other("the power is gone"));
        }
        contents.syncs += 1;
        contents.synced = contents.now.clone();
        contents.unsynced.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut contents = self.0.lock().unwrap();
        let start = usize::try_from(offset).unwrap();
        contents.now[start..start + data.len()].copy_from_slice(data);
        contents.unsynced.push((start, data.to_vec()));
        Ok(())
    }
}

fn over(disk: VolatileDisk) -> Store {
    let database = redb::Builder::new().set_cache_size(1 << 20).create_with_backend(disk).unwrap();
    let space = Space::new(std::env::temp_dir(), 0, Engine::Redb);
    Store::over(Arc::new(Redb::over(database)), Engine::Redb, space).unwrap()
}

fn keys(store: &Store, keyspace: Keyspace) -> Vec<Vec<u8>> {
    let scan = store.snapshot().unwrap().scan(keyspace, KeyRange::all(), Direction::Ascending).unwrap();
    scan.map(|entry| entry.unwrap().0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_power_loss_takes_nothing_acknowledged_and_halves_no_batch(
        syncs in 4_usize..24,
        sizes in prop::collection::vec(0_usize..6000, 30),
        luck in prop::collection::vec(any::<bool>(), 64),
    ) {
        let disk = VolatileDisk::failing_after(syncs);
        let store = over(disk.clone());
        let mut acknowledged = 0_u8;
        for (number, size) in (0_u8..).zip(&sizes) {
            let mut batch = Batch::new();
            batch.put(LEFT, [number], vec![number; *size]).put(RIGHT, [number], "too");
            match store.commit_blocking(batch) {
                Ok(()) => acknowledged = number + 1,
                Err(_) => break,
            }
        }
        let mut luck = luck.into_iter().cycle();
        let found = over(disk.after_power_loss(|| luck.next().unwrap_or(false)));

        let left = keys(&found, LEFT);
        let expected: Vec<Vec<u8>> = (0..acknowledged).map(|number| vec![number]).collect();
        prop_assert!(left.starts_with(&expected), "{acknowledged} were acknowledged, {} are there", left.len());
        prop_assert!(left.len() <= usize::from(acknowledged) + 1, "only the last batch may be there unacknowledged");
        prop_assert_eq!(&left, &keys(&found, RIGHT));
    }
}
