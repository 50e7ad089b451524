//! What keys held before they were written last, as far back as an open view may ask.
//!
//! sled shows every reader the newest value, durable or not. So the writer notes, before it applies a group, what
//! each key of it held. Who reads looks into the tree first and then here: if somebody wrote meanwhile, the note was
//! there before the value, and what it says counts for every view that began before.
//!
//! The notes stand in memory and are bounded. When there are too many, the oldest are forgotten, and the views that
//! would need them say so instead of showing something else.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use sled::IVec;

use super::layout::Names;
use crate::EngineError;
use crate::versions::Version;

/// A value, or that there was none.
pub(super) type Value = Option<IVec>;

/// The notes, and who may ask for them.
pub(super) struct Past {
    /// The newest version that is durable: the one at which views begin.
    shown: Version,
    names: Arc<Names>,
    /// How many views are open that began at a version.
    open: BTreeMap<Version, usize>,
    /// For each key the versions that wrote it, ascending, with what it held before each.
    before: BTreeMap<Vec<u8>, VecDeque<(Version, Value)>>,
    /// The notes in their order, so that the oldest can be forgotten.
    order: VecDeque<(Version, Vec<u8>)>,
    /// Nothing is known of what was held before this version.
    forgotten: Version,
    size_bytes: usize,
    limit_bytes: usize,
}

impl Past {
    pub(super) fn new(names: Arc<Names>, limit_bytes: usize) -> Self {
        let (open, before, order) = (BTreeMap::new(), BTreeMap::new(), VecDeque::new());
        Self { shown: 0, names, open, before, order, forgotten: 0, size_bytes: 0, limit_bytes }
    }

    /// Begins a view of what is durable now.
    pub(super) fn begin(&mut self) -> (Version, Arc<Names>) {
        *self.open.entry(self.shown).or_default() += 1;
        (self.shown, Arc::clone(&self.names))
    }

    /// Ends a view that began at `version`.
    pub(super) fn end(&mut self, version: Version) {
        if let Some(open) = self.open.get_mut(&version) {
            *open -= 1;
            if *open == 0 {
                self.open.remove(&version);
            }
        }
    }

    /// Notes what the keys hold that the next version is about to write; returns the oldest version that is seen.
    pub(super) fn note(&mut self, before: &[(Vec<u8>, Value)]) -> Version {
        let version = self.shown + 1;
        for (key, value) in before {
            self.size_bytes += size_of_note(key, value);
            self.before.entry(key.clone()).or_default().push_back((version, value.clone()));
            self.order.push_back((version, key.clone()));
        }
        self.oldest()
    }

    /// The version that was noted last is durable: views begin at it from now on.
    pub(super) fn show(&mut self, names: Arc<Names>) {
        self.shown += 1;
        self.names = names;
        let oldest = self.oldest();
        while let Some((version, _)) = self.order.front() {
            if *version > oldest && *version > self.forgotten && self.size_bytes <= self.limit_bytes {
                return;
            }
            self.forgotten = self.forgotten.max(*version);
            self.forget_first();
        }
    }

    /// What `key` held for a view that began at `version`, if that is not what the tree holds.
    pub(super) fn at(&self, version: Version, key: &[u8]) -> Result<Option<&Value>, EngineError> {
        self.check(version)?;
        Ok(self.before.get(key).and_then(|notes| held(notes, version)))
    }

