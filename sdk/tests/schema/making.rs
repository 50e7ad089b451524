//! Makes descriptions that keep the rules, and answers that keep some of them.

use proptest::prelude::*;
use sdk::Date;
use sdk::json::{Value, json};
use sdk::schema::{Answers, Facts, Schema};

/// A description, with what was answered and on which day.
#[derive(Clone, Debug)]
pub struct Made {
    pub schema: Schema,
    pub answers: Answers,
    pub facts: Facts,
    pub today: Date,
}

/// What a field is made from: bytes that choose.
type Seed = [u8; 8];

const TEXTS: &[&str] = &[
    "",
    "x",
    "  ñandú ",
    "ñandú",
    "bar",
    "shop",
    "2026-11-26",
    "2026-11-27",
    "2000-02-29",
    "2026-02-30",
    "1890-01-01",
    "ana@gob.bo",
    "ana@gob",
    "7123 4567",
    "+59171234567",
    "1234abc",
    "1234-ABC",
    "today",
];
/// The first byte of a seed chooses one of these.
const KINDS: &[&str] = &[
    "line",
    "lines",
    "mask",
    "email",
    "telephone",
    "date",
    "integer",
    "decimal",
    "money",
    "choice",
    "choices",
    "check",
    "consent",
    "calculated",
    "brought",
];

/// A value of any kind.
pub fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => proptest::sample::select(TEXTS).prop_map(Value::from),
        2 => (-5_i64..=20).prop_map(Value::from),
        2 => (-50_i32..=2_000).prop_map(|hundredths| json!(f64::from(hundredths * 2 + 1) / 200.0)),
        1 => proptest::sample::select(vec![json!(null), json!(true), json!(false), json!({}), json!(1e30), json!("y".repeat(9))]),
        1 => proptest::sample::subsequence(vec!["shop", "bar", "bar", "pub"], 0..=4).prop_map(Value::from),
    ]
}

/// A description and answers to it.
pub fn made() -> impl Strategy<Value = Made> {
    let seed = (any::<Seed>(), value());
    (proptest::collection::vec(seed, 1..12), 0_u8..3).prop_map(|(seeds, day)| {
        let (seeds, others): (Vec<Seed>, Vec<Value>) = seeds.into_iter().unzip();
        let fields =
            (0..seeds.len()).map(|index| (name(index), field(&seeds, index))).collect::<serde_json::Map<_, _>>();
        let required =
            (0..seeds.len()).filter(|index| seeds[*index][1].is_multiple_of(4)).map(name).collect::<Vec<_>>();
        let order: Vec<String> = (0..seeds.len()).rev().step_by(2).map(name).collect();
        let description = json!({ "type": "object", "properties": fields, "required": required, "x-order": order });
        let schema = Schema::read(&description).unwrap_or_else(|problems| panic!("{description}: {problems:?}"));
        let given = |index: usize| match seeds[index][2] % 5 {
            0 => others[index].clone(),
            _ => fitting(kind(&seeds[index]), seeds[index][3]),
        };
        let answers: Answers = (0..seeds.len()).map(|index| (name(index), given(index))).collect();
        let today = Date::new(2026, 11, 25 + day).expect("a day of November");
        Made { schema, facts: answers.clone(), answers, today }
    })
}

fn name(index: usize) -> String {
    format!("f{index}")
}

fn kind(seed: &Seed) -> &'static str {
    KINDS[usize::from(seed[0]) % KINDS.len()]
}

fn choices() -> Value {
    json!([{ "const": "bar", "title": "Bar", "x-translations": { "en": { "title": "Pub" } } }, { "const": "shop", "title": "Tienda" }])
}

/// A value that a field of a kind may well have.
fn fitting(kind: &str, which: u8) -> Value {
    let text = |texts: &[&str]| json!(texts[usize::from(which) % texts.len()]);
    match kind {
        "line" | "lines" | "brought" => text(&["x", "ñandú", "bar", "uno\ndos"]),
        "mask" => text(&["1234-ABC", "1234abc", "123 xyz"]),
        "email" => text(&["ana@gob.bo", "a.b@c-d.x.bo"]),
        "telephone" => text(&["71234567", "+591 71234567"]),
        "date" => text(&["2026-11-25", "2026-11-26", "2000-02-29", "1999-12-31", "2019-09-09", "2020-10-30"]),
        "integer" | "money" => json!(i64::from(which % 25) - 4),
        "decimal" => json!(f64::from(which) / 4.0 - 8.0),
        "choice" => text(&["bar", "shop"]),
        "choices" => [json!(["bar"]), json!(["shop"]), json!(["bar", "shop"])][usize::from(which) % 3].clone(),
        "check" => json!(which.is_multiple_of(2)),
        _ => json!(true),
    }
}

fn field(seeds: &[Seed], index: usize) -> Value {
    let seed = &seeds[index];
    let mut field = keywords(seeds, index);
    field["title"] = json!(format!("Campo {index}"));
    if seed[4].is_multiple_of(3) {
        field["description"] = json!("Una ayuda");
        field["x-translations"] =
            json!({ "en": { "title": "Field" }, "qu": { "title": "Campo", "description": "Yanapay" } });
    }
    if let Some(when) = condition(&seeds[..index], seed) {
        field["x-when"] = when;
    }
    field
}

