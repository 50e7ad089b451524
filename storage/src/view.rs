//! One moment of the engine, shared by all who read at it.
//!
//! To find a table costs more than to find a key in it, so a view keeps the tables that were asked for, and a store
//! keeps its newest view until something else is durable.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use redb::{ReadOnlyTable, ReadTransaction, ReadableTableMetadata, TableError, TableHandle};

use crate::keyspace::is_hidden;
use crate::{EngineError, KeyRange, Keyspace};

/// What is durable at one moment.
pub(crate) struct View {
    transaction: ReadTransaction,
    /// Those that were asked for, with nothing where nobody had written.
    tables: RwLock<BTreeMap<Keyspace, Option<Arc<Table>>>>,
}

/// The entries of a range, from both ends.
pub(crate) type Range = redb::Range<'static, &'static [u8], &'static [u8]>;

impl View {
    pub(crate) fn new(transaction: ReadTransaction) -> Self {
        Self { transaction, tables: RwLock::default() }
    }

    pub(crate) fn get(&self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let Some(table) = self.table(keyspace)? else { return Ok(None) };
        Ok(table.get(key)?.map(|value| value.value().to_vec()))
    }

    pub(crate) fn range(&self, keyspace: Keyspace, range: &KeyRange) -> Result<Option<Range>, EngineError> {
        let Some(table) = self.table(keyspace)? else { return Ok(None) };
        Ok(Some(table.range::<&[u8]>(range.bounds())?))
    }

    /// The names of those that hold something, in byte order.
    pub(crate) fn keyspaces(&self) -> Result<Vec<String>, EngineError> {
        let mut names = Vec::new();
        for handle in self.transaction.list_tables()? {
            let name = handle.name().to_owned();
            if !is_hidden(&name) && !self.transaction.open_untyped_table(handle)?.is_empty()? {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    pub(crate) fn transaction(&self) -> &ReadTransaction {
        &self.transaction
    }

    /// The table, or nothing while nobody has written to the keyspace.
    fn table(&self, keyspace: Keyspace) -> Result<Option<Arc<Table>>, EngineError> {
        if let Some(table) = self.tables.read().unwrap_or_else(PoisonError::into_inner).get(&keyspace) {
            return Ok(table.clone());
        }
        let table = match self.transaction.open_table(keyspace.definition()) {
            Ok(table) => Some(Arc::new(table)),
            Err(TableError::TableDoesNotExist(_)) => None,
            Err(error) => return Err(error.into()),
        };
        self.tables.write().unwrap_or_else(PoisonError::into_inner).insert(keyspace, table.clone());
        Ok(table)
    }
}

type Table = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// The newest view, made when it is asked for.
#[derive(Clone, Default)]
pub(crate) struct Newest(Arc<Mutex<Option<Arc<View>>>>);

impl Newest {
    /// The view of everything that is durable now; `make` gives it if the last one is past.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<View, E>) -> Result<Arc<View>, E> {
        // Made under the lock: one that was made before a commit must not be kept after it.
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = &*newest {
            return Ok(Arc::clone(view));
        }
        let view = Arc::new(make()?);
        *newest = Some(Arc::clone(&view));
        Ok(view)
    }

    /// Something else is durable: the view is kept by those only who read in it.
    pub(crate) fn pass(&self) {
        let past = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(past);
    }
}