    /// Like [`Past::at`] for all keys of a range.
    pub(super) fn within<'p>(
        &'p self,
        version: Version,
        range: (Bound<&'p [u8]>, Bound<&'p [u8]>),
    ) -> Result<impl Iterator<Item = (&'p [u8], &'p Value)>, EngineError> {
        self.check(version)?;
        let notes = self.before.range::<[u8], _>(range);
        Ok(notes.filter_map(move |(key, notes)| held(notes, version).map(|value| (key.as_slice(), value))))
    }

    fn check(&self, version: Version) -> Result<(), EngineError> {
        if version < self.forgotten { Err(EngineError::PAST) } else { Ok(()) }
    }

    fn oldest(&self) -> Version {
        self.open.keys().next().copied().unwrap_or(self.shown)
    }

    fn forget_first(&mut self) {
        let Some((_, key)) = self.order.pop_front() else { return };
        let Some(notes) = self.before.get_mut(&key) else { return };
        // The notes of one key are in the same order as all.
        if let Some((_, value)) = notes.pop_front() {
            self.size_bytes -= size_of_note(&key, &value);
        }
        if notes.is_empty() {
            self.before.remove(&key);
        }
    }
}

/// What was held at `version`: what the first later write found.
fn held(notes: &VecDeque<(Version, Value)>, version: Version) -> Option<&Value> {
    notes.iter().find(|(wrote, _)| *wrote > version).map(|(_, before)| before)
}

/// What one note takes, about: the key twice, the value, and their places.
fn size_of_note(key: &[u8], value: &Value) -> usize {
    2 * key.len() + value.as_ref().map_or(0, |value| value.len()) + 160
}

/// Memory for notes. Only a view that stays open while much is written needs so many.
pub(super) const MAX_PAST_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn past(limit_bytes: usize) -> Past {
        Past::new(Arc::default(), limit_bytes)
    }

    fn write(past: &mut Past, key: &str, before: Option<&str>) {
        past.note(&[(key.as_bytes().to_vec(), before.map(IVec::from))]);
        past.show(Arc::default());
    }

    fn at(past: &Past, version: Version, key: &str) -> Option<Value> {
        past.at(version, key.as_bytes()).unwrap().cloned()
    }

    #[test]
    fn a_view_finds_what_the_first_later_write_found() {
        let mut past = past(MAX_PAST_BYTES);
        let (first, _) = past.begin();
        write(&mut past, "a", None);
        let (second, _) = past.begin();
        write(&mut past, "a", Some("1"));
        assert_eq!(at(&past, first, "a"), Some(None));
        assert_eq!(at(&past, second, "a"), Some(Some("1".into())));
        assert_eq!(at(&past, second, "b"), None);
        let range = (Bound::Unbounded, Bound::Excluded(b"b".as_slice()));
        assert_eq!(past.within(first, range).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_durable_yet_is_seen_by_nobody() {
        let mut past = past(MAX_PAST_BYTES);
        past.note(&[(b"a".to_vec(), Some("1".into()))]);
        let (version, _) = past.begin();
        assert_eq!(at(&past, version, "a"), Some(Some("1".into())));
        past.show(Arc::default());
        assert_eq!(at(&past, version, "a"), Some(Some("1".into())));
        let (version, _) = past.begin();
        assert_eq!(at(&past, version, "a"), None);
    }

    #[test]
    fn forgets_what_no_view_can_ask_for() {
        let mut past = past(MAX_PAST_BYTES);
        let (first, _) = past.begin();
        write(&mut past, "a", None);
        let (second, _) = past.begin();
        past.end(first);
        write(&mut past, "b", None);
        assert_eq!((past.order.len(), at(&past, second, "b")), (1, Some(None)));
        past.end(second);
        write(&mut past, "c", None);
        assert_eq!((past.order.len(), past.before.len(), past.size_bytes), (0, 0, 0));
    }

    #[test]
    fn refuses_views_that_are_older_than_its_memory() {
        let mut past = past(400);
        let (first, _) = past.begin();
        write(&mut past, "a", Some("1"));
        write(&mut past, "b", Some("1"));
        assert!(past.at(first, b"a").is_ok());
        write(&mut past, "c", Some("1"));
        assert!(past.at(first, b"x").is_err(), "nobody knows any more whether x was written");
        assert!(past.within(first, (Bound::Unbounded, Bound::Unbounded)).is_err());
        let (now, _) = past.begin();
        assert!(past.at(now, b"a").is_ok());
    }
}