fn keywords(seeds: &[Seed], index: usize) -> Value {
    let seed = &seeds[index];
    let few = seed[5].is_multiple_of(2);
    match kind(seed) {
        "line" if few => json!({ "type": "string", "minLength": 2, "maxLength": 5 }),
        "line" => json!({ "type": "string" }),
        "lines" => json!({ "type": "string", "x-lines": true, "maxLength": 8 }),
        "mask" => json!({ "type": "string", "x-masks": ["0000-AAA", "000.*A*"] }),
        "email" => json!({ "type": "string", "format": "email" }),
        "telephone" => json!({ "type": "string", "x-telephone": true, "x-concept": "person.telephone" }),
        "date" if few => {
            json!({ "type": "string", "format": "date", "x-not-before": "1999-12-31", "x-not-after": "today" })
        }
        "date" => json!({ "type": "string", "format": "date", "x-not-before": "today" }),
        "integer" if few => json!({ "type": "integer", "minimum": 0, "maximum": 15 }),
        "integer" => json!({ "type": "integer" }),
        "decimal" => json!({ "type": "number", "x-decimals": seed[6] % 3, "minimum": -5 }),
        "money" => json!({ "type": "integer", "x-money": true, "maximum": 18 }),
        "choice" => json!({ "type": "string", "oneOf": choices() }),
        "choices" if few => {
            json!({ "type": "array", "uniqueItems": true, "minItems": 2, "items": { "oneOf": choices() } })
        }
        "choices" => json!({ "type": "array", "uniqueItems": true, "items": { "oneOf": choices() } }),
        "check" => json!({ "type": "boolean" }),
        "consent" => json!({ "type": "boolean", "const": true }),
        "calculated" if few => {
            json!({ "type": "integer", "readOnly": true, "x-formula": formula(&seeds[..index], seed) })
        }
        "calculated" => {
            json!({ "type": "number", "x-decimals": 1, "readOnly": true, "x-formula": formula(&seeds[..index], seed) })
        }
        _ => json!({ "type": "string", "readOnly": true, "x-source": "register", "maxLength": 5 }),
    }
}

/// A formula over the fields before.
fn formula(before: &[Seed], seed: &Seed) -> String {
    let of = |kinds: &[&str]| {
        let fits = before.iter().enumerate().filter(|(_, before)| kinds.contains(&kind(before)));
        fits.map(|(index, _)| name(index)).collect::<Vec<_>>()
    };
    let (numbers, days) = (of(&["integer", "decimal", "money", "calculated"]), of(&["date"]));
    let number = numbers.get(usize::from(seed[6]) % numbers.len().max(1)).map_or("3", String::as_str);
    let day = days.get(usize::from(seed[7]) % days.len().max(1)).map_or("today", String::as_str);
    match seed[5] % 7 {
        0 => format!("{number} * 2 + 1"),
        1 => format!("years({day}, today)"),
        2 => format!("10 / ({number} - 4)"),
        3 => format!("max({number}, 3) / 8 - days({day}, today)"),
        4 => format!("round({number} * 1.5) - floor({number})"),
        5 => format!("{number} * 100000000000000"),
        _ => format!("-min({number}, ceil({number} / 3), 2)"),
    }
}

/// A condition on the fields before.
fn condition(before: &[Seed], seed: &Seed) -> Option<Value> {
    if before.is_empty() || !seed[6].is_multiple_of(2) {
        return None;
    }
    let (one, other) = (leaf(before, seed[3]), leaf(before, seed[7]));
    Some(match seed[4] % 5 {
        0 => one,
        1 => json!({ "not": one }),
        2 => json!({ "all": [one, { "not": other }] }),
        3 => json!({ "any": [one, other] }),
        _ => json!({ "any": [{ "all": [one, other] }, { "not": { "any": [other] } }] }),
    })
}

fn leaf(before: &[Seed], which: u8) -> Value {
    let index = usize::from(which) % before.len();
    let (field, at_least) = (name(index), !which.is_multiple_of(2));
    match kind(&before[index]) {
        "check" => json!({ "field": field, "is": at_least }),
        "consent" => json!({ "field": field, "is": true }),
        "choice" if at_least => json!({ "field": field, "is-one-of": ["bar", "shop"] }),
        "choice" => json!({ "field": field, "is": "bar" }),
        "choices" => json!({ "field": field, "has": "shop" }),
        "date" if at_least => json!({ "field": field, "at-least": "2009-10-30" }),
        "date" => json!({ "field": field, "at-most": "2009-10-30" }),
        "integer" | "money" | "decimal" | "calculated" if at_least => json!({ "field": field, "at-least": 3 }),
        "integer" | "money" | "decimal" | "calculated" => json!({ "field": field, "at-most": 3 }),
        "mask" => json!({ "field": field, "is": "1234-ABC" }),
        "email" => json!({ "field": field, "is": "ana@gob.bo" }),
        "telephone" => json!({ "field": field, "is": "+59171234567" }),
        _ => json!({ "field": field, "is-one-of": ["ñandú", "bar"] }),
    }
}
