//! Copies of a store that is in use.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use storage::{BackUpError, Batch, Direction, KeyRange, Keyspace, Settings, Store};

const LEFT: Keyspace = Keyspace::new("left");
const RIGHT: Keyspace = Keyspace::new("right");

fn entries(store: &Store, keyspace: Keyspace) -> Vec<(Vec<u8>, Vec<u8>)> {
    let scan = store.snapshot().unwrap().scan(keyspace, KeyRange::all(), Direction::Ascending).unwrap();
    scan.map(Result::unwrap).collect()
}

fn both(number: u32) -> Batch {
    let mut batch = Batch::new();
    batch.put(LEFT, number.to_be_bytes(), vec![1; 300]).put(RIGHT, number.to_be_bytes(), vec![2; 300]);
    batch
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_copy_is_a_store_of_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let store = super::open(folder.path().join("store")).unwrap();
    (0..20).for_each(|number| store.commit_blocking(both(number)).unwrap());
    let copied = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (20..)
                .take_while(|_| !copied.load(Ordering::SeqCst))
                .for_each(|number| store.commit_blocking(both(number)).unwrap());
        });
        for name in ["one", "two", "three"] {
            store.back_up(folder.path().join(name)).unwrap();
        }
        copied.store(true, Ordering::SeqCst);
    });
    for name in ["one", "two", "three"] {
        let path = folder.path().join(name);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "it is its owner's only");
        let copy = Store::open(path).unwrap();
        assert_eq!(copy.engine(), store.engine());
        let (left, right) = (entries(&copy, LEFT), entries(&copy, RIGHT));
        assert!(left.len() >= 20 && entries(&store, LEFT).starts_with(&left), "{name} is what was there before");
        assert!(left.iter().map(|(key, _)| key).eq(right.iter().map(|(key, _)| key)), "{name} halves no batch");
    }
    assert_eq!(files(folder.path()), 4, "nothing else is left");
}

#[test]
fn refuses_a_target_that_is_there_and_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = super::open(folder.path().join("store")).unwrap();
    let target = folder.path().join("copy");
    std::fs::write(&target, "mine").unwrap();
    assert!(matches!(store.back_up(&target), Err(BackUpError::Exists { .. })));
    assert!(matches!(store.back_up(folder.path().join("store")), Err(BackUpError::Exists { .. })));
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "mine");
}

#[test]
fn a_copy_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = super::open(path.clone()).unwrap();
    store.commit_blocking(both(1)).unwrap();
    let nowhere = store.back_up(folder.path().join("missing").join("copy"));
    assert!(matches!(nowhere, Err(BackUpError::File { .. })), "{nowhere:?}");
    drop(store);

    let settings = Settings { disk_reserve_bytes: u64::MAX / 2, ..super::settings() };
    let store = Store::open_with(&path, &settings).unwrap();
    let full = store.back_up(folder.path().join("copy"));
    assert!(matches!(full, Err(BackUpError::DiskFull { .. })), "{full:?}");
    assert_eq!(files(folder.path()), 1, "not even a beginning");
}
