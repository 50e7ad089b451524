//! What a call sees of the plugin's keyspace: one moment, and in a call that may write its own writes.

use std::cell::RefCell;

use storage::{Direction, Entry, Footprint, KeyRange, Keyspace, Moment, ReadError, Snapshot, Transaction};

use super::stop::{Broken, Stop};

/// The state as the call sees it.
pub(crate) enum View {
    /// Of a call that may only read.
    Read(Reading),
    Write(Box<Transaction>),
}

/// A moment, and where something was read in it: what the call says holds until something is written there.
pub(crate) struct Reading {
    snapshot: Snapshot,
    footprint: RefCell<Footprint>,
}

impl Reading {
    fn get(&self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.footprint.borrow_mut().key(keyspace, key);
        self.snapshot.get(keyspace, key)
    }

    fn scan(&self, keyspace: Keyspace, range: KeyRange, direction: Direction) -> Result<storage::Scan, ReadError> {
        self.read(keyspace, &range);
        self.snapshot.scan(keyspace, range, direction)
    }

    /// A moment until which it shows everything that was committed.
    pub(crate) fn moment(&self) -> Moment {
        self.snapshot.moment()
    }

    /// Notes that something of a range was read.
    pub(crate) fn read(&self, keyspace: Keyspace, range: &KeyRange) {
        self.footprint.borrow_mut().range(keyspace, range);
    }

    /// Notes that something was read beside the view.
    pub(crate) fn read_elsewhere(&self) {
        self.footprint.borrow_mut().everywhere();
    }

    /// Where something was read.
    pub(crate) fn footprint(self) -> Footprint {
        self.footprint.into_inner()
    }
}

impl View {
    pub(crate) fn reading(snapshot: Snapshot) -> Self {
        Self::Read(Reading { snapshot, footprint: RefCell::default() })
    }

    pub(crate) fn get(&mut self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        Ok(match self {
            Self::Read(reading) => reading.get(keyspace, key)?,
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
            Self::Read(reading) => {
                for entry in reading.scan(keyspace, range, direction)? {
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
            Self::Read(reading) => reading.get(keyspace, key)?,
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
            Self::Read(reading) => Box::new(reading.scan(keyspace, range, direction)?),
            Self::Write(transaction) => Box::new(transaction.scan_unvalidated(keyspace, range, direction)?),
        };
        for entry in entries {
            if each(entry?) == Scan::Enough {
                break;
            }
        }
        Ok(())
    }

    /// The moment that is read, in a call that may not write.
    pub(crate) fn reads(&self) -> Option<&Reading> {
        match self {
            Self::Read(reading) => Some(reading),
            Self::Write(_) => None,
        }
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
