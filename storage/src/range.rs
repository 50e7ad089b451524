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
