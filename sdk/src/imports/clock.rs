//! The time of the transaction: the same within a call.

use super::raw::clock as raw;
use crate::time::Timestamp;

/// The time of this call.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_millisecond(raw::now())
}
