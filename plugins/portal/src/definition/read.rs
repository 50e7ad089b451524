//! Reads a definition from JSON, and finds all that is wrong with it, each with its place.
//!
//! Reading stops at the first thing that is wrong. So it is done again without that, until nothing is, or nothing is left that
//! could be read: a key that is none of the format's is passed over, a part that does not read is left out.

use std::cell::RefCell;
use std::collections::BTreeSet;

use sdk::json::Value;
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde_json::Error;

use super::check::{Rule, rule};
use super::{Definition, Problems};

/// So many problems are listed; who has them begins with those.
const MOST_PROBLEMS: usize = 40;
/// So deep parts lie in parts, more than the format has.
const MOST_DEPTH: usize = 24;

/// Reads a definition.
pub(super) fn read(text: &str) -> Result<Definition, Problems> {
    let value: Value = serde_json::from_str(text).map_err(|error| Problems::one("", no_json(&error)))?;
    let (mut problems, mut told, mut left_out) = (Problems::default(), 0, BTreeSet::new());
    for _ in 0..MOST_PROBLEMS * MOST_DEPTH {
        let found = RefCell::new(None);
        match Definition::deserialize(At { value: &value, path: String::new(), found: &found, left_out: &left_out }) {
            Ok(definition) => return problems.finish().map(|()| definition),
            Err(error) => {
                let path = found.take().unwrap_or_default();
                if !follows(&error, &path, &left_out) {
                    told += 1;
                    problems.note(path.clone(), said(&error));
                }
                if path.is_empty() || told >= MOST_PROBLEMS || !left_out.insert(path) {
                    break;
                }
            }
        }
    }
    Err(problems)
}

/// Whether something is wrong because a part was left out: it is missing, or nothing is left of what stands here.
fn follows(error: &Error, path: &str, left_out: &BTreeSet<String>) -> bool {
    match missing(&error.to_string()) {
        Some(key) => left_out.contains(&below(path, key)),
        None => left_out.iter().any(|left_out| left_out.starts_with(&below(path, ""))),
    }
}

fn missing(words: &str) -> Option<&str> {
    words.strip_prefix("missing field `")?.strip_suffix('`')
}

fn no_json(error: &Error) -> Rule {
    let (line, column) = (error.line(), error.column());
    rule(
        format!("is no JSON: {error}"),
        format!("no es JSON: hay un error en la línea {line}, letra {column} ({error})"),
    )
}

/// What is wrong, in words.
fn said(error: &Error) -> Rule {
    let english = error.to_string();
    let quoted = |prefix: &str| english.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let spanish = match (missing(&english), quoted("unknown field `"), quoted("unknown variant `")) {
        (Some(key), ..) => format!("falta «{key}»"),
        (_, Some(key), _) => format!("«{key}» no es una clave del formato: quítela o corríjala"),
        (.., Some(word)) => format!("«{word}» no es una de las palabras que pueden estar aquí"),
        _ => format!("no es lo que se espera aquí ({english})"),
    };
    rule(english, spanish)
}

/// The place of a part.
fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// A value at a place, which notes the place of the first thing that is wrong below it.
struct At<'v> {
    value: &'v Value,
    path: String,
    found: &'v RefCell<Option<String>>,
    left_out: &'v BTreeSet<String>,
}

impl<'v> At<'v> {
    fn child(&self, key: &str, value: &'v Value) -> Self {
        Self { value, path: below(&self.path, key), found: self.found, left_out: self.left_out }
    }

    /// The result of reading what stands here; the place is noted, unless one below was.
    fn noted<T>(found: &RefCell<Option<String>>, path: &str, read: Result<T, Error>) -> Result<T, Error> {
        read.inspect_err(|_| {
            found.borrow_mut().get_or_insert_with(|| path.to_owned());
        })
    }

    fn parts(&self) -> Option<Parts<'v>> {
        let is_in = |part: &At<'v>| !part.left_out.contains(&part.path);
        let parts: Vec<(String, At<'v>)> = match self.value {
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), self.child(key, value))).collect(),
            Value::Array(all) => {
                let parts = all.iter().enumerate();
                parts.map(|(number, value)| (number.to_string(), self.child(&number.to_string(), value))).collect()
            }
            _ => return None,
        };
        let parts = parts.into_iter().filter(|(_, part)| is_in(part)).collect::<Vec<_>>();
        Some(Parts { rest: parts.into_iter(), value: None, found: self.found })
    }
}

