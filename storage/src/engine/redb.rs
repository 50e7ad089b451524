//! The engine `redb`: one file, a table for each keyspace.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use redb::{
    Database, Durability, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata,
    StorageError, Table, TableDefinition, TableError, TableHandle, WriteTransaction,
};

use super::{Entries, Fill, Group, Storing, View, Wrote};
use crate::quota::entry_bytes;
use crate::{Direction, EngineError, Entry, KeyRange, OpenError};

/// An open file.
pub(crate) struct Redb {
    /// Taken when it is closed.
    database: RwLock<Option<Database>>,
}

impl Redb {
    pub(crate) fn create(path: &Path) -> Result<(), OpenError> {
        let refused = |source| OpenError::File { path: path.to_owned(), source };
        let options = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
        let file = options.map_err(refused)?;
        let own = file.try_clone().map_err(refused)?;
        // Closing writes too: the mark that the file was closed in good order.
        drop(database(path, file, 0)?);
        own.sync_all().map_err(refused)
    }

    pub(crate) fn open(path: &Path, cache_bytes: usize) -> Result<Self, OpenError> {
        let refused = |source| OpenError::File { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(refused)?;
        // The engine takes an empty file for one to begin in. Ours are created whole, so an empty one has lost what it held.
        if file.metadata().map_err(refused)?.len() == 0 {
            return Err(refused(io::Error::new(io::ErrorKind::InvalidData, "the file is empty")));
        }
        Ok(Self::over(database(path, file, cache_bytes)?))
    }

    pub(crate) fn over(database: Database) -> Self {
        Self { database: RwLock::new(Some(database)) }
    }

    fn with<T>(&self, act: impl FnOnce(&Database) -> Result<T, EngineError>) -> Result<T, EngineError> {
        act(self.database.read().unwrap_or_else(PoisonError::into_inner).as_ref().ok_or(EngineError::CLOSED)?)
    }
}

impl Storing for Redb {
    fn view(&self) -> Result<Arc<dyn View>, EngineError> {
        self.with(|database| {
            Ok(Arc::new(Moment { transaction: database.begin_read()?, tables: RwLock::default() }) as _)
        })
    }

    fn write(&self, fill: &mut Fill) -> Result<Wrote, EngineError> {
        self.with(|database| {
            let mut transaction = database.begin_write()?;
            transaction.set_durability(Durability::Immediate)?;
            let wrote = fill(&mut Writing { transaction: &transaction, open: BTreeMap::new() })?;
            match wrote {
                Wrote::Something => transaction.commit()?,
                Wrote::Nothing => transaction.abort()?,
            }
            Ok(wrote)
        })
    }

