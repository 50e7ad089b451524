//! What is known of the transactions that were committed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A key of the workload.
pub type Key = u8;
/// The number of a transaction.
pub type Id = u64;
/// What a key holds: for each append, who made it, in the order of the appends.
pub type List = Vec<Id>;

/// A transaction that was committed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Observed {
    pub id: Id,
    /// When it was begun, by a clock that ticks at each beginning and each end.
    pub began: u64,
    /// When it was known to be committed.
    pub ended: u64,
    pub reads: Vec<Read>,
    /// How often it appended to each key.
    pub appends: BTreeMap<Key, usize>,
}

/// A key that was read, by itself or in a scan; what is not there is an empty list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Read {
    pub key: Key,
    pub list: List,
    /// How often the reader itself had appended to the key before.
    pub own: usize,
}

/// All transactions that were committed, and what they left.
#[derive(Debug, Default)]
pub struct History {
    pub committed: Vec<Observed>,
    pub left: BTreeMap<Key, List>,
}

/// What must not be.
#[derive(Debug, PartialEq, Eq)]
pub enum Anomaly {
    /// A committed append that is not there in the end, or not as often as it was made.
    Lost { key: Key, id: Id },
    /// An append of a transaction that was not committed.
    Aborted { key: Key, id: Id },
    /// A transaction that did not see its own appends as it made them.
    NotItsOwn { key: Key, reader: Id },
    /// A read of something that the key held at no time.
    NeverThere { key: Key, reader: Id },
    /// A read of a part of what another transaction did.
    Intermediate { key: Key, reader: Id },
    /// Transactions, each of which must have come before the next, and the last before the first.
    Cycle(Vec<Id>),
}
