//! The index of a segment: which frames answer to a key, and where each leaf lies. Derived, never on the durable path.
//!
//! The active segment's index is in memory; a sealed segment's is a file beside it. Keys are 64-bit digests, so whoever looks
//! something up compares the record itself afterwards.

mod file;
mod key;

pub(crate) use file::{IndexFile, Snapshot};
pub(crate) use key::Key;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::ops::RangeInclusive;

/// Microseconds since 1970, as in records.
pub(crate) type Micros = i64;

/// The index of the segment that is being written, and of those whose file is not written yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemoryIndex {
    keys: HashMap<u64, Offsets>,
    leaves: Vec<u32>,
    times: Option<(Micros, Micros)>,
}

/// The frames of one digest, in rising order: mostly one, and for a client or a service many.
#[derive(Debug, Clone)]
enum Offsets {
    One(u32),
    Many(Vec<u32>),
}

/// The index of any segment.
pub(crate) enum SegmentIndex {
    Memory(MemoryIndex),
    File(IndexFile),
}

impl MemoryIndex {
    pub(crate) fn insert(&mut self, key: Key, offset: u32) {
        match self.keys.entry(key.digest()) {
            Entry::Vacant(vacant) => drop(vacant.insert(Offsets::One(offset))),
            Entry::Occupied(mut occupied) => occupied.get_mut().insert(offset),
        }
    }

    pub(crate) fn remove(&mut self, key: Key, offset: u32) {
        if let Entry::Occupied(mut occupied) = self.keys.entry(key.digest())
            && occupied.get_mut().remove(offset)
        {
            occupied.remove();
        }
    }

    pub(crate) fn push_leaf(&mut self, offset: u32) {
        self.leaves.push(offset);
    }

    pub(crate) fn saw_time(&mut self, time: Micros) {
        self.times = Some(self.times.map_or((time, time), |(low, high)| (low.min(time), high.max(time))));
    }

    fn offsets(&self, key: Key) -> Vec<u32> {
        self.keys.get(&key.digest()).map(|offsets| offsets.as_slice().to_vec()).unwrap_or_default()
    }

    /// Every digest with each of its offsets, in rising order.
    fn sorted_keys(&self) -> Vec<(u64, u32)> {
        let pairs = self.keys.iter();
        let mut sorted: Vec<(u64, u32)> =
            pairs.flat_map(|(digest, offsets)| offsets.as_slice().iter().map(|offset| (*digest, *offset))).collect();
        sorted.sort_unstable();
        sorted
    }
}

impl Offsets {
    fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(offset) => std::slice::from_ref(offset),
            Self::Many(offsets) => offsets,
        }
    }

    fn insert(&mut self, offset: u32) {
        match self {
            Self::One(first) if *first == offset => {}
            Self::One(first) => *self = Self::Many(vec![offset.min(*first), offset.max(*first)]),
            Self::Many(offsets) => {
                // Frames come in the order of their offsets, so that this is the end of the list.
                let at = offsets.partition_point(|known| *known < offset);
                if offsets.get(at) != Some(&offset) {
                    offsets.insert(at, offset);
                }
            }
        }
    }

    /// Says whether nothing is left.
    fn remove(&mut self, offset: u32) -> bool {
        match self {
            Self::One(only) => *only == offset,
            Self::Many(offsets) => {
                offsets.retain(|known| *known != offset);
                offsets.is_empty()
            }
        }
    }
}

impl SegmentIndex {
    /// The offsets of the frames that may answer to `key`, in rising order.
    pub(crate) fn offsets(&self, key: Key) -> io::Result<Vec<u32>> {
        match self {
            Self::Memory(index) => Ok(index.offsets(key)),
            Self::File(index) => index.offsets(key),
        }
    }

    pub(crate) fn leaf_count(&self) -> u64 {
        match self {
            Self::Memory(index) => index.leaves.len() as u64,
            Self::File(index) => index.leaf_count(),
        }
    }

    /// The offset of the segment's `position`-th leaf.
    pub(crate) fn leaf_offset(&self, position: u64) -> io::Result<Option<u32>> {
        match self {
            Self::Memory(index) => Ok(usize::try_from(position).ok().and_then(|at| index.leaves.get(at)).copied()),
            Self::File(index) => index.leaf_offset(position),
        }
    }

    /// The position of the leaf at `offset` among the segment's leaves.
    pub(crate) fn leaf_position(&self, offset: u32) -> io::Result<Option<u64>> {
        match self {
            Self::Memory(index) => Ok(index.leaves.binary_search(&offset).ok().map(|at| at as u64)),
            Self::File(index) => index.leaf_position(offset),
        }
    }

    /// The times of the first and the last record; `None` without records.
    pub(crate) fn times(&self) -> Option<RangeInclusive<Micros>> {
        let times = match self {
            Self::Memory(index) => index.times,
            Self::File(index) => index.times(),
        };
        times.map(|(low, high)| low..=high)
    }
}
