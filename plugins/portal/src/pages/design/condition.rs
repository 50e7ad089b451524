//! When something is asked for, taken or paid: built of questions, tests and values, one beside the other.
//!
//! A condition that has another shape is shown as the JSON that it is, so that nothing of it is lost.

use sdk::form::{Choice, Fields};
use sdk::html::Language;
use sdk::i18n::Argument;
use sdk::json::{Value, json};
use sdk::schema::Number;
use sdk::text::fold;
use sdk::{Date, Money};

use super::kinds::{self, Kind};
use crate::definition::{Definition, REGISTRATIONS};
use crate::pages::{say, say_with};

/// The name of the field that shows a condition of another shape, and of the first value.
pub(super) const AS_JSON: &str = "when";
/// So many tests stand beside each other at most.
const MOST_ROWS: usize = 6;
const MOST_LETTERS: usize = 10_000;
const MOST_OF_VALUE: usize = 500;
/// The choice of no question.
const NONE: &str = "none";

/// One test.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    field: String,
    test: Test,
    value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Is,
    IsNot,
    IsOneOf,
    AtLeast,
    AtMost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    All,
    Any,
}

impl Test {
    const ALL: [Self; 5] = [Self::Is, Self::IsNot, Self::IsOneOf, Self::AtLeast, Self::AtMost];

    fn word(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is-not",
            Self::IsOneOf => "is-one-of",
            Self::AtLeast => "at-least",
            Self::AtMost => "at-most",
        }
    }
}

/// Shows and reads a condition; none, where something is always so. A question does not depend on itself.
pub(super) fn condition(
    fields: &mut Fields<'_>,
    definition: &Definition,
    now: Option<&Value>,
    itself: Option<&str>,
) -> Option<Option<Value>> {
    let mut known = kinds::titled(definition, fields.language());
    known.retain(|(name, _)| Some(name.as_str()) != itself);
    if known.is_empty() && now.is_none() {
        return Some(None);
    }
    fields.section(&say("design-when"));
    let (join, rows) = match now.map(rows_of) {
        None => (Join::All, Vec::new()),
        Some(Some(read)) if read.1.len() <= MOST_ROWS => read,
        Some(_) => return as_json(fields, now),
    };
    let mut read = Some(Vec::new());
    for number in 0..(rows.len() + 1).min(MOST_ROWS) {
        let row = row(fields, definition, &known, rows.get(number), number);
        read = read.zip(row).map(|(mut all, row)| {
            all.extend(row);
            all
        });
    }
    let join = if rows.is_empty() { Some(join) } else { joined(fields, join) };
    let (mut all, join) = (read?, join?);
    Some(match all.len() {
        0 | 1 => all.pop(),
        _ if join == Join::All => Some(json!({ "all": all })),
        _ => Some(json!({ "any": all })),
    })
}

fn joined(fields: &mut Fields<'_>, now: Join) -> Option<Join> {
    let choices =
        [Choice::new(Join::All, "all", say("design-when-all")), Choice::new(Join::Any, "any", say("design-when-any"))];
    let now = if now == Join::All { "all" } else { "any" };
    fields.one_of("when.join", &say("design-when-join"), &choices).initially(now).required()
}

fn as_json(fields: &mut Fields<'_>, now: Option<&Value>) -> Option<Option<Value>> {
    let text = now.and_then(|now| serde_json::to_string_pretty(now).ok()).unwrap_or_default();
    let entry = fields.lines(AS_JSON, &say("design-when-json")).hint(say("design-when-json-hint")).initially(text);
    entry
        .most_letters(MOST_LETTERS)
        .optional()
        .parse(|text| serde_json::from_str(text).map_err(|_| say("design-no-json")))
}

/// One row; nothing in it, where no question is chosen.
fn row(
    fields: &mut Fields<'_>,
    definition: &Definition,
    known: &[(String, String)],
    now: Option<&Row>,
    number: usize,
) -> Option<Option<Value>> {
    let label = |id: &str| {
        let number = i64::try_from(number + 1).unwrap_or(i64::MAX);
        say_with(id, &[Argument::number("number", number)])
    };
    let mut choices = vec![Choice::new(None, NONE, say(if number == 0 { "design-always" } else { "design-no-more" }))];
    choices.extend(known.iter().map(|(name, title)| Choice::new(Some(name.clone()), name, title)));
    let name = |part: &str| format!("when.{number}.{part}");
    let field = fields.one_of(&name("field"), &label("design-when-field"), &choices);
    let field = field.initially(now.map_or(NONE, |now| &now.field)).required();
    let tests = Test::ALL.map(|test| Choice::new(test, test.word(), say(&format!("design-test-{}", test.word()))));
    let test = fields.one_of(&name("test"), &label("design-when-test"), &tests);
    let test = test.initially(now.map_or(Test::Is, |now| now.test).word()).required();
    let shown = now.map(|now| written(definition, now)).unwrap_or_default();
    let value = fields.line(&name("value"), &label("design-when-value")).hint(say("design-when-value-hint"));
    let value = value.initially(shown).most_letters(MOST_OF_VALUE);
    let Some(Some(field)) = &field else {
        return value.optional().text().and(field).and(test).map(|_| None);
    };
    let value = value.parse(|text| leaf(definition, field, test.unwrap_or(Test::Is), text));
    test.and(value).map(Some)
}

