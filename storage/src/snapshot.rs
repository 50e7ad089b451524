//! Reads: an unchanging view of the whole store at one moment.

use redb::{ReadTransaction, ReadOnlyTable, TableDefinition, TableError};

use crate::{Direction, KeyRange, Keyspace};

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// An unchanging view of every keyspace as of the last commit before it was taken.
///
/// A snapshot keeps the space of what is overwritten meanwhile from being used again: take one for a use, not for
/// a lifetime.
pub struct Snapshot {
    transaction: ReadTransaction,
}

impl Snapshot {
    pub(crate) fn new(transaction: ReadTransaction) -> Self {
        Self { transaction }
    }

    /// The value of `key`, if it is there.
    ///
    /// # Errors
    /// [`ReadError`] when the engine cannot read.
    pub fn get(&self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let failed = |source| ReadError::Get { keyspace, source };
        let Some(table) = self.table(keyspace).map_err(failed)? else { return Ok(None) };
        let found = table.get(key).map_err(|source| failed(source.into()))?;
        Ok(found.map(|value| value.value().to_vec()))
    }

    /// The entries of `range`, in the order of `direction`, read as they are asked for.
    ///
    /// # Errors
    /// [`ReadError`] when the engine cannot read.
    pub fn scan(&self, keyspace: Keyspace, range: KeyRange, direction: Direction) -> Result<Scan, ReadError> {
        let failed = |source| ReadError::Scan { keyspace, source };
        let none = Scan { keyspace, direction, entries: None };
        if range.is_empty() {
            return Ok(none);
        }
        let Some(table) = self.table(keyspace).map_err(failed)? else { return Ok(none) };
        let bounds = (range.start.as_ref().map(Vec::as_slice), range.end.as_ref().map(Vec::as_slice));
        let entries = table.range::<&[u8]>(bounds).map_err(|source| failed(source.into()))?;
        Ok(Scan { entries: Some(entries), ..none })
    }

    /// The engine's table, or nothing while nobody has written to the keyspace.
    fn table(&self, keyspace: Keyspace) -> Result<Option<Table>, redb::Error> {
        match self.transaction.open_table(definition(keyspace)) {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(source) => Err(source.into()),
        }
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// The entries of one scan; it outlives the snapshot it was made from and shows the same state.
pub struct Scan {
    keyspace: Keyspace,
    direction: Direction,
    entries: Option<redb::Range<'static, &'static [u8], &'static [u8]>>,
}

impl Scan {
    /// The next entries, at most `limit`; fewer only when the range ends.
    ///
    /// # Errors
    /// [`ReadError`] when the engine cannot read.
    pub fn page(&mut self, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.take(limit).collect()
    }
}

impl Iterator for Scan {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let entries = self.entries.as_mut()?;
        let next = match self.direction {
            Direction::Ascending => entries.next(),
            Direction::Descending => entries.next_back(),
        }?;
        let keyspace = self.keyspace;
        Some(match next {
            Ok((key, value)) => Ok((key.value().to_vec(), value.value().to_vec())),
            Err(source) => {
                // A scan that could not read one entry has no next one: it ends after its error.
                self.entries = None;
                Err(ReadError::Scan { keyspace, source: source.into() })
            }
        })
    }
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan").field("keyspace", &self.keyspace).field("direction", &self.direction).finish()
    }
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No snapshot could be taken.
    #[error("failed to take a snapshot of the store")]
    Snapshot {
        /// What the engine says.
        source: redb::Error,
    },
    /// A key could not be read.
    #[error("failed to read a key of keyspace {keyspace}")]
    Get {
        /// Where.
        keyspace: Keyspace,
        /// What the engine says.
        source: redb::Error,
    },
    /// A range could not be read.
    #[error("failed to scan keyspace {keyspace}")]
    Scan {
        /// Where.
        keyspace: Keyspace,
        /// What the engine says.
        source: redb::Error,
    },
}

type Table = ReadOnlyTable<&'static [u8], &'static [u8]>;

pub(crate) fn definition(keyspace: Keyspace) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(keyspace.name())
}
