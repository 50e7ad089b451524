//! Moments.

use std::fmt::{self, Display};
use std::ops::Add;
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::Offset;

use super::{Date, NotATime, as_text, digits};

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// A moment between 1970 and 9999, to the millisecond, written `2026-11-26T12:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The last moment there is.
    pub const MAX: Self = Self(253_402_207_199_999);

    /// The moment so many milliseconds after 1970 began; the last one there is, for moments after it.
    #[must_use]
    pub fn from_millisecond(milliseconds: u64) -> Self {
        Self(milliseconds).min(Self::MAX)
    }

    /// The milliseconds since 1970 began.
    #[must_use]
    pub fn as_millisecond(self) -> u64 {
        self.0
    }

    /// How long it is after another moment; nothing if it is before it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The day in Greenwich.
    #[must_use]
    pub fn utc_date(self) -> Date {
        let day = Offset::UTC.to_datetime(self.moment());
        Date::new(day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
            .expect("a moment has a day")
    }

    pub(crate) fn moment(self) -> jiff::Timestamp {
        let moment =
            i64::try_from(self.0).ok().and_then(|milliseconds| jiff::Timestamp::from_millisecond(milliseconds).ok());
        moment.unwrap_or(jiff::Timestamp::MAX)
    }
}

/// The last moment there is, for sums after it.
impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self::from_millisecond(self.0.saturating_add(milliseconds))
    }
}

impl Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millisecond) = (self.0 % DAY / 1_000, self.0 % 1_000);
        write!(formatter, "{}T{:02}:{:02}:{:02}", self.utc_date(), seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
        if millisecond > 0 {
            write!(formatter, ".{millisecond:03}")?;
        }
        formatter.write_str("Z")
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        read(text).ok_or_else(|| NotATime(text.to_owned(), "time such as 2026-11-26T12:00:00Z"))
    }
}

fn read(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let date: Date = date.parse().ok()?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.split(':');
    let mut part = |below| parts.next().filter(|part| part.len() == 2).and_then(digits).filter(|part| *part < below);
    let (hour, minute, second) = (part(24)?, part(60)?, part(60)?);
    let milliseconds = match fraction.len() {
        1..=3 => digits(fraction)? * 10_u32.pow(3 - u32::try_from(fraction.len()).ok()?),
        _ => return None,
    };
    let midnight = jiff::civil::Date::new(
        date.year().try_into().ok()?,
        date.month().try_into().ok()?,
        date.day().try_into().ok()?,
    );
    let midnight = Offset::UTC.to_timestamp(midnight.ok()?.at(0, 0, 0, 0)).ok()?;
    let within = u64::from(hour * 3_600 + minute * 60 + second) * 1_000 + u64::from(milliseconds);
    let moment = u64::try_from(midnight.as_millisecond()).ok()? + within;
    let exact = parts.next().is_none() && moment <= Timestamp::MAX.0;
    exact.then_some(Timestamp(moment))
}

as_text!(Timestamp);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_written_as_people_know_them() {
        let noon = Timestamp::from_millisecond(1_795_694_400_000);
        assert_eq!(noon.to_string(), "2026-11-26T12:00:00Z");
        assert_eq!((noon + Duration::from_millis(1_050)).to_string(), "2026-11-26T12:00:01.050Z");
        assert_eq!("2026-11-26T12:00:00.5Z".parse(), Ok(noon + Duration::from_millis(500)));
        assert_eq!(noon + Duration::MAX, Timestamp::MAX);
    }

    #[test]
    fn refuses_what_is_no_date_or_time() {
        for text in ["", "2026-02-29", "2026-1-01", "+026-01-01", "2026-01-01-", "2026-01-01T00:00:00Z"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        for text in [
            "2026-01-01",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "1969-12-31T00:00:00Z",
            "2026-01-01T00:00:00.Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn dates_and_times_read_back(milliseconds in 0..=Timestamp::MAX.0) {
            let moment = Timestamp(milliseconds);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
            prop_assert_eq!(moment.utc_date().to_string().parse(), Ok(moment.utc_date()));
        }
    }
}
