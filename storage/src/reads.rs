//! What a transaction has read: its outcome rests on nobody having written there meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use crate::{KeyRange, Keyspace};

/// The keys and ranges that were read, whether something was there or not.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    keyspaces: BTreeMap<Keyspace, KeyspaceReads>,
    size_bytes: usize,
}

#[derive(Debug, Default)]
pub(crate) struct KeyspaceReads {
    pub(crate) keys: BTreeSet<Vec<u8>>,
    pub(crate) ranges: Vec<KeyRange>,
}

impl Reads {
    pub(crate) fn key(&mut self, keyspace: Keyspace, key: &[u8]) {
        let keys = &mut self.keyspaces.entry(keyspace).or_default().keys;
        if !keys.contains(key) {
            self.size_bytes += size_of::<Vec<u8>>() + key.len();
            keys.insert(key.to_vec());
        }
    }

    pub(crate) fn range(&mut self, keyspace: Keyspace, range: KeyRange) {
        // A range without keys tells nobody anything.
        if range.is_empty() {
            return;
        }
        let ranges = &mut self.keyspaces.entry(keyspace).or_default().ranges;
        let last = ranges.pop();
        self.size_bytes -= last.as_ref().map_or(0, size_of_range);
        let joined = match last {
            Some(last) => last.joined(range),
            None => vec![range],
        };
        self.size_bytes += joined.iter().map(size_of_range).sum::<usize>();
        ranges.extend(joined);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Keyspace, &KeyspaceReads)> {
        self.keyspaces.iter().map(|(keyspace, reads)| (*keyspace, reads))
    }

    /// Bytes that the reads take, about.
    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes
    }
}

fn size_of_range(range: &KeyRange) -> usize {
    size_of::<KeyRange>() + range.size_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: Keyspace = Keyspace::new("letters");

    fn ranges(ranges: &[KeyRange]) -> Vec<KeyRange> {
        let mut reads = Reads::default();
        ranges.iter().for_each(|range| reads.range(LETTERS, range.clone()));
        let size_bytes = reads.iter().flat_map(|(_, reads)| &reads.ranges).map(size_of_range).sum::<usize>();
        assert_eq!(reads.size_bytes(), size_bytes);
        reads.iter().flat_map(|(_, reads)| reads.ranges.clone()).collect()
    }

    #[test]
    fn pages_that_go_on_where_the_last_one_ended_are_one_range() {
        let pages = [KeyRange::between("a"..="c"), KeyRange::between("a"..="z").after("c")];
        assert_eq!(ranges(&pages), [KeyRange::between("a"..="z")]);
        let pages = [KeyRange::between("x"..), KeyRange::between("a"..).before("x")];
        assert_eq!(ranges(&pages), [KeyRange::between("a"..)]);
    }

    #[test]
    fn ranges_apart_stay_apart_and_the_same_one_is_kept_once() {
        let apart = [KeyRange::between("a"..="c"), KeyRange::between("d"..)];
        assert_eq!(ranges(&apart), apart);
        assert_eq!(ranges(&[KeyRange::all(), KeyRange::all(), KeyRange::between("b".."a")]), [KeyRange::all()]);
    }
}
