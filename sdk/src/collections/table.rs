//! Records by key, with the indexes that belong to them.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::index::{IndexEntry, Kind};
use super::page::{self, Page, PageRequest};
use super::record::{self, Record};
use super::scan::Scan;
use super::space::Space;
use super::{Index, Maintained, TableError};
use crate::imports::kv::{self, Entry, Order};
use crate::key::{Key, Prefix, Reader, decode};
use crate::limits::MAX_KEY_BYTES;

/// Records of type `V` by keys of type `K`, in the order of the keys.
///
/// ```
/// # use sdk::collections::{Index, Record, Table};
/// # #[derive(serde::Serialize, serde::Deserialize)] struct Case { person: String }
/// # impl Record for Case {}
/// static BY_PERSON: Index<u64, Case, (String,)> = Index::many("cases.by-person", |_, case| vec![(case.person.clone(),)]);
/// static CASES: Table<u64, Case> = Table::new("cases", &[&BY_PERSON]);
/// ```
pub struct Table<K: 'static, V: 'static> {
    name: &'static str,
    indexes: &'static [&'static dyn Maintained<K, V>],
    holds: PhantomData<fn() -> (K, V)>,
}

impl<K: Key, V: Record> Table<K, V> {
    /// The table of a name, with its indexes. An index that is new to a table with records is filled by
    /// [`Table::rewrite`] in a migration.
    #[must_use]
    pub const fn new(name: &'static str, indexes: &'static [&'static dyn Maintained<K, V>]) -> Self {
        Self { name, indexes, holds: PhantomData }
    }

    /// The record of a key.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn get(&self, key: &K) -> Result<Option<V>, TableError> {
        kv::get(&self.at(key)).map(|bytes| record::read(self.name, &bytes)).transpose()
    }

    /// What a `P` names of the record of a key. The rest is skipped: cheaper, where records are long and little of them is shown.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn get_part<P: DeserializeOwned>(&self, key: &K) -> Result<Option<P>, TableError> {
        kv::get(&self.at(key)).map(|bytes| record::read_part::<V, P>(self.name, &bytes)).transpose()
    }

    /// Whether there is a record of a key; cheaper than to read it.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        let start = self.at(key);
        let end = Some([start.as_slice(), &[0]].concat());
        !kv::scan_keys(&kv::Range { start, end, order: Order::Ascending, limit: 1 }).is_empty()
    }

    /// Puts a record, in place of the one with the same key.
    ///
    /// # Errors
    /// If a unique index gives one of its keys to another record, or if the record, its key or one of its index keys is
    /// longer than they may be. Nothing is written then.
    pub fn put(&self, key: &K, record: &V) -> Result<(), TableError> {
        let before = self.get(key)?;
        self.replace(key, before.as_ref(), record)
    }

    /// Puts a record whose key is not there yet.
    ///
    /// # Errors
    /// If it is, and as [`Table::put`]. Nothing is written then.
    pub fn insert(&self, key: &K, record: &V) -> Result<(), TableError> {
        if self.get(key)?.is_some() {
            return Err(TableError::Exists { table: self.name });
        }
        self.replace(key, None, record)
    }

    /// Takes a record out.
    ///
    /// # Errors
    /// If it does not read back: then its indexes cannot be kept right.
    pub fn remove(&self, key: &K) -> Result<Option<V>, TableError> {
        let before = self.get(key)?;
        if let Some(record) = &before {
            self.entries(key, record).iter().for_each(|entry| kv::delete(&entry.key));
            kv::delete(&self.at(key));
        }
        Ok(before)
    }

    /// The records whose keys begin with a prefix, `&()` for all of them, fetched as they are asked for.
    pub fn scan<'a, P: Prefix<K>>(
        &'a self,
        prefix: &P,
        order: Order,
    ) -> impl Iterator<Item = Result<(K, V), TableError>> + use<'a, K, V, P> {
        let scan = Scan::new(&self.prefix(prefix), None, order, usize::MAX);
        scan.map(|entry| self.record(&entry))
    }

    /// One page of them.
    ///
    /// # Errors
    /// If the cursor is none, or a record does not read back.
    pub fn page(
        &self,
        prefix: &impl Prefix<K>,
        order: Order,
        request: &PageRequest,
    ) -> Result<Page<(K, V)>, TableError> {
        let page = page::entries(&self.prefix(prefix), order, request)?;
        let items = page.items.iter().map(|entry| self.record(entry)).collect::<Result<_, _>>()?;
        Ok(Page { items, next: page.next })
    }

    /// The same records by an index.
    pub fn by<'a, I: Key>(&'a self, index: &'a Index<K, V, I>) -> Lookup<'a, K, V, I> {
        Lookup { table: self, index }
    }

    /// Writes at most `limit` records anew, in this version and into every index, from a cursor on: one step of a
    /// migration. Returns the cursor of the next step, or nothing when all is done.
    ///
    /// # Errors
    /// If the cursor is none, or a record does not read back.
    pub fn rewrite(&self, cursor: Option<String>, limit: u32) -> Result<Option<String>, TableError> {
        let page = self.page(&(), Order::Ascending, &PageRequest { limit, cursor })?;
        for (key, record) in &page.items {
            self.write(key, record, &[])?;
        }
        Ok(page.next)
    }

    fn replace(&self, key: &K, before: Option<&V>, record: &V) -> Result<(), TableError> {
        let old = before.map(|before| self.entries(key, before)).unwrap_or_default();
        self.write(key, record, &old)
    }

    /// Writes a record and what its indexes say of it, in place of the entries that they have. Whatever may refuse it does
    /// so before anything is written: a plugin may go on from there, and commit.
    fn write(&self, key: &K, record: &V, old: &[IndexEntry]) -> Result<(), TableError> {
        let (at, value) = (self.at(key), record::write(self.name, record)?);
        let new = self.entries(key, record);
        self.fits(&at)?;
        for entry in new.iter().filter(|entry| !old.contains(entry)) {
            self.fits(&entry.key)?;
            if entry.kind == Kind::Unique && kv::get(&entry.key).is_some_and(|owner| owner != entry.value) {
                return Err(TableError::Taken { table: self.name, index: entry.index });
            }
        }
        old.iter().filter(|entry| !new.contains(entry)).for_each(|entry| kv::delete(&entry.key));
        new.iter().filter(|entry| !old.contains(entry)).for_each(|entry| kv::put(&entry.key, &entry.value));
        kv::put(&at, &value);
        Ok(())
    }

    fn fits(&self, key: &[u8]) -> Result<(), TableError> {
        let length_bytes = key.len();
        if length_bytes > MAX_KEY_BYTES {
            return Err(TableError::KeyTooLong { table: self.name, length_bytes });
        }
        Ok(())
    }

    fn entries(&self, key: &K, record: &V) -> Vec<IndexEntry> {
        self.indexes.iter().flat_map(|index| index.entries(key, record)).collect()
    }

    fn at(&self, key: &K) -> Vec<u8> {
        Space::Records.key(self.name, key)
    }

    fn prefix(&self, prefix: &impl Prefix<K>) -> Vec<u8> {
        let mut out = Space::Records.of(self.name);
        prefix.write_prefix(&mut out);
        out
    }

    fn record(&self, entry: &Entry) -> Result<(K, V), TableError> {
        let key = &entry.key[Space::Records.of(self.name).len()..];
        Ok((self.key(key)?, record::read(self.name, &entry.value)?))
    }

    fn key(&self, bytes: &[u8]) -> Result<K, TableError> {
        decode(bytes).map_err(|source| TableError::Key { table: self.name, source })
    }
}

