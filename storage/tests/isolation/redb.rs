//! The engine `redb`.

use std::path::PathBuf;
use storage::{Engine, Settings, Store};

#[path = "counters.rs"]
mod counters;
#[path = "crashes.rs"]
mod crashes;
#[path = "interleaved.rs"]
mod interleaved;
#[path = "rules.rs"]
mod rules;
#[path = "threads.rs"]
mod threads;

/// An empty store in a folder of its own.
fn new_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path().join("store"));
    (folder, store)
}

fn open(path: PathBuf) -> Store {
    Store::open_with(path, &Settings { engine: Some(Engine::Redb), ..Settings::default() }).unwrap()
}
