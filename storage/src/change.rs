//! What a transaction does to one key, in the order in which it did it.

use crate::counter::{self, Bounds, CounterError, Sum};
use crate::{Keyspace, ReadError};

/// The steps on one key, the fewest that say the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    /// `None` deletes.
    Set(Option<Vec<u8>>),
    Add(Sum),
}

impl Change {
    /// Sets the value, or deletes it. Additions before it stay: their bounds are still to be judged.
    pub(crate) fn set(&mut self, value: Option<Vec<u8>>) {
        match self.0.last_mut() {
            Some(Step::Set(last)) => *last = value,
            _ => self.0.push(Step::Set(value)),
        }
    }

    pub(crate) fn add(&mut self, delta: i64, bounds: Bounds) {
        match self.0.last_mut() {
            Some(Step::Add(sum)) => sum.add(delta, bounds),
            _ => self.0.push(Step::Add(Sum::new(delta, bounds))),
        }
    }

    /// True if the outcome depends on what the key held before.
    pub(crate) fn needs_before(&self) -> bool {
        !matches!(self.0.first(), Some(Step::Set(_)))
    }

    /// Bytes that the change takes, about.
    pub(crate) fn size_bytes(&self) -> usize {
        let value = |step: &Step| match step {
            Step::Set(value) => value.as_ref().map_or(0, Vec::len),
            Step::Add(_) => 0,
        };
        self.0.iter().map(|step| size_of::<Step>() + value(step)).sum()
    }

    /// What the key holds afterwards, if it held `before`.
    pub(crate) fn outcome(self, before: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, Unfit> {
        self.0.into_iter().try_fold(before, |value, step| match step {
            Step::Set(value) => Ok(value),
            Step::Add(sum) => {
                let count = value.as_deref().map_or(Some(0), counter::decode).ok_or(Unfit::NoCounter)?;
                let after = sum.of(count).ok_or(Unfit::OutOfBounds { count })?;
                Ok(Some(counter::encode(after).to_vec()))
            }
        })
    }
}

/// Why a change does not fit what a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    OutOfBounds { count: i64 },
    NoCounter,
}

impl Unfit {
    pub(crate) fn at(self, keyspace: Keyspace, key: &[u8]) -> CounterError {
        let key = key.to_vec();
        match self {
            Self::OutOfBounds { count } => CounterError::OutOfBounds { keyspace, key, count },
            Self::NoCounter => CounterError::NoCounter { keyspace, key },
        }
    }

    pub(crate) fn read_at(self, keyspace: Keyspace, key: &[u8]) -> ReadError {
        ReadError::Counter { source: self.at(keyspace, key) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITIVE: Bounds = Bounds { min: 0, max: i64::MAX };

    fn count(count: i64) -> Option<Vec<u8>> {
        Some(counter::encode(count).to_vec())
    }

    #[test]
    fn a_value_set_after_an_addition_stands_but_the_bound_is_judged() {
        let mut change = Change::default();
        change.add(-5, POSITIVE);
        change.set(count(1));
        assert_eq!(change.clone().outcome(count(5)), Ok(count(1)));
        assert_eq!(change.outcome(count(4)), Err(Unfit::OutOfBounds { count: 4 }));
    }

    #[test]
    fn an_addition_after_a_value_adds_to_that_value() {
        let mut change = Change::default();
        change.set(count(7));
        change.add(-5, POSITIVE);
        change.add(-2, POSITIVE);
        assert!(!change.needs_before());
        assert_eq!(change.clone().outcome(None), Ok(count(0)));
        change.add(-1, POSITIVE);
        assert_eq!(change.outcome(count(100)), Err(Unfit::OutOfBounds { count: 7 }));
    }

    #[test]
    fn an_addition_after_a_deletion_begins_at_zero() {
        let mut change = Change::default();
        change.set(None);
        change.add(3, POSITIVE);
        assert_eq!(change.outcome(count(100)), Ok(count(3)));
    }

    #[test]
    fn what_is_no_counter_takes_no_addition() {
        let mut change = Change::default();
        change.add(1, POSITIVE);
        assert_eq!(change.clone().outcome(Some(b"seven".to_vec())), Err(Unfit::NoCounter));
        assert_eq!(change.outcome(None), Ok(count(1)));
    }

    #[test]
    fn values_that_replace_each_other_take_the_room_of_one() {
        let mut change = Change::default();
        change.set(Some(vec![0; 100]));
        let before = change.size_bytes();
        change.set(Some(vec![1; 100]));
        assert_eq!(change.size_bytes(), before);
    }
}