    fn close(&self) {
        drop(self.database.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn database(path: &Path, file: File, cache_bytes: usize) -> Result<Database, OpenError> {
    // The engine is meant to refuse a damaged file; should it panic instead, a store is lost and not the process.
    let opened = catch_unwind(|| redb::Builder::new().set_cache_size(cache_bytes).create_file(file));
    let unreadable = |source| OpenError::Unreadable { path: path.to_owned(), source };
    opened.map_err(|_| unreadable(EngineError::GAVE_UP))?.map_err(|error| match error {
        redb::DatabaseError::DatabaseAlreadyOpen => OpenError::InUse { path: path.to_owned() },
        other => unreadable(other.into()),
    })
}

/// What is durable at one moment.
///
/// To find a table costs more than to find a key in it, so it keeps those that were asked for.
struct Moment {
    transaction: ReadTransaction,
    /// Nothing stands for a table that is not there.
    tables: RwLock<BTreeMap<String, Option<Arc<Read>>>>,
}

impl View for Moment {
    fn get(&self, keyspace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let Some(table) = self.table(keyspace)? else { return Ok(None) };
        Ok(table.get(key)?.map(|value| value.value().to_vec()))
    }

    fn scan(&self, keyspace: &str, range: &KeyRange, direction: Direction) -> Result<Entries, EngineError> {
        let Some(table) = self.table(keyspace)? else { return Ok(Box::new(std::iter::empty())) };
        let entries = table.range::<&[u8]>(range.bounds())?;
        Ok(match direction {
            Direction::Ascending => Box::new(entries.map(entry)),
            Direction::Descending => Box::new(entries.rev().map(entry)),
        })
    }

    fn keyspaces(&self) -> Result<Vec<String>, EngineError> {
        let mut names = Vec::new();
        for handle in self.transaction.list_tables()? {
            let name = handle.name().to_owned();
            if !self.transaction.open_untyped_table(handle)?.is_empty()? {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

impl Moment {
    fn table(&self, keyspace: &str) -> Result<Option<Arc<Read>>, EngineError> {
        if let Some(table) = self.tables.read().unwrap_or_else(PoisonError::into_inner).get(keyspace) {
            return Ok(table.clone());
        }
        let table = match self.transaction.open_table(definition(keyspace)) {
            Ok(table) => Some(Arc::new(table)),
            Err(TableError::TableDoesNotExist(_)) => None,
            Err(error) => return Err(error.into()),
        };
        self.tables.write().unwrap_or_else(PoisonError::into_inner).insert(keyspace.to_owned(), table.clone());
        Ok(table)
    }
}

fn entry(found: Result<(Guard, Guard), StorageError>) -> Result<Entry, EngineError> {
    let (key, value) = found?;
    Ok((key.value().to_vec(), value.value().to_vec()))
}

fn definition(keyspace: &str) -> TableDefinition<'_, &'static [u8], &'static [u8]> {
    TableDefinition::new(keyspace)
}

/// A transaction that writes, with its tables, each opened once.
struct Writing<'t> {
    transaction: &'t WriteTransaction,
    open: BTreeMap<String, Table<'t, &'static [u8], &'static [u8]>>,
}

impl Group for Writing<'_> {
    fn get(&mut self, keyspace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.table(keyspace)?.get(key)?.map(|found| found.value().to_vec()))
    }

    fn value_bytes(&mut self, keyspace: &str, key: &[u8]) -> Result<Option<usize>, EngineError> {
        Ok(self.table(keyspace)?.get(key)?.map(|found| found.value().len()))
    }

    fn size_bytes(&mut self, keyspace: &str) -> Result<u64, EngineError> {
        self.table(keyspace)?.iter()?.try_fold(0, |sum, entry| {
            let (key, value) = entry?;
            Ok(sum + entry_bytes(key.value(), value.value().len()))
        })
    }

    fn put(&mut self, keyspace: &str, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        self.table(keyspace)?.insert(key, value)?;
        Ok(())
    }

    fn delete(&mut self, keyspace: &str, key: &[u8]) -> Result<(), EngineError> {
        self.table(keyspace)?.remove(key)?;
        Ok(())
    }

    fn clear(&mut self, keyspace: &str) -> Result<(), EngineError> {
        // The engine deletes no table that somebody has open.
        drop(self.open.remove(keyspace));
        self.transaction.delete_table(definition(keyspace))?;
        Ok(())
    }
}

impl<'t> Writing<'t> {
    fn table(&mut self, keyspace: &str) -> Result<&mut Table<'t, &'static [u8], &'static [u8]>, EngineError> {
        if !self.open.contains_key(keyspace) {
            self.open.insert(keyspace.to_owned(), self.transaction.open_table(definition(keyspace))?);
        }
        Ok(self.open.get_mut(keyspace).expect("it was opened just now, if not before"))
    }
}

impl<E: Into<redb::Error>> From<E> for EngineError {
    fn from(error: E) -> Self {
        match error.into() {
            redb::Error::DatabaseClosed => Self::CLOSED,
            other => Self::engine(other),
        }
    }
}

type Read = ReadOnlyTable<&'static [u8], &'static [u8]>;
type Guard = redb::AccessGuard<'static, &'static [u8]>;
