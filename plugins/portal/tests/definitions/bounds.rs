//! The bounds that `definition.schema.json` says are those that the checks demand: what is at a bound is taken, and what is one
//! beyond it is refused, at its place.

use std::collections::BTreeSet;

use portal::definition::{Definition, is_place, publication};
use sdk::json::{Value, json};

use crate::common::demo::{registers, value};

const LICENCE: &str = "gamlp/licencia-funcionamiento.json";
const KEYWORDS: [&str; 8] =
    ["maxLength", "minLength", "maxItems", "minItems", "maximum", "minimum", "maxProperties", "minProperties"];

/// A bound of the schema, what makes a definition lie at a number, and where that is refused.
type Bound = (&'static str, fn(&mut Value, i64), &'static str);

fn schema() -> Value {
    sdk::json::read(include_bytes!("../../definition.schema.json")).expect("JSON")
}

fn length(n: i64) -> usize {
    usize::try_from(n).expect("a length")
}

fn text(n: i64) -> Value {
    "a".repeat(length(n)).into()
}

/// Puts a value where there may be none yet.
fn put(one: &mut Value, pointer: &str, to: impl Into<Value>) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = one.pointer_mut(parent).unwrap_or_else(|| panic!("there is no {pointer}"));
    match parent.as_array_mut() {
        Some(list) => list[key.parse::<usize>().expect("an index")] = to.into(),
        None => parent[key] = to.into(),
    }
}

/// Makes a list so long, of its first part.
fn repeat(one: &mut Value, pointer: &str, n: i64) {
    let first = one.pointer(pointer).and_then(|list| list.get(0)).expect("a list").clone();
    put(one, pointer, vec![first; length(n)]);
}

/// Asks one more question.
fn ask(one: &mut Value, keywords: &Value) {
    let mut field = json!({ "type": "string", "title": "Algo", "x-concept": "own" });
    for (keyword, value) in keywords.as_object().expect("keywords") {
        field[keyword] = value.clone();
    }
    put(one, "/online/schema/properties/extra", field);
}

/// So many questions, named by a list too. Where something can be chosen, that is one question more.
fn questions(one: &mut Value, n: i64, list: &str) {
    let registrations = one.pointer_mut("/online/registrations").and_then(Value::as_array_mut);
    registrations.expect("registrations").iter_mut().for_each(|one| put(one, "/need", "required"));
    let name = |number: i64| format!("q{number}");
    let question = json!({ "type": "boolean", "title": "Algo", "x-concept": "own" });
    let all: Value = (0..n).map(|number| (name(number), question.clone())).collect();
    put(one, "/online/schema", json!({ "type": "object", "properties": all }));
    put(one, &format!("/online/schema/{list}"), (0..n).map(name).collect::<Vec<_>>());
}

fn choices(n: i64) -> Value {
    (0..n).map(|number| json!({ "const": format!("c{number}"), "title": "Algo" })).collect()
}

