//! The days of which statistics are asked for.

use sdk::{Date, Failure, ensure};

use super::Call;
use crate::statistics::{MOST_DAYS, month_before};

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
        let first = call.query(from)?.unwrap_or_else(|| month_before(last));
        let period = Self { from: first, to: last };
        ensure!(first <= last, Failure::invalid(from, "order", "is after the last day"));
        let few = usize::try_from(first.days_until(last)).is_ok_and(|days| days < MOST_DAYS);
        ensure!(few, Failure::invalid(from, "range", format!("{MOST_DAYS} days are counted at most")));
        Ok(period)
    }
}
