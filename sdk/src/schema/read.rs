//! Reads a description as a whole: its fields, which of them have to be answered, and that none depends on itself.

use std::collections::BTreeMap;
use std::io;

use html::Need;
use serde_json::{Map, Value};

use super::condition::{Condition, Kinds};
use super::field::{Field, Origin};
use super::formula::{Formula, TODAY};
use super::order::order;
use super::problem::{Problem, Rule, rule};
use super::read_field::{Draft, From, draft};
use super::{DIALECT, Schema};

const MOST_FIELDS: usize = 300;
const MOST_BYTES: usize = 512 * 1024;
const MOST_LETTERS_OF_NAME: usize = 48;
const KEYWORDS: [&str; 5] = ["$schema", "type", "properties", "required", "x-order"];

/// Reads a description.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(value: &Value) -> Result<Schema, Vec<Problem>> {
    let no_object = || rule("the description must be an object", "la descripción tiene que ser un objeto");
    let document = value.as_object().ok_or_else(|| vec![Problem::of_all("", no_object())])?;
    if length(value) > MOST_BYTES {
        let rule = rule("the description must have 512 KiB at most", "la descripción puede tener 512 KiB como máximo");
        return Err(vec![Problem::of_all("", rule)]);
    }
    let mut problems = Vec::new();
    head(document, &mut problems);
    let properties = properties(document, &mut problems);
    let required = names(document, "required", properties, &mut problems);
    let shown = names(document, "x-order", properties, &mut problems);
    let drafts = drafts(properties, &mut problems);
    let kinds: Kinds = drafts.iter().map(|(name, draft)| (name.clone(), draft.as_ref().map(Draft::kind))).collect();
    let fields = drafts.into_iter().filter_map(|(name, draft)| Some((name, draft?)));
    let mut fields: Vec<Field> = fields
        .map(|(name, draft)| {
            let need = if required.contains(&name.as_str()) { Need::Required } else { Need::Optional };
            field(name, draft, need, &kinds, &mut problems)
        })
        .collect();
    let place = |field: &Field| shown.iter().position(|name| *name == field.name).unwrap_or(shown.len());
    // A stable sort: fields that the order does not name stay in that of their names.
    fields.sort_by_key(place);
    let order = settling(&fields).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    if problems.is_empty() { Ok(Schema { fields, order }) } else { Err(problems) }
}

/// Whether a name can be a field's.
pub(super) fn is_name(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let begins = name.starts_with(|letter: char| letter.is_ascii_lowercase());
    letters && begins && name.len() <= MOST_LETTERS_OF_NAME && name != TODAY
}

fn head(document: &Map<String, Value>, problems: &mut Vec<Problem>) {
    for keyword in document.keys().filter(|keyword| !KEYWORDS.contains(&keyword.as_str())) {
        problems.push(Problem::of_all(keyword, no_keyword()));
    }
    if document.get("$schema").is_some_and(|dialect| dialect != DIALECT) {
        let rule = rule(format!("must be {DIALECT}"), format!("tiene que ser {DIALECT}"));
        problems.push(Problem::of_all("$schema", rule));
    }
    if document.get("type").is_none_or(|kind| kind != "object") {
        problems.push(Problem::of_all("type", rule("must be `object`", "tiene que ser `object`")));
    }
}

fn properties<'v>(document: &'v Map<String, Value>, problems: &mut Vec<Problem>) -> Option<&'v Map<String, Value>> {
    let properties = document.get("properties").and_then(Value::as_object);
    match properties.map(Map::len) {
        None => {
            let rule = rule("must be an object with the fields", "tiene que ser un objeto con las preguntas");
            problems.push(Problem::of_all("properties", rule));
        }
        Some(count) if count > MOST_FIELDS => {
            let rule = rule(
                format!("must have {MOST_FIELDS} fields at most"),
                format!("puede tener {MOST_FIELDS} preguntas como máximo"),
            );
            problems.push(Problem::of_all("properties", rule));
            return None;
        }
        Some(_) => {}
    }
    properties
}

/// What is said of a keyword that there is none of.
pub(super) fn no_keyword() -> Rule {
    rule("is no keyword of this profile: leave it out", "no es una palabra clave de este formato: quítela")
}

