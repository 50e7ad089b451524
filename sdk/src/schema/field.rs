//! A field: what it is called, what it asks for, when, and where its value comes from.

use html::Need;

use super::condition::Condition;
use super::formula::Formula;
use super::kind::Kind;
use crate::Translated;

/// A field of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub(super) name: String,
    pub(super) title: Translated,
    pub(super) description: Option<Translated>,
    pub(super) concept: Option<String>,
    pub(super) kind: Kind,
    pub(super) need: Need,
    pub(super) origin: Origin,
    pub(super) when: Option<Condition>,
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From whoever fills in the form.
    Asked,
    /// From the values of other fields.
    Calculated(Formula),
    /// From another register, by its code.
    Brought(String),
}

impl Field {
    /// Its name, by which answers have its value.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &Translated {
        &self.title
    }

    /// What helps to fill it in.
    #[must_use]
    pub fn description(&self) -> Option<&Translated> {
        self.description.as_ref()
    }

    /// What its value means in the vocabulary that registers share: `person.given-names`.
    #[must_use]
    pub fn concept(&self) -> Option<&str> {
        self.concept.as_deref()
    }

    /// What it asks for.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Whether it has to have a value where it is asked for.
    #[must_use]
    pub fn need(&self) -> Need {
        self.need
    }

    /// Where its value comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// When it is asked for; always, if nothing is said.
    #[must_use]
    pub fn when(&self) -> Option<&Condition> {
        self.when.as_ref()
    }

    /// The fields whose values decide on its own.
    pub fn depends_on(&self) -> impl Iterator<Item = &str> {
        let formula = if let Origin::Calculated(formula) = &self.origin { Some(formula) } else { None };
        let asked_about = self.when.iter().flat_map(Condition::fields);
        asked_about.chain(formula.into_iter().flat_map(Formula::fields))
    }
}
