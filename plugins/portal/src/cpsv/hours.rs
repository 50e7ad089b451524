//! Opening hours in words, and how long something takes.

use sdk::Translated;
use sdk::html::Language;

use crate::definition::{Hours, Weekday};

/// Opening hours in Spanish and English; nothing, where none are known.
pub(super) fn in_words(hours: &[Hours]) -> Option<Translated> {
    let spanish = said(hours, spanish)?;
    Some(Translated::new(spanish).with(Language::English, said(hours, english)?))
}

/// How long something takes, as a duration of ISO 8601. That counts days of the calendar: five working days are a week, and what
/// is done while one waits takes none.
pub(super) fn duration(working_days: u32) -> String {
    format!("P{}D", working_days / 5 * 7 + working_days % 5)
}

fn said(hours: &[Hours], name: fn(Weekday) -> &'static str) -> Option<String> {
    let line = |hours: &Hours| {
        let days: Vec<&str> = hours.days.iter().map(|day| name(*day)).collect();
        format!("{} {}–{}", days.join(", "), hours.from, hours.to)
    };
    let lines: Vec<String> = hours.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

fn spanish(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "lunes",
        Weekday::Tue => "martes",
        Weekday::Wed => "miércoles",
        Weekday::Thu => "jueves",
        Weekday::Fri => "viernes",
        Weekday::Sat => "sábado",
        Weekday::Sun => "domingo",
    }
}

fn english(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
