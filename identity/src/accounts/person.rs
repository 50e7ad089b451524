//! Who somebody is, in the words of her identity document.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Who somebody is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Her identity document.
    pub document: Document,
    /// Her names.
    pub names: Names,
    /// Her day of birth, `YYYY-MM-DD`.
    pub birthdate: Option<String>,
    /// Her e-mail address.
    pub email: Option<String>,
    /// Her mobile telephone, as E.164 writes it: `+59171234567`.
    pub phone: Option<String>,
}

/// An identity document.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Document {
    /// Such as `CI`, a Bolivian identity card.
    pub kind: String,
    /// As it stands there.
    pub number: String,
}

/// Somebody's names as the civil register writes them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Given names.
    pub given: String,
    /// The first surname.
    pub first_surname: Option<String>,
    /// The second surname.
    pub second_surname: Option<String>,
}

/// What is said of a person cannot be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the {field} {problem}")]
pub struct InvalidPerson {
    /// Of what.
    pub field: &'static str,
    /// Why.
    pub problem: FieldProblem,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FieldProblem {
    /// There is nothing.
    #[error("is empty")]
    Empty,
    /// There is too much.
    #[error("has more than {0} letters")]
    Long(usize),
    /// It is not written as it has to be.
    #[error("is not written as {0}")]
    Form(&'static str),
}

impl Document {
    /// A document, by its kind and number. Letters of both are as large letters.
    #[must_use]
    pub fn new(kind: &str, number: &str) -> Self {
        Self { kind: tidy(kind).to_uppercase(), number: tidy(number).to_uppercase() }
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        crate::table::joined(&self.kind, &self.number)
    }
}

impl Names {
    /// All of them, in the order in which they are read.
    #[must_use]
    pub fn full(&self) -> String {
        let surnames = [self.first_surname.as_deref(), self.second_surname.as_deref()];
        let parts = [Some(self.given.as_str())].into_iter().chain(surnames).flatten();
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Her surnames, if she has one.
    #[must_use]
    pub fn surnames(&self) -> Option<String> {
        let surnames: Vec<_> =
            [&self.first_surname, &self.second_surname].into_iter().flatten().map(String::as_str).collect();
        (!surnames.is_empty()).then(|| surnames.join(" "))
    }
}

impl Person {
    /// The person, tidied, if it can be so.
    pub(crate) fn checked(self) -> Result<Self, InvalidPerson> {
        let optional = |field, text: Option<String>, most| match text.as_deref().map(tidy) {
            None => Ok(None),
            Some(text) if text.is_empty() => Ok(None),
            Some(text) => bounded(field, text, most).map(Some),
        };
        let document = Document::new(&self.document.kind, &self.document.number);
        let checked = Self {
            document: Document {
                kind: bounded("kind of document", document.kind, MAX_DOCUMENT_LETTERS)?,
                number: bounded("number of document", document.number, MAX_DOCUMENT_LETTERS)?,
            },
            names: Names {
                given: bounded("given name", tidy(&self.names.given), MAX_NAME_LETTERS)?,
                first_surname: optional("first surname", self.names.first_surname, MAX_NAME_LETTERS)?,
                second_surname: optional("second surname", self.names.second_surname, MAX_NAME_LETTERS)?,
            },
            birthdate: optional("day of birth", self.birthdate, 10)?,
            email: optional("e-mail address", self.email, MAX_EMAIL_LETTERS)?,
            phone: optional("telephone", self.phone, 16)?,
        };
        let form = |field, form| InvalidPerson { field, problem: FieldProblem::Form(form) };
        if checked.birthdate.as_deref().is_some_and(|day| day.len() != 10 || day.parse::<jiff::civil::Date>().is_err())
        {
            return Err(form("day of birth", "YYYY-MM-DD"));
        }
        let is_email = |email: &str| {
            email
                .split_once('@')
                .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !email.contains(' '))
        };
        if checked.email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(form("e-mail address", "name@host.example"));
        }
        let is_phone = |phone: &str| {
            phone
                .strip_prefix('+')
                .is_some_and(|digits| digits.len() >= 7 && digits.bytes().all(|digit| digit.is_ascii_digit()))
        };
        if checked.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            return Err(form("telephone", "+59171234567"));
        }
        Ok(checked)
    }
}

/// Without control letters, with one space where there were some.
fn tidy(text: &str) -> String {
    let visible: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn bounded(field: &'static str, text: String, most: usize) -> Result<String, InvalidPerson> {
    match text.chars().count() {
        0 => Err(InvalidPerson { field, problem: FieldProblem::Empty }),
        count if count > most => Err(InvalidPerson { field, problem: FieldProblem::Long(most) }),
        _ => Ok(text),
    }
}

// What is known of people stands in no log.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} …)", self.kind)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names(…)")
    }
}

const MAX_DOCUMENT_LETTERS: usize = 40;
const MAX_NAME_LETTERS: usize = 100;
const MAX_EMAIL_LETTERS: usize = 254;

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Person {
        Person {
            document: Document::new("ci", " 1234567-1a "),
            names: Names {
                given: "Ana  María".to_owned(),
                first_surname: Some("Mamani".to_owned()),
                second_surname: Some(String::new()),
            },
            birthdate: Some("1990-02-28".to_owned()),
            email: Some("ana@correo.bo".to_owned()),
            phone: Some("+59171234567".to_owned()),
        }
    }

    #[test]
    fn a_person_is_tidied_and_never_shown_in_a_log() {
        let person = ana().checked().expect("a person");
        assert_eq!((person.document.kind.as_str(), person.document.number.as_str()), ("CI", "1234567-1A"));
        assert_eq!((person.names.full().as_str(), person.names.second_surname), ("Ana María Mamani", None));
        assert!(!format!("{:?}", ana()).contains("Ana") && !format!("{:?}", ana().document).contains("1234567"));
    }

    #[test]
    fn refuses_what_cannot_be_of_a_person() {
        let refused = |change: fn(&mut Person)| {
            let mut person = ana();
            change(&mut person);
            person.checked().err().map(|error| error.field)
        };
        assert_eq!(refused(|person| person.document.number = " ".to_owned()), Some("number of document"));
        assert_eq!(refused(|person| person.names.given = "a".repeat(101)), Some("given name"));
        assert_eq!(refused(|person| person.birthdate = Some("2023-02-30".to_owned())), Some("day of birth"));
        assert_eq!(refused(|person| person.email = Some("ana".to_owned())), Some("e-mail address"));
        assert_eq!(refused(|person| person.phone = Some("71234567".to_owned())), Some("telephone"));
    }
}
