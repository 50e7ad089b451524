//! What a store of `redb` is on the disk: one file.

use std::os::unix::fs::PermissionsExt;
use storage::{Batch, Engine, Keyspace, OpenError, Settings, Store};

const LETTERS: Keyspace = Keyspace::new("letters");

fn letter(key: &str, value: &str) -> Batch {
    let mut batch = Batch::new();
    batch.put(LETTERS, key, value);
    batch
}

#[test]
fn refuses_to_open_it_as_a_store_of_another_engine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(Store::open(&path).unwrap());
    let refused = Store::open_with(&path, &Settings { engine: Some(Engine::Sled), ..Settings::default() }).unwrap_err();
    let says = format!("the store {} is one of redb, not of sled; it can be migrated", path.display());
    assert_eq!(refused.to_string(), says);
}

#[test]
fn refuses_a_file_that_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    for (content, says) in [("hello ".repeat(10_000), "magic number"), (String::new(), "empty")] {
        std::fs::write(&path, &content).unwrap();
        let refused = Store::open(&path).unwrap_err();
        let cause = std::error::Error::source(&refused).unwrap().to_string();
        assert!(refused.to_string().contains(path.to_str().unwrap()), "{refused}");
        assert!(cause.contains(says), "{cause}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content, "a file that is not ours is left alone");
    }
}

#[test]
fn refuses_a_store_that_was_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = Store::open(&path).unwrap();
    store.commit_blocking(letter("a", &"long".repeat(10_000))).unwrap();
    drop(store);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(4096).unwrap();
    assert!(matches!(Store::open(&path), Err(OpenError::Unreadable { .. })));
}

#[test]
fn begins_anew_where_a_crash_left_a_store_half_made() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("store.new"), [0; 9000]).unwrap();
    let path = folder.path().join("store");
    let store = Store::open(&path).unwrap();
    store.commit_blocking(letter("a", "kept")).unwrap();
    assert_eq!(store.engine(), Engine::Redb, "it is the engine of a new store");
    assert!(!folder.path().join("store.new").exists());
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}
