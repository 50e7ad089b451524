//! The language of a visit: what the visitor chose, or what her browser asks for.

use html::Language;
use http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// Holds the language that a visitor chose.
pub(crate) const COOKIE: &str = "__Host-language";

/// The languages that the pages are in.
pub(crate) const OFFERED: [Language; 2] = [Language::Spanish, Language::English];

/// The language for a visitor; Spanish, where nothing else was asked for.
pub(crate) fn of(headers: &HeaderMap) -> Language {
    let chosen = pages::cookie::read(headers, COOKIE).and_then(offered);
    chosen.or_else(|| asked(headers)).unwrap_or_default()
}

/// The offered language with this code.
pub(crate) fn offered(code: &str) -> Option<Language> {
    OFFERED.into_iter().find(|language| language.code() == code)
}

/// RFC 9110 §12.5.4: of the languages that are offered, the one with the highest weight; of equals, the first.
fn asked(headers: &HeaderMap) -> Option<Language> {
    let lists = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut best: Option<(Language, f32)> = None;
    for item in lists.flat_map(|list| list.split(',')).take(MAX_LISTED) {
        let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse().ok());
        let primary = range.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let (Some(language), Some(weight)) = (offered(&primary), weight) else { continue };
        if weight > 0.0 && best.is_none_or(|(_, before)| weight > before) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

const MAX_LISTED: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http::header::COOKIE as COOKIES;

    fn asks(value: &'static str) -> Language {
        of(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(value))]))
    }

    #[test]
    fn a_visitor_reads_what_her_browser_asks_for_and_spanish_otherwise() {
        assert_eq!(asks("en-US,en;q=0.9"), Language::English);
        assert_eq!(asks("fr, es;q=0.5, en;q=0.7"), Language::English);
        assert_eq!(asks("en;q=0, fr"), Language::Spanish);
        assert_eq!(asks("en;q=x"), Language::Spanish);
        assert_eq!(of(&HeaderMap::new()), Language::Spanish);
    }

    #[test]
    fn what_she_chose_counts_more() {
        let mut headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static("en"))]);
        headers.insert(COOKIES, HeaderValue::from_static("__Host-language=es"));
        assert_eq!(of(&headers), Language::Spanish);
        headers.insert(COOKIES, HeaderValue::from_static("__Host-language=xx"));
        assert_eq!(of(&headers), Language::English);
    }
}
