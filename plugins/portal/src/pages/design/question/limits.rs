//! What an answer may be, by the kind of its question: how long, how much, which choices.

use sdk::form::Fields;
use sdk::html::{Language, Width};
use sdk::json::{Value, json};
use sdk::{Money, Translated};

use super::super::ask;
use super::super::condition::{date, number};
use super::super::kinds::{self, Keywords, Kind};
use super::typed;
use crate::pages::say;

/// What an answer may be.
#[derive(Debug, Default)]
pub(super) struct Limits {
    least: Option<Value>,
    most: Option<Value>,
    decimals: Option<i64>,
    masks: Vec<String>,
    choices: Vec<(String, Translated)>,
}

const MOST_LETTERS: i64 = 10_000;
const MOST_DECIMALS: i64 = 6;
const USUAL_DECIMALS: &str = "2";
const TODAY: &str = "today";
const TODAY_IN_SPANISH: &str = "hoy";

impl Limits {
    /// Shows and reads them.
    pub(super) fn named(fields: &mut Fields<'_>, kind: Kind, now: Option<&Keywords>) -> Option<Self> {
        let (least, most) = keywords_of(kind);
        let none = Self::default();
        Some(match kind {
            Kind::Email | Kind::Telephone | Kind::Check | Kind::Consent => none,
            Kind::Mask => Self { masks: masks(fields, now)?, ..none },
            Kind::Choice => Self { choices: choices(fields, now)?, ..none },
            Kind::Choices => {
                let choices = choices(fields, now);
                let least = bound(fields, "least", "design-least-choices", &typed(now, "minItems"), kind);
                Self { choices: choices?, least: least?, ..none }
            }
            Kind::Line | Kind::Lines | Kind::Date | Kind::Integer | Kind::Decimal | Kind::Money => {
                let decimals = if kind == Kind::Decimal { decimals(fields, now).map(Some) } else { Some(None) };
                let now_of = |keyword: &str| written(kind, now, keyword);
                let least = bound(fields, "least", &format!("design-least-{}", word(kind)), &now_of(least), kind);
                let most = bound(fields, "most", &format!("design-most-{}", word(kind)), &now_of(most), kind);
                Self { least: least?, most: most?, decimals: decimals?, ..none }
            }
        })
    }

    /// Writes them into a question. What is calculated has no bounds: it is what it is.
    pub(super) fn write(self, keywords: &mut Keywords, kind: Kind, is_calculated: bool) {
        let Self { least, most, decimals, masks, choices } = self;
        let mut put = |keyword: &str, value: Value| drop(keywords.insert(keyword.to_owned(), value));
        match kind {
            Kind::Line | Kind::Mask | Kind::Choice => put("type", "string".into()),
            Kind::Lines => {
                put("type", "string".into());
                put("x-lines", true.into());
            }
            Kind::Email | Kind::Date => {
                put("type", "string".into());
                put("format", if kind == Kind::Date { "date" } else { "email" }.into());
            }
            Kind::Telephone => {
                put("type", "string".into());
                put("x-telephone", true.into());
            }
            Kind::Integer => put("type", "integer".into()),
            Kind::Money => {
                put("type", "integer".into());
                put("x-money", true.into());
            }
            Kind::Decimal => put("type", "number".into()),
            Kind::Choices => {
                put("type", "array".into());
                put("items", json!({ "oneOf": written_choices(&choices) }));
                put("uniqueItems", true.into());
            }
            Kind::Check => put("type", "boolean".into()),
            Kind::Consent => {
                put("type", "boolean".into());
                put("const", true.into());
            }
        }
        if kind == Kind::Choice {
            put("oneOf", written_choices(&choices));
        }
        if !masks.is_empty() {
            put("x-masks", masks.into());
        }
        if let Some(decimals) = decimals {
            put("x-decimals", decimals.into());
        }
        let (low, high) = keywords_of(kind);
        for (keyword, bound) in [(low, least), (high, most)] {
            if let Some(bound) = bound.filter(|_| !is_calculated) {
                put(keyword, bound);
            }
        }
    }
}

/// The keywords of a kind's bounds.
fn keywords_of(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Line | Kind::Lines => ("minLength", "maxLength"),
        Kind::Date => ("x-not-before", "x-not-after"),
        Kind::Choices => ("minItems", ""),
        _ => ("minimum", "maximum"),
    }
}

/// How the bounds of a kind are called.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Line | Kind::Lines => "letters",
        Kind::Date => "date",
        Kind::Money => "money",
        _ => "number",
    }
}

