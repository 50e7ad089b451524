//! Numbers, amounts, dates and times as they are written in Bolivia.

use html::Language;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// `1.234.567`, in every language.
pub(crate) fn number(number: i64) -> String {
    format!("{}{}", minus(number), grouped(number.unsigned_abs()))
}

/// `Bs 1.234,50`, with a space that does not break.
pub(crate) fn money(centavos: i64) -> String {
    let size = centavos.unsigned_abs();
    format!("{}Bs\u{a0}{},{:02}", minus(centavos), grouped(size / 100), size % 100)
}

/// `26 de noviembre de 2026`, `26 November 2026`. Other languages have the Spanish ones.
pub(crate) fn date(day: Date, language: Language) -> String {
    let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
    let name = |names: [&'static str; 12]| names.get(month).copied().unwrap_or_default();
    match language {
        Language::English => format!("{} {} {}", day.day(), name(ENGLISH), day.year()),
        _ => format!("{} de {} de {}", day.day(), name(SPANISH), day.year()),
    }
}

/// `26 de noviembre de 2026, 08:05`, by the clock of La Paz.
pub(crate) fn time(moment: Timestamp, language: Language) -> String {
    let there = LA_PAZ.to_datetime(moment);
    format!("{}, {:02}:{:02}", date(there.date(), language), there.hour(), there.minute())
}

fn minus(number: i64) -> &'static str {
    if number < 0 { "−" } else { "" }
}

/// The digits, with a point between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// La Paz is four hours behind Greenwich all year round, and has been since 1932 (IANA time zone `America/La_Paz`).
const LA_PAZ: Offset = Offset::constant(-4);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_amounts_have_points_between_thousands() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1.000"), (-1_234_567, "−1.234.567")] {
            assert_eq!(number(value), text);
        }
        for (value, text) in [(5, "Bs\u{a0}0,05"), (123_450, "Bs\u{a0}1.234,50"), (-99_999, "−Bs\u{a0}999,99")] {
            assert_eq!(money(value), text);
        }
        assert_eq!(number(i64::MIN), "−9.223.372.036.854.775.808");
    }

    #[test]
    fn the_day_is_that_of_la_paz() {
        let late: Timestamp = "2026-01-01T03:59:00Z".parse().unwrap();
        assert_eq!(time(late, Language::Spanish), "31 de diciembre de 2025, 23:59");
        assert_eq!(time(late, Language::English), "31 December 2025, 23:59");
        assert_eq!(time(late, Language::Guarani), "31 de diciembre de 2025, 23:59");
    }
}
