//! What is said in the forum, by whom, and what moderators did about it.

use sdk::case::Author;
use sdk::collections::Record;
use sdk::web::{FromVisit, Visit};
use sdk::{Caller, Failure, Operator, Timestamp, Translated};
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::definition::Code;

/// What threads are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Topic {
    /// What it is found by.
    pub code: Code,
    /// What it is called.
    pub title: Translated,
    /// What belongs there.
    pub about: Translated,
    /// When it was made.
    pub made: Timestamp,
    /// By whom.
    pub by: String,
}

/// What was said about one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Thread {
    /// What it is found by.
    pub id: String,
    /// The topic.
    pub topic: Code,
    /// What it is about.
    pub title: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// When something was said in it the last time.
    pub last: Timestamp,
    /// How many posts it has, those that are hidden with it.
    pub posts: u32,
    /// What was done about it, from the beginning: it is locked, if the last of it says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<Deed>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Post {
    /// The thread.
    pub thread: String,
    /// Its number there, from 0: the first opens the thread.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Author,
    /// As whom she is shown.
    pub speaker: Speaker,
    /// What.
    pub text: String,
    /// What was done about it, from the beginning: it is hidden, if the last of it says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<Deed>,
    /// How often it was reported in all.
    pub reported: u32,
    /// How many of these reports nobody has looked at.
    pub waiting: u32,
}

/// As whom somebody is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// A citizen, by her first name if she wants that.
    Person(Option<String>),
    /// The entity.
    Entity,
}

/// Something that a moderator did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// By whom, by her id.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What.
    pub what: Done,
}

/// What moderators do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// A post is not shown any more.
    Hidden,
    /// It is shown again.
    Restored,
    /// It stays as it is: a report was wrong.
    Kept,
    /// Nobody answers in a thread any more.
    Locked,
    /// One can answer again.
    Unlocked,
}

/// That a post is hidden: when, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden<'p> {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: &'p str,
}

/// That somebody reported a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Author,
    /// Why.
    pub reason: String,
}

/// Somebody who moderates. There is none without the role.
#[derive(Clone, Debug)]
pub struct Moderator(Operator);

impl Record for Topic {}
impl Record for Thread {}
impl Record for Post {}
impl Record for Report {}

impl Thread {
    /// That it is locked, and why.
    #[must_use]
    pub fn locked(&self) -> Option<Hidden<'_>> {
        last(&self.deeds, Done::Locked)
    }
}

impl Post {
    /// That it is hidden, and why.
    #[must_use]
    pub fn hidden(&self) -> Option<Hidden<'_>> {
        // That a report was wrong changes nothing about a post.
        let deed = self.deeds.iter().rev().find(|deed| deed.what != Done::Kept)?;
        last(std::slice::from_ref(deed), Done::Hidden)
    }
}

fn last(deeds: &[Deed], what: Done) -> Option<Hidden<'_>> {
    let deed = deeds.last().filter(|deed| deed.what == what)?;
    Some(Hidden { at: deed.at, reason: &deed.reason })
}

impl Speaker {
    /// Who speaks: staff for the entity, a citizen under her first name or under none.
    #[must_use]
    pub fn of(caller: &Caller, shown: Shown) -> Self {
        match caller {
            Caller::Operator(_) => Self::Entity,
            Caller::Citizen(citizen) => {
                let first = citizen.name.as_deref().and_then(|name| name.split_whitespace().next());
                Self::Person(first.filter(|_| shown == Shown::FirstName).map(str::to_owned))
            }
            Caller::Anonymous | Caller::Entity(_) | Caller::System => Self::Person(None),
        }
    }
}

/// How a citizen wants to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Under her first name.
    FirstName,
    /// Under no name.
    Nameless,
}

impl Moderator {
    /// An operator, if she has the role.
    ///
    /// # Errors
    /// If she has not.
    pub fn of(operator: &Operator) -> Result<Self, Refused> {
        if operator.has_role("moderator") { Ok(Self(operator.clone())) } else { Err(Refused::Role) }
    }

    /// Her id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }
}

impl FromVisit for Moderator {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        Ok(Self::of(&Operator::from_visit(visit)?)?)
    }
}
