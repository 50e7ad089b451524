//! What a call sees of the plugin's keyspace: one moment, and in a call that may write its own writes.

use storage::{Direction, Entry, KeyRange, Keyspace, ReadError, Snapshot, Transaction};

use super::stop::{Broken, Stop};

/// The state as the call sees it.
pub(crate) enum View {
    /// Of a call that may only read: what it reads is noted by nobody.
    Read(Snapshot),
    Write(Box<Transaction>),
}

impl View {
    pub(crate) fn get(&mut self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        Ok(match self {
            Self::Read(snapshot) => snapshot.get(keyspace, key)?,
            Self::Write(transaction) => transaction.get(keyspace, key)?,
        })
    }

    /// Hands the entries of a range to `each` until it has had enough.
    pub(crate) fn scan(
        &mut self,
        keyspace: Keyspace,
        range: KeyRange,
        direction: Direction,
        mut each: impl FnMut(Entry) -> Scan,
    ) -> Result<(), Stop> {
        let mut on = |entry| match each(entry) {
            Scan::On => Some(()),
            Scan::Enough => None,
        };
        match self {
            Self::Read(snapshot) => {
                for entry in snapshot.scan(keyspace, range, direction)? {
                    if on(entry?).is_none() {
                        break;
                    }
                }
            }
            Self::Write(transaction) => {
                for entry in transaction.scan(keyspace, range, direction)? {
                    if on(entry?).is_none() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads like [`View::get`] what nothing that is written may rest on: it is not noted.
    pub(crate) fn peek(&self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        Ok(match self {
            Self::Read(snapshot) => snapshot.get(keyspace, key)?,
            Self::Write(transaction) => transaction.get_unvalidated(keyspace, key)?,
        })
    }

    /// Scans like [`View::scan`] what nothing that is written may rest on: it is not noted.
    pub(crate) fn peek_scan(
        &self,
        keyspace: Keyspace,
        range: KeyRange,
        direction: Direction,
        mut each: impl FnMut(Entry) -> Scan,
    ) -> Result<(), Stop> {
        let entries: Box<dyn Iterator<Item = Result<Entry, ReadError>> + '_> = match self {
            Self::Read(snapshot) => Box::new(snapshot.scan(keyspace, range, direction)?),
            Self::Write(transaction) => Box::new(transaction.scan_unvalidated(keyspace, range, direction)?),
        };
        for entry in entries {
            if each(entry?) == Scan::Enough {
                break;
            }
        }
        Ok(())
    }

    /// The transaction, in a call that may write.
    pub(crate) fn writing(&mut self, function: &'static str) -> Result<&mut Transaction, Stop> {
        match self {
            Self::Read(_) => Err(Broken::Write { function }.into()),
            Self::Write(transaction) => Ok(transaction),
        }
    }
}

/// Whether a scan goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    On,
    Enough,
}
