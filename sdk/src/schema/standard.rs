//! The same rules as plain JSON Schema 2020-12, for any validator.
//!
//! What the standard has no word for cannot be said: how a value is calculated, that spaces around a text do not count, that
//! choices stand in their order, that a day exists. A document that settles to itself is valid.

use html::{Language, Need};
use serde_json::{Map, Value, json};

use super::condition::{Condition, Leaf, Node, Test};
use super::field::{Field, Origin};
use super::held::Held;
use super::kind::{Choice, Days, Kind, Letters, Span};
use super::number::Number;
use super::written::Keywords;
use super::{DIALECT, Schema};
use crate::form::{DIGITS_OF_TELEPHONE, MOST_LETTERS_OF_EMAIL};
use crate::time::Date;

/// Of two days, which one a pattern has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    From,
    Until,
}

impl Schema {
    /// The rules for documents on a day, in plain JSON Schema: a field that is not asked for must not be there, masks and bounds
    /// of days are patterns, and what is calculated has its type alone.
    #[must_use]
    pub fn standard(&self, today: Date) -> Value {
        let properties: Map<String, Value> =
            self.fields.iter().map(|field| (field.name.clone(), field.standard(today))).collect();
        let always = |field: &&Field| field.need == Need::Required && field.when.is_none();
        let required = self.fields.iter().filter(always).map(Field::name).collect::<Value>();
        let conditions: Vec<Value> = self.fields.iter().filter_map(Field::only_if).collect();
        let keywords =
            Keywords::default().with("$schema", DIALECT).with("type", "object").with("properties", properties);
        let keywords = keywords.with("required", required).with("additionalProperties", false);
        keywords.with_some("allOf", (!conditions.is_empty()).then_some(conditions)).0.into()
    }
}

impl Field {
    fn standard(&self, today: Date) -> Value {
        let keywords = match (&self.origin, &self.kind) {
            (Origin::Calculated(_), Kind::Decimal(_)) => Keywords::default().with("type", "number"),
            (Origin::Calculated(_), _) => Keywords::default().with("type", "integer"),
            (Origin::Asked | Origin::Brought(_), kind) => kind.standard(today),
        };
        let description = self.description.as_ref().map(|words| words.in_language(Language::Spanish));
        let keywords = keywords.with("title", self.title.in_language(Language::Spanish));
        let read_only = (self.origin != Origin::Asked).then_some(true);
        keywords.with_some("description", description).with_some("readOnly", read_only).0.into()
    }

    /// That it is there where it is asked for, if it has to be, and else is not.
    fn only_if(&self) -> Option<Value> {
        let Condition(node) = self.when.as_ref()?;
        let required = (self.need == Need::Required).then(|| json!({ "required": [self.name] }));
        let keywords = Keywords::default().with("if", node.standard()).with_some("then", required);
        Some(keywords.with("else", json!({ "properties": { &self.name: false } })).0.into())
    }
}

impl Kind {
    fn standard(&self, today: Date) -> Keywords {
        let keywords = Keywords::default();
        match self {
            Self::Line(letters) | Self::Lines(letters) => letters.standard(),
            Self::Mask(masks) => {
                let patterns: Vec<String> = masks.iter().map(super::Mask::pattern).collect();
                keywords.with("type", "string").with("pattern", format!("^(?:{})$", patterns.join("|")))
            }
            Self::Email => {
                let keywords = keywords.with("type", "string").with("format", "email").with("pattern", EMAIL);
                keywords.with("maxLength", MOST_LETTERS_OF_EMAIL)
            }
            Self::Telephone => {
                let (least, most) = (DIGITS_OF_TELEPHONE.start(), DIGITS_OF_TELEPHONE.end());
                keywords.with("type", "string").with("pattern", format!("^\\+[0-9]{{{least},{most}}}$"))
            }
            Self::Date(days) => days.standard(today),
            Self::Integer(span) | Self::Money(span) => span.standard().with("type", "integer"),
            Self::Decimal(span) => {
                let step = Number::from(1).over(Number::from(10_i64.pow(u32::from(span.decimals))));
                let step = step.map(Number::json).unwrap_or_else(|_| 1.into());
                span.standard().with("type", "number").with("multipleOf", step)
            }
            Self::Choice(choices) => keywords.with("type", "string").with("oneOf", one_of(choices)),
            Self::Choices(choices) => {
                let items = json!({ "type": "string", "oneOf": one_of(&choices.all) });
                let keywords = keywords.with("type", "array").with("items", items).with("uniqueItems", true);
                keywords.with("minItems", choices.least)
            }
            Self::Check => keywords.with("type", "boolean"),
            Self::Consent => keywords.with("type", "boolean").with("const", true),
        }
    }
}

/// What [`crate::form`] takes for an address of mail: a part without spaces, signs and `@`, and labels apart by points.
const EMAIL: &str = r#"^[^@ ,;<>()"\\]+@[^@ ,;<>()"\\.\-](?:[^@ ,;<>()"\\.]*[^@ ,;<>()"\\.\-])?(?:\.[^@ ,;<>()"\\.\-](?:[^@ ,;<>()"\\.]*[^@ ,;<>()"\\.\-])?)+$"#;

impl Letters {
    fn standard(self) -> Keywords {
        // An empty text counts as no answer.
        let keywords = Keywords::default().with("type", "string").with("minLength", self.least.max(1));
        keywords.with("maxLength", self.most)
    }
}

