//! Random values. Each attempt at a call gets others.

use super::raw::rng as raw;

/// Random bytes, at most 4,096, fit for keys.
#[must_use]
pub fn random(length: u32) -> Vec<u8> {
    raw::random(length)
}

/// A UUID, version 7.
#[must_use]
pub fn id() -> String {
    raw::id()
}
