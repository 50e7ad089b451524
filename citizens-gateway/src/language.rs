//! The language of a visit: what the visitor chose, or what her browser asks for.

use html::Language;
use http::header::{ACCEPT_LANGUAGE, HeaderMap};
use plugin_host::Loaded;

/// Holds the language that a visitor chose.
pub(crate) const COOKIE: &str = "__Host-language";

/// The languages that the gateway's own pages are in.
pub(crate) const OFFERED: [Language; 2] = [Language::Spanish, Language::English];

/// The languages that a plugin's pages are shown in: the gateway's own, and all that the plugin has texts in.
pub(crate) fn offered_by(plugin: &Loaded) -> Vec<Language> {
    let has: Vec<Language> = plugin.languages().collect();
    Language::ALL.into_iter().filter(|language| OFFERED.contains(language) || has.contains(language)).collect()
}

/// The language for a visitor, of those that are offered; Spanish, where nothing else was asked for.
pub(crate) fn of(headers: &HeaderMap, offered: &[Language]) -> Language {
    let asked = || headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let chosen = pages::cookie::read(headers, COOKIE).and_then(by_code).filter(|chosen| offered.contains(chosen));
    chosen.unwrap_or_else(|| texts::negotiate(asked(), offered))
}

/// The language that the gateway's own pages have for somebody who reads a plugin in another one.
pub(crate) fn of_own_pages(read: Language) -> Language {
    if OFFERED.contains(&read) { read } else { Language::Spanish }
}

/// The language with this code.
pub(crate) fn by_code(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http::header::COOKIE as COOKIES;

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
