//! Who wrote what last, as far back as an open transaction may ask.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::reads::{KeyspaceReads, Reads};
use crate::versions::Version;
use crate::{CommitError, ConflictCause, Keyspace};

/// The version of the last write of each key that was written lately.
#[derive(Debug)]
pub(crate) struct Recent {
    keyspaces: BTreeMap<Keyspace, BTreeMap<Key, Version>>,
    /// The writes in their order, so that the oldest can be forgotten.
    order: VecDeque<(Version, Keyspace, Key)>,
    /// When a whole keyspace was cleared last.
    cleared: BTreeMap<Keyspace, Version>,
    /// Nothing is known of the writes up to this version.
    forgotten: Version,
    size_bytes: usize,
    limit_bytes: usize,
}

impl Recent {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        let (keyspaces, order, cleared) = (BTreeMap::new(), VecDeque::new(), BTreeMap::new());
        Self { keyspaces, order, cleared, forgotten: 0, size_bytes: 0, limit_bytes }
    }

    /// Notes that `version` wrote `key`.
    pub(crate) fn wrote(&mut self, version: Version, keyspace: Keyspace, key: &[u8]) {
        let keys = self.keyspaces.entry(keyspace).or_default();
        if keys.get(key) == Some(&version) {
            return;
        }
        let key = Key::from(key);
        self.size_bytes += size_of_entry(&key);
        keys.insert(Arc::clone(&key), version);
        self.order.push_back((version, keyspace, key));
    }

    /// Notes that `version` wrote every key of `keyspace`.
    pub(crate) fn cleared(&mut self, version: Version, keyspace: Keyspace) {
        self.cleared.insert(keyspace, version);
    }

    /// Forgets what no open transaction will ask for (the writes up to `oldest`), and more if it takes too much room.
    pub(crate) fn forget(&mut self, oldest: Version) {
        self.cleared.retain(|_, version| *version > oldest);
        while let Some((version, ..)) = self.order.front() {
            if *version > oldest && *version > self.forgotten && self.size_bytes <= self.limit_bytes {
                return;
            }
            self.forgotten = self.forgotten.max(*version);
            if let Some((version, keyspace, key)) = self.order.pop_front() {
                self.size_bytes -= size_of_entry(&key);
                let keys = self.keyspaces.entry(keyspace).or_default();
                if keys.get(&key) == Some(&version) {
                    keys.remove(&key);
                }
            }
        }
    }

    /// Whether nothing of `reads` was written after version `began`.
    pub(crate) fn judge(&self, reads: &Reads, began: Version) -> Result<(), CommitError> {
        for (keyspace, reads) in reads.iter() {
            let conflict = if began < self.forgotten {
                first(reads).map(|(key, _)| (key, ConflictCause::TooOld))
            } else if self.cleared.get(&keyspace).is_some_and(|version| *version > began) {
                first(reads)
            } else {
                self.written(keyspace, reads, began)
            };
            if let Some((key, cause)) = conflict {
                return Err(CommitError::Conflict { keyspace, key, cause });
            }
        }
        Ok(())
    }

    /// A key of `reads` that was written after version `began`.
    fn written(&self, keyspace: Keyspace, reads: &KeyspaceReads, began: Version) -> Option<(Vec<u8>, ConflictCause)> {
        let recent = self.keyspaces.get(&keyspace)?;
        let key = reads.keys.iter().find(|key| recent.get(key.as_slice()).is_some_and(|version| *version > began));
        if let Some(key) = key {
            return Some((key.clone(), ConflictCause::Read));
        }
        reads.ranges.iter().find_map(|range| {
            let (key, _) = recent.range::<[u8], _>(range.bounds()).find(|(_, version)| **version > began)?;
            Some((key.to_vec(), ConflictCause::Scanned))
        })
    }
}

/// Something that was read, to be named when all of it conflicts.
fn first(reads: &KeyspaceReads) -> Option<(Vec<u8>, ConflictCause)> {
    let key = reads.keys.first().map(|key| (key.clone(), ConflictCause::Read));
    key.or_else(|| reads.ranges.first().map(|range| (range.first_key().to_vec(), ConflictCause::Scanned)))
}

