//! A call: what money is given for, to whom, until when, and by which criteria.

use sdk::json::Value;
use sdk::schema::Schema;
use sdk::{Money, Timestamp, Translated};
use serde::{Deserialize, Serialize};

use super::Refused;
use super::ranking::Rules;
use crate::definition::{Audience, Code, Document};

/// A call for proposals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Call {
    /// What it is found by.
    pub code: Code,
    /// What it is called.
    pub title: Translated,
    /// What the money is for.
    pub purpose: Translated,
    /// Its rules, in paragraphs that are parted by an empty line.
    pub rules: Translated,
    /// Who may compete.
    pub audience: Vec<Audience>,
    /// From this moment on proposals are taken.
    pub opens: Timestamp,
    /// From this moment on they are not taken any more.
    pub closes: Timestamp,
    /// All the money that there is.
    pub total: Money,
    /// The most that one project may ask for.
    pub most: Money,
    /// What is asked besides the project itself, as a JSON Schema: see [`sdk::schema`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// What has to be attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// By what proposals are judged.
    pub criteria: Vec<Criterion>,
    /// Who has fewer points gets nothing.
    pub least: u8,
    /// Who judges. The place in this list is the number by which an evaluator is named in public, so nobody is taken out.
    pub evaluators: Vec<Named>,
    /// The ids of those who have finished.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finished: Vec<String>,
    /// How far it is.
    pub stage: Stage,
    /// When it was begun.
    pub made: Timestamp,
    /// How much happened to it.
    pub entries: u32,
}

/// Something that proposals are judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Criterion {
    /// Its code.
    pub code: Code,
    /// What it is.
    pub title: Translated,
    /// What many points mean, and what few.
    pub description: Translated,
    /// How much it counts, of a hundred.
    pub weight: u8,
}

/// Somebody who is named to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Named {
    /// Her id.
    pub id: String,
    /// What she is called in the office.
    pub called: String,
}

/// How far a call is by what people did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It is being written.
    Draft,
    /// It is public.
    Published,
    /// All who judge have finished: they see each other's points, and change none any more.
    Scored,
    /// The result is public.
    Resolved(Resolution),
}

/// The result of a call, by where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Resolution {
    /// When.
    pub at: Timestamp,
    /// The data by which anybody computes it again, by the id of the blob.
    pub data: String,
    /// The signed document, by the id of its signature.
    pub document: String,
    /// How much is granted in all.
    pub granted: Money,
}

/// How far a call is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is being written.
    Draft,
    /// It is public, and takes no proposals yet.
    Announced,
    /// It takes proposals.
    Open,
    /// It is closed, and proposals are judged.
    Evaluation,
    /// All are judged.
    Scored,
    /// The result is public.
    Resolved,
}

/// A call that takes proposals now: nothing is submitted or withdrawn without one.
#[derive(Clone, Copy, Debug)]
pub struct Accepting<'c> {
    call: &'c Call,
    now: Timestamp,
}

/// A call that has closed: nobody of the office reads a proposal without one.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'c>(&'c Call);

impl Call {
    /// How far it is.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.stage {
            Stage::Draft => Phase::Draft,
            Stage::Scored => Phase::Scored,
            Stage::Resolved(_) => Phase::Resolved,
            Stage::Published if now < self.opens => Phase::Announced,
            Stage::Published if now < self.closes => Phase::Open,
            Stage::Published => Phase::Evaluation,
        }
    }

    /// It, if it takes proposals now.
    ///
    /// # Errors
    /// If it does not yet, or not any more.
    pub fn accepting(&self, now: Timestamp) -> Result<Accepting<'_>, Refused> {
        match self.phase(now) {
            Phase::Open => Ok(Accepting { call: self, now }),
            Phase::Draft => Err(Refused::NoCall { code: self.code.clone() }),
            Phase::Announced => Err(Refused::NotYet { opens: self.opens }),
            Phase::Evaluation | Phase::Scored | Phase::Resolved => Err(Refused::Closed { closes: self.closes }),
        }
    }

    /// It, if proposals may be read.
    ///
    /// # Errors
    /// If it has not closed.
    pub fn opened(&self, now: Timestamp) -> Result<Opened<'_>, Refused> {
        match self.phase(now) {
            Phase::Draft | Phase::Announced | Phase::Open => Err(Refused::Sealed { closes: self.closes }),
            Phase::Evaluation | Phase::Scored | Phase::Resolved => Ok(Opened(self)),
        }
    }

    /// Whether evaluators see each other's points, and everybody theirs once the result is public.
    #[must_use]
    pub fn points_are_open(&self) -> bool {
        matches!(self.stage, Stage::Scored | Stage::Resolved(_))
    }

    /// Whether somebody of a kind may compete.
    #[must_use]
    pub fn is_for(&self, kind: Audience) -> bool {
        self.audience.contains(&kind)
    }

    /// The number by which an evaluator is named in public, from 1.
    #[must_use]
    pub fn number_of(&self, id: &str) -> Option<u32> {
        (1..).zip(&self.evaluators).find(|(_, one)| one.id == id).map(|(number, _)| number)
    }

    /// Those who have not finished.
    pub fn unfinished(&self) -> impl Iterator<Item = &Named> {
        self.evaluators.iter().filter(|one| !self.finished.contains(&one.id))
    }

    /// The weights of its criteria, in their order.
    #[must_use]
    pub fn weights(&self) -> Vec<u8> {
        self.criteria.iter().map(|criterion| criterion.weight).collect()
    }

    /// What the rule of ranking needs of it.
    #[must_use]
    pub fn ranked_by(&self) -> Rules {
        Rules { total: self.total, least: self.least }
    }

    /// What is asked, if something is.
    ///
    /// # Errors
    /// If the description does not read: a call whose description does not is not published.
    pub fn questions(&self) -> Result<Option<Schema>, Refused> {
        let read = self.schema.as_ref().map(Schema::read).transpose();
        read.map_err(|problems| Refused::Questions {
            code: self.code.clone(),
            problem: problems.first().map(ToString::to_string).unwrap_or_default(),
        })
    }
}

impl<'c> Accepting<'c> {
    /// The call.
    #[must_use]
    pub fn call(&self) -> &'c Call {
        self.call
    }

    /// The moment at which it takes proposals.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }
}

impl<'c> Opened<'c> {
    /// The call.
    #[must_use]
    pub fn call(&self) -> &'c Call {
        self.0
    }
}
