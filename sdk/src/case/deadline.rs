//! Until when: in working days, extended at most once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::calendar::{self, CalendarError};
use crate::failure::Failure;
use crate::time::{Date, Timestamp};

/// So many working days at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingDays<'a> {
    /// Its ISO 3166 code, such as `BO-L`: its holidays are not counted.
    pub place: &'a str,
    /// How many.
    pub days: u32,
}

/// When something has to be done, which may be put off once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deadline {
    first: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extended: Option<Timestamp>,
}

/// More time. The days are counted from the end of the first deadline: the clock never stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// The working days that are added.
    pub by: WorkingDays<'a>,
    /// How many may be added at most.
    pub most_days: u32,
}

/// Why there is not more time.
#[derive(Debug, thiserror::Error)]
pub enum NotExtended {
    /// It was extended before.
    #[error("the deadline was extended before, to {to}")]
    Before {
        /// Until then.
        to: Timestamp,
    },
    /// It has passed.
    #[error("the deadline passed at {at}")]
    Passed {
        /// Then.
        at: Timestamp,
    },
    /// By so many days it is not extended.
    #[error("the deadline is extended by 1 to {most} working days, not by {days}")]
    TooMany {
        /// How many were wanted.
        days: u32,
        /// How many there may be.
        most: u32,
    },
    /// The calendar does not know.
    #[error("the working days are not known")]
    Calendar(#[from] CalendarError),
}

impl WorkingDays<'_> {
    /// The last day, for what begins on a day, which is not counted itself.
    ///
    /// # Errors
    /// If the calendar does not know.
    pub fn after(&self, day: Date) -> Result<Date, CalendarError> {
        calendar::add_working_days(self.place, day, self.days)
    }

    /// The deadline that ends with the last day, for what begins now.
    ///
    /// # Errors
    /// If the calendar does not know.
    pub fn from(&self, now: Timestamp) -> Result<Deadline, CalendarError> {
        Ok(Deadline { first: end_of(self.after(now.date_in_la_paz())?), extended: None })
    }
}

impl Deadline {
    /// A deadline at a moment.
    #[must_use]
    pub fn at(first: Timestamp) -> Self {
        Self { first, extended: None }
    }

    /// The first moment at which it is too late.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.extended.unwrap_or(self.first)
    }

    /// The last day, by the clock of La Paz.
    #[must_use]
    pub fn last_day(&self) -> Date {
        let last = Timestamp::from_millisecond(self.ends().as_millisecond().saturating_sub(1));
        last.date_in_la_paz()
    }

    /// Whether it was extended.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.extended.is_some()
    }

    /// Puts it off, once, before it has passed.
    ///
    /// # Errors
    /// If it was extended before, has passed, or would be put off by more than may be.
    pub fn extend(&mut self, extension: &Extension<'_>, now: Timestamp) -> Result<(), NotExtended> {
        let Extension { by, most_days: most } = *extension;
        if let Some(to) = self.extended {
            return Err(NotExtended::Before { to });
        }
        if now >= self.first {
            return Err(NotExtended::Passed { at: self.first });
        }
        if !(1..=most).contains(&by.days) {
            return Err(NotExtended::TooMany { days: by.days, most });
        }
        self.extended = Some(end_of(by.after(self.last_day())?));
        Ok(())
    }
}

/// Midnight of La Paz after a day: 04:00 of the next one in Greenwich.
fn end_of(day: Date) -> Timestamp {
    const NIGHT: Duration = Duration::from_secs(28 * 60 * 60);
    let midnight: Result<Timestamp, _> = format!("{day}T00:00:00Z").parse();
    midnight.map_or(Timestamp::MAX, |midnight| midnight + NIGHT)
}

impl From<NotExtended> for Failure {
    fn from(error: NotExtended) -> Self {
        match error {
            NotExtended::Before { .. } | NotExtended::Passed { .. } => Self::Conflict(error.to_string()),
            NotExtended::TooMany { .. } => Self::invalid("days", "range", error.to_string()),
            NotExtended::Calendar(error) => error.into(),
        }
    }
}
