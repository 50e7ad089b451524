//! How much a keyspace holds, and may hold.

use proptest::collection::vec;
use proptest::prelude::*;
use storage::{Batch, Bounds, CommitError, Direction, KeyRange, Keyspace, Quota, Store};
use tempfile::TempDir;

const PLUGIN: Keyspace = Keyspace::new("plugin");
const OTHER: Keyspace = Keyspace::new("other");

fn new_store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = super::open(folder.path().join("store")).unwrap();
    (folder, store)
}

fn commit(store: &Store, fill: impl FnOnce(&mut Batch) -> &mut Batch) -> Result<(), CommitError> {
    let mut batch = Batch::new();
    fill(&mut batch);
    store.commit_blocking(batch)
}

fn limited(limit_bytes: u64) -> (TempDir, Store) {
    let (folder, store) = new_store();
    commit(&store, |batch| batch.quota(PLUGIN, Quota::Bytes(limit_bytes))).unwrap();
    (folder, store)
}

fn measured(store: &Store, keyspace: Keyspace) -> u64 {
    let scan = store.snapshot().unwrap().scan(keyspace, KeyRange::all(), Direction::Ascending).unwrap();
    scan.map(Result::unwrap).map(|(key, value)| (key.len() + value.len()) as u64).sum()
}

#[test]
fn takes_what_fits_and_refuses_what_would_grow_beyond() {
    let (_folder, store) = limited(10);
    commit(&store, |batch| batch.put(PLUGIN, "key", "1234567")).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(10));

    let refused = commit(&store, |batch| batch.put(OTHER, "a", "").put(PLUGIN, "k", "")).unwrap_err();
    assert_eq!(refused, CommitError::Quota { keyspace: PLUGIN, used_bytes: 10, limit_bytes: 10 });
    assert_eq!(refused.to_string(), "keyspace plugin holds 10 bytes, and may not grow beyond 10");
    assert_eq!(measured(&store, OTHER), 0, "nothing of it is written");
    commit(&store, |batch| batch.put(OTHER, "as much", "as it likes")).unwrap();
    assert_eq!(store.size_bytes(OTHER).unwrap(), None, "what is not counted has no size");
}

#[test]
fn what_is_judged_is_what_a_batch_comes_to() {
    let (_folder, store) = limited(10);
    commit(&store, |batch| {
        batch.put(PLUGIN, "a", "far too long a value").put(PLUGIN, "b", "12345").delete(PLUGIN, "b");
        batch.put(PLUGIN, "a", "1").put(PLUGIN, "c", "123456")
    })
    .unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(9));
    commit(&store, |batch| batch.put(PLUGIN, "d", "12345678").clear(PLUGIN).put(PLUGIN, "e", "123456789")).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(10));
}

#[test]
fn transactions_and_their_counters_count_too() {
    let (_folder, store) = limited(12);
    let add = |key: &'static str| {
        let mut transaction = store.begin().unwrap();
        transaction.add(PLUGIN, key, 1, Bounds::default());
        transaction.commit_blocking()
    };
    add("a").unwrap();
    add("a").unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(9));
    assert!(matches!(add("b"), Err(CommitError::Quota { keyspace: PLUGIN, used_bytes: 9, limit_bytes: 12 })));
}

#[test]
fn shrinking_is_always_taken() {
    let (_folder, store) = limited(100);
    commit(&store, |batch| batch.put(PLUGIN, "a", "123456789").put(PLUGIN, "b", "123456789")).unwrap();
    commit(&store, |batch| batch.quota(PLUGIN, Quota::Bytes(5))).unwrap();
    assert_eq!(store.snapshot().unwrap().quota(PLUGIN).unwrap(), Quota::Bytes(5));

    assert!(matches!(commit(&store, |batch| batch.put(PLUGIN, "c", "")), Err(CommitError::Quota { .. })));
    commit(&store, |batch| batch.put(PLUGIN, "a", "987654321")).unwrap();
    commit(&store, |batch| batch.put(PLUGIN, "a", "1234")).unwrap();
    commit(&store, |batch| batch.delete(PLUGIN, "b")).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(5));
}

