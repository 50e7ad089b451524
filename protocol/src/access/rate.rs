//! How often a right may be used: so many calls of one client in a time.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use thiserror::Error;

/// So many calls in a time, on average; as many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    calls: NonZeroU32,
    period: Period,
}

/// The time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Period {
    Second,
    Minute,
    Hour,
    Day,
}

/// A text that is no rate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no rate: write calls and a time, as in 100/s, 6000/min, 100000/h or 1000000/day")]
pub struct RateError(String);

const PERIODS: [(&str, Period, u32); 4] =
    [("s", Period::Second, 1), ("min", Period::Minute, 60), ("h", Period::Hour, 3600), ("day", Period::Day, 86_400)];
const MAX_QUOTED_CHARACTERS: usize = 40;

impl Rate {
    /// Calls that may come at once, and in each period.
    #[must_use]
    pub fn calls(self) -> u32 {
        self.calls.get()
    }

    /// The period, in seconds.
    #[must_use]
    pub fn period_seconds(self) -> u32 {
        PERIODS.iter().find(|(_, period, _)| *period == self.period).map_or(1, |(_, _, seconds)| *seconds)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let read = || {
            let (calls, period) = text.split_once('/')?;
            let is_plain = !calls.starts_with('0') && calls.bytes().all(|byte| byte.is_ascii_digit());
            let calls = is_plain.then(|| calls.parse().ok()).flatten()?;
            let (_, period, _) = PERIODS.into_iter().find(|(name, ..)| *name == period)?;
            Some(Self { calls, period })
        };
        read().ok_or_else(|| RateError(text.chars().take(MAX_QUOTED_CHARACTERS).collect()))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = PERIODS.iter().find(|(_, period, _)| *period == self.period).map_or("s", |(name, ..)| *name);
        write!(f, "{}/{name}", self.calls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_read_and_written_in_one_way() {
        for (text, calls, seconds) in
            [("100/s", 100, 1), ("6000/min", 6000, 60), ("1/h", 1, 3600), ("9/day", 9, 86_400)]
        {
            let rate: Rate = text.parse().unwrap();
            assert_eq!((rate.calls(), rate.period_seconds(), rate.to_string().as_str()), (calls, seconds, text));
        }
        for bad in ["", "0/s", "010/s", "+1/s", "1/m", "1 /s", "1/", "/s", "4294967296/s", "1/s/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,20}") {
            if let Ok(rate) = text.parse::<Rate>() {
                prop_assert_eq!(rate.to_string(), text);
            }
        }
    }
}
