//! Reads the keywords of a field.

use html::Language;
use serde_json::{Map, Value};

use super::keywords::Keywords;
use super::kind::Kind;
use super::problem::{Problem, Rule, rule};
use super::read_kind::kind;
use super::wire::{Said, Translations};
use crate::Translated;
use crate::translated::language;

/// A field before what it says of others is read.
pub(super) struct Draft<'v> {
    pub(super) title: Translated,
    pub(super) description: Option<Translated>,
    pub(super) concept: Option<String>,
    pub(super) kind: Kind,
    pub(super) from: From<'v>,
    pub(super) when: Option<&'v Value>,
}

/// Where the value comes from, as it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From<'v> {
    Person,
    Formula(&'v str),
    Register(&'v str),
}

const MOST_LETTERS_OF_TITLE: usize = 500;
const MOST_LETTERS_OF_DESCRIPTION: usize = 4_000;
const MOST_LETTERS_OF_CODE: usize = 100;

impl Draft<'_> {
    pub(super) fn kind(&self) -> Kind {
        self.kind.clone()
    }
}

/// Reads a field; none, if something is wrong that nothing can be said without.
pub(super) fn draft<'v>(name: &'v str, map: &'v Map<String, Value>, problems: &mut Vec<Problem>) -> Option<Draft<'v>> {
    let mut keywords = Keywords::new(name, map, problems);
    let from = from(&mut keywords);
    let kind = kind(&mut keywords, from);
    let words = words(&mut keywords);
    let concept = keywords.text("x-concept").map(str::to_owned);
    if concept.as_deref().is_some_and(|concept| !is_code(concept)) {
        keywords.note("x-concept", no_code());
    }
    let (title, description) = words?;
    Some(Draft { title, description, concept, kind: kind?, from, when: map.get("x-when") })
}

fn from<'v>(keywords: &mut Keywords<'v, '_>) -> From<'v> {
    let read_only = keywords.is_set("readOnly");
    match (keywords.text("x-formula"), keywords.text("x-source")) {
        (Some(_), Some(_)) => {
            let rule = rule(
                "does not go with `x-formula`: leave one of them out",
                "no va junto con `x-formula`: quite una de las dos",
            );
            keywords.note("x-source", rule);
            From::Person
        }
        (None, None) => {
            if read_only && !keywords.has("x-formula") && !keywords.has("x-source") {
                let rule = rule(
                    "needs `x-formula` or `x-source`, where the value comes from",
                    "necesita `x-formula` o `x-source`, que dicen de dónde viene el valor",
                );
                keywords.note("readOnly", rule);
            }
            From::Person
        }
        (Some(_), None) | (None, Some(_)) if !read_only => {
            let rule = rule(
                "must be true where a value comes from `x-formula` or `x-source`",
                "tiene que ser `true` donde el valor viene de `x-formula` o `x-source`",
            );
            keywords.note("readOnly", rule);
            From::Person
        }
        (Some(formula), None) => From::Formula(formula),
        (None, Some(code)) => {
            if !is_code(code) {
                keywords.note("x-source", no_code());
            }
            From::Register(code)
        }
    }
}

/// The title and the description in every language.
fn words(keywords: &mut Keywords<'_, '_>) -> Option<(Translated, Option<Translated>)> {
    if !keywords.has("title") {
        let rule = rule(
            "is missing: say in Spanish what the field is called",
            "falta: diga en castellano cómo se llama la pregunta",
        );
        keywords.note("title", rule);
    }
    let example = r#"{"en": {"title": "…"}}"#;
    let of_type = rule(format!("an object such as {example}"), format!("un objeto como {example}"));
    let translations: Translations = keywords.read("x-translations", &of_type).unwrap_or_default();
    let title = spanish(keywords, "title", MOST_LETTERS_OF_TITLE);
    let description = spanish(keywords, "description", MOST_LETTERS_OF_DESCRIPTION);
    let (mut title, mut description) = (title?, description);
    for (code, Said { title: own_title, description: own_description }) in translations {
        let Some(language) = translated(keywords, "x-translations", &code) else { continue };
        for (words, most) in [(&own_title, MOST_LETTERS_OF_TITLE), (&own_description, MOST_LETTERS_OF_DESCRIPTION)] {
            if words.as_ref().is_some_and(|words| !is_text(words, most)) {
                let rule = rule(
                    format!("must have words in `{code}`, {most} letters at most"),
                    format!("tiene que tener palabras en `{code}`, de {most} letras como máximo"),
                );
                keywords.note("x-translations", rule);
            }
        }
        if let Some(words) = own_title {
            title = title.with(language, words);
        }
        match (&mut description, own_description) {
            (Some(description), Some(words)) => *description = description.clone().with(language, words),
            (None, Some(_)) => {
                let rule = rule(
                    format!("describes in `{code}` what has no `description`"),
                    format!("explica en `{code}` lo que no tiene `description`"),
                );
                keywords.note("x-translations", rule);
            }
            (_, None) => {}
        }
    }
    Some((title, description))
}

fn spanish(keywords: &mut Keywords<'_, '_>, keyword: &str, most: usize) -> Option<Translated> {
    let words = keywords.text(keyword)?;
    if !is_text(words, most) {
        let rule = rule(
            format!("must have words, {most} letters at most"),
            format!("tiene que tener palabras, de {most} letras como máximo"),
        );
        keywords.note(keyword, rule);
    }
    Some(Translated::new(words))
}

/// The language of a translation, which is not Spanish: that is what is translated.
pub(super) fn translated(keywords: &mut Keywords<'_, '_>, keyword: &str, code: &str) -> Option<Language> {
    let known = language(code).filter(|language| *language != Language::Spanish);
    if known.is_none() {
        let rule = rule(
            format!("has `{code}`: translations are in qu, ay, gn and en"),
            format!("tiene `{code}`: las traducciones son a qu, ay, gn y en"),
        );
        keywords.note(keyword, rule);
    }
    known
}

fn no_code() -> Rule {
    rule(
        "must be small letters, digits, `.`, `-` and `_`, a letter first",
        "tiene que ser de letras minúsculas sin acento, cifras, `.`, `-` y `_`, y empezar con una letra",
    )
}

/// Whether a title of a field or a choice is one.
pub(super) fn is_title(text: &str) -> bool {
    is_text(text, MOST_LETTERS_OF_TITLE)
}

fn is_text(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most
}

/// Whether a text is a code of the vocabulary, or of a register.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte));
    letters && text.starts_with(|letter: char| letter.is_ascii_lowercase()) && text.len() <= MOST_LETTERS_OF_CODE
}
