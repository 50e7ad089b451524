//! The documents that have a term: read from the store once, and kept until something is written into the index.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use storage::{Direction, Footprint, KeyRange, Keyspace, Moment, Store};

use crate::rows::decode;
use crate::sandbox::{Scan, Stop, View};

/// Documents, in the order of their ids, and how often each has the term.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// One after the other.
    ids: Vec<u8>,
    /// Where each id ends, and how often its document has the term.
    documents: Vec<(usize, u32)>,
}

/// Postings of all plugins, each for as long as it is what stands in the store.
pub(crate) struct KeptPostings {
    lists: Cache<Box<[u8]>, Kept, ByLength>,
    store: Store,
}

#[derive(Clone)]
struct Kept {
    postings: Arc<Postings>,
    since: Moment,
}

#[derive(Clone)]
struct ByLength;

/// What all of them may take together.
const MOST_BYTES: u64 = 32 << 20;
const TYPICAL_BYTES: u64 = 8 << 10;
/// Beside its postings, about.
const ENTRY_BYTES: usize = 128;

impl KeptPostings {
    pub(crate) fn new(store: Store) -> Self {
        let items = usize::try_from(MOST_BYTES / TYPICAL_BYTES).unwrap_or(usize::MAX);
        Self { lists: Cache::with_weighter(items, MOST_BYTES, ByLength), store }
    }

    /// The postings whose keys begin so, as a view shows them: at most so many.
    pub(super) fn of(
        &self,
        keyspace: Keyspace,
        prefix: Vec<u8>,
        most: usize,
        view: &View,
    ) -> Result<Arc<Postings>, Stop> {
        // What a call wrote itself, others do not see.
        let Some(reading) = view.reads() else { return Ok(Arc::new(read(keyspace, prefix, most, view)?.0)) };
        let key = [keyspace.name().as_bytes(), &[0], &prefix].concat().into_boxed_slice();
        let range = KeyRange::prefix(prefix.clone());
        if let Some(kept) = self.lists.get(&key) {
            let mut footprint = Footprint::new();
            footprint.range(keyspace, &range);
            if self.store.still_holds(&footprint, kept.since.min(reading.moment())) {
                reading.read(keyspace, &range);
                return Ok(kept.postings);
            }
        }
        let (postings, all) = read(keyspace, prefix, most, view)?;
        let postings = Arc::new(postings);
        if all == Whole::Yes {
            self.lists.insert(key, Kept { postings: postings.clone(), since: reading.moment() });
        }
        Ok(postings)
    }
}

/// Whether that is all there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

fn read(keyspace: Keyspace, prefix: Vec<u8>, most: usize, view: &View) -> Result<(Postings, Whole), Stop> {
    let length = prefix.len();
    let (mut postings, mut whole) = (Postings::default(), Whole::Yes);
    view.peek_scan(keyspace, KeyRange::prefix(prefix), Direction::Ascending, |(key, count)| {
        if postings.len() == most {
            whole = Whole::No;
            return Scan::Enough;
        }
        postings.push(&key[length..], decode(&count).unwrap_or(1));
        Scan::On
    })?;
    Ok((postings, whole))
}

impl Postings {
    fn push(&mut self, id: &[u8], count: u32) {
        self.ids.extend_from_slice(id);
        self.documents.push((self.ids.len(), count));
    }

    pub(super) fn len(&self) -> usize {
        self.documents.len()
    }

    /// The id of a document, and how often it has the term.
    ///
    /// # Panics
    /// If there are not so many.
    pub(super) fn at(&self, position: usize) -> (&[u8], u32) {
        let start = position.checked_sub(1).map_or(0, |before| self.documents[before].0);
        let (end, count) = self.documents[position];
        (&self.ids[start..end], count)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], u32)> {
        (0..self.len()).map(|position| self.at(position))
    }
}

impl Weighter<Box<[u8]>, Kept> for ByLength {
    fn weight(&self, key: &Box<[u8]>, kept: &Kept) -> u64 {
        let Postings { ids, documents } = &*kept.postings;
        (key.len() + ids.capacity() + documents.capacity() * size_of::<(usize, u32)>() + ENTRY_BYTES) as u64
    }
}
