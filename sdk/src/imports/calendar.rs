//! Working days, by place and by the holidays that were in force at a date.
//!
//! A place is an ISO 3166 code such as `BO` or `BO-L`, and has the holidays of what it lies in.

use super::raw::calendar as raw;
use crate::time::{Date, Timestamp};

/// The calendar has no answer: an unknown place, or a date that it does not reach.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the calendar has no answer for {place}: {reason}")]
pub struct CalendarError {
    place: String,
    reason: String,
}

/// Whether people work there on a date.
///
/// # Errors
/// If the calendar does not know.
pub fn is_working_day(place: &str, date: Date) -> Result<bool, CalendarError> {
    raw::is_working_day(place, &date.to_string()).map_err(|reason| no_answer(place, reason))
}

/// The date `days` working days after `from`, which is not counted itself.
///
/// # Errors
/// If the calendar does not know.
pub fn add_working_days(place: &str, from: Date, days: u32) -> Result<Date, CalendarError> {
    date(place, raw::add_working_days(place, &from.to_string(), days))
}

/// The working days after `from`, up to and including `to`.
///
/// # Errors
/// If the calendar does not know.
pub fn working_days_between(place: &str, from: Date, to: Date) -> Result<u32, CalendarError> {
    raw::working_days_between(place, &from.to_string(), &to.to_string()).map_err(|reason| no_answer(place, reason))
}

/// The date at a place at a time.
///
/// # Errors
/// If the calendar does not know.
pub fn date_at(place: &str, time: Timestamp) -> Result<Date, CalendarError> {
    date(place, raw::date_at(place, time.as_millisecond()))
}

fn date(place: &str, answer: Result<String, String>) -> Result<Date, CalendarError> {
    let date = answer.map_err(|reason| no_answer(place, reason))?;
    date.parse().map_err(|_| no_answer(place, format!("it says {date:?}, which is no date")))
}

fn no_answer(place: &str, reason: String) -> CalendarError {
    CalendarError { place: place.to_owned(), reason }
}
