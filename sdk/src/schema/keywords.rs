//! The keywords of one field, as they are read.

use html::Language;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::number::Number;
use super::problem::{Problem, Rule, rule};
use super::read::no_keyword;

/// The keywords of a field, and what was found wrong so far.
pub(super) struct Keywords<'v, 'p> {
    field: &'v str,
    map: &'v Map<String, Value>,
    problems: &'p mut Vec<Problem>,
}

/// Every keyword that a field may have.
const ALL: [&str; 26] = [
    "type",
    "title",
    "description",
    "x-translations",
    "x-concept",
    "x-when",
    "readOnly",
    "x-formula",
    "x-source",
    "minLength",
    "maxLength",
    "x-lines",
    "x-masks",
    "x-telephone",
    "format",
    "x-not-before",
    "x-not-after",
    "minimum",
    "maximum",
    "x-decimals",
    "x-money",
    "oneOf",
    "items",
    "uniqueItems",
    "minItems",
    "const",
];

/// Those that a field of any kind may have.
const COMMON: [&str; 9] =
    ["type", "title", "description", "x-translations", "x-concept", "x-when", "readOnly", "x-formula", "x-source"];

impl<'v, 'p> Keywords<'v, 'p> {
    pub(super) fn new(field: &'v str, map: &'v Map<String, Value>, problems: &'p mut Vec<Problem>) -> Self {
        Self { field, map, problems }
    }

    /// Notes what is wrong with a keyword.
    pub(super) fn note(&mut self, keyword: &str, rule: Rule) {
        self.problems.push(Problem::of(self.field, keyword, rule));
    }

    pub(super) fn has(&self, keyword: &str) -> bool {
        self.map.contains_key(keyword)
    }

    /// The value of a keyword, if it is there and of its type, which is said in both languages.
    pub(super) fn read<T: DeserializeOwned>(&mut self, keyword: &str, of_type: &Rule) -> Option<T> {
        let value = self.map.get(keyword)?;
        match serde_json::from_value(value.clone()) {
            Ok(value) => Some(value),
            Err(error) => {
                let (english, spanish) = (of_type.said(Language::English), of_type.said(Language::Spanish));
                self.note(
                    keyword,
                    rule(format!("must be {english}: {error}"), format!("tiene que ser {spanish} ({error})")),
                );
                None
            }
        }
    }

    pub(super) fn text(&mut self, keyword: &str) -> Option<&'v str> {
        let text = self.map.get(keyword)?.as_str();
        if text.is_none() {
            self.note(keyword, rule("must be a text", "tiene que ser un texto"));
        }
        text
    }

    /// A whole number between two.
    pub(super) fn count(&mut self, keyword: &str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
        let count = self.map.get(keyword)?.as_u64().and_then(|count| usize::try_from(count).ok());
        let count = count.filter(|count| range.contains(count));
        if count.is_none() {
            let (least, most) = range.into_inner();
            let rule = rule(
                format!("must be a whole number between {least} and {most}"),
                format!("tiene que ser un número entero entre {least} y {most}"),
            );
            self.note(keyword, rule);
        }
        count
    }

    /// A number of so many decimals.
    pub(super) fn number(&mut self, keyword: &str, decimals: u8) -> Option<Number> {
        let value = self.map.get(keyword)?;
        let number = value.as_number().and_then(|number| Number::of_json(number).ok());
        let number = number.filter(|number| number.fits(decimals));
        if number.is_none() {
            let rule = rule(
                format!("must be a number of {decimals} decimals and 15 digits at most"),
                format!("tiene que ser un número de {decimals} decimales y 15 cifras como máximo"),
            );
            self.note(keyword, rule);
        }
        number
    }

    /// Whether a keyword is there, which is true wherever it is.
    pub(super) fn is_set(&mut self, keyword: &str) -> bool {
        match self.map.get(keyword) {
            None => false,
            Some(Value::Bool(true)) => true,
            Some(_) => {
                self.note(keyword, rule("must be true, or be left out", "tiene que ser `true`, o quitarse"));
                true
            }
        }
    }

    /// Notes the keywords that are none, and those of other kinds.
    pub(super) fn judge(&mut self, kind: &Rule, own: &[&str]) {
        for keyword in self.map.keys().map(String::as_str) {
            if !ALL.contains(&keyword) {
                self.note(keyword, no_keyword());
            } else if !COMMON.contains(&keyword) && !own.contains(&keyword) {
                let (english, spanish) = (kind.said(Language::English), kind.said(Language::Spanish));
                let rule = rule(
                    format!("does not belong to {english}: leave it out"),
                    format!("no corresponde a {spanish}: quítela"),
                );
                self.note(keyword, rule);
            }
        }
    }
}
