//! Sets of sequence numbers, kept as intervals because numbers come almost in order.

use std::collections::BTreeMap;
use std::ops::Range;

/// The most intervals a set holds; numbers in between are then forgotten from the oldest side, by filling the lowest hole.
pub(crate) const MAX_INTERVALS: usize = 65_536;

/// A set of `u64`, as disjoint, not touching half-open intervals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IntervalSet(BTreeMap<u64, u64>);

impl IntervalSet {
    pub(crate) fn from_ranges(ranges: impl IntoIterator<Item = Range<u64>>) -> Self {
        let mut set = Self::default();
        for range in ranges {
            set.insert(range);
        }
        set
    }

    pub(crate) fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let (mut start, mut end) = (range.start, range.end);
        // Everything that overlaps or touches melts into one interval.
        while let Some((&low, &high)) = self.0.range(..=end).next_back() {
            if high < start {
                break;
            }
            start = start.min(low);
            end = end.max(high);
            self.0.remove(&low);
        }
        self.0.insert(start, end);
        if self.0.len() > MAX_INTERVALS {
            self.fill_lowest_hole();
        }
    }

    pub(crate) fn remove(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        while let Some((&low, &high)) = self.0.range(..range.end).next_back() {
            if high <= range.start {
                break;
            }
            self.0.remove(&low);
            if low < range.start {
                self.0.insert(low, range.start);
            }
            if high > range.end {
                self.0.insert(range.end, high);
            }
        }
    }

    pub(crate) fn contains(&self, number: u64) -> bool {
        self.around(number).is_some()
    }

    /// The interval that a number is in.
    pub(crate) fn around(&self, number: u64) -> Option<Range<u64>> {
        let (start, end) = self.0.range(..=number).next_back()?;
        (number < *end).then_some(*start..*end)
    }

    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.0.iter().map(|(start, end)| *start..*end)
    }

    /// One past the largest member.
    pub(crate) fn end(&self) -> Option<u64> {
        self.0.last_key_value().map(|(_, end)| *end)
    }

    /// The holes between `from` and the largest member.
    pub(crate) fn gaps(&self, from: u64) -> Vec<Range<u64>> {
        let mut gaps = Vec::new();
        let mut expected = from;
        for range in self.ranges() {
            if range.start > expected {
                gaps.push(expected..range.start);
            }
            expected = expected.max(range.end);
        }
        gaps
    }

    fn fill_lowest_hole(&mut self) {
        let Some((start, _)) = self.0.pop_first() else { return };
        if let Some((_, end)) = self.0.pop_first() {
            self.0.insert(start, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn holds_what_a_plain_set_holds(steps in prop::collection::vec((any::<bool>(), 0u64..60, 0u64..12), 0..40)) {
            let (mut set, mut plain) = (IntervalSet::default(), BTreeSet::new());
            for (insert, start, length) in steps {
                let range = start..start + length;
                if insert {
                    set.insert(range.clone());
                    plain.extend(range);
                } else {
                    set.remove(range.clone());
                    plain.retain(|number| !range.contains(number));
                }
                let listed: Vec<u64> = set.ranges().flatten().collect();
                prop_assert_eq!(&listed, &plain.iter().copied().collect::<Vec<_>>());
                let touching = set.ranges().zip(set.ranges().skip(1)).any(|(left, right)| left.end >= right.start);
                prop_assert!(!touching);
                for number in 0..80 {
                    prop_assert_eq!(set.contains(number), plain.contains(&number));
                }
            }
            let gaps: Vec<u64> = set.gaps(0).into_iter().flatten().collect();
            let end = set.end().unwrap_or(0);
            prop_assert_eq!(gaps, (0..end).filter(|number| !plain.contains(number)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn never_holds_more_intervals_than_its_bound() {
        let mut set = IntervalSet::default();
        for number in 0..MAX_INTERVALS as u64 + 10 {
            set.insert(2 * number..2 * number + 1);
        }
        assert_eq!(set.ranges().count(), MAX_INTERVALS);
        assert!(set.contains(2 * (MAX_INTERVALS as u64 + 9)));
    }
}
