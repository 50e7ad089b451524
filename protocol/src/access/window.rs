//! When a right counts: days of the week and hours of the day, at a fixed offset from UTC.
//!
//! ```text
//! mon-fri 08:00-18:30 -04:00
//! sat,sun 00:00-24:00 -04:00
//! mon-sun 22:00-06:00 +00:00       the night that begins on each of these days
//! ```

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::Offset;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Days of the week, and hours of each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeWindow {
    /// A bit for each day, Monday the lowest.
    days: u8,
    /// Minutes of the day from which on it is open.
    from: u16,
    /// Minutes of the day until which it is open; where that is not after `from`, those of the next day.
    to: u16,
    /// Minutes that the clock there is ahead of UTC.
    offset: i16,
}

/// Why a text is no window.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WindowError {
    /// Not three parts.
    #[error("a window is days, hours and offset from UTC, as in \"mon-fri 08:00-18:30 -04:00\"")]
    Parts,
    /// The days.
    #[error("{0:?} are not days: write mon, tue, wed, thu, fri, sat, sun, with commas, or two with a hyphen")]
    Days(String),
    /// The hours.
    #[error("{0:?} are not hours: write two times of the day that differ, as in 08:00-18:30; the end may be 24:00")]
    Hours(String),
    /// The offset.
    #[error("{0:?} is no offset from UTC: write one up to 14 hours, as in -04:00")]
    Offset(String),
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MINUTES: u16 = 24 * 60;
const MAX_OFFSET_MINUTES: i16 = 14 * 60;
const MAX_QUOTED_CHARACTERS: usize = 40;

impl TimeWindow {
    /// Whether it is open at a moment.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        let Ok(offset) = Offset::from_seconds(i32::from(self.offset) * 60) else { return false };
        let local = offset.to_datetime(now);
        // Both are below a day's minutes.
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        let today = local.weekday();
        if self.from < self.to {
            return self.has(today) && (self.from..self.to).contains(&minute);
        }
        (self.has(today) && minute >= self.from) || (self.has(today.previous()) && minute < self.to)
    }

    fn has(&self, day: Weekday) -> bool {
        let place = day.to_monday_zero_offset();
        self.days >> place & 1 == 1
    }
}

impl FromStr for TimeWindow {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let mut parts = text.split(' ');
        let (Some(days), Some(hours), Some(offset), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(WindowError::Parts);
        };
        let quoted = |text: &str| text.chars().take(MAX_QUOTED_CHARACTERS).collect::<String>();
        let (from, to) = read_hours(hours).ok_or_else(|| WindowError::Hours(quoted(hours)))?;
        Ok(Self {
            days: read_days(days).ok_or_else(|| WindowError::Days(quoted(days)))?,
            from,
            to,
            offset: read_offset(offset).ok_or_else(|| WindowError::Offset(quoted(offset)))?,
        })
    }
}

fn read_days(text: &str) -> Option<u8> {
    let place = |name: &str| DAYS.iter().position(|day| *day == name);
    let mut days = 0;
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (place(first)?, place(last)?);
        // From Saturday to Monday is three days.
        let count = (last + 7 - first) % 7;
        (0..=count).for_each(|day| days |= 1 << ((first + day) % 7));
    }
    Some(days)
}

fn read_hours(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (read_time(from)?, read_time(to)?);
    (from != to && from < DAY_MINUTES).then_some((from, to))
}

/// `HH:MM`, up to 24:00.
fn read_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
    let (hours, minutes): (u16, u16) = (number(hours)??, number(minutes)??);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= DAY_MINUTES).then_some(time)
}

fn read_offset(text: &str) -> Option<i16> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let minutes = sign * i16::try_from(read_time(rest)?).ok()?;
    // One moment has one form.
    (minutes.abs() <= MAX_OFFSET_MINUTES && text != "-00:00").then_some(minutes)
}

