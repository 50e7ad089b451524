//! Days.

use std::fmt::{self, Display};
use std::str::FromStr;

use jiff::civil;

use super::{NotATime, as_text, digits};

/// A day of the years 0 to 9999, written `2026-11-26`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// The day of a year, a month and a day of it, if there is one.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.0.year().unsigned_abs()
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    /// The day after, if this is not the last one.
    #[must_use]
    pub fn tomorrow(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    /// The days from this one to another; negative, if that one is before it.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        other.0.duration_since(self.0).as_hours() / 24
    }

    /// The whole years that pass from this day to another; negative, if that one is before it. Who was born on the 29th of
    /// February is a year older on the 1st of March of a year without that day.
    #[must_use]
    pub fn years_until(self, other: Self) -> i64 {
        if other < self {
            return -other.years_until(self);
        }
        let still_to_come = (other.month(), other.day()) < (self.month(), self.day());
        i64::from(other.year()) - i64::from(self.year()) - i64::from(still_to_come)
    }

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), civil::Weekday::Saturday | civil::Weekday::Sunday)
    }
}

impl Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for Date {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let read = || {
            let mut parts = text.split('-');
            let mut part = |length| parts.next().filter(|part| part.len() == length).and_then(digits);
            let (year, month, day) = (part(4)?, part(2)?, part(2)?);
            let date = Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)?;
            parts.next().is_none().then_some(date)
        };
        read().ok_or_else(|| NotATime(text.to_owned(), "date such as 2026-11-26"))
    }
}

as_text!(Date);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn years_pass_on_the_day_of_the_year() {
        for (from, to, years) in [
            ("2000-05-17", "2018-05-16", 17),
            ("2000-05-17", "2018-05-17", 18),
            ("2000-02-29", "2001-02-28", 0),
            ("2000-02-29", "2001-03-01", 1),
            ("2018-05-17", "2000-05-17", -18),
            ("2018-05-17", "2018-05-17", 0),
        ] {
            assert_eq!(day(from).years_until(day(to)), years, "{from} {to}");
        }
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        for (from, to, days) in
            [("2024-02-28", "2024-03-01", 2), ("2023-02-28", "2023-03-01", 1), ("2024-03-01", "2024-02-28", -2)]
        {
            assert_eq!(day(from).days_until(day(to)), days, "{from} {to}");
        }
        assert_eq!(day("0000-01-01").days_until(day("9999-12-31")), 3_652_424);
    }
}
