//! Forms described as data: one profile of JSON Schema 2020-12, by which answers are asked for, judged, calculated and shown.
//!
//! A description is a flat object of fields. What JSON Schema has no word for stands in keywords that begin with `x-`: when a
//! field is asked for (`x-when`), how it is calculated (`x-formula`), which register it comes from (`x-source`). A keyword
//! that the profile does not know, or that does not belong to the kind of its field, is refused.
//!
//! ```
//! use sdk::json::json;
//! use sdk::schema::{Answers, Facts, Schema};
//!
//! let licence = Schema::read(&json!({
//!     "type": "object",
//!     "properties": {
//!         "kind": { "type": "string", "title": "Tipo", "oneOf": [
//!             { "const": "shop", "title": "Tienda", "x-translations": { "en": { "title": "Shop" } } },
//!             { "const": "bar", "title": "Bar" },
//!         ] },
//!         "area": { "type": "number", "title": "Superficie en m²", "minimum": 1, "x-decimals": 2 },
//!         "closes": { "type": "string", "title": "Hora de cierre", "x-masks": ["00:00"],
//!                     "x-when": { "field": "kind", "is": "bar" } },
//!         "fee": { "type": "integer", "title": "Tasa", "x-money": true, "readOnly": true,
//!                  "x-formula": "round(area * 250)" },
//!     },
//!     "required": ["kind", "area", "closes"],
//!     "x-order": ["kind", "area", "closes", "fee"],
//! }))
//! .expect("a description that keeps the rules");
//!
//! let today = sdk::Date::new(2026, 11, 26).expect("a day of November");
//! let given = Answers::from([("kind".to_owned(), json!("shop")), ("area".to_owned(), json!(60.5)),
//!                            ("closes".to_owned(), json!("2200"))]);
//! let settled = licence.settle(&given, &Facts::new(), today);
//! // A shop is not asked when it closes, and the fee is in centavos.
//! assert_eq!(json!(settled.answers()), json!({ "kind": "shop", "area": 60.5, "fee": 15_125 }));
//! assert!(settled.wrong().is_empty());
//! ```
//!
//! [`Schema::ask`] shows and reads some of the fields on a page, [`Schema::settle`] judges a whole document,
//! [`Schema::summary`] says it in words, and [`Schema::standard`] gives the same rules to any validator of JSON Schema.
//!
//! Numbers are exact, and have fifteen digits at most. A formula is made of numbers, fields, `+ - * /`, brackets, `min`, `max`,
//! `round`, `floor`, `ceil`, `years(from, to)` and `days(from, to)`, with `today` as a date; its result is rounded to the
//! decimals of its field. There a field without a value is zero, and a date without a value leaves none.

mod ask;
mod condition;
mod field;
mod formula;
mod held;
mod keywords;
mod kind;
mod mask;
mod number;
mod order;
mod problem;
mod read;
mod read_field;
mod read_kind;
mod settle;
mod standard;
mod summary;
#[cfg(test)]
mod tests;
mod wire;
mod words;
mod written;

use std::collections::BTreeMap;

use serde_json::Value;

pub use crate::form::Wrong;
pub use condition::Condition;
pub use field::{Field, Origin};
pub use formula::Formula;
pub use html::Need;
pub use kind::{Choice, Choices, Day, Days, Kind, Letters, Span};
pub use mask::Mask;
pub use number::{NotANumber, Number};
pub use problem::Problem;
pub use settle::Settled;
pub use summary::Line;

/// The values of fields by their names.
pub type Answers = BTreeMap<String, Value>;

/// What other registers know, by the names of the fields that are brought from them.
pub type Facts = BTreeMap<String, Value>;

/// The dialect of JSON Schema that a description is written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A form: its fields, and on what each of them depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    fields: Vec<Field>,
    /// The fields in the order in which they are settled, each after those that it depends on.
    order: Vec<usize>,
}

impl Schema {
    /// Reads a description.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(description: &Value) -> Result<Self, Vec<Problem>> {
        read::read(description)
    }

    /// The fields, in the order of `x-order`; those that it does not name follow by their names.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Conditions that stand outside of the fields: of a document to attach, a fee, a step.
impl Schema {
    /// Reads a condition on the fields.
    ///
    /// # Errors
    /// The rule that it does not keep.
    pub fn condition(&self, written: &Value) -> Result<Condition, Problem> {
        let kinds = self.fields.iter().map(|field| (field.name.clone(), Some(field.kind.clone()))).collect();
        Condition::read(written, &kinds).map_err(|rule| Problem::of_all("x-when", rule))
    }

    /// Whether a condition holds for settled answers.
    #[must_use]
    pub fn holds(&self, condition: &Condition, answers: &Answers) -> bool {
        let held = |name| {
            let field = self.field(name)?;
            Some((name, field.kind.read(answers.get(name)?).ok()??))
        };
        condition.holds(&condition.fields().filter_map(held).collect())
    }
}