/// A test of a question, by what was typed.
fn leaf(definition: &Definition, field: &str, test: Test, text: &str) -> Result<Value, String> {
    let several =
        field == REGISTRATIONS || kinds::keywords(definition, field).is_some_and(|one| Kind::of(one) == Kind::Choices);
    let one = |text: &str| value(definition, field, text);
    let all = || text.split(';').map(str::trim).filter(|text| !text.is_empty()).map(one).collect::<Result<Vec<_>, _>>();
    let is = |value: Value| {
        if several { json!({ "field": field, "has": value }) } else { json!({ "field": field, "is": value }) }
    };
    Ok(match test {
        Test::Is => is(one(text)?),
        Test::IsNot => json!({ "not": is(one(text)?) }),
        Test::IsOneOf if several => json!({ "any": all()?.into_iter().map(is).collect::<Vec<_>>() }),
        Test::IsOneOf => json!({ "field": field, "is-one-of": all()? }),
        Test::AtLeast => json!({ "field": field, "at-least": one(text)? }),
        Test::AtMost => json!({ "field": field, "at-most": one(text)? }),
    })
}

/// A value of a question, by what was typed.
fn value(definition: &Definition, field: &str, text: &str) -> Result<Value, String> {
    let choices = options(definition, field);
    if !choices.is_empty() {
        let is_it = |(code, title): &&(String, String)| code == text || fold(title) == fold(text);
        let known = || choices.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>().join(", ");
        let found = choices.iter().find(is_it).map(|(code, _)| Value::from(code.as_str()));
        return found.ok_or_else(|| say_with("design-no-choice", &[Argument::text("known", known())]));
    }
    let kind = kinds::keywords(definition, field).map(Kind::of);
    let read = match kind {
        Some(Kind::Check | Kind::Consent) => match fold(text).as_str() {
            "si" | "yes" | "true" => Some(true.into()),
            "no" | "false" => Some(false.into()),
            _ => None,
        },
        Some(Kind::Money) => Money::read(text).map(|amount| amount.centavos().into()),
        Some(Kind::Integer | Kind::Decimal) => number(text),
        Some(Kind::Date) => date(text).map(|date| date.to_string().into()),
        _ => Some(text.into()),
    };
    read.ok_or_else(|| say("design-no-value"))
}

/// A number as people type it.
pub(super) fn number(text: &str) -> Option<Value> {
    serde_json::from_str(&Number::read(text)?.to_string()).ok()
}

/// A day as people type it: `2026-11-28`, `28/11/2026`.
pub(super) fn date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut parts = text.split(['/', '-', '.']).map(str::trim);
    let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    // A year of two figures would be one of the first century.
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    if parts.next().is_none() { Date::new(year, month, day) } else { None }
}

/// What can be chosen at a question: codes, and what they are called.
fn options(definition: &Definition, field: &str) -> Vec<(String, String)> {
    let spanish = |title: &sdk::Translated| title.in_language(Language::Spanish).to_owned();
    if field == REGISTRATIONS {
        let all = definition.online.iter().flat_map(|online| &online.registrations);
        return all.map(|one| (one.code.to_string(), spanish(&one.title))).collect();
    }
    let choices = kinds::keywords(definition, field).map(kinds::choices).unwrap_or_default();
    choices.into_iter().map(|(code, title)| (code, spanish(&title))).collect()
}

/// The rows that a condition is made of, if it has such a shape.
fn rows_of(condition: &Value) -> Option<(Join, Vec<Row>)> {
    let all = |key: &str| condition.get(key).and_then(Value::as_array);
    let rows = |all: &Vec<Value>| all.iter().map(row_of).collect::<Option<Vec<Row>>>();
    match (all("all"), all("any")) {
        (Some(all), None) => Some((Join::All, rows(all)?)),
        (None, Some(any)) => Some((Join::Any, rows(any)?)),
        _ => row_of(condition).map(|row| (Join::All, vec![row])),
    }
}

fn row_of(condition: &Value) -> Option<Row> {
    if let Some(not) = condition.get("not") {
        return row_of(not).filter(|row| row.test == Test::Is).map(|row| Row { test: Test::IsNot, ..row });
    }
    let map = condition.as_object().filter(|map| map.len() == 2)?;
    let field = map.get("field")?.as_str()?.to_owned();
    let (key, value) = map.iter().find(|(key, _)| *key != "field")?;
    let test = match key.as_str() {
        "is" | "has" => Test::Is,
        "is-one-of" => Test::IsOneOf,
        "at-least" => Test::AtLeast,
        "at-most" => Test::AtMost,
        _ => return None,
    };
    Some(Row { field, test, value: value.clone() })
}

/// A row's value, as somebody types it.
fn written(definition: &Definition, row: &Row) -> String {
    let kind = kinds::keywords(definition, &row.field).map(Kind::of);
    let one = |value: &Value| match value {
        Value::Bool(true) => say("design-yes"),
        Value::Bool(false) => say("design-no"),
        Value::Number(number) if kind == Some(Kind::Money) => {
            Money::from_centavos(number.as_i64().unwrap_or_default()).typed()
        }
        Value::Number(number) => number.to_string().replace('.', ","),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match &row.value {
        Value::Array(all) => all.iter().map(one).collect::<Vec<_>>().join("; "),
        value => one(value),
    }
}
