//! Which keys a scan visits, and in which order.

use std::ops::{Bound, RangeBounds};

/// The order of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest key first.
    Ascending,
    /// Largest key first.
    Descending,
}

/// A contiguous range of keys in byte order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    pub(crate) start: Bound<Vec<u8>>,
    pub(crate) end: Bound<Vec<u8>>,
}

impl KeyRange {
    /// Every key.
    #[must_use]
    pub fn all() -> Self {
        Self { start: Bound::Unbounded, end: Bound::Unbounded }
    }

    /// Every key that begins with `prefix`.
    #[must_use]
    pub fn prefix(prefix: impl AsRef<[u8]>) -> Self {
        let prefix = prefix.as_ref();
        let end = first_after_prefix(prefix).map_or(Bound::Unbounded, Bound::Excluded);
        Self { start: Bound::Included(prefix.to_vec()), end }
    }

    /// The keys of a range of Rust's: `"a".."c"`, `"a"..="c"`, `"a"..`. One that ends before it starts has none.
    #[must_use]
    pub fn between<K: AsRef<[u8]>>(range: impl RangeBounds<K>) -> Self {
        let owned = |bound: Bound<&K>| bound.map(|key| key.as_ref().to_vec());
        Self { start: owned(range.start_bound()), end: owned(range.end_bound()) }
    }

    /// The part of this range above `key`: where an ascending scan that ended with `key` goes on.
    #[must_use]
    pub fn after(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.start = Bound::Excluded(key.into());
        self
    }

    /// The part of this range below `key`: where a descending scan that ended with `key` goes on.
    #[must_use]
    pub fn before(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.end = Bound::Excluded(key.into());
        self
    }

    /// The part of this range that a scan in `direction` has visited when `key` was its last.
    pub(crate) fn up_to(mut self, key: &[u8], direction: Direction) -> Self {
        match direction {
            Direction::Ascending => self.end = Bound::Included(key.to_vec()),
            Direction::Descending => self.start = Bound::Included(key.to_vec()),
        }
        self
    }

    /// This range and `next` as one, if they are the same or `next` goes on where this one ended; otherwise both.
    pub(crate) fn joined(self, next: Self) -> Vec<Self> {
        if self == next {
            return vec![self];
        }
        match (&self.end, &next.start, &self.start, &next.end) {
            (Bound::Included(last), Bound::Excluded(after), ..) if last == after => {
                vec![Self { start: self.start, end: next.end }]
            }
            (_, _, Bound::Included(last), Bound::Excluded(before)) if last == before => {
                vec![Self { start: next.start, end: self.end }]
            }
            _ => vec![self, next],
        }
    }

    /// Bytes of both bounds.
    pub(crate) fn size_bytes(&self) -> usize {
        [&self.start, &self.end].into_iter().map(|bound| bound_key(bound).map_or(0, Vec::len)).sum()
    }

    /// The bounds, for a map or an engine.
    pub(crate) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        (self.start.as_ref().map(Vec::as_slice), self.end.as_ref().map(Vec::as_slice))
    }

    /// The key it starts at, empty if that is the first of all.
    pub(crate) fn first_key(&self) -> &[u8] {
        bound_key(&self.start).map_or(&[], Vec::as_slice)
    }

    /// True if the range says by itself that no key is in it; engines differ in what they do with such a range.
    pub(crate) fn is_empty(&self) -> bool {
        match (&self.start, &self.end) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(start), Bound::Included(end)) => start > end,
            (Bound::Included(start) | Bound::Excluded(start), Bound::Included(end) | Bound::Excluded(end)) => {
                start >= end
            }
        }
    }
}

fn bound_key(bound: &Bound<Vec<u8>>) -> Option<&Vec<u8>> {
    match bound {
        Bound::Included(key) | Bound::Excluded(key) => Some(key),
        Bound::Unbounded => None,
    }
}

/// The smallest key greater than every key that begins with `prefix`, if there is one.
fn first_after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_carries_over_bytes_that_cannot_grow() {
        assert_eq!(first_after_prefix(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(first_after_prefix(b"a\xff\xff"), Some(b"b".to_vec()));
        assert_eq!(first_after_prefix(b"\xff"), None);
        assert_eq!(first_after_prefix(b""), None);
    }

    #[test]
    fn a_range_that_ends_before_it_starts_is_empty() {
        assert!(KeyRange::between("b".."a").is_empty());
        assert!(KeyRange::between("a".."a").is_empty());
        assert!(KeyRange::between("a".."b").after("b").is_empty());
        assert!(!KeyRange::between("a".."b").is_empty());
        assert!(!KeyRange::all().after("z").is_empty());
    }
}