const ENTRY: &[Bound] = &[
    (
        "/entry/properties/title/additionalProperties/maxLength",
        |one, n| put(one, "/entry/title/es", text(n)),
        "entry.title",
    ),
    (
        "/entry/properties/summary/additionalProperties/maxLength",
        |one, n| put(one, "/entry/summary/es", text(n)),
        "entry.summary",
    ),
    (
        "/entry/properties/description/additionalProperties/maxLength",
        |one, n| put(one, "/entry/description/es", text(n)),
        "entry.description",
    ),
    (
        "/entry/properties/eligibility/additionalProperties/maxLength",
        |one, n| put(one, "/entry/eligibility/es", text(n)),
        "entry.eligibility",
    ),
    ("/entry/properties/audience/minItems", |one, n| repeat(one, "/entry/audience", n), "entry.audience"),
    ("/entry/properties/events/maxItems", |one, n| repeat(one, "/entry/events", n), "entry.events"),
    ("/entry/properties/keywords/maxItems", |one, n| repeat(one, "/entry/keywords", n), "entry.keywords"),
    ("/entry/properties/keywords/items/maxLength", |one, n| put(one, "/entry/keywords/0", text(n)), "entry.keywords.0"),
    (
        "/entry/properties/requirements/maxItems",
        |one, n| repeat(one, "/entry/requirements", n),
        "entry.requirements.100",
    ),
    ("/entry/properties/costs/maxItems", |one, n| repeat(one, "/entry/costs", n), "entry.costs.100"),
    ("/entry/properties/legal-basis/minItems", |one, n| repeat(one, "/entry/legal-basis", n), "entry.legal-basis"),
    ("/entry/properties/legal-basis/maxItems", |one, n| repeat(one, "/entry/legal-basis", n), "entry.legal-basis.100"),
    ("/entry/properties/channels/minItems", |one, n| repeat(one, "/entry/channels", n), "entry.channels"),
    ("/entry/properties/channels/maxItems", |one, n| repeat(one, "/entry/channels", n), "entry.channels.100"),
    ("/entry/properties/places/maxItems", |one, n| repeat(one, "/entry/places", n), "entry.places.100"),
    ("/entry/properties/outputs/minItems", |one, n| repeat(one, "/entry/outputs", n), "entry.outputs"),
    ("/entry/properties/outputs/maxItems", |one, n| repeat(one, "/entry/outputs", n), "entry.outputs.100"),
    (
        "/requirement/properties/evidence/maxItems",
        |one, n| repeat(one, "/entry/requirements/0/evidence", n),
        "entry.requirements.0.evidence.100",
    ),
    (
        "/deadline/properties/working-days/minimum",
        |one, n| put(one, "/entry/deadline/working-days", n),
        "entry.deadline.working-days",
    ),
    (
        "/deadline/properties/working-days/maximum",
        |one, n| put(one, "/entry/deadline/working-days", n),
        "entry.deadline.working-days",
    ),
    ("/count/minimum", |one, n| put(one, "/entry/burden/after/visits", n), "entry.burden.after.visits"),
    ("/count/maximum", |one, n| put(one, "/entry/burden/after/visits", n), "entry.burden.after.visits"),
    ("/money/minimum", |one, n| put(one, "/entry/burden/before/cost", n), "entry.burden.before.cost"),
    (
        "/channel/allOf/0/then/properties/places/minItems",
        |one, n| repeat(one, "/entry/channels/1/places", n),
        "entry.channels.1",
    ),
    (
        "/hours/properties/days/minItems",
        |one, n| repeat(one, "/entry/places/0/hours/0/days", n),
        "entry.places.0.hours.0",
    ),
    (
        "/place/properties/position/minItems",
        |one, n| repeat(one, "/entry/places/0/position", n),
        "entry.places.0.position",
    ),
    (
        "/place/properties/position/prefixItems/0/minimum",
        |one, n| put(one, "/entry/places/0/position/0", n),
        "entry.places.0.position",
    ),
    (
        "/place/properties/position/prefixItems/0/maximum",
        |one, n| put(one, "/entry/places/0/position/0", n),
        "entry.places.0.position",
    ),
    (
        "/place/properties/position/prefixItems/1/minimum",
        |one, n| put(one, "/entry/places/0/position/1", n),
        "entry.places.0.position",
    ),
    (
        "/place/properties/position/prefixItems/1/maximum",
        |one, n| put(one, "/entry/places/0/position/1", n),
        "entry.places.0.position",
    ),
];

