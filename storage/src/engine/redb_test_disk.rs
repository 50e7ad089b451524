//! Stores on a disk in memory whose syncs do what a test wants.

use std::io;

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

use super::Redb;

struct TestDisk<S> {
    memory: InMemoryBackend,
    sync: S,
}

/// An empty store; each sync of its disk is what `sync` says.
pub(crate) fn redb_syncing(sync: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Redb {
    let disk = TestDisk { memory: InMemoryBackend::new(), sync };
    Redb::over(redb::Builder::new().create_with_backend(disk).unwrap())
}

impl<S> std::fmt::Debug for TestDisk<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestDisk").finish_non_exhaustive()
    }
}

impl<S: Fn() -> io::Result<()> + Send + Sync + 'static> StorageBackend for TestDisk<S> {
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
        (self.sync)()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.memory.write(offset, data)
    }
}
