//! Walking over ranges in batches.

use crate::imports::kv::{self, Entry, Order, Range};
use crate::key::end_of;

/// How much of a range is fetched at once.
const BATCH: u32 = 128;

/// The entries that begin with a prefix, in order, from after a key on.
pub(super) struct Scan {
    start: Vec<u8>,
    end: Option<Vec<u8>>,
    order: Order,
    left: usize,
    batch: std::vec::IntoIter<Entry>,
    exhausted: Exhausted,
}

#[derive(PartialEq)]
enum Exhausted {
    NotYet,
    Known,
}

impl Scan {
    /// At most `limit` entries.
    pub(super) fn new(prefix: &[u8], after: Option<&[u8]>, order: Order, limit: usize) -> Self {
        let (mut start, mut end) = (prefix.to_vec(), end_of(prefix));
        match (after, order) {
            (Some(key), Order::Ascending) => start = successor(key),
            (Some(key), Order::Descending) => end = Some(key.to_vec()),
            (None, _) => {}
        }
        Self { start, end, order, left: limit, batch: Vec::new().into_iter(), exhausted: Exhausted::NotYet }
    }

    fn fetch(&mut self) {
        let limit = BATCH.min(u32::try_from(self.left).unwrap_or(BATCH));
        if limit == 0 || self.exhausted == Exhausted::Known {
            return;
        }
        let range = Range { start: self.start.clone(), end: self.end.clone(), order: self.order, limit };
        let batch = kv::scan(&range);
        match batch.last() {
            // The host may give less than was asked for when values are large: only nothing means the end.
            None => self.exhausted = Exhausted::Known,
            Some(last) if self.order == Order::Ascending => self.start = successor(&last.key),
            Some(last) => self.end = Some(last.key.clone()),
        }
        self.left = self.left.saturating_sub(batch.len());
        self.batch = batch.into_iter();
    }
}

impl Iterator for Scan {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.batch.len() == 0 {
            self.fetch();
        }
        self.batch.next()
    }
}

/// The first key after `key`.
fn successor(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}
