//! Why a document is no calendar, and why a calendar has no answer.

use jiff::civil::Date;

use super::Calendar;

/// Why a document is no calendar.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It is too long.
    #[error("a calendar of {size_bytes} bytes is longer than the {} that are read", Calendar::MAX_BYTES)]
    TooLarge {
        /// How long it is.
        size_bytes: usize,
    },
    /// It is not TOML, or has other keys than a calendar's.
    #[error("the calendar is not of the form that a calendar has")]
    Syntax {
        /// Where, and why.
        source: Box<toml::de::Error>,
    },
    /// Something in it breaks a rule.
    #[error("{at}: {found} is refused: {rule}")]
    Refused {
        /// Of which table, which key.
        at: String,
        /// What stands there.
        found: String,
        /// The rule.
        rule: String,
    },
}

/// Why a calendar has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarRefusal {
    /// It does not have the place.
    #[error("the calendar has no place {place:?}")]
    Place {
        /// What was asked for.
        place: String,
    },
    /// A text is no date.
    #[error("{text:?} is no date; one is written like 2026-11-26")]
    Date {
        /// The text.
        text: String,
    },
    /// Nothing is known of a date.
    #[error("the calendar knows the days of {place} from {first} to {last}, and {date} is not among them")]
    Unknown {
        /// Where.
        place: String,
        /// The date.
        date: Date,
        /// The first that is known.
        first: Date,
        /// The last.
        last: Date,
    },
}
