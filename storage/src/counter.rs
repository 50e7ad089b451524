//! Counters: values that many may add to at once.
//!
//! A counter is an `i64` in eight bytes, big-endian, with the sign bit flipped, so that byte order is numeric order.
//! A key that is not there counts as zero.

use crate::Keyspace;

/// The value of a counter that stands at `count`.
#[must_use]
pub fn encode(count: i64) -> [u8; 8] {
    (count ^ i64::MIN).to_be_bytes()
}

/// Where the counter stands whose value is `value`, or nothing if that is no counter.
#[must_use]
pub fn decode(value: &[u8]) -> Option<i64> {
    value.try_into().ok().map(|bytes| i64::from_be_bytes(bytes) ^ i64::MIN)
}

/// Where a counter may stand after an addition; the default is wherever it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least it may be.
    pub min: i64,
    /// The most it may be.
    pub max: i64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { min: i64::MIN, max: i64::MAX }
    }
}

/// Why something cannot be added. To try again helps only when somebody changes the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CounterError {
    /// The counter would leave the bounds of an addition.
    #[error("the counter in keyspace {keyspace} at key {} stands at {count}, too near to a bound", key.escape_ascii())]
    OutOfBounds {
        /// Where.
        keyspace: Keyspace,
        /// The key of the counter.
        key: Vec<u8>,
        /// Where it stands before the additions.
        count: i64,
    },
    /// The key holds something that is no counter.
    #[error("keyspace {keyspace} holds no counter at key {}", key.escape_ascii())]
    NoCounter {
        /// Where.
        keyspace: Keyspace,
        /// The key.
        key: Vec<u8>,
    },
}

/// Additions to one counter in a row, as one.
///
/// Each addition has its own bounds. What they demand together is a range of the count before the first of them,
/// so that any number of additions takes the room of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    delta: i128,
    least: i128,
    most: i128,
}

impl Sum {
    pub(crate) fn new(delta: i64, bounds: Bounds) -> Self {
        let mut sum = Self { delta: 0, least: i64::MIN.into(), most: i64::MAX.into() };
        sum.add(delta, bounds);
        sum
    }

    pub(crate) fn add(&mut self, delta: i64, bounds: Bounds) {
        // 2^64 additions would have to come together before this sum of 64-bit numbers could leave 128 bits.
        self.delta += i128::from(delta);
        self.least = self.least.max(i128::from(bounds.min) - self.delta);
        self.most = self.most.min(i128::from(bounds.max) - self.delta);
    }

    /// The count after the additions, if each of them stays within its bounds.
    pub(crate) fn of(&self, count: i64) -> Option<i64> {
        let count = i128::from(count);
        let within = (self.least..=self.most).contains(&count);
        within.then(|| i64::try_from(count + self.delta).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_counter_that_goes_over_the_top_is_out_of_bounds() {
        assert_eq!(Sum::new(1, Bounds::default()).of(i64::MAX), None);
        assert_eq!(Sum::new(i64::MIN, Bounds::default()).of(-1), None);
        assert_eq!(Sum::new(i64::MIN, Bounds::default()).of(0), Some(i64::MIN));
    }

    proptest! {
        #[test]
        fn counters_read_back_and_sort_like_numbers(one: i64, other: i64) {
            prop_assert_eq!(decode(&encode(one)), Some(one));
            prop_assert_eq!(encode(one).cmp(&encode(other)), one.cmp(&other));
        }

        #[test]
        fn a_sum_stands_for_its_additions_one_by_one(
            count in -9_i64..9,
            additions in prop::collection::vec((-9_i64..9, -9_i64..9, -9_i64..9), 1..5),
        ) {
            let one_by_one = additions.iter().try_fold(count, |count, (delta, min, max)| {
                Some(count + delta).filter(|count| (*min..=*max).contains(count))
            });
            let mut additions = additions.into_iter().map(|(delta, min, max)| (delta, Bounds { min, max }));
            let (delta, bounds) = additions.next().unwrap();
            let mut sum = Sum::new(delta, bounds);
            additions.for_each(|(delta, bounds)| sum.add(delta, bounds));
            prop_assert_eq!(sum.of(count), one_by_one);
        }
    }
}
