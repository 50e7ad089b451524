//! What a store of `sled` is on the disk: a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use storage::{Batch, Engine, Keyspace, OpenError, Settings, Store};

const LETTERS: Keyspace = Keyspace::new("letters");

fn settings() -> Settings {
    Settings { engine: Some(Engine::Sled), ..Settings::default() }
}

fn made(path: &Path) -> Store {
    let store = Store::open_with(path, &settings()).unwrap();
    let mut batch = Batch::new();
    batch.put(LETTERS, "a", "kept");
    store.commit_blocking(batch).unwrap();
    store
}

fn cause(refused: &OpenError) -> String {
    std::error::Error::source(refused).unwrap().to_string()
}

#[test]
fn it_is_opened_as_what_it_is_and_not_as_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(made(&path));
    let refused = Store::open_with(&path, &Settings { engine: Some(Engine::Redb), ..Settings::default() }).unwrap_err();
    let says = format!("the store {} is one of sled, not of redb; it can be migrated", path.display());
    assert_eq!(refused.to_string(), says);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.snapshot().unwrap().get(LETTERS, "a").unwrap().as_deref(), Some(b"kept".as_slice()));
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn begins_anew_where_a_crash_left_a_store_half_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("store.new")).unwrap();
    fs::write(folder.path().join("store.new").join("db"), [0; 9000]).unwrap();
    drop(made(&folder.path().join("store")));
    assert!(!folder.path().join("store.new").exists());
}

#[test]
fn refuses_a_folder_that_is_no_store_and_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "mine").unwrap();
    let refused = Store::open(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::File { .. }), "{refused}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn refuses_a_store_whose_parts_were_lost() {
    for part in ["conf", "db"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        drop(made(&path));
        fs::write(path.join(part), "").unwrap();
        let refused = Store::open(&path).unwrap_err();
        assert_eq!(cause(&refused), format!("its part {part} is empty"));
        fs::remove_file(path.join(part)).unwrap();
        assert!(matches!(Store::open(&path), Err(OpenError::File { .. })));
        assert!(!path.join(part).exists(), "it is not made anew");
    }
}

#[test]
fn refuses_a_store_that_would_open_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(made(&path));
    let db = path.join("db");
    let size = usize::try_from(fs::metadata(&db).unwrap().len()).unwrap();
    for entry in fs::read_dir(&path).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("snap") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    fs::write(db, vec![0; size]).unwrap();
    let refused = Store::open(&path).unwrap_err();
    assert!(matches!(refused, OpenError::Unreadable { .. }), "{refused}");
    assert_eq!(cause(&refused), "the store, whose sentinel is missing, is damaged");
}

#[test]
fn a_store_that_is_damaged_is_refused_and_takes_nobody_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(made(&path));
    let db = fs::read(path.join("db")).unwrap();
    for (number, garbage) in [0xff_u8, 0x5a, 0x01].into_iter().enumerate() {
        let damaged: Vec<u8> =
            db.iter().enumerate().map(|(at, byte)| if at % 7 == number { garbage } else { *byte }).collect();
        fs::write(path.join("db"), damaged).unwrap();
        let refused = Store::open(&path).unwrap_err();
        assert!(matches!(refused, OpenError::Unreadable { .. }), "{refused}");
    }
}
