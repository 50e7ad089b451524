//! What the committer needs of the engine: one transaction that reads its own writes and is durable whole.

use std::collections::BTreeMap;

use redb::{Database, Durability, ReadableTable, Table, WriteTransaction};

use crate::batch::Write;
use crate::quota::entry_bytes;
use crate::{EngineError, Keyspace};

/// One transaction of the engine.
pub(crate) struct Group<'t> {
    transaction: &'t WriteTransaction,
    /// The tables, each opened once.
    open: BTreeMap<Keyspace, Table<'t, &'static [u8], &'static [u8]>>,
}

/// Runs `fill` within one transaction, which becomes durable if anything was written and vanishes otherwise.
pub(crate) fn write<T>(
    database: &Database,
    fill: impl FnOnce(&mut Group) -> Result<(T, Wrote), EngineError>,
) -> Result<(T, Wrote), EngineError> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    let (filled, wrote) = fill(&mut Group { transaction: &transaction, open: BTreeMap::new() })?;
    match wrote {
        Wrote::Something => transaction.commit()?,
        Wrote::Nothing => transaction.abort()?,
    }
    Ok((filled, wrote))
}

/// Whether a group has changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrote {
    Something,
    Nothing,
}

impl<'t> Group<'t> {
    pub(crate) fn get(&mut self, keyspace: Keyspace, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.table(keyspace)?.get(key)?.map(|found| found.value().to_vec()))
    }

    /// The length of the value of `key`, if it is there.
    pub(crate) fn value_bytes(&mut self, keyspace: Keyspace, key: &[u8]) -> Result<Option<usize>, EngineError> {
        Ok(self.table(keyspace)?.get(key)?.map(|found| found.value().len()))
    }

    /// The bytes of all keys and values of `keyspace`, which is read whole.
    pub(crate) fn size_bytes(&mut self, keyspace: Keyspace) -> Result<u64, EngineError> {
        self.table(keyspace)?.iter()?.try_fold(0, |sum, entry| {
            let (key, value) = entry?;
            Ok(sum + entry_bytes(key.value(), value.value().len()))
        })
    }

    pub(crate) fn apply(&mut self, write: &Write) -> Result<(), EngineError> {
        match write {
            Write::Set { keyspace, key, value: Some(value) } => {
                drop(self.table(*keyspace)?.insert(key.as_slice(), value.as_slice())?);
            }
            Write::Set { keyspace, key, value: None } => drop(self.table(*keyspace)?.remove(key.as_slice())?),
            Write::Clear { keyspace } => {
                // The engine deletes no table that somebody has open.
                drop(self.open.remove(keyspace));
                self.transaction.delete_table(keyspace.definition())?;
            }
        }
        Ok(())
    }

    fn table(&mut self, keyspace: Keyspace) -> Result<&mut Table<'t, &'static [u8], &'static [u8]>, EngineError> {
        use std::collections::btree_map::Entry;
        Ok(match self.open.entry(keyspace) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => place.insert(self.transaction.open_table(keyspace.definition())?),
        })
    }
}
