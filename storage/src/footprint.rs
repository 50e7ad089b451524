//! Where something was read, coarsely: enough to be sure later that nothing was written there.
//!
//! The keys of all keyspaces fall into a fixed number of parts, by their stems: what stands before a key's first zero byte. So a table
//! whose keys begin with its name and a zero byte is one part, and what is written into another one mostly is none of its business.
//! Two stems may share a part; then something is taken for written that was not, never the other way round.

use std::hash::{DefaultHasher, Hasher as _};
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::versions::Version;
use crate::{KeyRange, Keyspace};

/// The parts of a store that something was read from, or written into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footprint([u64; PARTS / 64]);

/// A place in the order of commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub(crate) Version);

/// When each part of the store was written last. Shared by the committer, which notes it, and whoever asks.
#[derive(Clone, Debug)]
pub(crate) struct LastWrites(Arc<[AtomicU64; PARTS]>);

impl Footprint {
    /// That of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self([0; PARTS / 64])
    }

    /// Notes a key, whether something is there or not.
    pub fn key(&mut self, keyspace: Keyspace, key: &[u8]) {
        self.part(part_of(keyspace, stem(key)));
    }

    /// Notes a range of which something was read.
    pub fn range(&mut self, keyspace: Keyspace, range: &KeyRange) {
        if range.is_empty() {
            return;
        }
        match common_stem(range) {
            Some(stem) => self.part(part_of(keyspace, stem)),
            None => self.everywhere(),
        }
    }

    /// Notes that everything was read, or written.
    pub fn everywhere(&mut self) {
        self.0 = [u64::MAX; PARTS / 64];
    }

    fn part(&mut self, part: usize) {
        self.0[part / 64] |= 1 << (part % 64);
    }

    fn parts(&self) -> impl Iterator<Item = usize> {
        let of_word = |(at, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at * 64 + bit)
        };
        self.0.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(of_word)
    }
}

impl Default for Footprint {
    fn default() -> Self {
        Self::new()
    }
}

impl LastWrites {
    /// Notes that the version wrote there.
    pub(crate) fn wrote(&self, version: Version, footprint: &Footprint) {
        for part in footprint.parts() {
            self.0[part].fetch_max(version, Ordering::Release);
        }
    }

    /// Whether nothing was written since a moment where something was read.
    pub(crate) fn leave(&self, footprint: &Footprint, since: Moment) -> bool {
        footprint.parts().all(|part| self.0[part].load(Ordering::Acquire) <= since.0)
    }
}

impl Default for LastWrites {
    fn default() -> Self {
        Self(Arc::new([const { AtomicU64::new(0) }; PARTS]))
    }
}

/// What stands before the first zero byte of a key.
fn stem(key: &[u8]) -> &[u8] {
    key.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The stem of every key of a range, if they have the same one.
fn common_stem(range: &KeyRange) -> Option<&[u8]> {
    let (Bound::Included(start) | Bound::Excluded(start)) = &range.start else { return None };
    let (Bound::Included(end) | Bound::Excluded(end)) = &range.end else { return None };
    let stem = stem(start);
    // With its zero byte: what lies between two keys that begin so begins so.
    let whole = start.get(..=stem.len())?;
    end.starts_with(whole).then_some(stem)
}

fn part_of(keyspace: Keyspace, stem: &[u8]) -> usize {
    let mut hasher = DefaultHasher::new();
    hasher.write(keyspace.name().as_bytes());
    hasher.write_u8(0);
    hasher.write(stem);
    // Fewer parts than any integer type has values.
    usize::try_from(hasher.finish() % PARTS as u64).unwrap_or(0)
}

/// A footprint takes 128 bytes so.
const PARTS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: Keyspace = Keyspace::new("letters");
    const DIGITS: Keyspace = Keyspace::new("digits");

    fn of(read: impl FnOnce(&mut Footprint)) -> Footprint {
        let mut footprint = Footprint::new();
        read(&mut footprint);
        footprint
    }

    #[test]
    fn what_is_written_into_a_table_is_written_into_all_that_was_read_of_it() {
        let writes = LastWrites::default();
        let one = of(|footprint| footprint.key(LETTERS, b"table\0\0a"));
        let many = of(|footprint| footprint.range(LETTERS, &KeyRange::prefix(b"table\0\0")));
        let other = of(|footprint| footprint.range(LETTERS, &KeyRange::prefix(b"tables\0\0")));
        let elsewhere = of(|footprint| footprint.key(DIGITS, b"table\0\0a"));
        writes.wrote(7, &of(|footprint| footprint.key(LETTERS, b"table\0\0b")));
        for (footprint, is_left) in [(&one, false), (&many, false), (&other, true), (&elsewhere, true)] {
            assert_eq!(writes.leave(footprint, Moment(6)), is_left);
            assert!(writes.leave(footprint, Moment(7)));
        }
    }

    #[test]
    fn a_range_over_several_tables_is_read_everywhere() {
        let writes = LastWrites::default();
        writes.wrote(1, &of(|footprint| footprint.key(DIGITS, b"anything")));
        for range in [KeyRange::all(), KeyRange::prefix("t"), KeyRange::between("a\0".."b\0"), KeyRange::between("a"..)]
        {
            assert!(!writes.leave(&of(|footprint| footprint.range(LETTERS, &range)), Moment(0)), "{range:?}");
        }
        assert!(writes.leave(&of(|footprint| footprint.range(LETTERS, &KeyRange::between("b".."a"))), Moment(0)));
    }

    #[test]
    fn a_cleared_keyspace_was_written_everywhere() {
        let writes = LastWrites::default();
        writes.wrote(3, &of(Footprint::everywhere));
        let footprint = of(|footprint| footprint.key(LETTERS, b"a"));
        assert!(!writes.leave(&footprint, Moment(2)) && writes.leave(&footprint, Moment(3)));
    }
}
