//! What a store promises, through its public API, on a real file.

use std::collections::BTreeMap;
use storage::{
    Batch, CommitError, Direction, Expected, KeyRange, Keyspace, MAX_KEY_BYTES, OpenError, ReadError, Settings, Store,
};
use tempfile::TempDir;

const LETTERS: Keyspace = Keyspace::new("letters");
const NUMBERS: Keyspace = Keyspace::new("numbers");

fn new_store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = super::open(folder.path().join("store")).unwrap();
    (folder, store)
}

fn put(keyspace: Keyspace, entries: &[(&str, &str)]) -> Batch {
    let mut batch = Batch::new();
    for (key, value) in entries {
        batch.put(keyspace, *key, *value);
    }
    batch
}

fn value(store: &Store, keyspace: Keyspace, key: &str) -> Option<String> {
    let value = store.snapshot().unwrap().get(keyspace, key).unwrap();
    value.map(|value| String::from_utf8(value).unwrap())
}

fn keys(store: &Store, range: KeyRange, direction: Direction) -> Vec<String> {
    let scan = store.snapshot().unwrap().scan(LETTERS, range, direction).unwrap();
    scan.map(|entry| String::from_utf8(entry.unwrap().0).unwrap()).collect()
}

#[test]
fn a_batch_changes_several_keyspaces_at_once() {
    let (_folder, store) = new_store();
    store.commit_blocking(put(LETTERS, &[("a", "old"), ("b", "old")])).unwrap();
    let mut batch = put(LETTERS, &[("a", "new")]);
    batch.delete(LETTERS, "b").delete(LETTERS, "not there").put(NUMBERS, "1", "one");
    store.commit_blocking(batch).unwrap();

    assert_eq!(value(&store, LETTERS, "a").as_deref(), Some("new"));
    assert_eq!(value(&store, LETTERS, "b"), None);
    assert_eq!(value(&store, NUMBERS, "1").as_deref(), Some("one"));
}

#[test]
fn changes_of_one_batch_are_made_in_their_order() {
    let (_folder, store) = new_store();
    let mut batch = put(LETTERS, &[("a", "first"), ("a", "second"), ("b", "first")]);
    batch.delete(LETTERS, "b");
    store.commit_blocking(batch).unwrap();
    assert_eq!(value(&store, LETTERS, "a").as_deref(), Some("second"));
    assert_eq!(value(&store, LETTERS, "b"), None);
}

#[test]
fn a_keyspace_is_cleared_together_with_other_writes() {
    let (_folder, store) = new_store();
    store.commit_blocking(put(LETTERS, &[("a", "old"), ("b", "old")])).unwrap();
    let before = store.snapshot().unwrap();
    let mut batch = put(LETTERS, &[("c", "lost")]);
    batch.clear(LETTERS).put(LETTERS, "d", "kept").put(NUMBERS, "1", "one");
    store.commit_blocking(batch).unwrap();
    assert_eq!(keys(&store, KeyRange::all(), Direction::Ascending), ["d"]);
    assert_eq!(value(&store, NUMBERS, "1").as_deref(), Some("one"));
    assert_eq!(before.scan(LETTERS, KeyRange::all(), Direction::Ascending).unwrap().count(), 2, "a snapshot stays");

    let mut refused = Batch::new();
    refused.expect(NUMBERS, "1", Expected::Absent).clear(LETTERS);
    assert!(matches!(store.commit_blocking(refused), Err(CommitError::Conflict { .. })));
    assert_eq!(keys(&store, KeyRange::all(), Direction::Ascending), ["d"], "nothing is cleared by who is refused");
}

#[test]
fn names_the_keyspaces_that_hold_something() {
    let (_folder, store) = new_store();
    let plugin = Keyspace::named("plugin/complaints").unwrap();
    assert_eq!(store.snapshot().unwrap().keyspaces().unwrap(), Vec::<String>::new());
    let mut batch = put(NUMBERS, &[("1", "one")]);
    batch.put(plugin, "a", "1").put(LETTERS, "a", "1");
    store.commit_blocking(batch).unwrap();
    let before = store.snapshot().unwrap();
    let mut batch = Batch::new();
    batch.clear(plugin).delete(LETTERS, "a").clear(Keyspace::new("never there"));
    store.commit_blocking(batch).unwrap();
    assert_eq!(store.snapshot().unwrap().keyspaces().unwrap(), ["numbers"]);
    assert_eq!(before.keyspaces().unwrap(), ["letters", "numbers", "plugin/complaints"]);
}