/// A table's records by an index.
pub struct Lookup<'a, K: 'static, V: 'static, I> {
    table: &'a Table<K, V>,
    index: &'a Index<K, V, I>,
}

impl<K: Key, V: Record, I: Key> Lookup<'_, K, V, I> {
    /// The first record of a key of the index; of a unique one, the only one.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn first(&self, found_by: &I) -> Result<Option<(K, V)>, TableError> {
        let prefix = Space::Index.key(self.index.name, found_by);
        let page = page::entries(&prefix, Order::Ascending, &PageRequest::first(1))?;
        Ok(self.records(&page.items)?.pop())
    }

    /// One page of the records whose keys of the index begin with a prefix.
    ///
    /// # Errors
    /// If the cursor is none, or a record does not read back.
    pub fn page(
        &self,
        prefix: &impl Prefix<I>,
        order: Order,
        request: &PageRequest,
    ) -> Result<Page<(K, V)>, TableError> {
        let page = self.entries(prefix, order, request)?;
        Ok(Page { items: self.records(&page.items)?, next: page.next })
    }

    /// The same with the key of the index that each is found by: a record that has several such keys is there for each.
    ///
    /// # Errors
    /// If the cursor is none, or a record or a key does not read back.
    pub fn page_with_keys(
        &self,
        prefix: &impl Prefix<I>,
        order: Order,
        request: &PageRequest,
    ) -> Result<Page<(I, K, V)>, TableError> {
        let page = self.entries(prefix, order, request)?;
        let start = Space::Index.of(self.index.name).len();
        let unreadable = |source| TableError::Key { table: self.table.name, source };
        let keys = page.items.iter().map(|entry| I::read(&mut Reader::new(&entry.key[start..])).map_err(unreadable));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let records = self.records(&page.items)?;
        let items = keys.into_iter().zip(records).map(|(found_by, (key, record))| (found_by, key, record)).collect();
        Ok(Page { items, next: page.next })
    }

    fn entries(&self, prefix: &impl Prefix<I>, order: Order, request: &PageRequest) -> Result<Page<Entry>, TableError> {
        let mut bytes = Space::Index.of(self.index.name);
        prefix.write_prefix(&mut bytes);
        page::entries(&bytes, order, request)
    }

    /// The records that index entries point to, fetched at once.
    fn records(&self, entries: &[Entry]) -> Result<Vec<(K, V)>, TableError> {
        let keys: Vec<K> = entries.iter().map(|entry| self.table.key(&entry.value)).collect::<Result<_, _>>()?;
        let places: Vec<Vec<u8>> = keys.iter().map(|key| self.table.at(key)).collect();
        let name = self.table.name;
        let values = kv::get_many(&places).into_iter();
        let read = |(key, value): (K, Option<Vec<u8>>)| {
            let value = value.ok_or(TableError::Empty { table: name })?;
            Ok((key, record::read(name, &value)?))
        };
        keys.into_iter().zip(values).map(read).collect()
    }
}
