//! The plugin's own ordered keys and values, within the transaction of the call.
//!
//! Most plugins keep to [`crate::collections`], which is built on this.

use std::ops::RangeInclusive;

use super::raw::kv as raw;

pub use crate::bindings::kv::{Bounds, Entry, Order, Range};

/// The value of a key.
#[must_use]
pub fn get(key: &[u8]) -> Option<Vec<u8>> {
    raw::get(key)
}

/// The values of keys, in their order. The host gives as many at once as it can; this asks until it has all.
#[must_use]
pub fn get_many(keys: &[Vec<u8>]) -> Vec<Option<Vec<u8>>> {
    let mut values = Vec::with_capacity(keys.len());
    while values.len() < keys.len() {
        values.extend(raw::get_many(&keys[values.len()..]));
    }
    values
}

/// The first entries of a range; go on after the last key: only an empty answer says that the range has ended.
#[must_use]
pub fn scan(range: &Range) -> Vec<Entry> {
    raw::scan(range)
}

/// The same without the values.
#[must_use]
pub fn scan_keys(range: &Range) -> Vec<Vec<u8>> {
    raw::scan_keys(range)
}

/// Puts a value, in place of the one that was there.
pub fn put(key: &[u8], value: &[u8]) {
    raw::put(key, value);
}

/// Takes a value away.
pub fn delete(key: &[u8]) {
    raw::delete(key);
}

/// Adds to the counter at a key, which counts as zero if it is not there. Additions do not conflict with each other.
pub fn add(key: &[u8], delta: i64) {
    raw::add(key, delta, None);
}

/// The same, but the call fails if the counter would leave the bounds when it is committed.
pub fn add_within(key: &[u8], delta: i64, bounds: RangeInclusive<i64>) {
    raw::add(key, delta, Some(Bounds { min: *bounds.start(), max: *bounds.end() }));
}

/// Where the counter at a key stands.
#[must_use]
pub fn count(key: &[u8]) -> i64 {
    raw::count(key)
}
