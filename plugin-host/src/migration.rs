//! From one version of a plugin's data to the next, in steps that go on after a restart.

use serde::{Deserialize, Serialize};
use storage::{Keyspace, ReadError, Store, Transaction};

use crate::rows::{Kind, decode, encode, key};

/// How far the data of a plugin are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Progress {
    /// They are of this version.
    At(u32),
    /// They are on the way.
    Between { from: u32, to: u32, cursor: String },
}

impl Progress {
    /// Where the data of a plugin stand; `None` if it has none yet.
    pub(crate) fn read(store: &Store, keyspace: Keyspace) -> Result<Option<Self>, ReadError> {
        Ok(store.snapshot()?.get(keyspace, Self::key())?.and_then(|row| decode(&row)))
    }

    pub(crate) fn after_step(from: u32, to: u32, cursor: Option<&str>) -> Self {
        match cursor {
            Some(cursor) => Self::Between { from, to, cursor: cursor.to_owned() },
            None => Self::At(to),
        }
    }

    pub(crate) fn put(&self, keyspace: Keyspace, transaction: &mut Transaction) {
        transaction.put(keyspace, Self::key(), encode(self));
    }

    fn key() -> Vec<u8> {
        key(Kind::About, b"data-version")
    }
}
