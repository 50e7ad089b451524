//! Stores on disks whose syncs do what a test wants.

use std::io;
use std::sync::Arc;

use super::redb_test_disk::redb_syncing;
use super::{Engine, Sled, Storing};
use crate::Store;
use crate::space::Space;

/// Every engine there is.
pub(crate) const ENGINES: [Engine; 2] = [Engine::Redb, Engine::Sled];

/// An empty store; each sync of its disk is what `sync` says.
pub(crate) fn store_syncing(engine: Engine, sync: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Store {
    let storing: Arc<dyn Storing> = match engine {
        Engine::Redb => Arc::new(redb_syncing(sync)),
        Engine::Sled => Arc::new(sled_syncing(sync)),
    };
    Store::over(storing, engine, Space::new(std::env::temp_dir(), 0, engine)).unwrap()
}

fn sled_syncing(sync: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Sled {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    Sled::create(&path).unwrap();
    let barrier = move || {
        // The folder is there for as long as the store can be synced.
        let _kept = &folder;
        sync()
    };
    Sled::over(&path, 0, Box::new(barrier)).unwrap()
}
