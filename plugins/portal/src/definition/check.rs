//! Whether a definition holds together: what it names is there, once, and of the right kind.

mod asked;
mod entry;
mod online;

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use sdk::FieldError;
use sdk::html::Language;
use sdk::i18n::Text;
use sdk::schema::Schema;

use super::procedure::{has_choice, whole_schema};
use super::{Code, Definition, Entry};

pub(crate) use entry::DEPARTMENTS;
pub use entry::{is_place, is_web_address};
pub(crate) use online::{TAKEN_BY_ADDRESSES, WITHOUT_STEPS};

/// Something that does not hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `online.fees.2.amount`.
    pub at: String,
    /// What is wrong with it, and what to do.
    pub what: String,
    spanish: String,
}

/// What is wrong with something: in English for programs and their authors, in Spanish for whoever fills in a page.
pub(super) struct Rule {
    english: String,
    spanish: String,
}

/// All that does not hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// So many parts of one kind a definition has at most.
const MOST_PARTS: usize = 100;

/// A rule in both languages.
pub(super) fn rule(english: impl Into<String>, spanish: impl Into<String>) -> Rule {
    Rule { english: english.into(), spanish: spanish.into() }
}

impl From<&sdk::schema::Problem> for Rule {
    fn from(problem: &sdk::schema::Problem) -> Self {
        rule(problem.said(Language::English), problem.said(Language::Spanish))
    }
}

impl Problem {
    fn new(at: String, Rule { english, spanish }: Rule) -> Self {
        Self { at, what: english, spanish }
    }

    /// What is wrong with it, on a page of a language: in Spanish, where there are no words of its own.
    #[must_use]
    pub fn said(&self, language: Language) -> Text {
        let (value, said_in) = match language {
            Language::English => (&self.what, Language::English),
            _ => (&self.spanish, Language::Spanish),
        };
        Text { value: value.clone(), language: said_in.code().to_owned() }
    }
}

impl Problems {
    /// One problem.
    pub(super) fn one(at: &str, rule: impl Into<Rule>) -> Self {
        Self(vec![Problem::new(at.to_owned(), rule.into())])
    }

    /// All of them, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As what is wrong with a field each, for an answer.
    #[must_use]
    pub fn field_errors(self) -> Vec<FieldError> {
        let error = |Problem { at, what, .. }| FieldError { field: at, code: "definition".to_owned(), message: what };
        self.0.into_iter().map(error).collect()
    }

    pub(super) fn note(&mut self, at: impl Into<String>, rule: impl Into<Rule>) {
        self.0.push(Problem::new(at.into(), rule.into()));
    }

    /// Notes something unless it holds.
    pub(super) fn unless(&mut self, holds: bool, at: impl Into<String>, rule: Rule) {
        if !holds {
            self.note(at, rule);
        }
    }

    /// Notes codes that stand twice, and that there are too many.
    pub(super) fn unique<'c>(&mut self, at: &str, codes: impl Iterator<Item = &'c Code>) -> BTreeSet<&'c Code> {
        let mut seen = BTreeSet::new();
        for (number, code) in codes.enumerate() {
            let too_many = rule(
                format!("is one more than {MOST_PARTS}"),
                format!("es una más de las {MOST_PARTS} que puede haber"),
            );
            self.unless(number < MOST_PARTS, format!("{at}.{number}"), too_many);
            let twice = rule(
                format!("{code} stands twice: codes are unique"),
                format!("{code} está dos veces: cada código se usa una sola vez"),
            );
            self.unless(seen.insert(code), format!("{at}.{number}.code"), twice);
        }
        seen
    }

    /// Notes what is named twice in a list of codes or words.
    pub(super) fn once<T: Ord + Display>(&mut self, at: &str, named: impl Iterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (number, one) in named.enumerate() {
            let twice = rule(format!("{one} stands twice"), format!("{one} está dos veces"));
            self.unless(seen.insert(one), format!("{at}.{number}"), twice);
        }
    }

    pub(super) fn finish(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Problem { at, what, .. }) in self.0.iter().enumerate() {
            let separator = if number > 0 { "; " } else { "" };
            write!(formatter, "{separator}{at} {what}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The schema of a definition that has one, with the field in which registrations are chosen.
pub(super) fn schema_of(definition: &Definition) -> Result<Option<Schema>, Problems> {
    let Some(online) = &definition.online else { return Ok(None) };
    let read = if has_choice(online) { Schema::read(&whole_schema(online)) } else { Schema::read(&online.schema) };
    let problem = |problem: sdk::schema::Problem| {
        let at = ["online.schema"].into_iter().map(str::to_owned);
        let field = problem.field().map(|field| format!("properties.{field}"));
        let keyword = problem.keyword().map(str::to_owned);
        let at: Vec<String> = at.chain(field).chain(keyword).collect();
        Problem::new(at.join("."), Rule::from(&problem))
    };
    read.map(Some).map_err(|problems| Problems(problems.into_iter().map(problem).collect()))
}

/// Checks what people read of a procedure by itself.
///
/// # Errors
/// All that does not hold together.
pub fn check_entry(entry: &Entry) -> Result<(), Problems> {
    let mut problems = Problems::default();
    entry::check(entry, &mut problems);
    problems.finish()
}

/// All that does not hold together, and the schema, if there is one and it can be read.
pub(super) fn all(definition: &Definition) -> (Option<Schema>, Problems) {
    let mut problems = Problems::default();
    entry::check(&definition.entry, &mut problems);
    let code = &definition.entry.code;
    let reserved = rule(
        format!("{code} is a word of addresses: take another code"),
        format!("{code} es una palabra reservada: use otro código"),
    );
    problems.unless(!code.is_reserved(), "entry.code", reserved);
    let schema = schema_of(definition).unwrap_or_else(|found| {
        problems.0.extend(found.0);
        None
    });
    if let Some(online) = &definition.online {
        online::check(online, &mut problems);
        if let Some(schema) = &schema {
            asked::check(online, schema, &mut problems);
        }
    }
    (schema, problems)
}

/// Checks a definition, and gives its schema, if it has one.
pub(super) fn check(definition: &Definition) -> Result<Option<Schema>, Problems> {
    let (schema, problems) = all(definition);
    problems.finish().map(|()| schema)
}
