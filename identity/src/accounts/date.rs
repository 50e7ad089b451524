//! Dates without a time, as documents have them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A date in the form `YYYY-MM-DD` (ISO 8601).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(String);

impl Date {
    /// Reads a date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Midnight of that day is a time, if there was such a day.
        let is_day = text.len() == 10 && format!("{text}T00:00:00Z").parse::<clock::Timestamp>().is_ok();
        is_day.then(|| Self(text.to_owned()))
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a date is written YYYY-MM-DD")
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
