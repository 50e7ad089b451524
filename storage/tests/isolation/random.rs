//! Random steps.

use proptest::prelude::*;
use storage::Direction;

use crate::session::{KEYS, Step};

pub fn step() -> impl Strategy<Value = Step> {
    let direction = prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)];
    let scan = (0..KEYS, 0..KEYS, direction, 1..3_usize);
    prop_oneof![
        2 => (0..KEYS).prop_map(Step::Read),
        3 => (0..KEYS).prop_map(Step::Append),
        3 => scan.prop_map(|(one, other, direction, limit)| {
            Step::Scan { first: one.min(other), last: one.max(other), direction, limit }
        }),
    ]
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Commit,
    /// It is dropped after all it has done.
    Abort,
}

pub fn end() -> impl Strategy<Value = End> {
    prop_oneof![7 => Just(End::Commit), 1 => Just(End::Abort)]
}
