//! What a browser says that it is, as people know it. It may say anything: nothing is to be decided by it.

use crate::Language;

/// A browser and what it runs on, by the names on their icons; nothing where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent {
    /// The browser.
    pub browser: Option<&'static str>,
    /// What it runs on.
    pub system: Option<&'static str>,
}

impl Agent {
    /// Reads the header `User-Agent` (RFC 9110 §10.1.5), as it was sent or its beginning.
    #[must_use]
    pub fn of(said: &str) -> Self {
        let named = |names: &[(&str, &'static str)]| names.iter().find(|(part, _)| said.contains(part)).map(|of| of.1);
        Self { browser: named(&BROWSERS), system: named(&SYSTEMS) }
    }

    /// Its names in a language: `Firefox en Windows`, `Otro programa`.
    #[must_use]
    pub fn in_words(self, language: Language) -> String {
        let words = language.words();
        let browser = self.browser.unwrap_or(words.other_program);
        match self.system {
            Some(system) => format!("{browser} {} {system}", words.on),
            None => browser.to_owned(),
        }
    }
}

/// By what is only in their header. Most say that they are Safari, many that they are Chrome: whoever claims least comes last.
const BROWSERS: [(&str, &str); 14] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("HeadlessChrome/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Android says that it is Linux, and an iPhone that it is like a Mac.
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_system_are_said_in_words() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (said, spanish, english) in [
            (format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/150.0.0.0 Safari/537.36"), "Chromium en Linux", "Chromium on Linux"),
            (format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/150.0.0.0 Mobile Safari/537.36"), "Chrome en Android", "Chrome on Android"),
            (format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"), "Samsung Internet en Android", "Samsung Internet on Android"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0"), "Edge en Windows", "Edge on Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1".to_owned(), "Safari en iPhone", "Safari on iPhone"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:146.0) Gecko/20100101 Firefox/146.0".to_owned(), "Firefox en Mac", "Firefox on Mac"),
            ("Firefox/146.0".to_owned(), "Firefox", "Firefox"),
            ("curl/8.14.1 (Linux)".to_owned(), "Otro programa en Linux", "Another program on Linux"),
            (String::new(), "Otro programa", "Another program"),
        ] {
            let agent = Agent::of(&said);
            assert_eq!(agent.in_words(Language::Spanish), spanish, "{said}");
            assert_eq!(agent.in_words(Language::English), english, "{said}");
        }
    }
}
