//! Working days, by place and by the holidays that were in force at a date.
//!
//! A place is an ISO 3166 code such as `BO` or `BO-L`, and has the holidays of what it lies in.

use super::raw::calendar as raw;
pub use crate::bindings::calendar::{Reach, Refusal};
use crate::time::{Date, Timestamp};

/// The calendar has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CalendarError {
    /// It does not have the place.
    #[error("the calendar has no place {place}")]
    UnknownPlace {
        /// The place.
        place: String,
    },
    /// It does not know which days are free so early, or so late.
    #[error("the calendar knows the days from {first} to {last}")]
    OutOfReach {
        /// The first that it knows.
        first: String,
        /// The last.
        last: String,
    },
    /// It said something of dates that makes no sense.
    #[error("{text:?} is no date")]
    NoDate {
        /// What it said.
        text: String,
    },
}

/// Whether people work there on a date.
///
/// # Errors
/// If the calendar does not know.
pub fn is_working_day(place: &str, date: Date) -> Result<bool, CalendarError> {
    Ok(raw::is_working_day(place, &date.to_string())?)
}

/// The date `days` working days after `from`, which is not counted itself.
///
/// # Errors
/// If the calendar does not know.
pub fn add_working_days(place: &str, from: Date, days: u32) -> Result<Date, CalendarError> {
    date(raw::add_working_days(place, &from.to_string(), days)?)
}

/// The working days after `from`, up to and including `to`.
///
/// # Errors
/// If the calendar does not know.
pub fn working_days_between(place: &str, from: Date, to: Date) -> Result<u32, CalendarError> {
    Ok(raw::working_days_between(place, &from.to_string(), &to.to_string())?)
}

/// The date at a place at a time.
///
/// # Errors
/// If the calendar does not know.
pub fn date_at(place: &str, time: Timestamp) -> Result<Date, CalendarError> {
    date(raw::date_at(place, time.as_millisecond())?)
}

fn date(text: String) -> Result<Date, CalendarError> {
    text.parse().map_err(|_| CalendarError::NoDate { text })
}

impl From<Refusal> for CalendarError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownPlace(place) => Self::UnknownPlace { place },
            Refusal::NoDate(text) => Self::NoDate { text },
            Refusal::OutOfReach(Reach { first, last }) => Self::OutOfReach { first, last },
        }
    }
}
