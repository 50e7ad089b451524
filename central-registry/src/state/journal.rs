//! The events in the store: numbered without gaps, never changed.

use super::{Change, Event, ReplayError, State};
use crate::operator::{DocumentError, OperatorDocument};
use admin::{KeepError, Versions};
use std::sync::Arc;
use storage::{Batch, CommitError, Direction, Expected, KeyRange, Keyspace, ReadError, Store};

/// The events of a registry.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    store: Store,
    versions: Versions,
}

/// Why events cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store cannot be read.
    #[error("the events cannot be read")]
    Read(#[from] ReadError),
    /// A version of the operator's document cannot be read.
    #[error("a version of the operator's document cannot be read")]
    Versions(#[from] KeepError),
    /// An event is not what was written, or is of a newer program.
    #[error("event {number} is damaged, or of a newer version of this program")]
    Damaged {
        /// Which.
        number: u64,
    },
    /// The document that an event names is not there, or no longer read.
    #[error("version {version} of the operator's document cannot be used")]
    Document {
        /// The version.
        version: u64,
        /// Why, if it is there.
        source: Option<Box<DocumentError>>,
    },
    /// An event does not follow from those before it.
    #[error("event {number} does not follow from those before it")]
    Replay {
        /// Which.
        number: u64,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An event could not be made durable.
    #[error("an event could not be kept")]
    Commit(#[from] CommitError),
}

const EVENTS: Keyspace = Keyspace::new("events");
const DOCUMENTS: Keyspace = Keyspace::new("operator-document");

impl Journal {
    pub(crate) fn new(store: Store) -> Self {
        Self { versions: Versions::new(store.clone(), DOCUMENTS), store }
    }

    /// Releases the store.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }

    /// The operator's documents.
    pub(crate) fn versions(&self) -> &Versions {
        &self.versions
    }

    /// The state that the first `limit` events make.
    pub(crate) fn replay(&self, limit: u64) -> Result<State, JournalError> {
        let mut state = State::default();
        for entry in self.store.snapshot()?.scan(EVENTS, KeyRange::all(), Direction::Ascending)? {
            if state.events == limit {
                break;
            }
            let (key, bytes) = entry?;
            let number = state.events;
            let event = read(number, &key, &bytes)?;
            let document = match &event.change {
                Change::Configured { version } => Some(self.document(*version)?),
                _ => None,
            };
            let wrong = |source: ReplayError| JournalError::Replay { number, source: source.into() };
            state.apply(&event, document).map_err(wrong)?;
        }
        Ok(state)
    }

    /// At most `limit` events from number `first` on.
    pub(crate) fn events(&self, first: u64, limit: usize) -> Result<Vec<(u64, Event)>, JournalError> {
        let range = KeyRange::between(key(first)..);
        let entries = self.store.snapshot()?.scan(EVENTS, range, Direction::Ascending)?.page(limit)?;
        let read = |(index, (key, bytes)): (usize, (Vec<u8>, Vec<u8>))| {
            let number = first + index as u64;
            Ok((number, read(number, &key, &bytes)?))
        };
        entries.into_iter().enumerate().map(read).collect()
    }

    /// Adds an event as number `number` to what `batch` will write.
    pub(crate) fn add(batch: &mut Batch, number: u64, event: &Event) -> Result<(), JournalError> {
        let bytes = serde_json::to_vec(event).map_err(|_| JournalError::Damaged { number })?;
        batch.expect(EVENTS, key(number), Expected::Absent).put(EVENTS, key(number), bytes);
        Ok(())
    }

    /// Makes events durable, all or none, as the numbers from `first` on.
    pub(crate) async fn append(&self, first: u64, events: &[Event], mut batch: Batch) -> Result<(), JournalError> {
        for (number, event) in (first..).zip(events) {
            Self::add(&mut batch, number, event)?;
        }
        Ok(self.store.commit(batch).await?)
    }

    /// A version of the operator's document.
    pub(crate) fn document(&self, version: u64) -> Result<Arc<OperatorDocument>, JournalError> {
        let kept = self.versions.version(version)?;
        let kept = kept.ok_or(JournalError::Document { version, source: None })?;
        let unreadable = |source| JournalError::Document { version, source: Some(Box::new(source)) };
        OperatorDocument::parse(&kept.text).map(Arc::new).map_err(unreadable)
    }
}

fn read(number: u64, found: &[u8], bytes: &[u8]) -> Result<Event, JournalError> {
    let damaged = || JournalError::Damaged { number };
    if found != key(number) {
        return Err(damaged());
    }
    serde_json::from_slice(bytes).map_err(|_| damaged())
}

fn key(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}
