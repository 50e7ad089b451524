//! The language that a browser asks for.

use html::Language;

/// Of the languages that are `offered`, the one that the values of `Accept-Language` give the highest weight; of equals the
/// first; Spanish, where none of them is asked for (RFC 9110 §12.5.4).
///
/// A tag counts by its first part, as RFC 4647 §3.4 looks it up at last: `es-BO` asks for Spanish. What has a weight that is
/// none is passed over, and so is what comes after the sixteenth.
pub fn negotiate<'h>(accept_language: impl IntoIterator<Item = &'h str>, offered: &[Language]) -> Language {
    let ranges = accept_language.into_iter().flat_map(|list| list.split(',')).take(MAX_LISTED);
    let mut best: Option<(Language, u16)> = None;
    for item in ranges {
        let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
        let primary = range.trim().split('-').next().unwrap_or_default();
        let named = offered.iter().find(|language| language.code().eq_ignore_ascii_case(primary));
        let (Some(language), Some(weight)) = (named, weight(parameters.trim())) else { continue };
        if weight > 0 && best.is_none_or(|(_, before)| weight > before) {
            best = Some((*language, weight));
        }
    }
    best.map(|(language, _)| language).unwrap_or_default()
}

/// A weight in thousandths (RFC 9110 §12.4.2); nothing, if that is none.
fn weight(parameters: &str) -> Option<u16> {
    if parameters.is_empty() {
        return Some(1000);
    }
    let (name, value) = parameters.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, thousandths) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    if thousandths.len() > 3 || !thousandths.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{thousandths:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

const MAX_LISTED: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOTH: [Language; 2] = [Language::Spanish, Language::English];

    #[test]
    fn a_visitor_reads_what_her_browser_asks_for_and_spanish_otherwise() {
        for (asked, language) in [
            ("en-US,en;q=0.9", Language::English),
            ("fr, es;q=0.5, en;q=0.7", Language::English),
            ("fr, en;q=0.5, es-BO;q=0.7", Language::Spanish),
            ("EN;Q=1.000", Language::English),
            ("en;q=0.3, es;q=0.3", Language::English),
            ("en;q=0, fr", Language::Spanish),
            ("en;q=x", Language::Spanish),
            ("en;q=5", Language::Spanish),
            ("en;q=0.0001", Language::Spanish),
            ("en;q=nan", Language::Spanish),
            ("*", Language::Spanish),
            ("qu", Language::Spanish),
            ("", Language::Spanish),
        ] {
            assert_eq!(negotiate([asked], &BOTH), language, "{asked}");
        }
    }

    #[test]
    fn every_language_of_the_state_can_be_asked_for() {
        for language in Language::ALL {
            let asked = format!("fr, {}-BO;q=0.8, de;q=0.9", language.code());
            assert_eq!(negotiate([asked.as_str()], &Language::ALL), language);
        }
    }

    #[test]
    fn several_headers_are_one_list_that_is_read_up_to_its_bound() {
        assert_eq!(negotiate(["fr", "en"], &BOTH), Language::English);
        let long = "fr,".repeat(MAX_LISTED) + "en";
        assert_eq!(negotiate([long.as_str()], &BOTH), Language::Spanish);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_one_that_is_offered_or_spanish_is_given(asked in "\\PC{0,60}") {
            let language = negotiate([asked.as_str()], &[Language::Quechua]);
            prop_assert!([Language::Quechua, Language::Spanish].contains(&language));
        }

        #[test]
        fn the_highest_weight_wins(first in 1_u16..1000, second in 1_u16..1000) {
            let asked = format!("es;q=0.{first:03}, en;q=0.{second:03}");
            let expected = if second > first { Language::English } else { Language::Spanish };
            prop_assert_eq!(negotiate([asked.as_str()], &BOTH), expected);
        }
    }
}