#[test]
fn a_keyspace_nobody_wrote_to_reads_as_empty() {
    let (_folder, store) = new_store();
    assert_eq!(value(&store, LETTERS, "a"), None);
    assert_eq!(keys(&store, KeyRange::all(), Direction::Ascending), Vec::<String>::new());
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let (folder, store) = new_store();
    store.commit_blocking(put(LETTERS, &[("a", "kept")])).unwrap();
    drop(store);
    let again = Store::open(folder.path().join("store")).unwrap();
    assert_eq!(value(&again, LETTERS, "a").as_deref(), Some("kept"));
}

#[test]
fn a_snapshot_does_not_see_later_commits() {
    let (_folder, store) = new_store();
    store.commit_blocking(put(LETTERS, &[("a", "old")])).unwrap();
    let before = store.snapshot().unwrap();
    let scan = before.scan(LETTERS, KeyRange::all(), Direction::Ascending).unwrap();
    store.commit_blocking(put(LETTERS, &[("a", "new"), ("b", "new")])).unwrap();
    assert_eq!(before.get(LETTERS, "a").unwrap().as_deref(), Some(b"old".as_slice()));
    drop(before);
    assert_eq!(scan.count(), 1, "a scan keeps its snapshot");
}

#[test]
fn scans_both_ways_within_bounds() {
    let (_folder, store) = new_store();
    store.commit_blocking(put(LETTERS, &[("a", ""), ("ab", ""), ("abc", ""), ("b", ""), ("c", "")])).unwrap();

    assert_eq!(keys(&store, KeyRange::all(), Direction::Ascending), ["a", "ab", "abc", "b", "c"]);
    assert_eq!(keys(&store, KeyRange::all(), Direction::Descending), ["c", "b", "abc", "ab", "a"]);
    assert_eq!(keys(&store, KeyRange::between("ab".."c"), Direction::Ascending), ["ab", "abc", "b"]);
    assert_eq!(keys(&store, KeyRange::between("ab"..="c"), Direction::Descending), ["c", "b", "abc", "ab"]);
    assert_eq!(keys(&store, KeyRange::between("b"..), Direction::Ascending), ["b", "c"]);
    assert_eq!(keys(&store, KeyRange::prefix("ab"), Direction::Descending), ["abc", "ab"]);
    assert_eq!(keys(&store, KeyRange::between("c".."a"), Direction::Ascending), Vec::<String>::new());
}

#[test]
fn a_prefix_of_the_highest_bytes_reaches_the_end() {
    let (_folder, store) = new_store();
    let mut batch = Batch::new();
    for key in [vec![0xff], vec![0xff, 0xff], vec![0xff, 0xff, 1], vec![0xfe]] {
        batch.put(LETTERS, key, "");
    }
    store.commit_blocking(batch).unwrap();
    let count = |prefix: &[u8]| {
        store.snapshot().unwrap().scan(LETTERS, KeyRange::prefix(prefix), Direction::Ascending).unwrap().count()
    };
    assert_eq!((count(&[0xff, 0xff]), count(&[0xfe]), count(&[])), (2, 1, 4));
}

#[test]
fn refuses_a_batch_whose_precondition_does_not_hold() {
    let (_folder, store) = new_store();
    store.commit_blocking(put(LETTERS, &[("a", "one")])).unwrap();
    let conflicts = [("a", Expected::Absent), ("a", Expected::Value(b"two".to_vec())), ("b", Expected::Value(vec![]))];
    for (key, expected) in conflicts {
        let mut batch = put(NUMBERS, &[("1", "one")]);
        batch.expect(LETTERS, key, expected);
        let refused = store.commit_blocking(batch).unwrap_err();
        assert!(matches!(refused, CommitError::Conflict { keyspace: LETTERS, .. }), "{refused}");
        assert_eq!(value(&store, NUMBERS, "1"), None, "nothing of a refused batch is written");
    }
    let mut batch = put(LETTERS, &[("a", "two"), ("b", "one")]);
    batch.expect(LETTERS, "a", Expected::Value(b"one".to_vec())).expect(LETTERS, "b", Expected::Absent);
    store.commit_blocking(batch).unwrap();
    assert_eq!(value(&store, LETTERS, "a").as_deref(), Some("two"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_expect_the_same_exactly_one_wins() {
    let (_folder, store) = new_store();
    let mut tasks = Vec::new();
    for caller in 0..64_u8 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let mut batch = Batch::new();
            batch.expect(LETTERS, "a", Expected::Absent).put(LETTERS, "a", [caller]);
            batch.put(NUMBERS, [caller], "was here");
            store.commit(batch).await
        }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert!(matches!(error, CommitError::Conflict { .. }), "{error}"),
        }
    }
    let winners = store.snapshot().unwrap().scan(NUMBERS, KeyRange::all(), Direction::Ascending).unwrap().count();
    assert_eq!((won, winners), (1, 1), "a conflicting batch fails alone, and whole");
}

