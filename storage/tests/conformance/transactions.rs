//! What a transaction promises, rule by rule.

use storage::{
    Batch, Bounds, CommitError, ConflictCause, CounterError, Direction, Expected, KeyRange, Keyspace, MAX_KEY_BYTES,
    ReadError, Store, Transaction, counter,
};
use tempfile::TempDir;

const LETTERS: Keyspace = Keyspace::new("letters");
const NUMBERS: Keyspace = Keyspace::new("numbers");
const POSITIVE: Bounds = Bounds { min: 0, max: 100 };

fn store(entries: &[(&str, &str)]) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = super::open(folder.path().join("store")).unwrap();
    let mut batch = Batch::new();
    for (key, value) in entries {
        batch.put(LETTERS, *key, *value);
    }
    store.commit_blocking(batch).unwrap();
    (folder, store)
}

fn read(transaction: &mut Transaction, key: &str) -> Option<String> {
    transaction.get(LETTERS, key).unwrap().map(|value| String::from_utf8(value).unwrap())
}

fn value(store: &Store, key: &str) -> Option<String> {
    read(&mut store.begin().unwrap(), key)
}

/// Keys and values as one word, which is easier to compare.
fn scan(transaction: &mut Transaction, range: KeyRange, direction: Direction, limit: usize) -> String {
    let page = transaction.scan(LETTERS, range, direction).unwrap().page(limit).unwrap();
    let words = page.into_iter().map(|(key, value)| [key, value].concat());
    words.map(|word| String::from_utf8(word).unwrap()).collect::<Vec<_>>().join(" ")
}

fn count(store: &Store, key: &str) -> Option<i64> {
    store.begin().unwrap().get(NUMBERS, key).unwrap().map(|value| counter::decode(&value).unwrap())
}

fn put(store: &Store, key: &str) {
    let mut transaction = store.begin().unwrap();
    transaction.put(LETTERS, key, "!");
    transaction.commit_blocking().unwrap();
}