#[test]
fn counting_may_begin_and_end_at_any_time() {
    let (_folder, store) = new_store();
    commit(&store, |batch| batch.put(PLUGIN, "a", "12").put(PLUGIN, "b", "12")).unwrap();
    commit(&store, |batch| batch.put(PLUGIN, "c", "1").quota(PLUGIN, Quota::Unlimited).delete(PLUGIN, "a")).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(5));
    let refused = commit(&store, |batch| batch.quota(PLUGIN, Quota::Bytes(6)).put(PLUGIN, "d", "12"));
    assert!(matches!(refused, Err(CommitError::Quota { .. })), "the writes of a batch are judged by its quota");
    assert_eq!(store.snapshot().unwrap().quota(PLUGIN).unwrap(), Quota::Unlimited);
    commit(&store, |batch| batch.quota(PLUGIN, Quota::Uncounted)).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), None);
    commit(&store, |batch| batch.put(PLUGIN, "e", "12").quota(OTHER, Quota::Uncounted)).unwrap();
    commit(&store, |batch| batch.quota(PLUGIN, Quota::Bytes(8))).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), Some(8));
}

#[test]
fn a_plugin_that_is_removed_leaves_neither_content_nor_count() {
    let (folder, store) = limited(100);
    commit(&store, |batch| batch.put(PLUGIN, "a", "1")).unwrap();
    commit(&store, |batch| batch.clear(PLUGIN).quota(PLUGIN, Quota::Uncounted)).unwrap();
    assert_eq!(store.size_bytes(PLUGIN).unwrap(), None);
    assert_eq!(store.snapshot().unwrap().keyspaces().unwrap(), Vec::<String>::new());
    drop(store);
    let again = Store::open(folder.path().join("store")).unwrap();
    assert_eq!(again.size_bytes(PLUGIN).unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_write_at_once_as_many_win_as_there_is_room_for() {
    let (_folder, store) = tokio::task::spawn_blocking(|| limited(100)).await.unwrap();
    let mut tasks = Vec::new();
    for number in 0..64_u8 {
        let (store, mut batch) = (store.clone(), Batch::new());
        batch.put(PLUGIN, [number], [7; 9]);
        tasks.push(tokio::spawn(async move { store.commit(batch).await }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert!(matches!(error, CommitError::Quota { .. }), "{error}"),
        }
    }
    assert_eq!((won, store.size_bytes(PLUGIN).unwrap()), (10, Some(100)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_count_is_what_is_there(batches in vec(vec(step(), 0..6), 0..12)) {
        let (folder, store) = new_store();
        let mut quota = Quota::Uncounted;
        for steps in batches {
            let (before, mut wanted) = (measured(&store, PLUGIN), quota);
            let verdict = commit(&store, |batch| {
                for step in &steps {
                    match step {
                        Step::Put(key, size) => batch.put(PLUGIN, [*key], vec![0; *size]),
                        Step::Delete(key) => batch.delete(PLUGIN, [*key]),
                        Step::Clear => batch.clear(PLUGIN),
                        Step::Quota(next) => {
                            wanted = *next;
                            batch.quota(PLUGIN, *next)
                        }
                    };
                }
                batch
            });
            let after = measured(&store, PLUGIN);
            match verdict {
                Ok(()) => quota = wanted,
                Err(error) => {
                    let refused = matches!(error, CommitError::Quota { used_bytes, .. } if used_bytes == before);
                    prop_assert!(refused, "{}", error);
                }
            }
            let counted = (quota != Quota::Uncounted).then_some(after);
            prop_assert_eq!(store.size_bytes(PLUGIN).unwrap(), counted);
            if let Quota::Bytes(limit) = quota {
                prop_assert!(after <= limit || after <= before);
            }
        }
        let size = store.size_bytes(PLUGIN).unwrap();
        drop(store);
        let again = Store::open(folder.path().join("store")).unwrap();
        prop_assert_eq!(again.size_bytes(PLUGIN).unwrap(), size);
        prop_assert_eq!(again.snapshot().unwrap().quota(PLUGIN).unwrap(), quota);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, usize),
    Delete(u8),
    Clear,
    Quota(Quota),
}

fn step() -> impl Strategy<Value = Step> {
    let quota = prop_oneof![Just(Quota::Uncounted), Just(Quota::Unlimited), (0..300_u64).prop_map(Quota::Bytes)];
    prop_oneof![
        6 => (0..6_u8, 0..90_usize).prop_map(|(key, size)| Step::Put(key, size)),
        2 => (0..6_u8).prop_map(Step::Delete),
        1 => Just(Step::Clear),
        2 => quota.prop_map(Step::Quota),
    ]
}
