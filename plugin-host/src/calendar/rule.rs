//! On which days a holiday is kept.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A holiday, as a law says it.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) on: On,
    /// The first and the last day that the law is in force.
    pub(super) in_force: (Date, Date),
    pub(super) on_sunday: OnSunday,
    /// Days that it is not kept on for once.
    pub(super) except: Vec<Date>,
}

/// Which day of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// A day of a month.
    Every { month: i8, day: i8 },
    /// So many days after Easter Sunday, or before it.
    Easter { days: i32 },
    /// One day of one year.
    Once(Date),
}

/// What becomes of one that falls on a Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnSunday {
    Stays,
    /// It is kept on the Monday after.
    Moves,
}

impl Rule {
    /// The day on which it is kept in a year, if it is.
    pub(super) fn in_year(&self, year: i16) -> Option<Date> {
        let day = match self.on {
            On::Every { month, day } => Date::new(year, month, day).ok()?,
            On::Easter { days } => easter(year)?.checked_add(days.days()).ok()?,
            On::Once(date) => Some(date).filter(|date| date.year() == year)?,
        };
        let (first, last) = self.in_force;
        if !(first..=last).contains(&day) || self.except.contains(&day) {
            return None;
        }
        match self.on_sunday {
            OnSunday::Moves if day.weekday() == Weekday::Sunday => day.tomorrow().ok(),
            _ => Some(day),
        }
    }
}

/// Easter Sunday of the Gregorian calendar, by Butcher's algorithm.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century, of_century) = (y % 19, y / 100, y % 100);
    let correction = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let from_march = epact + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(from_march / 31).ok()?, i8::try_from(from_march % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_where_the_churches_have_it() {
        for known in [
            "1961-04-02",
            "2000-04-23",
            "2008-03-23",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2038-04-25",
            "2285-03-22",
        ] {
            let known: Date = known.parse().expect("a date");
            assert_eq!(easter(known.year()), Some(known));
        }
    }
}
