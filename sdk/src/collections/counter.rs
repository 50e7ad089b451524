//! Numbers that many add to at once.

use std::marker::PhantomData;
use std::ops::RangeInclusive;

use super::space::Space;
use crate::imports::kv;
use crate::key::Key;

/// A counter for each key of type `K`, `()` for a single one. Additions do not conflict with each other, only with who
/// reads.
pub struct Counter<K = ()> {
    name: &'static str,
    holds: PhantomData<fn() -> K>,
}

impl<K: Key> Counter<K> {
    /// The counters of a name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, holds: PhantomData }
    }

    /// Adds to a counter.
    pub fn add(&self, key: &K, delta: i64) {
        kv::add(&Space::Counter.key(self.name, key), delta);
    }

    /// Adds to a counter that must stay within bounds: otherwise the call fails with a conflict when it is committed.
    pub fn add_within(&self, key: &K, delta: i64, bounds: RangeInclusive<i64>) {
        kv::add_within(&Space::Counter.key(self.name, key), delta, bounds);
    }

    /// Where a counter stands.
    #[must_use]
    pub fn value(&self, key: &K) -> i64 {
        kv::count(&Space::Counter.key(self.name, key))
    }
}
