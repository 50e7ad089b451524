//! Filing for a citizen: what an information system submits is judged as what she submits herself.

use std::collections::BTreeMap;

use sdk::case::Author;
use sdk::schema::{Answers, Origin};
use sdk::{Failure, FieldError, ensure};
use serde::Deserialize;

use super::Call;
use crate::application::{Acting, Actor, Applicant, Application, Assistance, Attached, Content, Submission};
use crate::consult::{Asking, Silent, Why, consult};
use crate::definition::{Code, Procedure};
use crate::office::ThisEntity;
use crate::registers::Registers;
use crate::{desk, number, receipt};

/// Stands before the number of a document in the subject of who has no account.
const BY_DOCUMENT: &str = "document/";
/// Letters of a subject, a document and a name.
const MOST_OF_SUBJECT: usize = 128;
const MOST_OF_DOCUMENT: usize = 20;
const MOST_OF_NAME: usize = 200;

/// For whom something is filed: by her subject at this entity, by the number of her identity document, or both. Registers are
/// asked by the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whom {
    pub(super) subject: Option<String>,
    pub(super) document: Option<String>,
    pub(super) name: Option<String>,
}

/// What is filed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filing {
    pub(super) whom: Whom,
    pub(super) answers: Answers,
    pub(super) documents: BTreeMap<Code, Vec<Attached>>,
}

impl Whom {
    /// Whom a subject names, as [`Whom::subject`] gives it.
    pub(super) fn of_subject(subject: &str, name: Option<String>) -> Self {
        match subject.strip_prefix(BY_DOCUMENT) {
            Some(document) => Self { subject: None, document: Some(document.to_owned()), name },
            None => Self { subject: Some(subject.to_owned()), document: None, name },
        }
    }

    /// Her subject: her account's, or one that is made of her document.
    fn subject(&self) -> Result<String, Failure> {
        let Self { subject, document, name } = self;
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        let fits = |text: &Option<String>, most: usize| {
            text.as_deref().is_none_or(|text| (1..=most).contains(&text.len()) && plain(text))
        };
        let wrong = |field: &str, what: &str| Failure::invalid(format!("applicant.{field}"), "format", what);
        ensure!(fits(subject, MOST_OF_SUBJECT), wrong("subject", "is no subject of an account"));
        ensure!(fits(document, MOST_OF_DOCUMENT), wrong("document", "is no number of an identity document"));
        let short = name.as_ref().is_none_or(|name| (1..=MOST_OF_NAME).contains(&name.chars().count()));
        ensure!(short, wrong("name", "has 1 to 200 letters"));
        let by_document = document.as_ref().map(|document| format!("{BY_DOCUMENT}{document}"));
        let missing = || Failure::invalid("applicant", "required", "name her by a subject or a document");
        subject.clone().or(by_document).ok_or_else(missing)
    }
}

impl Filing {
    /// Files it, as the subsystem that calls.
    pub(super) fn submit(self, call: &Call<'_>, procedure: &Procedure) -> Result<Application, Failure> {
        let filer = call.subsystem()?.to_owned();
        let subject = self.whom.subject()?;
        only_asked(procedure, &self.answers)?;
        let mut content = Content { answers: self.answers, documents: self.documents, ..Content::default() };
        ask(call, procedure, self.whom.document.as_deref(), &mut content)?;
        let this = ThisEntity::configured()?;
        let (office, now) = (this.at(procedure, call.now()), call.now());
        let applicant = Applicant {
            subject,
            name: self.whom.name,
            represents: None,
            person: None,
            assistance: Some(Assistance::Subsystem(filer)),
        };
        let content = procedure.settled(content, call.today())?;
        let number = number::new();
        let receipt = receipt::sign(&this, procedure, &number, &content, now);
        let actor = Actor::Applicant(Author::of(call.context));
        desk::submit(
            &Acting { procedure, office: &office, now, actor },
            Submission { number, applicant, content, receipt },
        )
    }
}

/// Refuses answers to what is not asked: who sends them expects something of it.
pub(super) fn only_asked(procedure: &Procedure, answers: &Answers) -> Result<(), Failure> {
    let is_asked = |name: &str| procedure.schema().field(name).is_some_and(|field| *field.origin() == Origin::Asked);
    let unknown = answers.keys().filter(|name| !is_asked(name));
    let error = |name: &String| FieldError {
        field: name.clone(),
        code: "unknown".to_owned(),
        message: "is not asked".to_owned(),
    };
    let errors: Vec<FieldError> = unknown.map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::Invalid(errors)) }
}

/// Asks the registers, as they are asked where a citizen answers by herself.
pub(super) fn ask(
    call: &Call<'_>,
    procedure: &Procedure,
    document: Option<&str>,
    content: &mut Content,
) -> Result<(), Failure> {
    let asking = document.map_or(Asking::ForAnother, |document| Asking::Document(document.to_owned()));
    let silent = consult(procedure, &Registers::connected()?, content, &asking, call.now());
    for Silent { register, why } in silent {
        match why {
            Why::Unavailable => return Err(Failure::Unavailable(format!("the register {register} does not answer"))),
            Why::Unknown => {
                let message = format!("the register {register} does not know whom it was asked about");
                return Err(Failure::invalid("applicant", "unknown", message));
            }
            // What it would have said is missing, if it is needed.
            Why::NoKey | Why::NotHerself => {}
        }
    }
    Ok(())
}
