//! Times as the contract writes them, in milliseconds since 1970, and as Rust has them.

use jiff::Timestamp;

/// The time that a number of milliseconds stands for; the last one there is, for numbers beyond it.
pub(crate) fn timestamp(milliseconds: u64) -> Timestamp {
    i64::try_from(milliseconds).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

/// The whole milliseconds of a time; none for times before 1970.
pub(crate) fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from(time.as_millisecond()).unwrap_or(0)
}