/// A bound as somebody types it.
fn written(kind: Kind, now: Option<&Keywords>, keyword: &str) -> String {
    let value = now.and_then(|now| now.get(keyword));
    match (kind, value.and_then(Value::as_i64)) {
        (Kind::Money, Some(centavos)) => Money::from_centavos(centavos).typed(),
        _ if value.and_then(Value::as_str) == Some(TODAY) => TODAY_IN_SPANISH.to_owned(),
        _ => typed(now, keyword),
    }
}

fn bound(fields: &mut Fields<'_>, name: &str, label: &str, now: &str, kind: Kind) -> Option<Option<Value>> {
    let entry = fields.line(name, &say(label)).width(Width::Medium).initially(now);
    let entry = if kind == Kind::Date { entry.hint(say("design-date-hint")) } else { entry };
    match kind {
        Kind::Line | Kind::Lines | Kind::Choices => {
            entry.optional().number(0..=MOST_LETTERS).map(|number| number.map(Value::from))
        }
        Kind::Money => entry.optional().parse(|text| {
            let amount = Money::read(text).ok_or_else(|| say("design-no-value"))?;
            Ok(amount.centavos().into())
        }),
        Kind::Date => entry.optional().parse(|text| match text.to_lowercase().as_str() {
            TODAY | TODAY_IN_SPANISH => Ok(TODAY.into()),
            text => date(text).map(|date| date.to_string().into()).ok_or_else(|| say("design-no-value")),
        }),
        _ => entry.optional().parse(|text| number(text).ok_or_else(|| say("design-no-value"))),
    }
}

fn decimals(fields: &mut Fields<'_>, now: Option<&Keywords>) -> Option<i64> {
    let now = Some(typed(now, "x-decimals")).filter(|now| !now.is_empty());
    let entry = fields.line("decimals", &say("design-decimals"));
    entry.initially(now.unwrap_or_else(|| USUAL_DECIMALS.to_owned())).number(0..=MOST_DECIMALS)
}

fn masks(fields: &mut Fields<'_>, now: Option<&Keywords>) -> Option<Vec<String>> {
    let now = now.and_then(|now| now.get("x-masks")).and_then(Value::as_array);
    let now: Vec<&str> = now.into_iter().flatten().filter_map(Value::as_str).collect();
    let entry = fields.lines("masks", &say("design-masks")).hint(say("design-masks-hint")).rows(3);
    let text = entry.initially(now.join("\n")).text()?;
    Some(text.lines().map(str::trim).filter(|mask| !mask.is_empty()).map(str::to_owned).collect())
}

/// The choices, one on each line: `code = Título | Title`.
fn choices(fields: &mut Fields<'_>, now: Option<&Keywords>) -> Option<Vec<(String, Translated)>> {
    let before = now.map(kinds::choices).unwrap_or_default();
    let line = |(code, title): &(String, Translated)| {
        let english = title.languages().any(|one| one == Language::English);
        let english = if english { format!(" | {}", title.in_language(Language::English)) } else { String::new() };
        format!("{code} = {}{english}", title.in_language(Language::Spanish))
    };
    let initial = before.iter().map(line).collect::<Vec<_>>().join("\n");
    let entry = fields.lines("choices", &say("design-choices")).hint(say("design-choices-hint")).rows(8);
    let text = entry.initially(initial).most_letters(20_000).text()?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let coded = |line| str::split_once(line, '=').map_or(("", line), |(code, titles)| (code.trim(), titles.trim()));
    let lines: Vec<(&str, &str)> = lines.map(coded).collect();
    let mut all: Vec<(String, Translated)> = Vec::new();
    for &(code, titles) in &lines {
        let (spanish, english) = titles.split_once('|').map_or((titles, ""), |(one, other)| (one.trim(), other.trim()));
        // A code made of a title leaves to other lines those that are written there.
        let is_taken = |code: &str| all.iter().any(|(one, _)| one == code) || lines.iter().any(|(one, _)| *one == code);
        let code = if code.is_empty() { ask::code_of(spanish, '-', is_taken)? } else { code.to_owned() };
        let others = before.iter().find(|(one, _)| *one == code).map(|(_, title)| title);
        let mut title = Translated::new(spanish);
        for language in others.into_iter().flat_map(Translated::languages) {
            if !matches!(language, Language::Spanish | Language::English) {
                title = title.with(language, others.map_or("", |title| title.in_language(language)));
            }
        }
        let title = if english.is_empty() { title } else { title.with(Language::English, english) };
        all.push((code, title));
    }
    Some(all)
}

fn written_choices(choices: &[(String, Translated)]) -> Value {
    let choice = |(code, title): &(String, Translated)| {
        let mut choice = Keywords::new();
        choice.insert("const".to_owned(), code.as_str().into());
        kinds::write_words(&mut choice, "title", title);
        Value::Object(choice)
    };
    choices.iter().map(choice).collect()
}
