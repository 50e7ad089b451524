//! Why a description of a form is refused, in the two languages of those who write one.

use std::fmt::{self, Display};

use html::Language;

/// Something that an author has to change: where, and how it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    field: Option<String>,
    keyword: Option<String>,
    rule: Rule,
}

/// How something has to be: what follows the name of a keyword, or of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    english: String,
    spanish: String,
}

/// A rule in both languages.
pub(super) fn rule(english: impl Into<String>, spanish: impl Into<String>) -> Rule {
    Rule { english: english.into(), spanish: spanish.into() }
}

impl Rule {
    /// It in a language: in Spanish, where it has no words in it.
    pub(super) fn said(&self, language: Language) -> &str {
        if language == Language::English { &self.english } else { &self.spanish }
    }
}

impl Problem {
    /// A problem of the whole description.
    pub(super) fn of_all(keyword: &str, rule: Rule) -> Self {
        Self { field: None, keyword: Some(keyword.to_owned()).filter(|keyword| !keyword.is_empty()), rule }
    }

    /// A problem of a field.
    pub(super) fn of(field: &str, keyword: &str, rule: Rule) -> Self {
        Self { field: Some(field.to_owned()), ..Self::of_all(keyword, rule) }
    }

    /// The field, if it is one field's.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The keyword, if it is one keyword's.
    #[must_use]
    pub fn keyword(&self) -> Option<&str> {
        self.keyword.as_deref()
    }

    /// What is to be done, for programs and their authors.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.said(Language::English)
    }

    /// What is to be done, in English or else in Spanish.
    #[must_use]
    pub fn said(&self, language: Language) -> &str {
        self.rule.said(language)
    }

    /// The same with its place.
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        let word = if language == Language::English { "field" } else { "campo" };
        let field = self.field.as_ref().map(|field| format!("{word} `{field}`: "));
        let keyword = self.keyword.as_ref().map(|keyword| format!("`{keyword}` "));
        format!("{}{}{}", field.unwrap_or_default(), keyword.unwrap_or_default(), self.said(language))
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.in_words(Language::English))
    }
}

impl std::error::Error for Problem {}
