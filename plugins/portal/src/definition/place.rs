//! Where and when a procedure is done.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use sdk::Translated;
use serde::{Deserialize, Serialize};

use super::Code;

/// A way in which a procedure is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Channel {
    /// Its code.
    pub code: Code,
    /// Of which kind it is.
    pub kind: ChannelKind,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Translated>,
    /// An address of the web, a telephone number, an address for letters or e-mail; nothing, where it is a counter or this portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The places of a counter, by their codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Code>,
}

/// The kinds of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    /// Here, or at another address of the web.
    Online,
    /// At a counter.
    Counter,
    /// By telephone.
    Telephone,
    /// By e-mail.
    Email,
    /// By letter.
    Post,
}

impl ChannelKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Online, Self::Counter, Self::Telephone, Self::Email, Self::Post];

    /// Its word in documents and addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Counter => "counter",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Post => "post",
        }
    }
}

/// A place with its opening hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Place {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: Translated,
    /// Street, number, floor.
    pub address: String,
    /// The municipality.
    pub municipality: String,
    /// The department, by its ISO 3166-2 code: `BO-L`.
    pub department: String,
    /// When it is open.
    pub hours: Vec<Hours>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Degrees north, and east, by WGS 84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<[f64; 2]>,
}

/// Hours on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hours {
    /// The days.
    pub days: Vec<Weekday>,
    /// It opens.
    pub from: Clock,
    /// It closes.
    pub to: Clock,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// An hour of a day, to the minute: `08:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u16);

/// A text that is no hour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no hour such as 08:30")]
pub struct NoHour(String);

impl Clock {
    /// How long after midnight it is.
    #[must_use]
    pub fn since_midnight(self) -> Duration {
        Duration::from_secs(60 * u64::from(self.0))
    }
}

impl FromStr for Clock {
    type Err = NoHour;

    fn from_str(text: &str) -> Result<Self, NoHour> {
        let read = || {
            let (hours, minutes) = text.split_once(':')?;
            let part = |part: &str, below: u16| {
                let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
                part.parse::<u16>().ok().filter(|number| digits && *number < below)
            };
            Some(part(hours, 24)? * 60 + part(minutes, 60)?)
        };
        read().map(Self).ok_or_else(|| NoHour(text.chars().take(16).collect()))
    }
}

impl Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

impl Serialize for Clock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
