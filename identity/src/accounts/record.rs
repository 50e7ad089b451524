//! What is known of a person.

use super::date::Date;
use crate::{Assurance, Unavailable};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// An identity document: its type and number, by which one has one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    kind: String,
    number: String,
}

/// Somebody, as the provider knows her.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What the provider calls her. It never leaves the host: each sector has a subject of its own.
    pub id: String,
    /// Her identity document.
    pub document: Document,
    /// `nombres`
    pub given_names: String,
    /// `primer_apellido`
    pub first_surname: String,
    /// `segundo_apellido`
    pub second_surname: Option<String>,
    /// Her date of birth.
    pub birth_date: Option<Date>,
    /// Where she gets mail.
    pub email: Option<String>,
    /// Where she gets messages, with the country's prefix.
    pub mobile: Option<String>,
    /// How well she is known.
    pub assurance: Assurance,
}

/// What an account is made of.
#[derive(Clone)]
pub struct NewAccount {
    /// Her identity document.
    pub document: Document,
    /// What is known of her besides.
    pub person: Changes,
    /// How well she is known.
    pub assurance: Assurance,
}

/// What is set in an account; what is `None` stays.
#[derive(Clone, Default)]
pub struct Changes {
    /// `nombres`
    pub given_names: Option<String>,
    /// `primer_apellido`
    pub first_surname: Option<String>,
    /// `segundo_apellido`
    pub second_surname: Option<String>,
    /// Her date of birth, `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Where she gets mail.
    pub email: Option<String>,
    /// Where she gets messages, with the country's prefix.
    pub mobile: Option<String>,
}

/// Why an account is not made or changed.
#[derive(Debug, Error)]
pub enum AccountError {
    /// There is no such account.
    #[error("there is no account {id}")]
    NoSuchAccount {
        /// What was asked for.
        id: String,
    },
    /// One document has one account.
    #[error("{document} has an account already: give its owner a new enrolment code instead")]
    DocumentTaken {
        /// The document.
        document: Document,
    },
    /// Something of it cannot be so.
    #[error("{field} cannot be so: {rule}")]
    Invalid {
        /// What.
        field: &'static str,
        /// What it has to be.
        rule: &'static str,
    },
    /// She may act for as many as she may.
    #[error("account {id} represents {limit} others, and no more")]
    TooManyRepresented {
        /// Whose.
        id: String,
        /// How many.
        limit: usize,
    },
    /// Nothing was changed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl AccountError {
    pub(crate) fn none(id: &str) -> Self {
        Self::NoSuchAccount { id: id.to_owned() }
    }
}

impl Document {
    /// The document of a type and number, without the spaces and dots that people write.
    #[must_use]
    pub fn new(kind: &str, number: &str) -> Option<Self> {
        let normal = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_uppercase).collect()
        };
        let (kind, number) = (normal(kind), normal(number));
        let fits = |text: &str| {
            (1..=MAX_DOCUMENT).contains(&text.chars().count()) && text.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        (fits(&kind) && fits(&number)).then_some(Self { kind, number })
    }

    /// `tipo_documento`
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `numero_documento`
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        format!("{}/{}", self.kind, self.number).into_bytes()
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.number)
    }
}

impl Account {
    /// What she is called.
    #[must_use]
    pub fn name(&self) -> String {
        [&self.given_names, &self.first_surname, self.second_surname.as_ref().unwrap_or(&String::new())]
            .map(String::as_str)
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// `family_name`: both surnames.
    #[must_use]
    pub fn surnames(&self) -> String {
        match &self.second_surname {
            Some(second) => format!("{} {second}", self.first_surname),
            None => self.first_surname.clone(),
        }
    }

    pub(super) fn changed(mut self, changes: Changes) -> Result<Self, AccountError> {
        let name = |text: &str, field| checked(text, MAX_NAME, field, "1 to 100 letters", |c| !c.is_control());
        if let Some(text) = changes.given_names {
            self.given_names = name(&text, "the given names")?;
        }
        if let Some(text) = changes.first_surname {
            self.first_surname = name(&text, "the first surname")?;
        }
        if let Some(text) = changes.second_surname {
            self.second_surname = Some(text).filter(|text| !text.trim().is_empty());
            self.second_surname.as_deref().map(|text| name(text, "the second surname")).transpose()?;
        }
        if let Some(text) = changes.birth_date {
            let rule = "a day written YYYY-MM-DD";
            let date = Date::parse(&text);
            self.birth_date = Some(date.ok_or(AccountError::Invalid { field: "the date of birth", rule })?);
        }
        if let Some(text) = changes.email {
            let (field, rule) = ("the address of mail", "a name, an @ and a domain, of at most 254 letters");
            let email = checked(&text, MAX_EMAIL, field, rule, |c| !c.is_whitespace() && !c.is_control())?;
            let is_address = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
            self.email = Some(email).filter(|_| is_address);
            self.email.as_ref().ok_or(AccountError::Invalid { field, rule })?;
        }
        if let Some(text) = changes.mobile {
            let (field, rule) = ("the telephone number", "a + and 8 to 15 digits");
            let digits = text.strip_prefix('+').filter(|digits| (8..=15).contains(&digits.len()));
            let is_number = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            self.mobile = Some(text).filter(|_| is_number);
            self.mobile.as_ref().ok_or(AccountError::Invalid { field, rule })?;
        }
        Ok(self)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Who she is belongs into no log.
        f.debug_struct("Account").field("id", &self.id).field("assurance", &self.assurance).finish_non_exhaustive()
    }
}

impl NewAccount {
    pub(super) fn checked(self, id: String) -> Result<Account, AccountError> {
        let missing = |field| AccountError::Invalid { field, rule: "1 to 100 letters" };
        self.person.given_names.as_ref().ok_or_else(|| missing("the given names"))?;
        self.person.first_surname.as_ref().ok_or_else(|| missing("the first surname"))?;
        let empty = Account {
            id,
            document: self.document,
            given_names: String::new(),
            first_surname: String::new(),
            second_surname: None,
            birth_date: None,
            email: None,
            mobile: None,
            assurance: self.assurance,
        };
        empty.changed(self.person)
    }
}

fn checked(
    text: &str,
    most: usize,
    field: &'static str,
    rule: &'static str,
    allowed: impl Fn(char) -> bool,
) -> Result<String, AccountError> {
    let text = text.trim();
    let fits = (1..=most).contains(&text.chars().count()) && text.chars().all(allowed);
    if fits { Ok(text.to_owned()) } else { Err(AccountError::Invalid { field, rule }) }
}

const MAX_NAME: usize = 100;
const MAX_EMAIL: usize = 254;
const MAX_DOCUMENT: usize = 30;
