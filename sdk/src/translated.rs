//! Words that an author gives in several languages, as data: the title of a procedure, the question of a form.
//!
//! Texts that belong to a plugin's code stand in its catalogues ([`i18n`](crate::i18n)); these belong to what a plugin keeps.

use std::collections::BTreeMap;

use html::Language;
use serde::{Deserialize, Serialize};

use crate::i18n::Text;

/// Words in Spanish, and in other languages too. As JSON they are an object: `{"es": "Tienda", "en": "Shop"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Translated {
    spanish: String,
    /// In the order of [`Language::ALL`], each once, without Spanish.
    others: Vec<(Language, String)>,
}

/// Why words are none in several languages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTranslated {
    /// Everybody is shown the Spanish words whose own language has none.
    #[error("the Spanish words are missing: give them as `es`")]
    NoSpanish,
    /// A language that pages are not shown in.
    #[error("`{0}` is no language of pages: use es, qu, ay, gn or en")]
    UnknownLanguage(String),
    /// A language with nothing but spaces.
    #[error("the words in `{0}` are blank: write them, or leave the language out")]
    Blank(String),
}

impl Translated {
    /// Words in Spanish alone.
    #[must_use]
    pub fn new(spanish: impl Into<String>) -> Self {
        Self { spanish: spanish.into(), others: Vec::new() }
    }

    /// The same with the words of one more language, or with other words of one that is there.
    #[must_use]
    pub fn with(mut self, language: Language, words: impl Into<String>) -> Self {
        let words = words.into();
        if language == Language::Spanish {
            self.spanish = words;
            return self;
        }
        self.others.retain(|(other, _)| *other != language);
        self.others.push((language, words));
        self.others.sort_by_key(|(other, _)| Language::ALL.iter().position(|one| one == other));
        self
    }

    /// The words in a language, with the language that they really are in: Spanish, where it has none of its own.
    #[must_use]
    pub fn say(&self, language: Language) -> Text {
        let (language, words) = self.own(language).unwrap_or((Language::Spanish, &self.spanish));
        Text { value: words.to_owned(), language: language.code().to_owned() }
    }

    /// The words alone, where it does not matter which language they are in.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        self.own(language).map_or(&self.spanish, |(_, words)| words)
    }

    /// The languages that have words of their own, Spanish first.
    pub fn languages(&self) -> impl Iterator<Item = Language> + '_ {
        std::iter::once(Language::Spanish).chain(self.others.iter().map(|(language, _)| *language))
    }

    fn own(&self, language: Language) -> Option<(Language, &str)> {
        let own = self.others.iter().find(|(other, _)| *other == language)?;
        Some((language, &own.1))
    }
}

impl TryFrom<BTreeMap<String, String>> for Translated {
    type Error = NotTranslated;

    fn try_from(words: BTreeMap<String, String>) -> Result<Self, NotTranslated> {
        let mut translated = Self::new(words.get(Language::Spanish.code()).ok_or(NotTranslated::NoSpanish)?);
        for (code, words) in words {
            if words.trim().is_empty() {
                return Err(NotTranslated::Blank(code));
            }
            let language = language(&code).ok_or(NotTranslated::UnknownLanguage(code))?;
            translated = translated.with(language, words);
        }
        Ok(translated)
    }
}

impl From<Translated> for BTreeMap<String, String> {
    fn from(translated: Translated) -> Self {
        let others = translated.others.into_iter();
        let all = others.chain([(Language::Spanish, translated.spanish)]);
        all.map(|(language, words)| (language.code().to_owned(), words)).collect()
    }
}

/// The language of a code, and not of whatever begins with it.
pub(crate) fn language(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shop() -> Translated {
        Translated::new("Tienda").with(Language::English, "Shop").with(Language::Quechua, "Qhatu")
    }

    #[test]
    fn words_are_said_in_the_readers_language_and_else_in_spanish() {
        let said = shop().say(Language::English);
        assert_eq!((said.value.as_str(), said.language.as_str()), ("Shop", "en"));
        let said = shop().say(Language::Guarani);
        assert_eq!((said.value.as_str(), said.language.as_str()), ("Tienda", "es"));
        assert!(said.on_page(Language::Guarani).into_string().contains(r#"lang="es""#));
        assert_eq!(shop().in_language(Language::Quechua), "Qhatu");
    }

    #[test]
    fn words_are_read_as_they_were_written() {
        let written = serde_json::to_value(shop()).unwrap();
        assert_eq!(written, json!({ "en": "Shop", "es": "Tienda", "qu": "Qhatu" }));
        assert_eq!(serde_json::from_value::<Translated>(written).unwrap(), shop());
        let languages: Vec<_> = shop().languages().collect();
        assert_eq!(languages, [Language::Spanish, Language::Quechua, Language::English]);
    }

    #[test]
    fn the_words_of_a_language_are_replaced() {
        let words = shop().with(Language::English, "Store").with(Language::Spanish, "Almacén");
        assert_eq!(words.in_language(Language::English), "Store");
        assert_eq!(words.in_language(Language::Aymara), "Almacén");
    }

    #[test]
    fn words_without_spanish_of_another_language_or_blank_are_refused() {
        for (words, error) in [
            (json!({ "en": "Shop" }), NotTranslated::NoSpanish),
            (json!({ "es": " ", "en": "Shop" }), NotTranslated::Blank("es".to_owned())),
            (json!({ "es": "Tienda", "en": "" }), NotTranslated::Blank("en".to_owned())),
            (json!({ "es": "Tienda", "es-BO": "Tienda" }), NotTranslated::UnknownLanguage("es-BO".to_owned())),
            (json!({ "es": "Tienda", "fr": "Boutique" }), NotTranslated::UnknownLanguage("fr".to_owned())),
        ] {
            let refused = serde_json::from_value::<Translated>(words).unwrap_err();
            assert_eq!(refused.to_string(), error.to_string());
        }
    }
}
