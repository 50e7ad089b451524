//! Other ways to find a table's records.

use crate::key::{Key, encode};

use super::space::Space;

/// Finds the records of a table by keys of type `I`; kept together with them.
///
/// An index whose function changes gets another name, and so does one of which [`Record::upgrade`](super::Record::upgrade)
/// changes what the function says: what it said of records that are there stays under the old one.
pub struct Index<K, V, I> {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    of: fn(&K, &V) -> Vec<I>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Unique,
    Many,
}

/// One record's entry in an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexEntry {
    pub(super) index: &'static str,
    pub(super) kind: Kind,
    pub(super) key: Vec<u8>,
    pub(super) value: Vec<u8>,
}

/// An index, whatever its keys are.
pub trait Maintained<K, V>: Sync {
    /// What the index says of a record.
    fn entries(&self, key: &K, record: &V) -> Vec<IndexEntry>;
}

impl<K: Key, V, I: Key> Index<K, V, I> {
    /// An index where several records may have the same key. The name is the index's own within the plugin, such as
    /// `cases.by-state`; the function says by which keys a record is found.
    #[must_use]
    pub const fn many(name: &'static str, of: fn(&K, &V) -> Vec<I>) -> Self {
        Self { name, kind: Kind::Many, of }
    }

    /// An index where each key belongs to one record; a second is refused.
    #[must_use]
    pub const fn unique(name: &'static str, of: fn(&K, &V) -> Vec<I>) -> Self {
        Self { name, kind: Kind::Unique, of }
    }
}

impl<K: Key, V, I: Key> Maintained<K, V> for Index<K, V, I> {
    fn entries(&self, key: &K, record: &V) -> Vec<IndexEntry> {
        let entry = |found_by: I| {
            let mut bytes = Space::Index.key(self.name, &found_by);
            if self.kind == Kind::Many {
                key.write(&mut bytes);
            }
            IndexEntry { index: self.name, kind: self.kind, key: bytes, value: encode(key) }
        };
        (self.of)(key, record).into_iter().map(entry).collect()
    }
}
