//! Stores that go from one engine to another.

use std::path::Path;
use storage::{
    BackUpError, Batch, Direction, Engine, KeyRange, Keyspace, MigrateError, OpenError, Quota, Selection, Settings,
    Store, migrate,
};

const LETTERS: Keyspace = Keyspace::new("letters");
const NUMBERS: Keyspace = Keyspace::new("numbers");
const ENGINES: [Engine; 2] = [Engine::Redb, Engine::Sled];

fn filled(path: &Path, engine: Engine) {
    let store = Store::open_with(path, &Settings { engine: Some(engine), ..Settings::default() }).unwrap();
    let mut batch = Batch::new();
    batch.quota(LETTERS, Quota::Bytes(1 << 30)).quota(NUMBERS, Quota::Unlimited);
    for number in 0..3000_u32 {
        batch.put(LETTERS, number.to_be_bytes(), vec![7; number as usize]).put(NUMBERS, number.to_be_bytes(), "");
    }
    store.commit_blocking(batch).unwrap();
}

fn entries(store: &Store, keyspace: Keyspace) -> usize {
    store.snapshot().unwrap().scan(keyspace, KeyRange::all(), Direction::Ascending).unwrap().map(Result::unwrap).count()
}

#[test]
fn a_store_goes_to_any_engine_whole() {
    for (from, to) in ENGINES.into_iter().flat_map(|from| ENGINES.map(|to| (from, to))) {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        filled(&old, from);
        let migrated = migrate(&old, &new, to, &Selection::All).unwrap();
        assert_eq!((migrated.from, migrated.to), (from, to));
        let told: Vec<_> =
            migrated.keyspaces.iter().map(|keyspace| (keyspace.name.as_str(), keyspace.entries)).collect();
        assert_eq!(told, [("letters", 3000), ("numbers", 3000)]);
        let (old, new) = (Store::open(old).unwrap(), Store::open(new).unwrap());
        assert_eq!(new.engine(), to);
        assert_eq!((entries(&new, LETTERS), entries(&new, NUMBERS)), (3000, 3000));
        assert_eq!(new.size_bytes(LETTERS).unwrap(), Some(migrated.keyspaces[0].size_bytes));
        assert_eq!(new.snapshot().unwrap().quota(LETTERS).unwrap(), Quota::Bytes(1 << 30));
        assert_eq!(entries(&old, LETTERS), 3000, "the old one stays");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
    }
}

#[test]
fn a_keyspace_goes_with_its_quota_and_without_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    filled(&old, Engine::Redb);
    let migrated = migrate(&old, &new, Engine::Sled, &Selection::Keyspaces(vec!["letters".to_owned()])).unwrap();
    assert_eq!(migrated.keyspaces.len(), 1);
    let new = Store::open(new).unwrap();
    assert_eq!((entries(&new, LETTERS), entries(&new, NUMBERS)), (3000, 0));
    assert_eq!(new.size_bytes(LETTERS).unwrap(), Some(migrated.keyspaces[0].size_bytes));
    assert_eq!(new.size_bytes(NUMBERS).unwrap(), None);
}

#[test]
fn refuses_a_keyspace_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    filled(&old, Engine::Redb);
    for name in ["plugins", "\0accounts"] {
        let refused = migrate(&old, &new, Engine::Sled, &Selection::Keyspaces(vec![name.to_owned()])).unwrap_err();
        assert_eq!(refused.to_string(), format!("the store has no keyspace {name}"));
    }
    assert!(!new.exists());
}

#[test]
fn refuses_a_store_that_is_in_use_or_not_there_and_a_place_that_is_taken() {
    for engine in ENGINES {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        let missing = migrate(&old, &new, engine, &Selection::All);
        assert!(matches!(missing, Err(MigrateError::Open { source: OpenError::File { .. } })), "{missing:?}");
        assert!(!old.exists(), "nothing is made where nothing was");
        filled(&old, engine);
        let in_use = Store::open(&old).unwrap();
        let refused = migrate(&old, &new, engine, &Selection::All);
        assert!(matches!(refused, Err(MigrateError::Open { source: OpenError::InUse { .. } })), "{refused:?}");
        drop(in_use);
        std::fs::write(&new, "mine").unwrap();
        let refused = migrate(&old, &new, engine, &Selection::All);
        assert!(matches!(refused, Err(MigrateError::Copy { source: BackUpError::Exists { .. } })), "{refused:?}");
        assert_eq!(std::fs::read_to_string(&new).unwrap(), "mine");
    }
}
