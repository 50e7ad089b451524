//! A case as it stands.

use serde::{Deserialize, Serialize};

use super::{CaseError, Deadline, State};
use crate::collections::Record;
use crate::time::Timestamp;

/// A case as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case<S> {
    /// Its id.
    pub id: String,
    /// The state that it is in.
    pub state: S,
    /// The subject of the citizen who brought it, if she is known.
    pub citizen: Option<String>,
    /// The office that has to answer.
    pub office: String,
    /// The operator who has taken it on.
    pub holder: Option<String>,
    /// When it was opened.
    pub opened: Timestamp,
    /// Until when it has to be closed.
    pub deadline: Option<Deadline>,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// How much happened to it.
    pub(super) entries: u32,
    /// How much was said about it.
    pub(super) messages: u32,
}

/// How a case begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening<S> {
    /// In which state.
    pub state: S,
    /// Who brings it.
    pub citizen: Option<String>,
    /// Which office has to answer.
    pub office: String,
    /// Until when.
    pub deadline: Option<Deadline>,
}

/// A case as it is kept. Old and new plugins read each other's: fields may be added.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Kept {
    pub(super) state: String,
    pub(super) office: String,
    pub(super) opened: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) citizen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) holder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<Deadline>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) closed: Option<Timestamp>,
    pub(super) entries: u32,
    pub(super) messages: u32,
}

impl Record for Kept {}

impl<S: State> Case<S> {
    pub(super) fn open(id: &str, opening: Opening<S>, now: Timestamp) -> Self {
        let Opening { state, citizen, office, deadline } = opening;
        let id = id.to_owned();
        Self { id, state, citizen, office, holder: None, opened: now, deadline, closed: None, entries: 0, messages: 0 }
    }

    /// The first moment at which it is too late.
    #[must_use]
    pub fn ends(&self) -> Option<Timestamp> {
        self.deadline.as_ref().map(Deadline::ends)
    }

    /// When a timer has to go off for it.
    pub(super) fn runs_until(&self) -> Option<Timestamp> {
        self.ends().filter(|_| self.closed.is_none())
    }

    /// Whether it should have been closed before a moment, and was not.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.ends().is_some_and(|ends| ends <= self.closed.unwrap_or(now))
    }

    pub(super) fn kept(&self) -> Kept {
        Kept {
            state: self.state.word().to_owned(),
            office: self.office.clone(),
            opened: self.opened,
            citizen: self.citizen.clone(),
            holder: self.holder.clone(),
            deadline: self.deadline.clone(),
            closed: self.closed,
            entries: self.entries,
            messages: self.messages,
        }
    }

    pub(super) fn read(id: String, kept: Kept) -> Result<Self, CaseError> {
        let Kept { state, office, opened, citizen, holder, deadline, closed, entries, messages } = kept;
        let found = S::ALL.iter().find(|(_, word)| *word == state);
        let Some((found, _)) = found else { return Err(CaseError::State { id, word: state }) };
        let state = *found;
        Ok(Self { id, state, citizen, office, holder, opened, deadline, closed, entries, messages })
    }
}
