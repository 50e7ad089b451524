//! Rules over several entries that every transaction keeps by looking first: they break where isolation does.

use std::sync::atomic::{AtomicU64, Ordering};

use storage::{Batch, CommitError, Direction, KeyRange, Keyspace, Store, Transaction};

use super::new_store;
use crate::scale;

const ON_CALL: Keyspace = Keyspace::new("on call");
const BOOKED: Keyspace = Keyspace::new("booked");
const THREADS: u64 = 4;
const DOCTORS: u64 = 6;
const HOURS: u64 = 60;

fn entries(transaction: &mut Transaction, keyspace: Keyspace, range: KeyRange) -> usize {
    transaction.scan(keyspace, range, Direction::Ascending).unwrap().map(Result::unwrap).count()
}

/// Runs `act` with numbers until each thread has tried often; a conflict is the end of a try.
fn at_once(act: impl Fn(u64) -> Result<(), CommitError> + Sync) {
    let (numbers, committed) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..60 * scale() {
                    match act(numbers.fetch_add(1, Ordering::SeqCst)) {
                        Ok(()) => committed.fetch_add(1, Ordering::SeqCst),
                        Err(CommitError::Conflict { .. }) => 0,
                        Err(other) => panic!("{other}"),
                    };
                }
            });
        }
    });
    assert!(committed.into_inner() > 0);
}

/// Write skew: each sees that another one stays, and goes.
fn goes_or_comes(store: &Store, number: u64) -> Result<(), CommitError> {
    let mut transaction = store.begin().unwrap();
    let left = entries(&mut transaction, ON_CALL, KeyRange::all());
    assert!(left >= 1, "somebody is always on call");
    let doctor = (number * 7 % DOCTORS).to_be_bytes();
    if left >= 2 && !number.is_multiple_of(3) {
        transaction.delete(ON_CALL, doctor);
    } else {
        transaction.put(ON_CALL, doctor, "");
    }
    std::thread::yield_now();
    transaction.commit_blocking()
}

#[test]
fn somebody_is_always_on_call() {
    let (_folder, store) = new_store();
    let mut batch = Batch::new();
    batch.put(ON_CALL, 0_u64.to_be_bytes(), "");
    store.commit_blocking(batch).unwrap();
    at_once(|number| goes_or_comes(&store, number));
    assert!(entries(&mut store.begin().unwrap(), ON_CALL, KeyRange::all()) >= 1);
}

/// Phantoms: each sees that nothing is booked between two hours, and books them. Now and then all is given up.
fn books(store: &Store, number: u64) -> Result<(), CommitError> {
    let mut transaction = store.begin().unwrap();
    let from = number * 31 % HOURS;
    let hours = from..(from + 1 + number % 3).min(HOURS);
    let range = KeyRange::between(hours.start.to_be_bytes()..hours.end.to_be_bytes());
    if number % 40 == 39 {
        let mut batch = Batch::new();
        batch.clear(BOOKED);
        return store.commit_blocking(batch);
    }
    if entries(&mut transaction, BOOKED, range) == 0 {
        for hour in hours {
            transaction.put(BOOKED, hour.to_be_bytes(), number.to_be_bytes());
        }
    }
    std::thread::yield_now();
    transaction.commit_blocking()
}

#[test]
fn no_hour_is_booked_twice() {
    let (_folder, store) = new_store();
    at_once(|number| books(&store, number));
    let mut transaction = store.begin().unwrap();
    let booked = transaction.scan(BOOKED, KeyRange::all(), Direction::Ascending).unwrap();
    let mut booked: Vec<_> = booked.map(Result::unwrap).map(|(_, value)| value).collect();
    // Whoever has an hour has all the hours that he saw free: a booking that lost some to another one stands halved.
    booked.dedup();
    for number in &booked {
        let number = u64::from_be_bytes(number.as_slice().try_into().unwrap());
        let from = number * 31 % HOURS;
        for hour in from..(from + 1 + number % 3).min(HOURS) {
            let found = transaction.get(BOOKED, hour.to_be_bytes()).unwrap();
            assert_eq!(found, Some(number.to_be_bytes().to_vec()), "hour {hour} of booking {number}");
        }
    }
}
