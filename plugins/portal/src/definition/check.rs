//! Whether a definition holds together: what it names is there, once, and of the right kind.

mod entry;
mod online;

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use sdk::FieldError;
use sdk::schema::Schema;

use super::procedure::{has_choice, whole_schema};
use super::{Code, Definition, Entry};

pub use entry::{is_place, is_web_address};

/// Something that does not hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `online.fees.2.amount`.
    pub at: String,
    /// What is wrong with it, and what to do.
    pub what: String,
}

/// All that does not hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// So many parts of one kind a definition has at most.
const MOST_PARTS: usize = 100;

impl Problems {
    /// One problem.
    pub(super) fn one(at: &str, what: impl Into<String>) -> Self {
        Self(vec![Problem { at: at.to_owned(), what: what.into() }])
    }

    /// All of them, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// As what is wrong with a field each, for an answer.
    #[must_use]
    pub fn field_errors(self) -> Vec<FieldError> {
        let error = |Problem { at, what }| FieldError { field: at, code: "definition".to_owned(), message: what };
        self.0.into_iter().map(error).collect()
    }

    pub(super) fn note(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.0.push(Problem { at: at.into(), what: what.into() });
    }

    /// Notes something unless it holds.
    pub(super) fn unless(&mut self, holds: bool, at: impl Into<String>, what: impl Into<String>) {
        if !holds {
            self.note(at, what);
        }
    }

    /// Notes codes that stand twice, and that there are too many.
    pub(super) fn unique<'c>(&mut self, at: &str, codes: impl Iterator<Item = &'c Code>) -> BTreeSet<&'c Code> {
        let mut seen = BTreeSet::new();
        for (number, code) in codes.enumerate() {
            self.unless(number < MOST_PARTS, format!("{at}.{number}"), format!("is one more than {MOST_PARTS}"));
            self.unless(
                seen.insert(code),
                format!("{at}.{number}.code"),
                format!("{code} stands twice: codes are unique"),
            );
        }
        seen
    }

    pub(super) fn finish(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Problem { at, what }) in self.0.iter().enumerate() {
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
        Problem { at: at.join("."), what: problem.rule().to_owned() }
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

/// Checks a definition with its schema.
pub(super) fn check(definition: &Definition, schema: Option<&Schema>) -> Result<(), Problems> {
    let mut problems = Problems::default();
    entry::check(&definition.entry, &mut problems);
    if let (Some(online), Some(schema)) = (&definition.online, schema) {
        online::check(online, schema, &mut problems);
    }
    problems.finish()
}
