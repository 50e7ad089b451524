//! The days of which statistics are asked for.

use std::time::Duration;

use sdk::{Date, Failure, Timestamp, ensure};

use super::Call;
use crate::statistics::MOST_DAYS;

/// As far back as one looks who does not say how far.
const USUAL: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The days from one to another, both with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: Date,
    pub(super) to: Date,
}

impl Period {
    /// The days that two parameters of a call name; the last thirty, where they name none.
    pub(super) fn of(call: &Call<'_>, from: &str, to: &str) -> Result<Self, Failure> {
        let last = call.query(to)?.unwrap_or_else(|| call.today());
        let first = call.query(from)?.unwrap_or_else(|| before(last));
        let period = Self { from: first, to: last };
        ensure!(first <= last, Failure::invalid(from, "order", "is after the last day"));
        let few = usize::try_from(first.days_until(last)).is_ok_and(|days| days < MOST_DAYS);
        ensure!(few, Failure::invalid(from, "range", format!("{MOST_DAYS} days are counted at most")));
        Ok(period)
    }
}

fn before(day: Date) -> Date {
    let back = day.begin_in_la_paz().as_millisecond().saturating_sub(USUAL.as_millis() as u64);
    Timestamp::from_millisecond(back).date_in_la_paz()
}