/// What one write takes, about: its key, and its places in the map and in the order.
fn size_of_entry(key: &Key) -> usize {
    key.len() + 128
}

type Key = Arc<[u8]>;

/// Memory for recent writes: about half a million of them. Only a transaction that stays open for long needs so many.
pub(crate) const MAX_RECENT_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyRange;

    const LETTERS: Keyspace = Keyspace::new("letters");

    fn reads(keys: &[&str], ranges: &[KeyRange]) -> Reads {
        let mut reads = Reads::default();
        keys.iter().for_each(|key| reads.key(LETTERS, key.as_bytes()));
        ranges.iter().for_each(|range| reads.range(LETTERS, range.clone()));
        reads
    }

    fn cause(verdict: Result<(), CommitError>) -> Option<ConflictCause> {
        match verdict {
            Err(CommitError::Conflict { cause, .. }) => Some(cause),
            _ => None,
        }
    }

    #[test]
    fn remembers_what_a_transaction_that_is_open_may_ask_for() {
        let mut recent = Recent::new(MAX_RECENT_BYTES);
        recent.wrote(1, LETTERS, b"a");
        recent.wrote(2, LETTERS, b"b");
        recent.wrote(3, LETTERS, b"a");
        recent.forget(2);
        assert_eq!(cause(recent.judge(&reads(&["a"], &[]), 2)), Some(ConflictCause::Read));
        assert_eq!(cause(recent.judge(&reads(&["b"], &[KeyRange::between("aa".."c")]), 2)), None);
        recent.forget(3);
        assert_eq!((recent.size_bytes, recent.order.len()), (0, 0));
    }

    #[test]
    fn refuses_whoever_is_older_than_its_memory() {
        let mut recent = Recent::new(3 * 129);
        for (version, key) in [(1, b"a"), (1, b"b"), (2, b"c"), (2, b"d")] {
            recent.wrote(version, LETTERS, key);
        }
        recent.forget(0);
        assert_eq!(recent.order.len(), 2, "a version is forgotten whole");
        assert_eq!(cause(recent.judge(&reads(&["x"], &[]), 0)), Some(ConflictCause::TooOld));
        assert_eq!(cause(recent.judge(&reads(&[], &[KeyRange::all()]), 0)), Some(ConflictCause::TooOld));
        assert_eq!(cause(recent.judge(&reads(&[], &[]), 0)), None, "who read nothing is never too old");
        assert_eq!(cause(recent.judge(&reads(&["x"], &[]), 1)), None);
        assert_eq!(cause(recent.judge(&reads(&["c"], &[]), 1)), Some(ConflictCause::Read));
    }

    #[test]
    fn a_keyspace_that_was_cleared_was_written_everywhere() {
        let mut recent = Recent::new(MAX_RECENT_BYTES);
        recent.cleared(2, LETTERS);
        assert_eq!(cause(recent.judge(&reads(&["a"], &[]), 1)), Some(ConflictCause::Read));
        assert_eq!(cause(recent.judge(&reads(&[], &[KeyRange::prefix("a")]), 1)), Some(ConflictCause::Scanned));
        assert_eq!(cause(recent.judge(&reads(&["a"], &[]), 2)), None);
        recent.forget(2);
        assert_eq!(recent.cleared.len(), 0);
    }

    #[test]
    fn finds_a_write_within_the_bounds_of_a_range_only() {
        let mut recent = Recent::new(MAX_RECENT_BYTES);
        recent.wrote(1, LETTERS, b"m");
        for range in [KeyRange::all(), KeyRange::prefix("m"), KeyRange::between("a"..="m"), KeyRange::between("m"..)] {
            assert_eq!(cause(recent.judge(&reads(&[], &[range]), 0)), Some(ConflictCause::Scanned));
        }
        for range in [KeyRange::between("a".."m"), KeyRange::all().after("m"), KeyRange::between("z".."a")] {
            assert_eq!(cause(recent.judge(&reads(&[], &[range]), 0)), None);
        }
    }
}