/// A list of names of fields, each once.
fn names<'v>(
    document: &'v Map<String, Value>,
    keyword: &str,
    properties: Option<&Map<String, Value>>,
    problems: &mut Vec<Problem>,
) -> Vec<&'v str> {
    let Some(value) = document.get(keyword) else { return Vec::new() };
    let names: Option<Vec<&str>> = value.as_array().and_then(|names| names.iter().map(Value::as_str).collect());
    let Some(names) = names else {
        let rule = rule("must be a list of names of fields", "tiene que ser una lista de nombres de preguntas");
        problems.push(Problem::of_all(keyword, rule));
        return Vec::new();
    };
    if names.len() > MOST_FIELDS {
        let rule = rule(
            format!("must have {MOST_FIELDS} names at most"),
            format!("puede tener {MOST_FIELDS} nombres como máximo"),
        );
        problems.push(Problem::of_all(keyword, rule));
        return Vec::new();
    }
    for (index, name) in names.iter().enumerate() {
        if properties.is_some_and(|properties| !properties.contains_key(*name)) {
            let rule = rule(
                format!("names `{name}`, which is no field"),
                format!("nombra `{name}`, que no es ninguna de las preguntas"),
            );
            problems.push(Problem::of_all(keyword, rule));
        }
        if names[..index].contains(name) {
            let rule = rule(
                format!("names `{name}` twice: name it once"),
                format!("nombra `{name}` dos veces: nómbrela una sola vez"),
            );
            problems.push(Problem::of_all(keyword, rule));
        }
    }
    names
}

/// The fields by their names; none for one that is refused.
fn drafts<'v>(
    properties: Option<&'v Map<String, Value>>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Option<Draft<'v>>> {
    let mut drafts = BTreeMap::new();
    for (name, value) in properties.into_iter().flatten() {
        if !is_name(name) {
            let rule = rule(
                "must be named by up to 48 small letters, digits and `_`, a letter first, and not `today`",
                "el nombre tiene hasta 48 letras minúsculas sin acento, cifras y `_`, empieza con una letra y no es `today`",
            );
            problems.push(Problem::of(name, "", rule));
        }
        let draft = match value.as_object() {
            Some(keywords) => draft(name, keywords, problems),
            None => {
                let rule = rule("must be an object of keywords", "tiene que ser un objeto de palabras clave");
                problems.push(Problem::of(name, "", rule));
                None
            }
        };
        drafts.insert(name.clone(), draft);
    }
    drafts
}

/// The field, with what it says of others.
fn field(name: String, draft: Draft<'_>, need: Need, kinds: &Kinds, problems: &mut Vec<Problem>) -> Field {
    let when = draft.when.and_then(|when| {
        Condition::read(when, kinds).map_err(|rule| problems.push(Problem::of(&name, "x-when", rule))).ok()
    });
    let origin = match draft.from {
        From::Person => Origin::Asked,
        From::Register(code) => Origin::Brought(code.to_owned()),
        From::Formula(text) => match Formula::read(text, kinds) {
            Ok(formula) => Origin::Calculated(formula),
            Err(error) => {
                problems.push(Problem::of(&name, "x-formula", error.rule()));
                Origin::Asked
            }
        },
    };
    let Draft { title, description, concept, kind, .. } = draft;
    Field { name, title, description, concept, kind, need, origin, when }
}

/// The order in which fields are settled.
fn settling(fields: &[Field]) -> Result<Vec<usize>, Problem> {
    let index: BTreeMap<&str, usize> = fields.iter().enumerate().map(|(index, field)| (&*field.name, index)).collect();
    let depends_on = |field: &Field| field.depends_on().filter_map(|name| index.get(name).copied()).collect();
    let depends_on: Vec<Vec<usize>> = fields.iter().map(depends_on).collect();
    order(&depends_on).map_err(|circle| {
        let names: Vec<&str> = circle.iter().chain(circle.first()).map(|one| &*fields[*one].name).collect();
        let names_in_circle = names.join(" → ");
        let rule =
            rule(format!("depends on itself: {names_in_circle}"), format!("depende de sí misma: {names_in_circle}"));
        Problem::of(names.first().copied().unwrap_or_default(), "", rule)
    })
}

/// The bytes of a value as JSON.
fn length(value: &Value) -> usize {
    struct Length(usize);

    impl io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut length = Length(0);
    // Counting does not fail, and a value has a form in JSON.
    drop(serde_json::to_writer(&mut length, value));
    length.0
}
