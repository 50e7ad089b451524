//! The time of the transaction: the same within a call.

use jiff::Timestamp;

use super::raw::clock as raw;
use crate::time::timestamp;

/// The time of this call.
#[must_use]
pub fn now() -> Timestamp {
    timestamp(raw::now())
}