/// As it is read, with the days one by one or as a range.
impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<&str> =
            DAYS.iter().enumerate().filter(|(day, _)| self.days >> day & 1 == 1).map(|(_, day)| *day).collect();
        let adjacent = days.len() > 2 && self.days >> self.days.trailing_zeros() == (1 << days.len()) - 1;
        match (adjacent, days.first(), days.last()) {
            (true, Some(first), Some(last)) => write!(f, "{first}-{last}")?,
            _ => f.write_str(&days.join(","))?,
        }
        let (sign, offset) = (if self.offset < 0 { '-' } else { '+' }, self.offset.unsigned_abs());
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        write!(f, " {}-{} {sign}{}", time(self.from), time(self.to), time(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn window(text: &str) -> TimeWindow {
        text.parse().unwrap()
    }

    fn is_open(text: &str, now: &str) -> bool {
        window(text).is_open(now.parse().unwrap())
    }

    #[test]
    fn office_hours_are_those_of_the_place() {
        // 27 November 2026 is a Friday; La Paz is four hours behind UTC.
        let office = "mon-fri 08:00-18:30 -04:00";
        for (now, open) in [
            ("2026-11-27T11:59:59Z", false),
            ("2026-11-27T12:00:00Z", true),
            ("2026-11-27T22:29:59Z", true),
            ("2026-11-27T22:30:00Z", false),
            ("2026-11-28T15:00:00Z", false),
            // Still Friday there.
            ("2026-11-28T01:00:00Z", false),
        ] {
            assert_eq!(is_open(office, now), open, "{now}");
        }
        assert!(is_open("sat,sun 00:00-24:00 +00:00", "2026-11-28T23:59:59Z"));
    }

    #[test]
    fn a_night_belongs_to_the_day_that_it_begins_on() {
        let night = "fri 22:00-06:00 +00:00";
        assert!(is_open(night, "2026-11-27T22:00:00Z") && is_open(night, "2026-11-28T05:59:59Z"));
        assert!(!is_open(night, "2026-11-27T05:00:00Z") && !is_open(night, "2026-11-28T06:00:00Z"));
        assert!(!is_open(night, "2026-11-28T22:00:00Z"));
    }

    #[test]
    fn is_written_in_one_way() {
        for (text, written) in [
            ("mon-fri 08:00-18:30 -04:00", "mon-fri 08:00-18:30 -04:00"),
            ("sun,sat 00:00-24:00 +00:00", "sat,sun 00:00-24:00 +00:00"),
            ("sat-mon 09:00-10:00 +05:45", "mon,sat,sun 09:00-10:00 +05:45"),
            ("mon,tue,wed 22:00-06:00 -00:30", "mon-wed 22:00-06:00 -00:30"),
        ] {
            assert_eq!(window(text).to_string(), written);
        }
    }

    #[test]
    fn refuses_what_is_no_window_and_says_which_part() {
        for (text, part) in [
            ("mon-fri 08:00-18:00", "days, hours and offset"),
            ("", "days, hours and offset"),
            ("lun-vie 08:00-18:00 -04:00", "not days"),
            ("mon- 08:00-18:00 -04:00", "not days"),
            ("mon 8:00-18:00 -04:00", "not hours"),
            ("mon 08:00-08:00 -04:00", "not hours"),
            ("mon 24:00-08:00 -04:00", "not hours"),
            ("mon 08:60-18:00 -04:00", "not hours"),
            ("mon 08:00-18:00 04:00", "no offset"),
            ("mon 08:00-18:00 -00:00", "no offset"),
            ("mon 08:00-18:00 +15:00", "no offset"),
        ] {
            let error = text.parse::<TimeWindow>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(days in 1_u8..128, from in 0_u16..1440, to in 0_u16..=1440, offset in -840_i16..=840) {
            prop_assume!(from != to);
            let window = TimeWindow { days, from, to, offset };
            prop_assert_eq!(window.to_string().parse(), Ok(window));
        }

        #[test]
        fn never_panics(text in ".{0,40}", at in proptest::num::i64::ANY) {
            if let (Ok(window), Ok(now)) = (text.parse::<TimeWindow>(), Timestamp::from_second(at)) {
                let _ = window.is_open(now);
            }
        }

        #[test]
        fn is_open_at_no_moment_and_every_moment_of_time(at in -377_705_023_201_i64..=253_402_207_200) {
            let always = window("mon-sun 00:00-24:00 -04:00");
            prop_assert!(always.is_open(Timestamp::from_second(at).unwrap()));
        }
    }
}
