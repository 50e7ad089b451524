//! A scan over what is stored and what a transaction has written, as one.

use std::collections::btree_map;

use crate::change::Change;
use crate::reads::Reads;
use crate::{Direction, Entry, KeyRange, Keyspace, ReadError, Scan};

/// The entries of a scan within a transaction. When it is dropped, the part that it visited counts as read, unless it
/// is one that is not noted.
pub struct TransactionScan<'t> {
    keyspace: Keyspace,
    range: KeyRange,
    direction: Direction,
    stored: Ahead<Scan>,
    own: Ahead<Own<'t>>,
    visited: Visited,
    /// Where the visited part is noted, unless nothing is to rest on it.
    reads: Option<&'t mut Reads>,
}

/// The part of the range that whoever scans has learned something about.
enum Visited {
    Nothing,
    UpTo(Vec<u8>),
    All,
}

impl<'t> TransactionScan<'t> {
    pub(crate) fn new(
        keyspace: Keyspace,
        range: KeyRange,
        direction: Direction,
        stored: Scan,
        own: Option<btree_map::Range<'t, Vec<u8>, Change>>,
        reads: Option<&'t mut Reads>,
    ) -> Self {
        let own = Own { changes: own, direction };
        let (stored, own) = (Ahead::new(stored), Ahead::new(own));
        Self { keyspace, range, direction, stored, own, visited: Visited::Nothing, reads }
    }

    /// The next entries, at most `limit`; fewer only when the range ends.
    ///
    /// # Errors
    /// [`ReadError`] when the engine cannot read.
    pub fn page(&mut self, limit: usize) -> Result<Vec<Entry>, ReadError> {
        self.take(limit).collect()
    }

    /// The next key in either, with what is stored there and what was done to it.
    fn step(&mut self) -> Result<Option<Step<'t>>, ReadError> {
        let direction = self.direction;
        let (stored, own) = (self.stored.peek()?.map(|(key, _)| key), self.own.peek()?.map(|(key, _)| *key));
        let order = match (stored, own) {
            (None, None) => return Ok(None),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(stored), Some(own)) if direction == Direction::Ascending => stored.cmp(own),
            (Some(stored), Some(own)) => own.cmp(stored),
        };
        let stored = if order.is_le() { self.stored.take() } else { None };
        let own = if order.is_ge() { self.own.take() } else { None };
        Ok(Some((stored, own)))
    }

    /// The next entry, once it is known to be the next.
    fn advance(&mut self) -> Result<Option<Entry>, ReadError> {
        while let Some(step) = self.step()? {
            let (key, value) = match step {
                (Some((key, value)), None) => (key, Some(value)),
                (stored, Some((key, change))) => {
                    // Noted before it can fail: that it fails rests on what is stored as well.
                    self.visited = Visited::UpTo(key.clone());
                    let before = stored.map(|(_, value)| value);
                    let after = change.clone().outcome(before).map_err(|unfit| unfit.read_at(self.keyspace, key))?;
                    (key.clone(), after)
                }
                (None, None) => break,
            };
            if let Some(value) = value {
                self.visited = Visited::UpTo(key.clone());
                return Ok(Some((key, value)));
            }
        }
        self.visited = Visited::All;
        Ok(None)
    }
}

impl Iterator for TransactionScan<'_> {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

impl Drop for TransactionScan<'_> {
    fn drop(&mut self) {
        let Some(reads) = &mut self.reads else { return };
        let visited = match &self.visited {
            Visited::Nothing => return,
            Visited::UpTo(key) => self.range.clone().up_to(key, self.direction),
            Visited::All => self.range.clone(),
        };
        reads.range(self.keyspace, visited);
    }
}

impl std::fmt::Debug for TransactionScan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut scan = f.debug_struct("TransactionScan");
        scan.field("keyspace", &self.keyspace).field("direction", &self.direction).finish_non_exhaustive()
    }
}

type Step<'t> = (Option<Entry>, Option<(&'t Vec<u8>, &'t Change)>);

/// The changes of a transaction within the range.
struct Own<'t> {
    changes: Option<btree_map::Range<'t, Vec<u8>, Change>>,
    direction: Direction,
}

impl<'t> Iterator for Own<'t> {
    type Item = Result<(&'t Vec<u8>, &'t Change), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let changes = self.changes.as_mut()?;
        let next = match self.direction {
            Direction::Ascending => changes.next(),
            Direction::Descending => changes.next_back(),
        };
        next.map(Ok)
    }
}

/// An iterator whose next item can be looked at before it is taken.
struct Ahead<I: Iterator> {
    items: I,
    next: Option<I::Item>,
}

impl<T, I: Iterator<Item = Result<T, ReadError>>> Ahead<I> {
    fn new(items: I) -> Self {
        Self { items, next: None }
    }

    fn peek(&mut self) -> Result<Option<&T>, ReadError> {
        if self.next.is_none() {
            self.next = self.items.next();
        }
        match self.next.take_if(|next| next.is_err()) {
            Some(Err(error)) => Err(error),
            _ => Ok(self.next.as_ref().and_then(|next| next.as_ref().ok())),
        }
    }

    fn take(&mut self) -> Option<T> {
        self.next.take().and_then(Result::ok)
    }
}
