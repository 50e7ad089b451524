//! `kv`: the plugin's own ordered keys and values.

use std::ops::Bound;

use storage::counter::{self, Bounds};
use storage::{Direction, KeyRange};
use wasmtime::Result;

use super::at_most;
use crate::contract::imports::kv::{Bounds as WitBounds, Entry, Host, Key, Order, Range};
use crate::contract::limits::{MAX_ENTRIES, MAX_ENTRIES_BYTES, MAX_KEY_BYTES, MAX_VALUE_BYTES};
use crate::rows::{Kind, key};
use crate::sandbox::{Broken, Sandbox, Scan, Stop};

impl Host for Sandbox {
    fn get(&mut self, key: Key) -> Result<Option<Vec<u8>>> {
        Ok(self.value(&key)?)
    }

    fn get_many(&mut self, keys: Vec<Key>) -> Result<Vec<Option<Vec<u8>>>> {
        let (mut values, mut bytes) = (Vec::new(), 0);
        for key in keys.iter().take(MAX_ENTRIES) {
            let value = self.value(key)?;
            bytes += value.as_ref().map_or(0, Vec::len);
            if bytes > MAX_ENTRIES_BYTES && !values.is_empty() {
                break;
            }
            values.push(value);
        }
        Ok(values)
    }

    fn scan(&mut self, range: Range) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.visit(&range, |key, value| {
            let bytes = key.len() + value.len();
            entries.push(Entry { key, value });
            bytes
        })?;
        Ok(entries)
    }

    fn scan_keys(&mut self, range: Range) -> Result<Vec<Key>> {
        let mut keys = Vec::new();
        self.visit(&range, |key, _| {
            let bytes = key.len();
            keys.push(key);
            bytes
        })?;
        Ok(keys)
    }

    fn put(&mut self, key: Key, value: Vec<u8>) -> Result<()> {
        let own = own("kv.put", &key)?;
        at_most("kv.put", "the value", value.len(), MAX_VALUE_BYTES)?;
        Ok(self.put_row("kv.put", own, value)?)
    }

    fn delete(&mut self, key: Key) -> Result<()> {
        Ok(self.delete_row("kv.delete", own("kv.delete", &key)?)?)
    }

    fn add(&mut self, key: Key, delta: i64, bounds: Option<WitBounds>) -> Result<()> {
        let bounds = bounds.map_or_else(Bounds::default, |WitBounds { min, max }| Bounds { min, max });
        Ok(self.add_to_row("kv.add", own("kv.add", &key)?, delta, bounds)?)
    }

    fn count(&mut self, key: Key) -> Result<i64> {
        let Some(value) = self.value(&key)? else { return Ok(0) };
        Ok(counter::decode(&value).ok_or(Stop::Broken(Broken::Counter))?)
    }
}

/// A key of the plugin's that it writes, as it stands in its keyspace.
fn own(function: &'static str, of: &[u8]) -> std::result::Result<Vec<u8>, Stop> {
    at_most(function, "the key", of.len(), MAX_KEY_BYTES)?;
    Ok(key(Kind::State, of))
}

impl Sandbox {
    /// Nothing stands under a key that is longer than one may be: often it holds what a caller wrote, and is no mistake
    /// of the plugin's.
    fn value(&mut self, of: &[u8]) -> std::result::Result<Option<Vec<u8>>, Stop> {
        if of.len() > MAX_KEY_BYTES { Ok(None) } else { self.read_row(&key(Kind::State, of)) }
    }

    /// Hands the entries of a range to `take`, which says how many bytes each holds.
    fn visit(
        &mut self,
        range: &Range,
        mut take: impl FnMut(Vec<u8>, Vec<u8>) -> usize,
    ) -> std::result::Result<(), Stop> {
        let limit = (range.limit as usize).min(MAX_ENTRIES);
        if limit == 0 {
            return Ok(());
        }
        let start = match bound(&range.start) {
            Within::Exactly(key) => Bound::Included(key),
            Within::Beyond(longest) => Bound::Excluded(longest),
        };
        let end = match range.end.as_deref().map(bound) {
            Some(Within::Exactly(key)) => Bound::Excluded(key),
            Some(Within::Beyond(longest)) => Bound::Included(longest),
            // Where the plugin's own rows end.
            None => Bound::Excluded(vec![Kind::State as u8 + 1]),
        };
        self.note(range.start.len().min(MAX_KEY_BYTES) + range.end.as_ref().map_or(0, Vec::len).min(MAX_KEY_BYTES))?;
        let direction = match range.order {
            Order::Ascending => Direction::Ascending,
            Order::Descending => Direction::Descending,
        };
        let (keyspace, mut taken, mut bytes) = (self.keyspace(), 0, 0);
        self.view.scan(keyspace, KeyRange::between((start, end)), direction, |(mut key, value)| {
            key.remove(0);
            taken += 1;
            bytes += take(key, value);
            if bytes >= MAX_ENTRIES_BYTES || taken >= limit { Scan::Enough } else { Scan::On }
        })
    }
}

/// Where a bound of a range lies among keys that can be.
enum Within {
    /// At this key.
    Exactly(Vec<u8>),
    /// After this key, and before any other that follows it: it is the beginning of a longer one than there can be.
    Beyond(Vec<u8>),
}

fn bound(of: &[u8]) -> Within {
    match of.get(..MAX_KEY_BYTES) {
        Some(longest) if of.len() > MAX_KEY_BYTES => Within::Beyond(key(Kind::State, longest)),
        _ => Within::Exactly(key(Kind::State, of)),
    }
}

#[cfg(test)]
mod tests;
