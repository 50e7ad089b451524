//! `kv`: the plugin's own ordered keys and values.

use std::ops::Bound;

use storage::counter::{self, Bounds};
use storage::{Direction, KeyRange};
use wasmtime::Result;

use super::at_most;
use crate::contract::imports::kv::{Bounds as WitBounds, Entry, Host, Key, Order, Range};
use crate::rows::{Kind, key};
use crate::sandbox::{Broken, Sandbox, Scan, Stop, View};

/// The longest key; the store's limit leaves room for the host's prefix.
const MAX_KEY_BYTES: usize = 2048;
/// The longest value: what is larger is a blob.
const MAX_VALUE_BYTES: usize = 1 << 20;
/// What one scan, or one `get-many`, gives at most.
const MAX_ENTRIES: usize = 10_000;
const MAX_SCAN_BYTES: usize = 4 << 20;
/// About what the note of a read takes, beside the key.
const NOTE_BYTES: usize = 64;
/// About what a write takes until it is committed, beside key and value.
const WRITE_BYTES: usize = 128;

impl Host for Sandbox {
    fn get(&mut self, key: Key) -> Result<Option<Vec<u8>>> {
        Ok(self.value("kv.get", &key)?)
    }

    fn get_many(&mut self, keys: Vec<Key>) -> Result<Vec<Option<Vec<u8>>>> {
        if keys.len() > MAX_ENTRIES {
            return Err(Stop::from(Broken::Excess { what: "keys of kv.get-many", limit: MAX_ENTRIES }).into());
        }
        let mut bytes = 0;
        let values = keys.iter().map(|key| {
            let value = self.value("kv.get-many", key)?;
            bytes += value.as_ref().map_or(0, Vec::len);
            if bytes > MAX_SCAN_BYTES {
                return Err(Broken::Excess { what: "bytes of kv.get-many", limit: MAX_SCAN_BYTES }.into());
            }
            Ok(value)
        });
        Ok(values.collect::<Result<_, Stop>>()?)
    }

    fn scan(&mut self, range: Range) -> Result<Vec<Entry>> {
        let (mut entries, mut bytes) = (Vec::new(), 0);
        self.visit("kv.scan", &range, |key, value| {
            bytes += key.len() + value.len();
            entries.push(Entry { key, value });
            bytes
        })?;
        Ok(entries)
    }

    fn scan_keys(&mut self, range: Range) -> Result<Vec<Key>> {
        let (mut keys, mut bytes) = (Vec::new(), 0);
        self.visit("kv.scan-keys", &range, |key, _| {
            bytes += key.len();
            keys.push(key);
            bytes
        })?;
        Ok(keys)
    }

    fn put(&mut self, key: Key, value: Vec<u8>) -> Result<()> {
        let own = self.own("kv.put", &key)?;
        at_most("kv.put", "the value", value.len(), MAX_VALUE_BYTES)?;
        self.effects.weigh(own.len() + value.len() + WRITE_BYTES)?;
        let keyspace = self.keyspace();
        self.view.writing("kv.put")?.put(keyspace, own, value);
        Ok(())
    }

    fn delete(&mut self, key: Key) -> Result<()> {
        let own = self.own("kv.delete", &key)?;
        self.effects.weigh(own.len() + WRITE_BYTES)?;
        let keyspace = self.keyspace();
        self.view.writing("kv.delete")?.delete(keyspace, own);
        Ok(())
    }

    fn add(&mut self, key: Key, delta: i64, bounds: Option<WitBounds>) -> Result<()> {
        let own = self.own("kv.add", &key)?;
        self.effects.weigh(own.len() + WRITE_BYTES)?;
        let bounds = bounds.map_or_else(Bounds::default, |WitBounds { min, max }| Bounds { min, max });
        let keyspace = self.keyspace();
        self.view.writing("kv.add")?.add(keyspace, own, delta, bounds);
        Ok(())
    }

    fn count(&mut self, key: Key) -> Result<i64> {
        let Some(value) = self.value("kv.count", &key)? else { return Ok(0) };
        let count = counter::decode(&value);
        let rule = || "the key holds a value that is no counter".to_owned();
        Ok(count.ok_or_else(|| Stop::from(Broken::Argument { function: "kv.count", rule: rule() }))?)
    }
}

impl Sandbox {
    /// A key of the plugin's, as it stands in its keyspace.
    fn own(&self, function: &'static str, of: &[u8]) -> Result<Vec<u8>, Stop> {
        at_most(function, "the key", of.len(), MAX_KEY_BYTES)?;
        Ok(key(Kind::State, of))
    }

    fn value(&mut self, function: &'static str, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        let own = self.own(function, key)?;
        self.note(own.len())?;
        let keyspace = self.keyspace();
        self.view.get(keyspace, &own)
    }

    /// A read of a call that may write is noted, and the notes have a bound.
    fn note(&mut self, key_bytes: usize) -> Result<(), Stop> {
        match self.view {
            View::Read(_) => Ok(()),
            View::Write(_) => self.effects.weigh(key_bytes + NOTE_BYTES),
        }
    }

    /// Hands the entries of a range to `take`, which says how many bytes it holds by now.
    fn visit(
        &mut self,
        function: &'static str,
        range: &Range,
        mut take: impl FnMut(Vec<u8>, Vec<u8>) -> usize,
    ) -> Result<(), Stop> {
        let start = self.own(function, &range.start)?;
        // Without an end, where the plugin's own rows end.
        let end = match &range.end {
            Some(end) => self.own(function, end)?,
            None => vec![Kind::State as u8 + 1],
        };
        let limit = range.limit as usize;
        if limit > MAX_ENTRIES {
            let rule = format!("a limit of {limit}, and {MAX_ENTRIES} is the most");
            return Err(Broken::Argument { function, rule }.into());
        }
        if limit == 0 {
            return Ok(());
        }
        self.note(start.len() + end.len())?;
        let direction = match range.order {
            Order::Ascending => Direction::Ascending,
            Order::Descending => Direction::Descending,
        };
        let range = KeyRange::between((Bound::Included(start), Bound::Excluded(end)));
        let (keyspace, mut taken, mut bytes) = (self.keyspace(), 0, 0);
        self.view.scan(keyspace, range, direction, |(mut key, value)| {
            key.remove(0);
            taken += 1;
            bytes = take(key, value);
            if bytes > MAX_SCAN_BYTES || taken >= limit { Scan::Enough } else { Scan::On }
        })?;
        if bytes > MAX_SCAN_BYTES {
            // Fewer entries than were asked for would say that the range ends here.
            return Err(Broken::Excess { what: "bytes of a scan", limit: MAX_SCAN_BYTES }.into());
        }
        Ok(())
    }
}
