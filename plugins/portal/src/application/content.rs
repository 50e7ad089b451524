//! What an application says.

use std::collections::BTreeMap;

use sdk::schema::{Answers, Facts};
use sdk::{Citizen, Timestamp};
use serde::{Deserialize, Serialize};

use crate::definition::Code;

/// What was answered and attached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Content {
    /// The answers, by the names of the schema's fields; settled, so those that are calculated stand here too.
    pub answers: Answers,
    /// What registers said, by the names of the fields that are bound to them.
    #[serde(default)]
    pub facts: Facts,
    /// Who was asked for them.
    #[serde(default)]
    pub consulted: Vec<Consulted>,
    /// What was attached, by the codes of the definition's documents.
    #[serde(default)]
    pub documents: BTreeMap<Code, Vec<Attached>>,
    /// What is applied for.
    #[serde(default)]
    pub registrations: Vec<Code>,
}

impl Content {
    /// Every file that is attached.
    pub fn files(&self) -> impl Iterator<Item = &Attached> {
        self.documents.values().flatten()
    }

    /// Those, by their blobs.
    pub fn blobs(&self) -> impl Iterator<Item = &str> {
        self.files().map(|file| file.blob.as_str())
    }
}

/// A register that was asked about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Consulted {
    /// The register, by its code.
    pub register: Code,
    /// The service that was called.
    pub service: String,
    /// When.
    pub at: Timestamp,
    /// The fields that it was asked for.
    pub fields: Vec<String>,
    /// By which answer somebody is found there, where it is not by her own document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether it knew any of them.
    #[serde(default)]
    pub knew: Knew,
}

/// How much a register knew of what it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knew {
    /// Some of it, or all.
    #[default]
    Something,
    /// Nothing of it.
    Nothing,
}

/// A file that was attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attached {
    /// Its content, by the id of the blob.
    pub blob: String,
    /// Its name at the applicant's.
    pub name: String,
    /// What it is.
    pub content_type: String,
    /// Its length, in bytes.
    pub bytes: u64,
    /// Who signed it, where it is a signed document that was verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
}

/// Who asks for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Applicant {
    /// Her subject at this entity.
    pub subject: String,
    /// What she is called, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For whom she acts, where it is not for herself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub represents: Option<String>,
    /// Her own subject, where she acts for somebody else: she is told what happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Who helped her, where somebody of the entity filed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistance: Option<Assistance>,
}

impl Applicant {
    /// The subsystem that filed for her, if one did.
    #[must_use]
    pub fn filed_by(&self) -> Option<&str> {
        if let Some(Assistance::Subsystem(subsystem)) = &self.assistance { Some(subsystem) } else { None }
    }

    /// A citizen for herself, or for whom she represents: what belongs to that one, everybody sees who represents it.
    #[must_use]
    pub fn of(citizen: &Citizen) -> Self {
        let subject = citizen.represents.as_ref().map_or(&citizen.subject, |one| &one.subject).clone();
        let represents = citizen.represents.as_ref().map(|one| one.name.clone());
        let person = represents.is_some().then(|| citizen.subject.clone());
        Self { subject, name: citizen.name.clone(), represents, person, assistance: None }
    }

    /// Somebody at the counter, for whom an operator files something under a random id: it is nobody's account.
    #[must_use]
    pub fn at_counter(id: &str, name: Option<String>, operator: &str) -> Self {
        let (subject, assistance) = (format!("{UNCLAIMED}{id}"), Some(Assistance::Counter(operator.to_owned())));
        Self { subject, name, represents: None, person: None, assistance }
    }

    /// The same with who helped her.
    #[must_use]
    pub fn assisted(self, assistance: Option<Assistance>) -> Self {
        Self { assistance, ..self }
    }

    /// Who is told what happens: herself, by her own subject.
    #[must_use]
    pub fn hears(&self) -> &str {
        self.person.as_deref().unwrap_or(&self.subject)
    }

    /// Whether somebody asks, for herself or for whom she represents.
    #[must_use]
    pub fn is(&self, subject: &str) -> bool {
        self.subject == subject || self.person.as_deref() == Some(subject)
    }

    /// Whether it was filed at a counter, and is in nobody's account yet.
    #[must_use]
    pub fn is_unclaimed(&self) -> bool {
        self.subject.starts_with(UNCLAIMED)
    }
}

/// No subject of an issuer begins so: they have no slash.
const UNCLAIMED: &str = "unclaimed/";

/// Who helped an applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assistance {
    /// At a counter, by her id.
    Counter(String),
    /// By telephone, by her id.
    CallCentre(String),
    /// By an information system, by its subsystem.
    Subsystem(String),
}

impl Assistance {
    /// Who helped, by her id, or by its subsystem.
    #[must_use]
    pub fn by(&self) -> &str {
        match self {
            Self::Counter(by) | Self::CallCentre(by) | Self::Subsystem(by) => by,
        }
    }
}

/// Something that has to be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mark {
    /// What.
    pub target: Target,
    /// What is wrong with it, in words for the applicant.
    pub note: String,
}

/// A part of an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// An answer, by the field's name.
    Field(String),
    /// A document, by its code.
    Document(Code),
}