/// Runs `reads`, then lets somebody else write `key`; says why the transaction was refused, if it was.
fn conflict(store: &Store, reads: impl FnOnce(&mut Transaction), key: &str) -> Option<(Vec<u8>, ConflictCause)> {
    let mut transaction = store.begin().unwrap();
    reads(&mut transaction);
    transaction.put(LETTERS, "result", "");
    put(store, key);
    match transaction.commit_blocking() {
        Ok(()) => None,
        Err(CommitError::Conflict { keyspace: LETTERS, key, cause }) => Some((key, cause)),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn reads_the_state_at_its_beginning_and_its_own_writes() {
    let (_folder, store) = store(&[("a", "1"), ("b", "1")]);
    let mut transaction = store.begin().unwrap();
    put(&store, "b");
    transaction.put(LETTERS, "a", "2").delete(LETTERS, "b").put(LETTERS, "c", "2");
    assert_eq!(read(&mut transaction, "a").as_deref(), Some("2"));
    assert_eq!(read(&mut transaction, "b"), None);
    assert_eq!(value(&store, "c"), None, "nobody else sees it before the commit");
    transaction.commit_blocking().unwrap();
    assert_eq!((value(&store, "a").as_deref(), value(&store, "b")), (Some("2"), None));
}

#[test]
fn scans_what_is_stored_and_its_own_writes_as_one_both_ways() {
    let (_folder, store) = store(&[("b", "1"), ("c", "1"), ("d", "1"), ("f", "1")]);
    let mut transaction = store.begin().unwrap();
    transaction.put(LETTERS, "a", "2").put(LETTERS, "c", "2").delete(LETTERS, "d").delete(LETTERS, "e");
    transaction.put(LETTERS, "g", "2");
    assert_eq!(scan(&mut transaction, KeyRange::all(), Direction::Ascending, 9), "a2 b1 c2 f1 g2");
    assert_eq!(scan(&mut transaction, KeyRange::all(), Direction::Descending, 9), "g2 f1 c2 b1 a2");
    assert_eq!(scan(&mut transaction, KeyRange::between("b"..="e"), Direction::Descending, 9), "c2 b1");
    assert_eq!(scan(&mut transaction, KeyRange::between("b"..).after("c"), Direction::Ascending, 1), "f1");
    assert_eq!(scan(&mut transaction, KeyRange::between("z".."a"), Direction::Ascending, 9), "");
}

#[test]
fn refuses_who_read_a_key_that_was_written_since() {
    let (_folder, store) = store(&[("a", "1")]);
    let reads_a = |transaction: &mut Transaction| drop(read(transaction, "a"));
    assert_eq!(conflict(&store, reads_a, "a"), Some((b"a".to_vec(), ConflictCause::Read)));
    assert_eq!(conflict(&store, reads_a, "b"), None);
    let reads_nothing = |transaction: &mut Transaction| drop(read(transaction, "missing"));
    assert_eq!(conflict(&store, reads_nothing, "missing"), Some((b"missing".to_vec(), ConflictCause::Read)));
}

#[test]
fn refuses_who_read_a_key_that_was_deleted_or_written_by_a_batch_since() {
    let (_folder, store) = store(&[("a", "1")]);
    let mut transaction = store.begin().unwrap();
    read(&mut transaction, "a");
    transaction.put(LETTERS, "b", "1");
    let mut batch = Batch::new();
    batch.expect(LETTERS, "a", Expected::Present).delete(LETTERS, "a");
    store.commit_blocking(batch).unwrap();
    let refused = transaction.commit_blocking().unwrap_err();
    assert_eq!(refused.to_string(), "keyspace letters was changed after it was read at key a");
    assert_eq!(value(&store, "b"), None, "nothing of a refused transaction is written");
}

#[test]
fn lets_blind_writers_of_one_key_pass() {
    let (_folder, store) = store(&[]);
    let (mut first, mut second) = (store.begin().unwrap(), store.begin().unwrap());
    first.put(LETTERS, "a", "first");
    second.put(LETTERS, "a", "second");
    assert_eq!(read(&mut second, "a").as_deref(), Some("second"), "its own value rests on nobody");
    first.commit_blocking().unwrap();
    second.commit_blocking().unwrap();
    assert_eq!(value(&store, "a").as_deref(), Some("second"));
}

#[test]
fn refuses_write_skew() {
    let (_folder, store) = store(&[("anna", "on call"), ("berta", "on call")]);
    let (mut one, mut other) = (store.begin().unwrap(), store.begin().unwrap());
    read(&mut one, "berta");
    one.delete(LETTERS, "anna");
    read(&mut other, "anna");
    other.delete(LETTERS, "berta");
    one.commit_blocking().unwrap();
    assert!(matches!(other.commit_blocking(), Err(CommitError::Conflict { .. })));
}

#[test]
fn refuses_a_phantom_in_an_empty_range() {
    let (_folder, store) = store(&[("z", "")]);
    let scans = |transaction: &mut Transaction| {
        assert_eq!(scan(transaction, KeyRange::prefix("a"), Direction::Ascending, 1), "");
    };
    assert_eq!(conflict(&store, scans, "b"), None);
    assert_eq!(conflict(&store, scans, "ab"), Some((b"ab".to_vec(), ConflictCause::Scanned)));
}

#[test]
fn a_scan_reads_exactly_the_part_that_it_visited() {
    let (_folder, store) = store(&[("b", ""), ("d", ""), ("f", "")]);
    let first_two = |direction| {
        move |transaction: &mut Transaction| drop(scan(transaction, KeyRange::between("a".."q"), direction, 2))
    };
    for (direction, key, read) in [
        (Direction::Ascending, "a", true),
        (Direction::Ascending, "d", true),
        (Direction::Ascending, "e", false),
        (Direction::Descending, "e", true),
        (Direction::Descending, "d", true),
        (Direction::Descending, "c", false),
    ] {
        assert_eq!(conflict(&store, first_two(direction), key).is_some(), read, "{direction:?} {key}");
        let mut again = Batch::new();
        again.delete(LETTERS, "a").delete(LETTERS, "c").delete(LETTERS, "e").delete(LETTERS, "result");
        store.commit_blocking(again).unwrap();
    }
    let to_the_end = |transaction: &mut Transaction| {
        drop(scan(transaction, KeyRange::between("c".."p"), Direction::Ascending, 9));
    };
    assert!(conflict(&store, to_the_end, "o").is_some(), "a scan that came to its end read the whole range");
    assert_eq!(conflict(&store, to_the_end, "p"), None);
    let not_at_all = |transaction: &mut Transaction| {
        drop(transaction.scan(LETTERS, KeyRange::all(), Direction::Ascending).unwrap());
    };
    assert_eq!(conflict(&store, not_at_all, "a"), None);
}

#[test]
fn refuses_who_read_of_a_keyspace_that_was_cleared_since() {
    let (_folder, store) = store(&[("a", "1")]);
    let (mut reader, mut scanner, mut blind) = (store.begin().unwrap(), store.begin().unwrap(), store.begin().unwrap());
    read(&mut reader, "a");
    scan(&mut scanner, KeyRange::all(), Direction::Ascending, 9);
    for transaction in [&mut reader, &mut scanner, &mut blind] {
        transaction.put(NUMBERS, "result", "");
    }
    let mut batch = Batch::new();
    store.commit_blocking(batch.clear(LETTERS).clone()).unwrap();
    for (transaction, cause) in [(reader, ConflictCause::Read), (scanner, ConflictCause::Scanned)] {
        let refused = transaction.commit_blocking().unwrap_err();
        assert!(matches!(&refused, CommitError::Conflict { cause: found, .. } if *found == cause), "{refused}");
    }
    blind.commit_blocking().unwrap();
}

#[test]
fn what_is_read_without_noting_it_conflicts_with_nobody() {
    let (_folder, store) = store(&[("a", "1"), ("b", "1")]);
    let looks = |transaction: &mut Transaction| {
        transaction.put(LETTERS, "b", "2").add(NUMBERS, "n", 2, POSITIVE);
        let b = transaction.get_unvalidated(LETTERS, "b").unwrap();
        assert_eq!(b.as_deref(), Some(b"2".as_slice()), "it sees its own writes");
        assert!(transaction.get_unvalidated(NUMBERS, "n").unwrap().is_some());
        assert!(transaction.get_unvalidated(LETTERS, "a").unwrap().is_some());
        let scan = transaction.scan_unvalidated(LETTERS, KeyRange::between("a"..="b"), Direction::Descending).unwrap();
        assert_eq!(scan.map(|entry| entry.unwrap().0).collect::<Vec<_>>(), [b"b", b"a"]);
    };
    assert_eq!(conflict(&store, looks, "a"), None);
    let looks_and_reads = |transaction: &mut Transaction| {
        looks(transaction);
        read(transaction, "a");
    };
    assert_eq!(conflict(&store, looks_and_reads, "a").map(|(_, cause)| cause), Some(ConflictCause::Read));
}

#[test]
fn what_only_read_is_never_refused() {
    let (_folder, store) = store(&[("a", "1")]);
    let mut transaction = store.begin().unwrap();
    read(&mut transaction, "a");
    put(&store, "a");
    assert_eq!(read(&mut transaction, "a").as_deref(), Some("1"));
    transaction.commit_blocking().unwrap();
}

#[test]
fn additions_to_one_counter_do_not_conflict() {
    let (_folder, store) = store(&[]);
    let mut open: Vec<_> = (0..5).map(|_| store.begin().unwrap()).collect();
    for transaction in &mut open {
        transaction.add(NUMBERS, "a", 3, POSITIVE).add(NUMBERS, "a", -1, POSITIVE);
    }
    for transaction in open {
        transaction.commit_blocking().unwrap();
    }
    assert_eq!(count(&store, "a"), Some(10));
}

#[test]
fn a_reader_of_a_counter_conflicts_with_an_addition() {
    let (_folder, store) = store(&[]);
    let (mut reader, mut adder) = (store.begin().unwrap(), store.begin().unwrap());
    let mut both = store.begin().unwrap();
    reader.get(NUMBERS, "a").unwrap();
    reader.put(LETTERS, "seen", "nothing");
    both.add(NUMBERS, "a", 5, POSITIVE);
    assert_eq!(both.get(NUMBERS, "a").unwrap().as_deref(), Some(counter::encode(5).as_slice()));
    adder.add(NUMBERS, "a", 1, POSITIVE);
    adder.commit_blocking().unwrap();
    for refused in [reader, both] {
        assert!(matches!(refused.commit_blocking(), Err(CommitError::Conflict { keyspace: NUMBERS, .. })));
    }
}

#[test]
fn an_addition_beyond_a_bound_refuses_the_whole_transaction() {
    let (_folder, store) = store(&[]);
    let (mut first, mut second) = (store.begin().unwrap(), store.begin().unwrap());
    for transaction in [&mut first, &mut second] {
        transaction.put(LETTERS, "seat", "taken").add(NUMBERS, "seats", 60, POSITIVE).add(NUMBERS, "all", 1, POSITIVE);
    }
    first.commit_blocking().unwrap();
    let refused = second.commit_blocking().unwrap_err();
    let source = CounterError::OutOfBounds { keyspace: NUMBERS, key: b"seats".to_vec(), count: 60 };
    assert_eq!(refused, CommitError::Counter { source });
    assert_eq!((count(&store, "seats"), count(&store, "all")), (Some(60), Some(1)));
}

#[test]
fn adding_to_what_is_no_counter_is_refused() {
    let (_folder, store) = store(&[("a", "text")]);
    let mut transaction = store.begin().unwrap();
    transaction.add(LETTERS, "a", 1, POSITIVE);
    assert!(matches!(transaction.get(LETTERS, "a"), Err(ReadError::Counter { .. })));
    let entry = transaction.scan(LETTERS, KeyRange::all(), Direction::Ascending).unwrap().next();
    assert!(matches!(entry, Some(Err(ReadError::Counter { .. }))));
    let refused = transaction.commit_blocking().unwrap_err();
    assert!(matches!(refused, CommitError::Counter { source: CounterError::NoCounter { .. } }), "{refused}");
    assert_eq!(value(&store, "a").as_deref(), Some("text"));
}

#[test]
fn puts_and_additions_of_one_transaction_are_made_in_their_order() {
    let (_folder, store) = store(&[]);
    let mut transaction = store.begin().unwrap();
    transaction.put(NUMBERS, "a", counter::encode(7)).add(NUMBERS, "a", 2, POSITIVE);
    transaction.add(NUMBERS, "b", 2, POSITIVE).put(NUMBERS, "b", counter::encode(7));
    transaction.add(NUMBERS, "c", 2, POSITIVE).delete(NUMBERS, "c").add(NUMBERS, "c", 3, POSITIVE);
    let entries = transaction.scan(NUMBERS, KeyRange::all(), Direction::Ascending).unwrap();
    let counts: Vec<_> = entries.map(|entry| counter::decode(&entry.unwrap().1).unwrap()).collect();
    assert_eq!(counts, [9, 7, 3]);
    transaction.commit_blocking().unwrap();
    assert_eq!((count(&store, "a"), count(&store, "b"), count(&store, "c")), (Some(9), Some(7), Some(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_book_the_last_seats_as_many_win_as_there_are() {
    let (_folder, store) = tokio::task::spawn_blocking(|| store(&[])).await.unwrap();
    let mut tasks = Vec::new();
    for _ in 0..64 {
        let mut transaction = store.begin().unwrap();
        transaction.add(NUMBERS, "seats", 1, Bounds { min: 0, max: 10 });
        tasks.push(tokio::spawn(transaction.commit()));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert!(matches!(error, CommitError::Counter { .. }), "{error}"),
        }
    }
    assert_eq!((won, count(&store, "seats")), (10, Some(10)));
}

#[test]
fn a_dropped_transaction_leaves_no_trace() {
    let (_folder, store) = store(&[]);
    let mut transaction = store.begin().unwrap();
    transaction.put(LETTERS, "a", "1");
    drop(transaction);
    assert_eq!(value(&store, "a"), None);
}

#[test]
fn refuses_a_transaction_that_is_too_large() {
    let (_folder, store) = store(&[]);
    let mut transaction = store.begin().unwrap();
    transaction.put(LETTERS, vec![0; MAX_KEY_BYTES + 1], "");
    assert!(matches!(transaction.commit_blocking(), Err(CommitError::TooLarge { what: "a key", .. })));
    let mut transaction = store.begin().unwrap();
    transaction.put(LETTERS, "a", vec![0; storage::MAX_BATCH_BYTES]);
    assert!(matches!(transaction.commit_blocking(), Err(CommitError::TooLarge { what: "a transaction", .. })));
}

#[tokio::test]
async fn a_closed_store_refuses_its_transactions() {
    let (_folder, store) = tokio::task::spawn_blocking(|| store(&[])).await.unwrap();
    let mut open = store.begin().unwrap();
    open.put(LETTERS, "a", "1");
    store.close().await;
    assert!(matches!(open.get(LETTERS, "b"), Err(ReadError::Closed { .. })));
    assert!(matches!(open.commit().await, Err(CommitError::Closed { .. })));
    assert!(matches!(store.begin(), Err(ReadError::Closed { .. })));
}