const ONLINE: &[Bound] = &[
    ("/online/properties/pages/maxItems", |one, n| repeat(one, "/online/pages", n), "online.pages.100"),
    ("/online/properties/documents/maxItems", |one, n| repeat(one, "/online/documents", n), "online.documents.100"),
    ("/online/properties/fees/maxItems", |one, n| repeat(one, "/online/fees", n), "online.fees.100"),
    (
        "/online/properties/registrations/minItems",
        |one, n| repeat(one, "/online/registrations", n),
        "online.registrations",
    ),
    (
        "/online/properties/registrations/maxItems",
        |one, n| repeat(one, "/online/registrations", n),
        "online.registrations.100",
    ),
    (
        "/document/properties/kinds/minItems",
        |one, n| repeat(one, "/online/documents/0/kinds", n),
        "online.documents.0.kinds",
    ),
    ("/document/properties/most/minimum", |one, n| put(one, "/online/documents/0/most", n), "online.documents.0.most"),
    ("/document/properties/most/maximum", |one, n| put(one, "/online/documents/0/most", n), "online.documents.0.most"),
    (
        "/fee/properties/amount/oneOf/0/properties/fixed/minimum",
        |one, n| put(one, "/online/fees/0/amount/fixed", n),
        "online.fees.0.amount",
    ),
    (
        "/registration/properties/steps/maxItems",
        |one, n| repeat(one, "/online/registrations/0/steps", n),
        "online.registrations.0.steps.100",
    ),
    (
        "/registration/allOf/0/then/properties/steps/minItems",
        |one, n| {
            put(one, "/online/registrations/0/result/made", "by-hand");
            repeat(one, "/online/registrations/0/steps", n);
        },
        "online.registrations.0.result",
    ),
    (
        "/step/properties/working-days/minimum",
        |one, n| put(one, "/online/registrations/0/steps/0/working-days", n),
        "online.registrations.0.steps.0.working-days",
    ),
    (
        "/step/properties/working-days/maximum",
        |one, n| put(one, "/online/registrations/0/steps/0/working-days", n),
        "online.registrations.0.steps.0.working-days",
    ),
    (
        "/questions/properties/properties/maxProperties",
        |one, n| questions(one, n, "x-order"),
        "online.schema.properties",
    ),
    ("/questions/properties/required/maxItems", |one, n| questions(one, n, "required"), "online.schema.required"),
    ("/questions/properties/x-order/maxItems", |one, n| questions(one, n, "x-order"), "online.schema.x-order"),
];

const FIELDS: &[Bound] = &[
    ("/label/maxLength", |one, n| ask(one, &json!({ "title": text(n) })), "title"),
    ("/hint/maxLength", |one, n| ask(one, &json!({ "description": text(n) })), "description"),
    ("/line/properties/minLength/minimum", |one, n| ask(one, &json!({ "minLength": n })), "minLength"),
    (
        "/line/properties/minLength/maximum",
        |one, n| ask(one, &json!({ "minLength": n, "maxLength": 10_000 })),
        "minLength",
    ),
    ("/line/properties/maxLength/minimum", |one, n| ask(one, &json!({ "maxLength": n })), "maxLength"),
    ("/line/properties/maxLength/maximum", |one, n| ask(one, &json!({ "maxLength": n })), "maxLength"),
    (
        "/lines/properties/minLength/minimum",
        |one, n| ask(one, &json!({ "x-lines": true, "minLength": n })),
        "minLength",
    ),
    (
        "/lines/properties/minLength/maximum",
        |one, n| ask(one, &json!({ "x-lines": true, "minLength": n, "maxLength": 10_000 })),
        "minLength",
    ),
    (
        "/lines/properties/maxLength/minimum",
        |one, n| ask(one, &json!({ "x-lines": true, "maxLength": n })),
        "maxLength",
    ),
    (
        "/lines/properties/maxLength/maximum",
        |one, n| ask(one, &json!({ "x-lines": true, "maxLength": n })),
        "maxLength",
    ),
    ("/masked/properties/x-masks/minItems", |one, n| ask(one, &json!({ "x-masks": vec!["0"; length(n)] })), "x-masks"),
    ("/masked/properties/x-masks/maxItems", |one, n| ask(one, &json!({ "x-masks": vec!["0"; length(n)] })), "x-masks"),
    (
        "/decimal/properties/x-decimals/minimum",
        |one, n| ask(one, &json!({ "type": "number", "x-decimals": n })),
        "x-decimals",
    ),
    (
        "/decimal/properties/x-decimals/maximum",
        |one, n| ask(one, &json!({ "type": "number", "x-decimals": n })),
        "x-decimals",
    ),
    ("/choices/minItems", |one, n| ask(one, &json!({ "oneOf": choices(n) })), "oneOf"),
    ("/choices/maxItems", |one, n| ask(one, &json!({ "oneOf": choices(n) })), "oneOf"),
    (
        "/several/properties/minItems/minimum",
        |one, n| {
            ask(one, &json!({ "type": "array", "items": { "oneOf": choices(2) }, "uniqueItems": true, "minItems": n }));
        },
        "minItems",
    ),
    ("/formula/minLength", calculated, "x-formula"),
    ("/formula/maxLength", calculated, "x-formula"),
    (
        "/condition/oneOf/1/properties/is-one-of/minItems",
        |one, n| {
            ask(one, &json!({ "x-when": { "field": "extra", "is-one-of": vec!["a"; length(n)] } }));
        },
        "x-when",
    ),
    (
        "/condition/oneOf/5/properties/all/minItems",
        |one, n| ask(one, &json!({ "x-when": { "all": conditions(n) } })),
        "x-when",
    ),
    (
        "/condition/oneOf/6/properties/any/minItems",
        |one, n| ask(one, &json!({ "x-when": { "any": conditions(n) } })),
        "x-when",
    ),
];

