//! What happened, and what it changed.

use super::Registry;
use crate::state::JournalError;
use admin::Plan;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An event as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventEntry {
    /// Its number, from 1.
    pub number: u64,
    /// When it happened.
    pub time: Timestamp,
    /// Who did it.
    pub author: String,
    /// What happened.
    pub what: String,
}

/// Why history cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There are not so many events.
    #[error("there are {events} events, and no event {number}")]
    Unknown {
        /// The event asked for.
        number: u64,
        /// How many there are.
        events: u64,
    },
    /// They cannot be read.
    #[error("the history cannot be read")]
    Journal(#[from] JournalError),
}

impl Registry {
    /// Events after number `after`, the oldest first, a thousand at most.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn events(&self, after: u64) -> Result<Vec<EventEntry>, HistoryError> {
        let entry = |(index, event): (u64, crate::state::Event)| EventEntry {
            number: index + 1,
            time: event.time,
            what: event.change.in_words(),
            author: event.author,
        };
        Ok(self.inner.journal.events(after, PAGE)?.into_iter().map(entry).collect())
    }

    /// What the events after number `from`, up to number `to`, changed in all that the registry knows.
    ///
    /// It replays both moments, so it takes a while where there are many events.
    ///
    /// # Errors
    /// When there are not so many events or they cannot be read.
    pub fn changes_between(&self, from: u64, to: u64) -> Result<Plan, HistoryError> {
        let events = self.state().events;
        if let Some(number) = [from, to].into_iter().find(|number| *number > events) {
            return Err(HistoryError::Unknown { number, events });
        }
        let (before, after) = (self.inner.journal.replay(from)?, self.inner.journal.replay(to)?);
        Ok(Plan::between(&before.facts(), &after.facts()))
    }
}

const PAGE: usize = 1000;