/// What is left of an object or a list to be read.
struct Parts<'v> {
    rest: std::vec::IntoIter<(String, At<'v>)>,
    value: Option<At<'v>>,
    found: &'v RefCell<Option<String>>,
}

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let read = match (self.parts(), self.value) {
            (Some(parts), Value::Object(_)) => visitor.visit_map(parts),
            (Some(parts), _) => visitor.visit_seq(parts),
            (None, value) => value.deserialize_any(visitor),
        };
        Self::noted(self.found, &self.path, read)
    }

    /// What can be left out is left out, and is not null: so the schema of the format has it.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (found, path) = (self.found, self.path.clone());
        let read = match self.parts() {
            Some(mut parts) if self.value.is_object() && parts.rest.len() == 1 => {
                let only = parts.rest.next();
                only.map_or_else(|| Err(Error::custom("is empty")), |only| visitor.visit_enum(Variant(only)))
            }
            _ => self.value.deserialize_enum(name, variants, visitor),
        };
        Self::noted(found, &path, read)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Parts<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        let path = value.path.clone();
        self.value = Some(value);
        At::noted(self.found, &path, seed.deserialize(key.into_deserializer())).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let value = self.value.take().ok_or_else(|| Error::custom("a value without a key"))?;
        let path = value.path.clone();
        At::noted(self.found, &path, seed.deserialize(value))
    }
}

impl<'de> SeqAccess<'de> for Parts<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((_, value)) = self.rest.next() else { return Ok(None) };
        let path = value.path.clone();
        At::noted(self.found, &path, seed.deserialize(value)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// One of several kinds of values, by its word.
struct Variant<'v>((String, At<'v>));

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = At<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, At<'de>), Error> {
        let Self((word, value)) = self;
        let read = seed.deserialize(word.into_deserializer());
        At::noted(value.found, &value.path, read).map(|read| (read, value))
    }
}

impl<'de> VariantAccess<'de> for At<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Err(Error::custom("is a word without a value"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        let (found, path) = (self.found, self.path.clone());
        At::noted(found, &path, seed.deserialize(self))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licence() -> Value {
        let text = include_str!("../../../../demo/procedures/gamlp/poda-arbol.json");
        serde_json::from_str(text).expect("the demo's definition is JSON")
    }

    fn places(value: &Value) -> Vec<String> {
        let problems = read(&value.to_string()).expect_err("it is wrong");
        problems.iter().map(|problem| problem.at.clone()).collect()
    }

    #[test]
    fn what_is_right_is_read() {
        let definition = read(&licence().to_string()).expect("it is right");
        assert_eq!(read(&definition.written()), Ok(definition));
    }

    #[test]
    fn everything_that_is_wrong_is_found_with_its_place() {
        let mut value = licence();
        value["more"] = true.into();
        value["entry"]["colour"] = "green".into();
        value["entry"]["deadline"]["working-days"] = "ten".into();
        value["entry"]["legal-basis"][0]["title"] = serde_json::json!({ "en": "Law" });
        value["entry"]["legal-basis"][1]["code"] = "No Code".into();
        value["online"]["registrations"][0]["steps"][0]["role"] = 5.into();
        value["online"]["registrations"][0]["result"]["made"] = serde_json::json!({ "by-magic": {} });
        value["entry"].as_object_mut().unwrap().remove("summary");
        let mut found = places(&value);
        found.sort();
        assert_eq!(
            found,
            [
                "entry",
                "entry.colour",
                "entry.deadline.working-days",
                "entry.legal-basis.0.title",
                "entry.legal-basis.1.code",
                "more",
                "online.registrations.0.result.made.by-magic",
                "online.registrations.0.steps.0.role",
            ]
        );
    }

    #[test]
    fn what_can_be_left_out_is_not_null() {
        let mut value = licence();
        for key in ["description", "eligibility", "burden"] {
            value["entry"][key] = Value::Null;
        }
        value["online"]["documents"][0]["hint"] = Value::Null;
        let mut found = places(&value);
        found.sort();
        assert_eq!(found, ["entry.burden", "entry.description", "entry.eligibility", "online.documents.0.hint"]);
    }

    #[test]
    fn what_is_no_json_or_no_object_is_refused() {
        assert_eq!(read("{").unwrap_err().iter().count(), 1);
        assert_eq!(places(&serde_json::json!([])), [""]);
        assert_eq!(places(&serde_json::json!({})), [""]);
    }

    #[test]
    fn no_more_problems_are_listed_than_one_can_read() {
        let many: serde_json::Map<String, Value> = (0..500).map(|number| (format!("k{number}"), Value::Null)).collect();
        assert_eq!(places(&Value::Object(many)).len(), MOST_PROBLEMS);
    }
}
