//! A person, and what makes one valid.

use sdk::{Date, Failure, FieldErrors};
use serde::{Deserialize, Serialize};

/// The longest name, in letters.
const LONGEST_NAME: usize = 100;
const LONGEST_ID: usize = 20;

/// The number of an identity document: digits, capital letters and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonId(String);

impl PersonId {
    /// The number that a caller wrote.
    ///
    /// # Errors
    /// If it can be none.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let fits = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-';
        let valid = (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fits);
        sdk::ensure!(valid, Failure::invalid("id", "format", "must be 1 to 20 digits, capital letters or hyphens"));
        Ok(Self(text.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is known of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Particulars {
    /// All given names.
    pub given_names: String,
    /// All family names.
    pub family_names: String,
    /// The date of birth.
    pub born: Date,
}

/// What a caller says of a person, not judged yet.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Statement {
    given_names: String,
    family_names: String,
    born: String,
}

impl Statement {
    /// The particulars, if they can be true.
    pub(crate) fn judge(&self) -> Result<Particulars, Failure> {
        let mut errors = FieldErrors::default();
        for (field, name) in [("given-names", &self.given_names), ("family-names", &self.family_names)] {
            errors.require(field, name);
            errors.check(!trimmed(name).chars().any(char::is_control), field, "format", "must be a text");
            errors.check(name.chars().count() <= LONGEST_NAME, field, "length", "must have at most 100 letters");
        }
        let born = self.born.parse::<Date>();
        errors.check(born.is_ok(), "born", "date", "must be a date such as 1990-12-31");
        errors.finish()?;
        let born = born.map_err(|_| Failure::invalid("born", "date", "must be a date"))?;
        Ok(Particulars { given_names: trimmed(&self.given_names), family_names: trimmed(&self.family_names), born })
    }
}

/// A person as callers see one.
#[derive(Debug, Serialize)]
pub struct Person<'a> {
    /// The number.
    pub id: &'a str,
    /// What is known.
    #[serde(flatten)]
    pub particulars: &'a Particulars,
}

fn trimmed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
