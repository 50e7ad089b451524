//! The registry itself, without its doors: what it knows, who changes it, and that every change is published.

mod decide;
mod document;
mod findings;
mod history;
mod publish;
mod root;

pub use decide::DecisionError;
pub use history::{EventEntry, HistoryError};
pub use root::RootError;

use crate::publication::Publisher;
use crate::requests::StatusSource;
use crate::state::{Change, Changed, Event, Journal, JournalError, ReplayError, State};
use clock::SharedClock;
use jiff::Timestamp;
use protocol::global_configuration::wire::RegistryDocument;
use protocol::hash::Sha256Hash;
use protocol::management::RequestStatus;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use storage::Batch;
use trust::certificate::Certificate;

/// The registry. Clones are the same one.
#[derive(Clone)]
pub struct Registry {
    inner: Arc<Inner>,
}

struct Inner {
    // Read for a check, written for the moment that an event takes; never held across an await.
    state: RwLock<State>,
    // Held while an event becomes durable, so that events are numbered without gaps.
    writer: tokio::sync::Mutex<()>,
    // Held while something is published; who waits finds it done.
    publisher: Arc<tokio::sync::Mutex<Publisher>>,
    standing: RwLock<publish::Outcome>,
    journal: Journal,
    status_source: Arc<dyn StatusSource>,
    clock: SharedClock,
    door: DoorFacts,
    checks: tokio::sync::Semaphore,
}

/// What the registry publishes and knows about its own port.
#[derive(Debug, Clone)]
pub(crate) struct DoorFacts {
    pub(crate) published: RegistryDocument,
    pub(crate) certificate: Certificate,
    pub(crate) request_age: Duration,
}

impl Registry {
    /// Rebuilds the state and publishes what is not published yet.
    pub(crate) async fn open(
        journal: Journal,
        publisher: Publisher,
        status_source: Arc<dyn StatusSource>,
        clock: SharedClock,
        door: DoorFacts,
    ) -> Result<Self, JournalError> {
        let mut state = journal.replay(u64::MAX)?;
        // Whether the last publication was finished is not known: all of it is compared.
        state.changed = Changed::everything();
        let registry = Self {
            inner: Arc::new(Inner {
                state: RwLock::new(state),
                writer: tokio::sync::Mutex::default(),
                standing: RwLock::new(publish::Outcome::of(&publisher)),
                publisher: Arc::new(tokio::sync::Mutex::new(publisher)),
                journal,
                status_source,
                clock,
                door,
                checks: tokio::sync::Semaphore::new(CHECKS_AT_ONCE),
            }),
        };
        registry.publish().await;
        Ok(registry)
    }

    /// What became of a request.
    #[must_use]
    pub fn request_status(&self, request: &Sha256Hash) -> Option<RequestStatus> {
        self.state().status(request)
    }

    /// Finishes what is being written and releases the store; nothing can be changed from then on.
    pub async fn close(&self) {
        self.inner.journal.close().await;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.inner.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.inner.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes events durable and takes them into the state; the writer's lock is held by the caller.
    async fn record(&self, author: &str, changes: Vec<Change>, with: Batch) -> Result<(), JournalError> {
        let time = self.now();
        let first = self.state().events;
        let event = |change| Event { time, author: author.to_owned(), change };
        let events: Vec<Event> = changes.into_iter().map(event).collect();
        self.inner.journal.append(first, &events, with).await?;
        let mut state = self.state_mut();
        for (number, event) in (first..).zip(&events) {
            let wrong = |source: ReplayError| JournalError::Replay { number, source: source.into() };
            state.apply(event, None).map_err(wrong)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("instance", &self.state().document.instance()).finish_non_exhaustive()
    }
}

/// Each check may ask several responders, so their number is bounded.
const CHECKS_AT_ONCE: usize = 64;
