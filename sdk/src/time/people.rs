//! Dates and times as people read them, in Bolivia.

use std::time::Duration;

use html::Language;

use super::{Date, Timestamp};

/// La Paz is four hours behind Greenwich all year round, and has been since 1932 (IANA time zone `America/La_Paz`).
const BEHIND: Duration = Duration::from_secs(4 * 60 * 60);

const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Date {
    /// In words: `26 de noviembre de 2026`, `26 November 2026`. Other languages have the Spanish ones.
    #[must_use]
    pub fn in_words(self, language: Language) -> String {
        let month = usize::from(self.month().saturating_sub(1));
        match language {
            Language::English => format!("{} {} {}", self.day(), ENGLISH[month], self.year()),
            _ => format!("{} de {} de {}", self.day(), SPANISH[month], self.year()),
        }
    }

    /// Short, for tables: `26/11/2026`.
    #[must_use]
    pub fn short(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day(), self.month(), self.year())
    }

    /// The moment at which it begins in La Paz; the first one there is, for days before 1970.
    #[must_use]
    pub fn begin_in_la_paz(self) -> Timestamp {
        format!("{self}T00:00:00Z")
            .parse()
            .map_or(Timestamp::from_millisecond(0), |midnight: Timestamp| midnight + BEHIND)
    }
}

impl Timestamp {
    /// The day in La Paz.
    #[must_use]
    pub fn date_in_la_paz(self) -> Date {
        self.shifted().utc_date()
    }

    /// In words, by the clock of La Paz: `26 de noviembre de 2026, 08:00`.
    #[must_use]
    pub fn in_words(self, language: Language) -> String {
        format!("{}, {}", self.date_in_la_paz().in_words(language), self.clock())
    }

    /// Short, for tables, by the clock of La Paz: `26/11/2026 08:00`.
    #[must_use]
    pub fn short(self) -> String {
        format!("{} {}", self.date_in_la_paz().short(), self.clock())
    }

    fn clock(self) -> String {
        let minutes = self.shifted().as_millisecond() / 60_000;
        format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
    }

    /// The moment whose day and hour in Greenwich are those of this one in La Paz. Before 1970 there is none.
    fn shifted(self) -> Self {
        Self::from_millisecond(self.since(Self::from_millisecond(0)).saturating_sub(BEHIND).as_millis() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_said_in_the_readers_language() {
        let noon: Timestamp = "2026-11-26T12:05:00Z".parse().expect("a time");
        assert_eq!(noon.in_words(Language::Spanish), "26 de noviembre de 2026, 08:05");
        assert_eq!(noon.in_words(Language::English), "26 November 2026, 08:05");
        assert_eq!(noon.short(), "26/11/2026 08:05");
        assert_eq!(noon.utc_date().in_words(Language::Quechua), "26 de noviembre de 2026");
    }

    #[test]
    fn the_day_in_la_paz_begins_four_hours_later() {
        let before: Timestamp = "2026-01-01T03:59:59Z".parse().expect("a time");
        assert_eq!(before.date_in_la_paz().to_string(), "2025-12-31");
        let begin = before + Duration::from_secs(1);
        assert_eq!(begin.date_in_la_paz().to_string(), "2026-01-01");
        assert_eq!(begin.date_in_la_paz().begin_in_la_paz(), begin);
        assert_eq!(Date::new(1960, 1, 1).map(Date::begin_in_la_paz), Some(Timestamp::from_millisecond(0)));
    }
}
