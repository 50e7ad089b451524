//! Opening hours as a person writes them: `lun-vie 08:30-16:30`, one of them on each line.

use crate::definition::{Hours, Weekday};
use crate::pages::say;

/// The days with what they begin with, in Spanish and in English.
const DAYS: [(Weekday, &str, &str); 7] = [
    (Weekday::Mon, "lun", "mon"),
    (Weekday::Tue, "mar", "tue"),
    (Weekday::Wed, "mie", "wed"),
    (Weekday::Thu, "jue", "thu"),
    (Weekday::Fri, "vie", "fri"),
    (Weekday::Sat, "sab", "sat"),
    (Weekday::Sun, "dom", "sun"),
];

/// One line.
pub(super) fn read(line: &str) -> Result<Hours, String> {
    let parts = line.rsplit_once(' ').and_then(|(days, hours)| Some((days, hours.split_once('-')?)));
    let read = parts.and_then(|(days, (from, to))| {
        let days = days.split(',').map(span).collect::<Option<Vec<_>>>()?.concat();
        Some(Hours { days, from: from.parse().ok()?, to: to.parse().ok()? })
    });
    read.ok_or_else(|| say("design-no-hours"))
}

/// All lines.
pub(super) fn written(all: &[Hours]) -> String {
    let line = |hours: &Hours| format!("{} {}-{}", days(&hours.days), hours.from, hours.to);
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A day, or the days from one to another.
fn span(text: &str) -> Option<Vec<Weekday>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (index(first)?, index(last)?);
    (first <= last).then(|| DAYS[first..=last].iter().map(|(day, ..)| *day).collect())
}

fn index(text: &str) -> Option<usize> {
    let folded = sdk::text::fold(text.trim());
    DAYS.iter().position(|(_, spanish, english)| folded.starts_with(spanish) || folded.starts_with(english))
}

fn days(days: &[Weekday]) -> String {
    let name = |day: &Weekday| DAYS.iter().find(|(one, ..)| one == day).map_or("", |(_, spanish, _)| spanish);
    let in_a_row = days.windows(2).all(|pair| pair[1] as u8 == pair[0] as u8 + 1);
    match days {
        [first, .., last] if in_a_row && days.len() > 2 => format!("{}-{}", name(first), name(last)),
        all => all.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written() {
        for line in ["lun-vie 08:30-16:30", "sab 09:00-13:00", "lun, mie 08:00-12:00"] {
            let hours = read(line).expect("hours");
            assert_eq!(written(&[hours]), line);
        }
        let hours = read("Lunes-Viernes 08:30-16:30").expect("hours");
        assert_eq!(hours.days.len(), 5);
        let accents = read("miércoles, sábado 08:30-16:30").expect("hours");
        assert_eq!(accents.days, [Weekday::Wed, Weekday::Sat]);
    }
}