#[tokio::test]
async fn transfers_of_many_callers_lose_nothing() {
    let (folder, store) = new_store();
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..20 {
                while let Err(error) = count_up(&store).await {
                    assert!(matches!(error, CommitError::Conflict { .. }), "{error}");
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    store.close().await;
    let again = Store::open(folder.path().join("store")).unwrap();
    assert_eq!(value(&again, NUMBERS, "count").as_deref(), Some("160"));
}

async fn count_up(store: &Store) -> Result<(), CommitError> {
    let before = store.snapshot().unwrap().get(NUMBERS, "count").unwrap();
    let count: u32 = before.as_ref().map_or(0, |text| String::from_utf8_lossy(text).parse().unwrap());
    let mut batch = Batch::new();
    batch.expect(NUMBERS, "count", before.map_or(Expected::Absent, Expected::Value));
    batch.put(NUMBERS, "count", (count + 1).to_string());
    store.commit(batch).await
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (folder, store) = new_store();
    store.commit(put(LETTERS, &[("a", "kept")])).await.unwrap();
    let (clone, snapshot) = (store.clone(), store.snapshot().unwrap());
    store.close().await;
    store.close().await;

    let refused = clone.commit(put(LETTERS, &[("b", "late")])).await.unwrap_err();
    assert_eq!(refused.to_string(), "the store is closed: it was shut down");
    assert!(matches!(clone.snapshot(), Err(ReadError::Closed { .. })));
    let after = snapshot.get(LETTERS, "a");
    assert!(matches!(after, Err(ReadError::Closed { .. })), "{after:?}");
    let again = Store::open(folder.path().join("store")).expect("the file is released");
    assert_eq!(value(&again, LETTERS, "b"), None);
}

#[test]
fn refuses_a_store_that_is_in_use() {
    let (folder, _store) = new_store();
    let refused = Store::open(folder.path().join("store")).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
}

#[test]
fn refuses_a_folder_that_does_not_exist() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Store::open(folder.path().join("missing").join("store")).unwrap_err();
    assert!(matches!(refused, OpenError::File { .. }), "{refused}");
}

#[test]
fn refuses_a_batch_when_the_disk_is_full_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { disk_reserve_bytes: u64::MAX / 2, ..super::settings() };
    let store = Store::open_with(folder.path().join("store"), &settings).unwrap();
    let refused = store.commit_blocking(put(LETTERS, &[("a", "b")])).unwrap_err();
    assert!(matches!(refused, CommitError::DiskFull { .. }), "{refused}");
    assert_eq!(value(&store, LETTERS, "a"), None, "it can still be read");
}

#[test]
fn refuses_a_key_that_is_too_long() {
    let (_folder, store) = new_store();
    let mut batch = Batch::new();
    batch.put(LETTERS, vec![0; MAX_KEY_BYTES + 1], "");
    assert!(matches!(store.commit_blocking(batch), Err(CommitError::TooLarge { .. })));
    let mut batch = Batch::new();
    batch.put(LETTERS, vec![0; MAX_KEY_BYTES], "");
    store.commit_blocking(batch).unwrap();
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(16))]

    #[test]
    fn behaves_like_an_ordered_map(steps in steps()) {
        let (folder, store) = new_store();
        let mut model = BTreeMap::new();
        for step in steps {
            let mut batch = Batch::new();
            for (key, value) in step {
                match value {
                    Some(value) => { batch.put(LETTERS, key.clone(), value.clone()); model.insert(key, value); }
                    None => { batch.delete(LETTERS, key.clone()); model.remove(&key); }
                }
            }
            store.commit_blocking(batch).unwrap();
        }
        drop(store);
        let store = Store::open(folder.path().join("store")).unwrap();
        let snapshot = store.snapshot().unwrap();
        let all = snapshot.scan(LETTERS, KeyRange::all(), Direction::Ascending).unwrap();
        proptest::prop_assert!(all.map(Result::unwrap).eq(model.clone()));
        let back = snapshot.scan(LETTERS, KeyRange::between([3_u8]..[9]), Direction::Descending).unwrap();
        proptest::prop_assert!(back.map(Result::unwrap).eq(model.range(vec![3]..vec![9]).rev().map(|(k, v)| (k.clone(), v.clone()))));
    }
}

type Step = Vec<(Vec<u8>, Option<Vec<u8>>)>;

fn steps() -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    use proptest::collection::vec;
    let key = vec(0..12_u8, 0..3);
    let value = proptest::option::of(vec(0..255_u8, 0..300));
    vec(vec((key, value), 0..8), 0..6)
}
