//! One transaction of the workload, and what it sees.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use storage::{CommitError, Direction, Entry, KeyRange, Keyspace, Store, Transaction};

use crate::history::{History, Id, Key, List, Observed, Read};

/// Few, so that transactions meet.
pub const KEYS: Key = 12;
/// Pages that a scan reads at most.
const PAGES: usize = 2;
const KEYSPACES: [Keyspace; 2] = [Keyspace::new("even"), Keyspace::new("odd")];

/// A step of a transaction.
#[derive(Debug, Clone)]
pub enum Step {
    Read(Key),
    Append(Key),
    /// Pages of at most `limit` entries between the first and the last key, of the keyspace of the first.
    Scan {
        first: Key,
        last: Key,
        direction: Direction,
        limit: usize,
    },
}

/// A transaction that is open.
pub struct Session {
    transaction: Transaction,
    observed: Observed,
}

impl Session {
    pub fn begin(store: &Store, clock: &AtomicU64, id: Id) -> Self {
        let began = clock.fetch_add(1, Ordering::SeqCst);
        let observed = Observed { id, began, ..Observed::default() };
        Self { transaction: store.begin().unwrap(), observed }
    }

    pub fn step(&mut self, step: &Step) {
        match step {
            Step::Read(key) => drop(self.read(*key)),
            Step::Append(key) => {
                let mut list = self.read(*key);
                list.push(self.observed.id);
                let bytes: Vec<u8> = list.into_iter().flat_map(u64::to_be_bytes).collect();
                self.transaction.put(keyspace(*key), [*key], bytes);
                *self.observed.appends.entry(*key).or_default() += 1;
            }
            Step::Scan { first, last, direction, limit } => self.scan(*first, *last, *direction, *limit),
        }
    }

    /// What it has seen and done so far.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Commits; what was observed, or nothing when it was refused for a conflict.
    pub fn commit(self, clock: &AtomicU64) -> Option<Observed> {
        match self.transaction.commit_blocking() {
            Ok(()) => Some(Observed { ended: clock.fetch_add(1, Ordering::SeqCst), ..self.observed }),
            Err(CommitError::Conflict { .. }) => None,
            Err(other) => panic!("{other}"),
        }
    }

    fn read(&mut self, key: Key) -> List {
        let list = list(self.transaction.get(keyspace(key), [key]).unwrap());
        self.saw(key, list.clone());
        list
    }

    /// Reads page after page, as somebody does who shows them to a person.
    fn scan(&mut self, first: Key, last: Key, direction: Direction, limit: usize) {
        let mut range = KeyRange::between([first]..=[last]);
        let (mut from, mut to) = (first, last);
        for _ in 0..PAGES {
            let page = self.transaction.scan(keyspace(first), range.clone(), direction).unwrap().page(limit).unwrap();
            // A page that is not full has seen everything to the end of the range.
            let Some(end) = page.last().filter(|_| page.len() == limit).map(|(key, _)| key[0]) else {
                return self.saw_page(first, from..=to, page);
            };
            match direction {
                Direction::Ascending => {
                    self.saw_page(first, from..=end, page);
                    (range, from) = (range.after([end]), end + 1);
                }
                Direction::Descending => {
                    self.saw_page(first, end..=to, page);
                    // Below the first of all keys is nothing more.
                    let Some(before) = end.checked_sub(1) else { return };
                    (range, to) = (range.before([end]), before);
                }
            }
        }
    }

    /// Notes what every key of the visited part held, those too that were not there.
    fn saw_page(&mut self, first: Key, visited: RangeInclusive<Key>, page: Vec<Entry>) {
        let mut found: BTreeMap<Key, List> = page.into_iter().map(|(key, value)| (key[0], list(Some(value)))).collect();
        for key in visited.filter(|key| keyspace(*key) == keyspace(first)) {
            self.saw(key, found.remove(&key).unwrap_or_default());
        }
        assert!(found.is_empty(), "a scan shows only what is in its range");
    }

    fn saw(&mut self, key: Key, list: List) {
        let own = self.observed.appends.get(&key).copied().unwrap_or(0);
        self.observed.reads.push(Read { key, list, own });
    }
}

/// The history of what was committed, with what is left in the store.
pub fn history(store: &Store, committed: Vec<Observed>) -> History {
    let snapshot = store.snapshot().unwrap();
    let left = (0..KEYS).map(|key| (key, list(snapshot.get(keyspace(key), [key]).unwrap())));
    History { committed, left: left.collect() }
}

fn keyspace(key: Key) -> Keyspace {
    KEYSPACES[usize::from(key % 2)]
}

fn list(value: Option<Vec<u8>>) -> List {
    let value = value.unwrap_or_default();
    value.chunks(8).map(|id| u64::from_be_bytes(id.try_into().unwrap())).collect()
}
