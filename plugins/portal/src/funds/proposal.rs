//! A proposal: what somebody wants to do with the money of a call.

use std::collections::BTreeMap;

use sdk::schema::Answers;
use sdk::{Money, Timestamp};
use serde::{Deserialize, Serialize};

use super::ranking::Placed;
use crate::application::{Applicant, Attached};
use crate::definition::{Audience, Code};

/// A proposal that was submitted. What it says is kept beside it: see [`Content`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proposal {
    /// Its number, by which people name it.
    pub number: String,
    /// The call.
    pub call: Code,
    /// By which it is found among those of whoever competes.
    pub owner: String,
    /// Who competes.
    pub applicant: Applicant,
    /// Of which kind that is.
    pub kind: Audience,
    /// Who submitted it, by her subject or her id: she judges nothing here.
    pub by: String,
    /// The project's title.
    pub title: String,
    /// How much it asks for.
    pub asked: Money,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// The signed receipt, by the id of its signature.
    pub receipt: String,
    /// How far it is.
    pub state: State,
    /// How much happened to it.
    pub entries: u32,
}

/// How far a proposal is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It competes.
    Submitted,
    /// It was taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// The call has a result, and this is what came of it.
    Placed(Placed),
}

/// What a proposal says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Content {
    /// The project.
    pub project: Project,
    /// The answers, settled.
    pub answers: Answers,
    /// What was attached, by the codes of the call's documents.
    pub documents: BTreeMap<Code, Vec<Attached>>,
}

/// The project itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Project {
    /// The entity that competes, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Competing>,
    /// What it is called.
    pub title: String,
    /// What is done, for whom, and what comes of it.
    pub summary: String,
    /// How much it asks for.
    pub asked: Money,
}

/// An entity that competes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Competing {
    /// The member that it is, by which it is told from others: `INSTANCE/CLASS/MEMBER`.
    pub member: String,
    /// What it is called.
    pub name: String,
}

impl Proposal {
    /// Whether it was taken back.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.state, State::Withdrawn { .. })
    }

    /// Whether somebody submitted it herself, whichever account she works with.
    #[must_use]
    pub fn is_of(&self, id: &str) -> bool {
        self.by == id || self.applicant.subject == id
    }

    /// What who competes is called.
    #[must_use]
    pub fn competitor(&self) -> Option<&str> {
        self.applicant.represents.as_deref().or(self.applicant.name.as_deref())
    }
}
