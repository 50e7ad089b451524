//! The language of a visit: what the visitor chose, or what her browser asks for.

use html::Language;
use http::header::{ACCEPT_LANGUAGE, HeaderMap};

use crate::cookie;

/// Holds the language that a visitor chose.
pub const COOKIE: &str = "__Host-language";

/// The language for a visitor, of those that are offered; Spanish, where nothing else was asked for.
#[must_use]
pub fn of(headers: &HeaderMap, offered: &[Language]) -> Language {
    let asked = || headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let chosen = cookie::read(headers, COOKIE).and_then(by_code).filter(|chosen| offered.contains(chosen));
    chosen.unwrap_or_else(|| texts::negotiate(asked(), offered))
}

/// The language with this code.
#[must_use]
pub fn by_code(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

/// Whether a text is a path of the origin that it is shown on: `//host` and `/\host` lead elsewhere.
#[must_use]
pub fn is_own_path(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && path.chars().all(|letter| letter.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http::header::COOKIE as COOKIES;

    const OFFERED: [Language; 2] = [Language::Spanish, Language::English];

    fn asks(value: &'static str) -> Language {
        of(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(value))]), &OFFERED)
    }

    #[test]
    fn a_visitor_reads_what_her_browser_asks_for_and_spanish_otherwise() {
        assert_eq!(asks("en-US,en;q=0.9"), Language::English);
        assert_eq!(asks("fr, es;q=0.5, en;q=0.7"), Language::English);
        assert_eq!(asks("en;q=0, fr"), Language::Spanish);
        assert_eq!(asks("en;q=x"), Language::Spanish);
        assert_eq!(of(&HeaderMap::new(), &OFFERED), Language::Spanish);
    }

    #[test]
    fn what_she_chose_counts_more() {
        let mut headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static("en"))]);
        headers.insert(COOKIES, HeaderValue::from_static("__Host-language=es"));
        assert_eq!(of(&headers, &OFFERED), Language::Spanish);
        headers.insert(COOKIES, HeaderValue::from_static("__Host-language=xx"));
        assert_eq!(of(&headers, &OFFERED), Language::English);
    }

    #[test]
    fn what_a_plugin_has_not_is_not_shown_in_it() {
        let headers = HeaderMap::from_iter([(COOKIES, HeaderValue::from_static("__Host-language=qu"))]);
        assert_eq!(of(&headers, &OFFERED), Language::Spanish);
        assert_eq!(of(&headers, &Language::ALL), Language::Quechua);
    }
}
