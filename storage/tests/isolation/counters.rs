//! Counters under transfers of several threads, while others look at all of them.

use std::sync::atomic::{AtomicU64, Ordering};
use storage::{Batch, Bounds, CommitError, Direction, KeyRange, Keyspace, ReadError, Store, Transaction, counter};

use super::new_store;
use crate::scale;

const ACCOUNTS: Keyspace = Keyspace::new("accounts");
const SEEN: Keyspace = Keyspace::new("seen");
const NUMBER: u8 = 4;
const EACH: i64 = 20;

fn sum(transaction: &mut Transaction) -> Result<i64, ReadError> {
    let entries = transaction.scan(ACCOUNTS, KeyRange::all(), Direction::Ascending)?;
    let counts = entries.map(|entry| entry.map(|(_, value)| counter::decode(&value).expect("a counter")));
    counts.inspect(|count| assert!(count.as_ref().is_ok_and(|count| *count >= 0))).sum()
}

fn transfer(store: &Store, number: u64) -> Result<(), CommitError> {
    let mut transaction = store.begin().unwrap();
    let (from, to) = (number % u64::from(NUMBER), (number / 3) % u64::from(NUMBER));
    let amount = i64::try_from(number % 17).unwrap();
    let bounds = Bounds { min: 0, ..Bounds::default() };
    transaction.add(ACCOUNTS, from.to_be_bytes(), -amount, bounds).add(ACCOUNTS, to.to_be_bytes(), amount, bounds);
    transaction.commit_blocking()
}

/// Reads all and writes something, so that it must have happened at one moment.
fn look(store: &Store, number: u64) -> Result<(), CommitError> {
    let mut transaction = store.begin().unwrap();
    assert_eq!(sum(&mut transaction).unwrap(), i64::from(NUMBER) * EACH);
    transaction.put(SEEN, number.to_be_bytes(), "");
    transaction.commit_blocking()
}

#[test]
fn transfers_keep_the_sum_and_never_overdraw() {
    let (_folder, store) = new_store();
    let mut batch = Batch::new();
    for account in 0..u64::from(NUMBER) {
        batch.put(ACCOUNTS, account.to_be_bytes(), counter::encode(EACH));
    }
    store.commit_blocking(batch).unwrap();
    let numbers = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 * scale() {
                    let number = numbers.fetch_add(1, Ordering::SeqCst);
                    match if number.is_multiple_of(5) { look(&store, number) } else { transfer(&store, number) } {
                        Ok(()) => {}
                        Err(CommitError::Conflict { .. }) => assert_eq!(number % 5, 0, "transfers read nothing"),
                        Err(error) => assert!(matches!(error, CommitError::Counter { .. }), "{error}"),
                    }
                }
            });
        }
    });
    assert_eq!(sum(&mut store.begin().unwrap()).unwrap(), i64::from(NUMBER) * EACH);
}
