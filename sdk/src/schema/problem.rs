//! Why a description of a form is refused.

use std::fmt::{self, Display};

/// Something that an author has to change: where, and how it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    field: Option<String>,
    keyword: Option<String>,
    rule: String,
}

impl Problem {
    /// A problem of the whole description.
    pub(super) fn of_all(keyword: &str, rule: impl Into<String>) -> Self {
        Self { field: None, keyword: Some(keyword.to_owned()).filter(|keyword| !keyword.is_empty()), rule: rule.into() }
    }

    /// A problem of a field.
    pub(super) fn of(field: &str, keyword: &str, rule: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::of_all(keyword, rule) }
    }

    /// The field, if it is one field's.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The keyword, if it is one keyword's.
    #[must_use]
    pub fn keyword(&self) -> Option<&str> {
        self.keyword.as_deref()
    }

    /// What is to be done.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(formatter, "field `{field}`: ")?;
        }
        if let Some(keyword) = &self.keyword {
            write!(formatter, "`{keyword}` ")?;
        }
        formatter.write_str(&self.rule)
    }
}

impl std::error::Error for Problem {}
