//! Lists that an index has in its rows: which documents have a term, which words begin with some letters. What a call that only reads has read
//! of one to its end is kept until something is written into the index, or where the store tells no difference to it.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use storage::{Direction, Footprint, KeyRange, Keyspace, Moment, Store};

use crate::sandbox::{Scan, Stop, View};

/// What the keys of some rows end in, in their order, and what each row counts.
#[derive(Debug, Default)]
pub(super) struct List {
    /// What the keys end in, one after the other.
    ends: Vec<u8>,
    /// Where each of these is over, and what its row counts.
    rows: Vec<(usize, u32)>,
}

/// Rows that are a list.
pub(super) struct Rows {
    pub(super) keyspace: Keyspace,
    /// What their keys begin with.
    pub(super) prefix: Vec<u8>,
    /// What the value of one counts.
    pub(super) count: fn(&[u8]) -> u32,
}

/// The lists of all plugins, each for as long as it is what stands in the store.
pub(crate) struct KeptLists {
    lists: Cache<Box<[u8]>, Kept, ByLength>,
    store: Store,
}

#[derive(Clone)]
struct Kept {
    list: Arc<List>,
    since: Moment,
}

#[derive(Clone)]
struct ByLength;

/// What all of them may take together.
const MOST_BYTES: u64 = 32 << 20;
const TYPICAL_BYTES: u64 = 8 << 10;
/// Beside its rows, about.
const ENTRY_BYTES: usize = 128;

impl KeptLists {
    pub(crate) fn new(store: Store) -> Self {
        let items = usize::try_from(MOST_BYTES / TYPICAL_BYTES).unwrap_or(usize::MAX);
        Self { lists: Cache::with_weighter(items, MOST_BYTES, ByLength), store }
    }

    /// The list that rows are, as a view shows them: so many of them at least, if there are.
    pub(super) fn list(&self, rows: &Rows, most: usize, view: &View) -> Result<Arc<List>, Stop> {
        // What a call wrote itself, others do not see.
        let Some(reading) = view.reads() else { return Ok(Arc::new(List::read(rows, most, view)?.0)) };
        let Rows { keyspace, prefix, .. } = rows;
        let key = [keyspace.name().as_bytes(), &[0], prefix].concat().into_boxed_slice();
        let range = KeyRange::prefix(prefix.clone());
        if let Some(kept) = self.lists.get(&key) {
            let mut footprint = Footprint::new();
            footprint.range(*keyspace, &range);
            if self.store.still_holds(&footprint, kept.since.min(reading.moment())) {
                reading.read(*keyspace, &range);
                return Ok(kept.list);
            }
        }
        let (list, all) = List::read(rows, most, view)?;
        let list = Arc::new(list);
        if all == Whole::Yes {
            self.lists.insert(key, Kept { list: list.clone(), since: reading.moment() });
        }
        Ok(list)
    }
}

/// Whether that is all there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

impl List {
    fn read(Rows { keyspace, prefix, count }: &Rows, most: usize, view: &View) -> Result<(Self, Whole), Stop> {
        let (mut list, mut whole) = (Self::default(), Whole::Yes);
        view.peek_scan(*keyspace, KeyRange::prefix(prefix.clone()), Direction::Ascending, |(key, value)| {
            if list.len() == most {
                whole = Whole::No;
                return Scan::Enough;
            }
            list.ends.extend_from_slice(&key[prefix.len()..]);
            list.rows.push((list.ends.len(), count(&value)));
            Scan::On
        })?;
        Ok((list, whole))
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What a key ends in, and what its row counts.
    ///
    /// # Panics
    /// If there are not so many.
    pub(super) fn at(&self, position: usize) -> (&[u8], u32) {
        let start = position.checked_sub(1).map_or(0, |before| self.rows[before].0);
        let (end, count) = self.rows[position];
        (&self.ends[start..end], count)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], u32)> {
        (0..self.len()).map(|position| self.at(position))
    }
}

impl Weighter<Box<[u8]>, Kept> for ByLength {
    fn weight(&self, key: &Box<[u8]>, kept: &Kept) -> u64 {
        let List { ends, rows } = &*kept.list;
        (key.len() + ends.capacity() + rows.capacity() * size_of::<(usize, u32)>() + ENTRY_BYTES) as u64
    }
}
