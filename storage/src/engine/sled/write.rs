//! What a group writes: gathered in memory, and handed to the engine as one batch.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::layout::{self, NUMBER_BYTES, Names, Number};
use super::past::Value;
use crate::EngineError;
use crate::engine::{Fill, Group, Wrote};
use crate::quota::entry_bytes;
use crate::versions::Version;

/// What is known of the store between two groups.
pub(super) struct Writer {
    names: Arc<Names>,
    next: Number,
    /// Numbers under which nobody finds anything any more, with the group that gave them up.
    swept: VecDeque<(Version, Number)>,
    version: Version,
}

/// What a group comes to.
pub(super) struct Written {
    writes: Writes,
    /// What the keys of its keyspaces hold without it.
    pub(super) before: Vec<(Vec<u8>, Value)>,
}

/// Keys of the tree and their new values; nothing deletes.
type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

impl Writer {
    pub(super) fn read(db: &sled::Db) -> Result<Self, EngineError> {
        let (names, swept) = layout::read(db)?;
        let last = names.values().chain(&swept).max().copied().unwrap_or(0);
        let next = last.checked_add(1).ok_or(EngineError::damaged(NUMBERS))?;
        let swept = swept.into_iter().map(|number| (0, number)).collect();
        Ok(Self { names: Arc::new(names), next, swept, version: 0 })
    }

    pub(super) fn names(&self) -> Arc<Names> {
        Arc::clone(&self.names)
    }

    /// Lets `fill` write; what came of it, or nothing.
    pub(super) fn fill(&mut self, db: &sled::Db, fill: &mut Fill) -> Result<Option<Written>, EngineError> {
        let (names, next) = (Arc::clone(&self.names), self.next);
        let mut group = Writing { db, names, next, writes: Writes::new(), given_up: Vec::new() };
        if fill(&mut group)? == Wrote::Nothing {
            return Ok(None);
        }
        let Writing { names, next, writes, given_up, .. } = group;
        self.version += 1;
        (self.names, self.next) = (names, next);
        self.swept.extend(given_up.into_iter().map(|number| (self.version, number)));
        let content = writes.keys().filter(|key| layout::is_content(key));
        let before = content.map(|key| Ok((key.clone(), db.get(key)?))).collect::<Result<_, sled::Error>>();
        Ok(Some(Written { before: before.map_err(EngineError::engine)?, writes }))
    }

    /// The batch of a group, with a part of what is to be swept if no view is as old as `oldest`.
    pub(super) fn batch(&mut self, db: &sled::Db, group: Written, oldest: Version) -> Result<sled::Batch, EngineError> {
        let mut batch = sled::Batch::default();
        for (key, value) in group.writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        if let Some((version, number)) = self.swept.front().copied().filter(|(version, _)| *version <= oldest) {
            let found = db.scan_prefix(number.to_be_bytes()).keys().take(SWEPT_AT_ONCE);
            let found = found.collect::<Result<Vec<_>, _>>().map_err(EngineError::engine)?;
            if found.len() < SWEPT_AT_ONCE {
                batch.remove(layout::swept_key(number));
                self.swept.pop_front();
            }
            tracing::debug!(
                storage.swept = found.len(),
                storage.version = version,
                "a keyspace that was cleared is swept"
            );
            found.into_iter().for_each(|key| batch.remove(key));
        }
        Ok(batch)
    }
}

/// The transaction of a group.
struct Writing<'w> {
    db: &'w sled::Db,
    names: Arc<Names>,
    next: Number,
    writes: Writes,
    given_up: Vec<Number>,
}

impl Group for Writing<'_> {
    fn get(&mut self, keyspace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let Some(number) = self.names.get(keyspace) else { return Ok(None) };
        let key = layout::key(*number, key);
        match self.writes.get(&key) {
            Some(value) => Ok(value.clone()),
            None => Ok(self.db.get(key).map_err(EngineError::engine)?.map(|value| value.to_vec())),
        }
    }

    fn value_bytes(&mut self, keyspace: &str, key: &[u8]) -> Result<Option<usize>, EngineError> {
        Ok(self.get(keyspace, key)?.map(|value| value.len()))
    }

    fn size_bytes(&mut self, keyspace: &str) -> Result<u64, EngineError> {
        let Some(number) = self.names.get(keyspace) else { return Ok(0) };
        let own = self.writes.range(layout::all(*number));
        let own =
            own.map(|(key, value)| value.as_ref().map_or(0, |value| entry_bytes(&key[NUMBER_BYTES..], value.len())));
        let stored = self.db.scan_prefix(number.to_be_bytes()).filter_map(|entry| match entry {
            Ok((key, _)) if self.writes.contains_key(&*key) => None,
            Ok((key, value)) => Some(Ok(entry_bytes(&key[NUMBER_BYTES..], value.len()))),
            Err(error) => Some(Err(EngineError::engine(error))),
        });
        Ok(own.sum::<u64>() + stored.sum::<Result<u64, _>>()?)
    }

    fn put(&mut self, keyspace: &str, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        let number = self.number(keyspace)?;
        self.writes.insert(layout::key(number, key), Some(value.to_vec()));
        Ok(())
    }

    fn delete(&mut self, keyspace: &str, key: &[u8]) -> Result<(), EngineError> {
        if let Some(number) = self.names.get(keyspace) {
            self.writes.insert(layout::key(*number, key), None);
        }
        Ok(())
    }

    /// Gives up the number of the keyspace: what stands under it is swept in the groups that come.
    fn clear(&mut self, keyspace: &str) -> Result<(), EngineError> {
        let Some(number) = Arc::make_mut(&mut self.names).remove(keyspace) else { return Ok(()) };
        let own: Vec<_> = self.writes.range(layout::all(number)).map(|(key, _)| key.clone()).collect();
        own.iter().for_each(|key| drop(self.writes.remove(key)));
        self.writes.insert(layout::name_key(keyspace), None);
        self.writes.insert(layout::swept_key(number), Some(Vec::new()));
        self.given_up.push(number);
        Ok(())
    }
}

impl Writing<'_> {
    /// The number of a keyspace, which gets one if it has none.
    fn number(&mut self, keyspace: &str) -> Result<Number, EngineError> {
        if let Some(number) = self.names.get(keyspace) {
            return Ok(*number);
        }
        let number = self.next;
        self.next = number.checked_add(1).ok_or(EngineError::damaged(NUMBERS))?;
        Arc::make_mut(&mut self.names).insert(keyspace.to_owned(), number);
        self.writes.insert(layout::name_key(keyspace), Some(number.to_be_bytes().to_vec()));
        Ok(number)
    }
}

/// Keys that a group sweeps on the way: few, so that nobody waits for it.
const SWEPT_AT_ONCE: usize = 128;
/// What is damaged when there are no numbers left: nobody clears a keyspace so often.
const NUMBERS: &str = "the numbering of the keyspaces";
