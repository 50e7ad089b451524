//! Views: the tree as it was when they began.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, PoisonError};

use super::Shared;
use super::layout::{self, NUMBER_BYTES, Names, Range};
use crate::engine::{Entries, View};
use crate::versions::Version;
use crate::{Direction, EngineError, Entry, KeyRange};

/// What was durable at one moment.
pub(super) struct Moment(Arc<Began>);

/// Where in the past a view is. As long as it is kept, what it may ask for is remembered, within the limit.
struct Began {
    shared: Arc<Shared>,
    version: Version,
    names: Arc<Names>,
}

impl Moment {
    pub(super) fn begin(shared: &Arc<Shared>) -> Self {
        let (version, names) = shared.past.write().unwrap_or_else(PoisonError::into_inner).begin();
        Self(Arc::new(Began { shared: Arc::clone(shared), version, names }))
    }
}

impl View for Moment {
    fn get(&self, keyspace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let Began { shared, version, names } = &*self.0;
        let Some(number) = names.get(keyspace) else { return Ok(None) };
        let key = layout::key(*number, key);
        // In this order: a note is there before the value that it is about.
        let newest = shared.with(|opened| opened.db.get(&key).map_err(EngineError::engine))?;
        let past = shared.past.read().unwrap_or_else(PoisonError::into_inner);
        let value = past.at(*version, &key)?.unwrap_or(&newest);
        Ok(value.as_ref().map(|value| value.to_vec()))
    }

    fn scan(&self, keyspace: &str, range: &KeyRange, direction: Direction) -> Result<Entries, EngineError> {
        let Some(number) = self.0.names.get(keyspace) else { return Ok(Box::new(std::iter::empty())) };
        let range = Some(layout::range(*number, range));
        let scan = Scan { began: Arc::clone(&self.0), direction, range, next_page: FIRST_PAGE, page: Vec::new() };
        Ok(Box::new(scan))
    }

    fn keyspaces(&self) -> Result<Vec<String>, EngineError> {
        let mut names = Vec::new();
        for name in self.0.names.keys() {
            if self.scan(name, &KeyRange::all(), Direction::Ascending)?.next().transpose()?.is_some() {
                names.push(name.clone());
            }
        }
        Ok(names)
    }
}

impl Drop for Began {
    fn drop(&mut self) {
        self.shared.past.write().unwrap_or_else(PoisonError::into_inner).end(self.version);
    }
}

/// Reads page by page, so that it holds nothing of the engine while its caller thinks.
struct Scan {
    began: Arc<Began>,
    direction: Direction,
    /// What is left, if anything.
    range: Option<Range>,
    next_page: usize,
    /// The entries of a page, the next one last.
    page: Vec<Entry>,
}

impl Iterator for Scan {
    type Item = Result<Entry, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.page.is_empty() {
            let range = self.range.take()?;
            if let Err(error) = self.read(range) {
                return Some(Err(error));
            }
        }
        self.page.pop().map(Ok)
    }
}

impl Scan {
    fn read(&mut self, mut range: Range) -> Result<(), EngineError> {
        let Began { shared, version, .. } = &*self.began;
        let (newest, last) = shared.with(|opened| part(&opened.db, &range, self.direction, self.next_page))?;
        self.next_page = (self.next_page * 4).min(LONGEST_PAGE);
        let mut entries: BTreeMap<Vec<u8>, _> = newest.into_iter().map(|(key, value)| (key, Some(value))).collect();
        let visited = match (&last, self.direction) {
            (None, _) => range.clone(),
            (Some(last), Direction::Ascending) => (range.0.clone(), Bound::Included(last.clone())),
            (Some(last), Direction::Descending) => (Bound::Included(last.clone()), range.1.clone()),
        };
        let bounds = (visited.0.as_ref().map(Vec::as_slice), visited.1.as_ref().map(Vec::as_slice));
        let past = shared.past.read().unwrap_or_else(PoisonError::into_inner);
        for (key, before) in past.within(*version, bounds)? {
            entries.insert(key.to_vec(), before.as_ref().map(|value| value.to_vec()));
        }
        drop(past);
        let page = entries.into_iter().filter_map(|(key, value)| Some((key[NUMBER_BYTES..].to_vec(), value?)));
        self.page = match self.direction {
            Direction::Ascending => page.rev().collect(),
            Direction::Descending => page.collect(),
        };
        if let Some(last) = last {
            match self.direction {
                Direction::Ascending => range.0 = Bound::Excluded(last),
                Direction::Descending => range.1 = Bound::Excluded(last),
            }
            self.range = Some(range);
        }
        Ok(())
    }
}

/// The next entries of the tree, and the key of the last unless the range ends with it.
fn part(
    db: &sled::Db,
    range: &Range,
    direction: Direction,
    limit: usize,
) -> Result<(Vec<Entry>, Option<Vec<u8>>), EngineError> {
    let (mut entries, mut size_bytes) = (Vec::new(), 0);
    let mut stored = db.range::<Vec<u8>, _>(range.clone());
    while entries.len() < limit && size_bytes < PAGE_BYTES {
        let next = match direction {
            Direction::Ascending => stored.next(),
            Direction::Descending => stored.next_back(),
        };
        let Some(next) = next else { return Ok((entries, None)) };
        let (key, value) = next.map_err(EngineError::engine)?;
        size_bytes += key.len() + value.len();
        entries.push((key.to_vec(), value.to_vec()));
    }
    let last = entries.last().map(|(key, _)| key.clone());
    Ok((entries, last))
}

/// Entries of the first page: most scans are short.
const FIRST_PAGE: usize = 16;
/// Entries of a page at most.
const LONGEST_PAGE: usize = 256;
/// Bytes of a page before no further entry joins.
const PAGE_BYTES: usize = 1024 * 1024;
