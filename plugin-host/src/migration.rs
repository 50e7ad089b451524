//! From one version of a plugin's data to the next, in steps that go on after a restart.

use serde::{Deserialize, Serialize};
use storage::{Keyspace, ReadError, Store, Transaction};

use crate::rows::{Kind, decode, encode, key};
use crate::sandbox::{Stop, View};

/// Why it is not known of which version the data are.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The note of it was written by a newer server, or is damaged.
    #[error("the note of the data's version cannot be read: a newer server wrote it, or it is damaged")]
    Damaged,
}

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
    pub(crate) fn read(store: &Store, keyspace: Keyspace) -> Result<Option<Self>, ProgressError> {
        let row = store.snapshot()?.get(keyspace, Self::key())?;
        row.map(|row| decode(&row).ok_or(ProgressError::Damaged)).transpose()
    }

    /// Whether the data that a call sees are of a version. It is read with the call's other reads: one that began
    /// before a migration, or before its plugin was erased, is not committed after it.
    pub(crate) fn is_at(version: u32, keyspace: Keyspace, view: &mut View) -> Result<bool, Stop> {
        let row = view.get(keyspace, &Self::key())?;
        Ok(row.and_then(|row| decode(&row)) == Some(Self::At(version)))
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
