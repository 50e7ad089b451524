//! What people read of a procedure before they begin it: the part of a definition that its entity publishes to catalogues.

use sdk::{Money, Translated};
use serde::{Deserialize, Serialize};

use super::Code;
use super::place::{Channel, Place};

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entry {
    /// What it is found by, unique at its entity.
    pub code: Code,
    /// What people call it: what they want, in few words.
    pub title: Translated,
    /// What it is, in one sentence.
    pub summary: Translated,
    /// More, in paragraphs that are parted by an empty line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Translated>,
    /// Whom it is for.
    pub audience: Vec<Audience>,
    /// Who may ask for it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligibility: Option<Translated>,
    /// The one-stop shop that it belongs to, of the vocabulary's sectors.
    pub sector: Code,
    /// Events of a life or of a business that lead to it, of the vocabulary's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Code>,
    /// Other words by which people look for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// What has to be shown or fulfilled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// What it costs; free of charge, if nothing stands here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<Cost>,
    /// The rules that it follows.
    pub legal_basis: Vec<Rule>,
    /// Until when it has to be decided.
    pub deadline: Deadline,
    /// What it takes, before and after it was simplified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burden: Option<Simplification>,
    /// Where and how it is done.
    pub channels: Vec<Channel>,
    /// The places that its channels name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// What one has in hand at the end.
    pub outputs: Vec<Output>,
    /// Procedures of the same entity that people need before or after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Code>,
}

/// Whom a procedure is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// People.
    Person,
    /// Companies, and who works for herself.
    Company,
    /// Entities of the state.
    Entity,
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Person, Self::Company, Self::Entity];

    /// Its word in documents and addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
            Self::Entity => "entity",
        }
    }
}

/// Something that has to be shown or fulfilled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Requirement {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub title: Translated,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Translated>,
    /// What proves it: any one of them. None, where it only has to be so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// What proves a requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Evidence {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub title: Translated,
    /// Who issues it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Translated>,
    /// How it comes to the entity.
    pub brought: Brought,
}

/// How evidence comes to the entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Brought {
    /// The applicant brings it.
    ByApplicant,
    /// The entity asks the register that holds it: nobody brings it.
    ByExchange,
}

/// What something costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cost {
    /// Its code.
    pub code: Code,
    /// What is paid for.
    pub title: Translated,
    /// The amount, in centavos; nothing, where it depends on the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// How it is calculated, where it depends on the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Translated>,
}

/// A rule that a procedure follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// Its name and number.
    pub title: Translated,
    /// What it says of this procedure.
    pub description: Translated,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Until when a procedure has to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Deadline {
    /// Working days after the one of submission. None: it is done while one waits.
    pub working_days: u32,
    /// What it means when nobody decided in time.
    pub silence: Silence,
}

/// What administrative silence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// What was asked for is granted.
    Grants,
    /// What was asked for is denied, and can be appealed.
    Denies,
    /// It is still to be decided, by who supervises.
    Escalates,
}

/// What a procedure takes, before and after it was simplified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Simplification {
    /// Before.
    pub before: Burden,
    /// Now.
    pub after: Burden,
}

/// What a procedure takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Burden {
    /// Steps that the applicant takes.
    pub steps: u32,
    /// Times that she goes to an office.
    pub visits: u32,
    /// Documents that she brings.
    pub documents: u32,
    /// Days until she has what she wants.
    pub days: u32,
    /// What she pays, in centavos.
    pub cost: Money,
}

/// What one has in hand at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Output {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub title: Translated,
    /// How long it is good for, and for what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Translated>,
}
