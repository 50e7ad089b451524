//! The questions of a draft as they are written: their kinds, what they are called, and in which order they stand.

use sdk::Translated;
use sdk::html::Language;
use sdk::json::Value;
use serde_json::Map;

use crate::definition::{Definition, Online, REGISTRATIONS};

/// The keywords of a question.
pub(super) type Keywords = Map<String, Value>;

/// What a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Lines,
    Mask,
    Email,
    Telephone,
    Date,
    Integer,
    Decimal,
    Money,
    Choice,
    Choices,
    Check,
    Consent,
}

impl Kind {
    pub(super) const ALL: [Self; 13] = [
        Self::Line,
        Self::Lines,
        Self::Choice,
        Self::Choices,
        Self::Check,
        Self::Date,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Mask,
        Self::Email,
        Self::Telephone,
        Self::Consent,
    ];

    /// Its word in addresses and texts.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Lines => "lines",
            Self::Mask => "mask",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::Date => "date",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Check => "check",
            Self::Consent => "consent",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What a question is, by its keywords.
    pub(super) fn of(keywords: &Keywords) -> Self {
        let has = |keyword: &str| keywords.contains_key(keyword);
        let text = |keyword: &str| keywords.get(keyword).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "integer" if has("x-money") => Self::Money,
            "integer" => Self::Integer,
            "number" => Self::Decimal,
            "array" => Self::Choices,
            "boolean" if has("const") => Self::Consent,
            "boolean" => Self::Check,
            _ if has("oneOf") => Self::Choice,
            _ if has("x-masks") => Self::Mask,
            _ if has("x-telephone") => Self::Telephone,
            _ if text("format") == "date" => Self::Date,
            _ if text("format") == "email" => Self::Email,
            _ if has("x-lines") => Self::Lines,
            _ => Self::Line,
        }
    }

    /// Whether it can be calculated.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Money)
    }

    /// Whether a register can say it.
    pub(super) fn is_simple(self) -> bool {
        !matches!(self, Self::Choices | Self::Consent)
    }
}

/// The questions of a draft by their names.
pub(super) fn properties(definition: &Definition) -> Option<&Keywords> {
    definition.online.as_ref()?.schema.get("properties")?.as_object()
}

/// A question.
pub(super) fn keywords<'d>(definition: &'d Definition, name: &str) -> Option<&'d Keywords> {
    properties(definition)?.get(name)?.as_object()
}

/// The names of all questions, in their order.
pub(super) fn names(definition: &Definition) -> Vec<String> {
    let Some(online) = &definition.online else { return Vec::new() };
    let known = properties(definition);
    let is_known = |name: &&str| known.is_some_and(|known| known.contains_key(*name));
    let ordered = online.schema.get("x-order").and_then(Value::as_array);
    let ordered = ordered.into_iter().flatten().filter_map(Value::as_str).filter(is_known);
    let mut names: Vec<String> = ordered.map(str::to_owned).collect();
    let others = known.into_iter().flat_map(Map::keys).filter(|name| !names.contains(name)).cloned();
    names.extend(others.collect::<Vec<_>>());
    names
}

/// What a question is called.
pub(super) fn title(definition: &Definition, name: &str, language: Language) -> String {
    let words = keywords(definition, name).and_then(|keywords| words(keywords, "title"));
    words.map_or_else(|| name.to_owned(), |words| words.in_language(language).to_owned())
}

/// The questions by which something can depend, with what they are called; what is applied for is one of them.
pub(super) fn titled(definition: &Definition, language: Language) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        names(definition).into_iter().map(|name| (name.clone(), title(definition, &name, language))).collect();
    if definition.online.as_ref().is_some_and(chooses) {
        all.push((REGISTRATIONS.to_owned(), crate::pages::say("design-what-for")));
    }
    all
}

/// The questions of money.
pub(super) fn of_money(definition: &Definition) -> Vec<(String, String)> {
    let is_money = |name: &String| keywords(definition, name).is_some_and(|one| Kind::of(one) == Kind::Money);
    let all = names(definition).into_iter().filter(is_money);
    all.map(|name| (name.clone(), title(definition, &name, Language::Spanish))).collect()
}

/// Whether there is something to choose among what can be applied for.
pub(super) fn chooses(online: &Online) -> bool {
    online.registrations.iter().any(|one| one.need == crate::definition::Need::Optional)
}

/// The words of a keyword in the languages that it has.
pub(super) fn words(keywords: &Keywords, keyword: &str) -> Option<Translated> {
    let spanish = Translated::new(keywords.get(keyword)?.as_str()?);
    let others = keywords.get("x-translations").and_then(Value::as_object);
    let said = |language: Language| others?.get(language.code())?.get(keyword)?.as_str();
    let others = Language::ALL.into_iter().filter(|language| *language != Language::Spanish);
    Some(others.fold(spanish, |words, language| match said(language) {
        Some(said) => words.with(language, said),
        None => words,
    }))
}

/// Writes words into a keyword, and into the translations of a question or a choice.
pub(super) fn write_words(keywords: &mut Keywords, keyword: &str, words: &Translated) {
    keywords.insert(keyword.to_owned(), words.in_language(Language::Spanish).into());
    for language in words.languages().filter(|language| *language != Language::Spanish) {
        let translations = keywords.entry("x-translations").or_insert_with(|| Value::Object(Map::new()));
        let said = translations
            .as_object_mut()
            .map(|all| all.entry(language.code()).or_insert_with(|| Value::Object(Map::new())));
        if let Some(said) = said.and_then(Value::as_object_mut) {
            said.insert(keyword.to_owned(), words.in_language(language).into());
        }
    }
}

/// The choices of a question: what is chosen, and what it is called.
pub(super) fn choices(keywords: &Keywords) -> Vec<(String, Translated)> {
    let own = keywords.get("oneOf").or_else(|| keywords.get("items")?.get("oneOf"));
    let all = own.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    all.filter_map(|choice| Some((choice.get("const")?.as_str()?.to_owned(), words(choice, "title")?))).collect()
}

/// Has the questions stand in the order of the pages; those that are on none come last.
pub(super) fn put_in_order(definition: &mut Definition) {
    let before = names(definition);
    let Some(online) = &mut definition.online else { return };
    let mut order: Vec<String> = Vec::with_capacity(before.len());
    for name in online.pages.iter().flat_map(|page| &page.fields).chain(&before) {
        if before.contains(name) && !order.contains(name) {
            order.push(name.clone());
        }
    }
    if let Some(schema) = online.schema.as_object_mut() {
        schema.insert("x-order".to_owned(), order.into());
    }
}
