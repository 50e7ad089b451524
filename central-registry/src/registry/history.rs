//! What happened, and what it changed.

use super::Registry;
use crate::state::{Change, Event, JournalError};
use admin::Plan;
use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use protocol::management::Envelope;
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

impl EventEntry {
    /// The event that the journal keeps at `index`.
    fn of(index: u64, event: Event) -> Self {
        let what = event.change.in_words();
        Self { number: index + 1, time: event.time, author: event.author, what }
    }
}

impl Registry {
    /// Events after number `after`, the oldest first, a thousand at most.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn events(&self, after: u64) -> Result<Vec<EventEntry>, HistoryError> {
        let events = self.inner.journal.events(after, PAGE)?;
        Ok(events.into_iter().map(|(index, event)| EventEntry::of(index, event)).collect())
    }

    /// The events that concern a request, the oldest first, and the request as it was signed.
    ///
    /// It reads every event, so it takes a while where there are many.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn events_of(&self, request: &Sha256Hash) -> Result<(Vec<EventEntry>, Option<Envelope>), HistoryError> {
        let (mut of_request, mut envelope, mut after) = (Vec::new(), None, 0);
        loop {
            let page = self.inner.journal.events(after, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok((of_request, envelope)) };
            after = last + 1;
            for (index, event) in page {
                let concerns = match &event.change {
                    Change::Requested { envelope: bytes } => {
                        let read = Envelope::parse(bytes).ok().filter(|it| it.document().hash() == *request);
                        let is_it = read.is_some();
                        envelope = envelope.or(read);
                        is_it
                    }
                    Change::Approved { request: decided } | Change::Declined { request: decided, .. } => {
                        decided == request
                    }
                    Change::Configured { .. } | Change::KeysRotated { .. } | Change::RootReplaced { .. } => false,
                };
                if concerns {
                    of_request.push(EventEntry::of(index, event));
                }
            }
        }
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
