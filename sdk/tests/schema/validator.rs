//! A validator of the keywords that plain descriptions have, by the text of JSON Schema 2020-12 and knowing nothing of the
//! library. A keyword that it does not know stops a test.

use regex::Regex;
use sdk::json::Value;
use serde_json::{Map, Number};

/// Whether a value keeps the rules of a schema.
pub fn is_valid(schema: &Value, value: &Value) -> bool {
    match schema {
        Value::Bool(all) => *all,
        Value::Object(keywords) => keywords.iter().all(|(keyword, operand)| keeps(keyword, operand, keywords, value)),
        other => panic!("no schema: {other}"),
    }
}

fn keeps(keyword: &str, operand: &Value, keywords: &Map<String, Value>, value: &Value) -> bool {
    let of = |schemas: &Value| list(schemas).iter().filter(|schema| is_valid(schema, value)).count();
    match keyword {
        // `then` and `else` are read with `if`; a format is a note in this dialect.
        "$schema" | "title" | "description" | "readOnly" | "format" | "then" | "else" => true,
        "type" => is_of_type(operand.as_str().expect("a type"), value),
        "const" => same(operand, value),
        "enum" => list(operand).iter().any(|one| same(one, value)),
        "allOf" => of(operand) == list(operand).len(),
        "anyOf" => of(operand) > 0,
        "oneOf" => of(operand) == 1,
        "not" => !is_valid(operand, value),
        "if" => {
            let branch = if is_valid(operand, value) { "then" } else { "else" };
            keywords.get(branch).is_none_or(|schema| is_valid(schema, value))
        }
        "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= count(operand)),
        "maxLength" => value.as_str().is_none_or(|text| text.chars().count() <= count(operand)),
        "pattern" => value.as_str().is_none_or(|text| pattern(operand).is_match(text)),
        "minimum" => value.as_number().is_none_or(|number| millionths(number) >= millionths_of(operand)),
        "maximum" => value.as_number().is_none_or(|number| millionths(number) <= millionths_of(operand)),
        "multipleOf" => value.as_number().is_none_or(|number| millionths(number) % millionths_of(operand) == 0),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| is_valid(operand, item))),
        "contains" => value.as_array().is_none_or(|items| items.iter().any(|item| is_valid(operand, item))),
        "minItems" => value.as_array().is_none_or(|items| items.len() >= count(operand)),
        "uniqueItems" => value.as_array().is_none_or(|items| !has_twice(items)),
        "required" | "properties" | "additionalProperties" => {
            value.as_object().is_none_or(|object| keeps_of_object(keyword, operand, keywords, object))
        }
        other => panic!("`{other}` is not known here"),
    }
}

fn keeps_of_object(keyword: &str, operand: &Value, keywords: &Map<String, Value>, object: &Map<String, Value>) -> bool {
    match keyword {
        "required" => list(operand).iter().all(|name| object.contains_key(name.as_str().expect("a name"))),
        "properties" => {
            let schemas = operand.as_object().expect("properties");
            schemas.iter().all(|(name, schema)| object.get(name).is_none_or(|value| is_valid(schema, value)))
        }
        _ => {
            let known = keywords.get("properties").and_then(Value::as_object);
            let is_known = |name: &str| known.is_some_and(|known| known.contains_key(name));
            object.iter().all(|(name, value)| is_known(name) || is_valid(operand, value))
        }
    }
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.as_number().is_some_and(|number| millionths(number) % 1_000_000 == 0),
        other => panic!("`{other}` is no type"),
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one.as_number(), other.as_number()) {
        (Some(one), Some(other)) => millionths(one) == millionths(other),
        _ => one == other,
    }
}

fn has_twice(items: &[Value]) -> bool {
    items.iter().enumerate().any(|(index, item)| items[..index].iter().any(|before| same(before, item)))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn count(value: &Value) -> usize {
    value.as_u64().and_then(|count| count.try_into().ok()).expect("a count")
}

fn pattern(value: &Value) -> Regex {
    Regex::new(value.as_str().expect("a pattern")).expect("a pattern")
}

fn millionths_of(value: &Value) -> i128 {
    millionths(value.as_number().expect("a number"))
}

/// A number with six decimals at most, in millionths; no number here has more.
fn millionths(number: &Number) -> i128 {
    let text = format!("{:.6}", number.as_f64().expect("a number"));
    text.replace('.', "").parse().expect("digits")
}