impl Days {
    fn standard(self, today: Date) -> Keywords {
        let first = self.first.map(|day| bounded(day.on(today), Side::From));
        let last = self.last.map(|day| bounded(day.on(today), Side::Until));
        let bounds: Vec<Value> = first.into_iter().chain(last).map(|pattern| json!({ "pattern": pattern })).collect();
        let keywords = Keywords::default().with("type", "string").with("format", "date");
        let keywords = keywords.with("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
        keywords.with_some("allOf", (!bounds.is_empty()).then_some(bounds))
    }
}

impl Span {
    fn standard(self) -> Keywords {
        let least = self.least.unwrap_or(Number::least(self.decimals));
        let most = self.most.unwrap_or(Number::most(self.decimals));
        Keywords::default().with("minimum", least.json()).with("maximum", most.json())
    }
}

fn one_of(choices: &[Choice]) -> Vec<Value> {
    let one = |choice: &Choice| json!({ "const": choice.code, "title": choice.title.in_language(Language::Spanish) });
    choices.iter().map(one).collect()
}

impl Node {
    fn standard(&self) -> Value {
        let all = |nodes: &[Self]| nodes.iter().map(Self::standard).collect::<Value>();
        match self {
            Self::Leaf(leaf) => leaf.standard(),
            Self::All(nodes) => json!({ "allOf": all(nodes) }),
            Self::Any(nodes) => json!({ "anyOf": all(nodes) }),
            Self::Not(node) => json!({ "not": node.standard() }),
        }
    }
}

impl Leaf {
    fn standard(&self) -> Value {
        let test = match &self.test {
            Test::Is(wanted) => json!({ "const": wanted.json() }),
            Test::IsOneOf(wanted) => json!({ "enum": wanted.iter().map(Held::json).collect::<Value>() }),
            Test::Has(code) => json!({ "contains": { "const": code } }),
            Test::AtLeast(Held::Date(date)) => json!({ "pattern": bounded(*date, Side::From) }),
            Test::AtMost(Held::Date(date)) => json!({ "pattern": bounded(*date, Side::Until) }),
            Test::AtLeast(bound) => json!({ "minimum": bound.json() }),
            Test::AtMost(bound) => json!({ "maximum": bound.json() }),
        };
        json!({ "properties": { &self.field: test }, "required": [self.field] })
    }
}

/// The pattern of the days from a day on, or until it: the day itself, and for each of its digits what is the same before it, a
/// larger or smaller one in its place, and anything after it.
fn bounded(date: Date, side: Side) -> String {
    let text = date.to_string();
    let mut patterns = vec![text.clone()];
    for (at, digit) in text.char_indices() {
        let others = match (side, digit) {
            (_, '-') | (Side::From, '9') | (Side::Until, '0') => continue,
            (Side::From, digit) => format!("[{}-9]", char::from_u32(u32::from(digit) + 1).unwrap_or('9')),
            (Side::Until, digit) => format!("[0-{}]", char::from_u32(u32::from(digit) - 1).unwrap_or('0')),
        };
        let rest = text[at + 1..].replace(|letter: char| letter.is_ascii_digit(), "[0-9]");
        patterns.push(format!("{}{others}{rest}", &text[..at]));
    }
    format!("^(?:{})$", patterns.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_said_in_plain_json_schema() {
        let schema = Schema::read(&json!({
            "type": "object",
            "properties": {
                "kind": { "type": "string", "title": "Tipo", "oneOf": [{ "const": "bar", "title": "Bar" }] },
                "area": { "type": "number", "title": "Superficie", "minimum": 1, "x-decimals": 2 },
                "plate": { "type": "string", "title": "Placa", "x-masks": ["0-A", "*"],
                    "x-when": { "all": [{ "field": "kind", "is": "bar" }, { "field": "area", "at-least": 50 }] } },
                "fee": { "type": "integer", "title": "Tasa", "x-money": true, "readOnly": true, "x-formula": "area * 250" },
            },
            "required": ["kind", "plate"],
        }));
        let plain = schema.expect("a description").standard(Date::new(2026, 11, 26).expect("a date"));
        assert_eq!(
            plain,
            json!({
                "$schema": DIALECT,
                "type": "object",
                "properties": {
                    "area": { "type": "number", "title": "Superficie", "minimum": 1, "maximum": 9_999_999_999_999.99,
                        "multipleOf": 0.01 },
                    "fee": { "type": "integer", "title": "Tasa", "readOnly": true },
                    "kind": { "type": "string", "title": "Tipo", "oneOf": [{ "const": "bar", "title": "Bar" }] },
                    "plate": { "type": "string", "title": "Placa", "pattern": "^(?:[0-9]-[A-Z]|[0-9A-Z])$" },
                },
                "required": ["kind"],
                "additionalProperties": false,
                "allOf": [{
                    "if": { "allOf": [
                        { "properties": { "kind": { "const": "bar" } }, "required": ["kind"] },
                        { "properties": { "area": { "minimum": 50 } }, "required": ["area"] },
                    ] },
                    "then": { "required": ["plate"] },
                    "else": { "properties": { "plate": false } },
                }],
            })
        );
    }

    #[test]
    fn the_bounds_of_a_day_are_a_pattern() {
        let date = Date::new(2019, 10, 30).expect("a date");
        assert_eq!(
            bounded(date, Side::From),
            "^(?:2019-10-30|[3-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]|2[1-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]\
             |20[2-9][0-9]-[0-9][0-9]-[0-9][0-9]|2019-[2-9][0-9]-[0-9][0-9]|2019-1[1-9]-[0-9][0-9]|2019-10-[4-9][0-9]\
             |2019-10-3[1-9])$"
        );
        assert!(bounded(date, Side::Until).starts_with("^(?:2019-10-30|[0-1][0-9][0-9][0-9]-"));
    }
}