/// A formula of so many letters.
fn calculated(one: &mut Value, n: i64) {
    let first = if n % 2 == 0 { "11" } else { "1" };
    let formula = first.to_owned() + &"+1".repeat(length((n - 1).max(0)) / 2);
    let formula = if n == 0 { String::new() } else { formula };
    ask(one, &json!({ "type": "integer", "readOnly": true, "x-formula": formula }));
}

fn conditions(n: i64) -> Value {
    vec![json!({ "field": "extra", "is": "a" }); length(n)].into()
}

/// Whether a definition is refused at a place.
fn is_refused(value: &Value, at: &str) -> bool {
    let problems = match Definition::read(&value.to_string()) {
        Ok(definition) => publication::check(&definition, &registers()).err(),
        Err(problems) => Some(problems),
    };
    problems.is_some_and(|problems| problems.iter().any(|problem| problem.at == at))
}

#[test]
fn the_bounds_of_the_schema_are_those_of_the_checks() {
    let schema = schema();
    let fields =
        FIELDS.iter().map(|(bound, to, keyword)| (bound, to, format!("online.schema.properties.extra.{keyword}")));
    let others = ENTRY.iter().chain(ONLINE).map(|(bound, to, at)| (bound, to, (*at).to_owned()));
    for (bound, to, at) in others.chain(fields) {
        let limit = schema["$defs"].pointer(bound).and_then(Value::as_i64).unwrap_or_else(|| panic!("no {bound}"));
        let least = bound.rsplit('/').next().is_some_and(|keyword| keyword.starts_with("min"));
        let beyond = if least { limit - 1 } else { limit + 1 };
        let made = |n: i64| {
            let mut one = value(LICENCE);
            to(&mut one, n);
            one
        };
        assert!(!is_refused(&made(limit), &at), "{bound}: {limit} is taken at {at}");
        assert!(is_refused(&made(beyond), &at), "{bound}: {beyond} is refused at {at}");
    }
}

#[test]
fn no_bound_of_the_schema_is_left_out() {
    let mut found = BTreeSet::new();
    for (name, definition) in schema()["$defs"].as_object().expect("definitions") {
        bounds(definition, &format!("/{name}"), &mut found);
    }
    let tried: BTreeSet<String> =
        [ENTRY, ONLINE, FIELDS].concat().into_iter().map(|(bound, ..)| bound.to_owned()).collect();
    assert_eq!(found, tried);
}

/// The bounds below a schema: a keyword is one unless it stands as the name of a property.
fn bounds(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    let parts: Vec<(String, &Value)> = match schema {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(all) => all.iter().enumerate().map(|(number, value)| (number.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, value) in parts {
        let at = format!("{at}/{key}");
        match value {
            Value::Number(_) if KEYWORDS.contains(&key.as_str()) => {
                found.insert(at);
            }
            _ => bounds(value, &at, found),
        }
    }
}

#[test]
fn the_places_of_the_schema_are_those_of_the_checks() {
    let schema = schema();
    let calendars = schema["$defs"]["online"]["properties"]["calendar"]["enum"].as_array().expect("places").clone();
    let departments = schema["$defs"]["subdivision"]["enum"].as_array().expect("departments");
    assert_eq!(
        calendars.iter().filter(|place| *place != "BO").collect::<Vec<_>>(),
        departments.iter().collect::<Vec<_>>()
    );
    assert!(calendars.iter().filter_map(Value::as_str).all(is_place));
    let letters = (b'A'..=b'Z').map(char::from).map(|letter| format!("BO-{letter}"));
    assert_eq!(letters.filter(|place| is_place(place)).count(), departments.len());
}

#[test]
fn a_condition_that_is_null_is_none() {
    crate::check(|one| put(one, "/online/documents/0/when", Value::Null), "online.documents.0.when", "");
    crate::check(|one| put(one, "/online/fees/0/when", Value::Null), "online.fees.0.when", "");
}
