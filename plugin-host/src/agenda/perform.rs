//! What each kind of entry does, and what becomes of one that fails.

use std::time::Duration;

use clock::Timestamp;
use protocol::hash::Sha256Hash;
use storage::CommitError;

use super::send::GIVE_UP_AFTER;
use super::{Agenda, Counts, Outcome, row};
use crate::call::events::{Event, EventCall, EventRow, Published, Reply, Timer, Undelivered};
use crate::call::{CallError, Caller, Principal};
use crate::contract::limits::MAX_TRIES;
use crate::rows::{self, Entry, Kind, Work, agenda_key, decode, encode, key, time_at};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

impl Agenda {
    pub(super) async fn outcome(&self, key: &[u8], entry: &Entry) -> Outcome {
        match entry.work.clone() {
            Work::Send(message) => self.send(key, entry, message).await,
            Work::Publish(publication) => {
                let event = Event::Topic(Published {
                    topic: publication.topic,
                    publisher: self.plugin.clone(),
                    content_type: publication.content_type,
                    body: publication.body,
                });
                self.event(&publication.subscriber, key, entry, event, None, Vec::new()).await
            }
            Work::Timer { name, payload } => {
                let at = rows::due(key).unwrap_or(0);
                let by_name = rows::key(Kind::Timer, name.as_bytes());
                let event = Event::Timer(Timer { name, at, payload });
                self.event(&self.plugin, key, entry, event, Some(by_name), Vec::new()).await
            }
            Work::Cron { name } => {
                // Without a version there is no schedule, and the occurrence would have none after it.
                if self.plugins.current(&self.plugin).is_none() {
                    return Outcome::Again { counts: Counts::No };
                }
                let next = self.next_occurrence(&name);
                self.event(&self.plugin, key, entry, Event::Cron(name), None, next).await
            }
            Work::Reply(reply) => {
                let rows::Reply { reply_to, message_id, sender, answer } = reply;
                let event = Event::Reply(Reply { reply_to, message_id, sender, answer: answer.into() });
                self.event(&self.plugin, key, entry, event, None, Vec::new()).await
            }
            Work::Sign(signing) => self.sign(key, signing).await,
            Work::Undelivered(undelivered) => {
                let rows::Undelivered { reply_to, message_id, to, code, message } = undelivered;
                let event = Event::Undelivered(Undelivered { reply_to, message_id, to, code, message });
                self.event(&self.plugin, key, entry, event, None, Vec::new()).await
            }
        }
    }

    /// Has a plugin handle an event, whose row goes with the transaction.
    async fn event(
        &self,
        handler: &str,
        key: &[u8],
        entry: &Entry,
        event: Event,
        also: Option<Vec<u8>>,
        next: Vec<(Vec<u8>, Vec<u8>)>,
    ) -> Outcome {
        let Some(plugin) = self.plugins.current(handler) else {
            // Not loaded yet, or not any more: it may be in a moment. Nobody waits for ever.
            let late = handler != self.plugin && self.age(entry) >= GIVE_UP_AFTER;
            return if late { Outcome::Nobody } else { Outcome::Again { counts: Counts::No } };
        };
        let row = EventRow { keyspace: self.keyspace, key: key.to_vec(), also, next };
        let caller = Caller {
            request_id: self.request_id(key, entry),
            principal: Principal::System,
            locale: "es".to_owned(),
            trace_parent: None,
            document: None,
        };
        match self.plugins.runner.run(&plugin, &caller, EventCall { event, row: Some(row) }).await {
            Ok(()) => Outcome::Done,
            Err(error) => self.failed(handler, error),
        }
    }

    /// An id that no other entry has, and that it keeps however often it is tried: after a restore, too, what it sends is
    /// known by it. The time that it is due changes with each try, and is left out.
    pub(super) fn request_id(&self, key: &[u8], entry: &Entry) -> String {
        let (of, ordered) = (key.get(9..).unwrap_or(key), entry.ordered.to_be_bytes());
        let digest = Sha256Hash::of_parts(&[self.plugin.as_bytes(), &[0], ordered.as_slice(), of]);
        format!("event-{}", hex::encode(&digest.as_bytes()[..16]))
    }

    pub(super) fn failed(&self, handler: &str, error: CallError) -> Outcome {
        match error {
            CallError::NotExported | CallError::Unknown => Outcome::Nobody,
            CallError::Failed(_)
            | CallError::Fault(_)
            | CallError::TooManyQuestions { .. }
            | CallError::TooLongAnswers { .. } => {
                tracing::warn!(plugin = handler, %error, "a plugin did not handle an event; it comes again");
                Outcome::Again { counts: Counts::Yes }
            }
            _ => Outcome::Again { counts: Counts::No },
        }
    }

    /// Puts an entry later on the agenda.
    pub(super) async fn again(&self, key: &[u8], mut entry: Entry, counts: Counts) -> Result<(), CommitError> {
        entry.tries = entry.tries.saturating_add(1);
        entry.failures = entry.failures.saturating_add(u32::from(counts == Counts::Yes));
        if entry.failures >= MAX_TRIES {
            return self.give_up(key, &encode(&entry), None).await;
        }
        let pause = FIRST_PAUSE.saturating_mul(1 << entry.tries.min(10)).min(LONGEST_PAUSE);
        let now = self.plugins.runner.clock.now();
        let due = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        let id = key.get(9..).map(String::from_utf8_lossy).unwrap_or_default();
        let later = agenda_key(due, &id);
        let by_name = match &entry.work {
            Work::Timer { name, .. } => Some((rows::key(Kind::Timer, name.as_bytes()), later.clone())),
            Work::Cron { name } => self.moved_occurrence(name, &later),
            _ => None,
        };
        self.replace(key, |transaction| {
            if let Some((by_name, row)) = by_name {
                transaction.put(self.keyspace, by_name, row);
            }
            transaction.put(self.keyspace, later, encode(&entry));
        })
        .await
    }

    /// Takes an entry off the agenda, to where an administrator finds it. A schedule goes on with its next occurrence.
    pub(super) async fn give_up(&self, row_key: &[u8], value: &[u8], tell: Option<Work>) -> Result<(), CommitError> {
        let now = self.plugins.runner.clock.now();
        let next = match decode::<Entry>(value).map(|entry| entry.work) {
            Some(Work::Cron { name }) => self.next_occurrence(&name),
            _ => Vec::new(),
        };
        self.replace(row_key, |transaction| {
            transaction.put(self.keyspace, key(Kind::GivenUp, row_key), value);
            for (key, value) in next {
                transaction.put(self.keyspace, key, value);
            }
            if let Some(work) = tell {
                let id = row_key.get(9..).map(String::from_utf8_lossy).unwrap_or_default();
                let (key, value) = row(now, &id, work);
                transaction.put(self.keyspace, key, value);
            }
        })
        .await
    }

    /// Takes an entry off the agenda and writes what takes its place, if it is still there.
    pub(super) async fn replace(
        &self,
        row_key: &[u8],
        write: impl FnOnce(&mut storage::Transaction),
    ) -> Result<(), CommitError> {
        let read = |_| CommitError::Closed { reason: "it cannot be read".to_owned() };
        let mut transaction = self.plugins.runner.store.begin().map_err(read)?;
        if transaction.get(self.keyspace, row_key).map_err(read)?.is_none() {
            return Ok(());
        }
        transaction.delete(self.keyspace, row_key);
        write(&mut transaction);
        transaction.commit().await
    }

    /// The time that an entry was ordered.
    pub(super) fn age(&self, entry: &Entry) -> Duration {
        let ordered = time_at(entry.ordered);
        Duration::try_from(self.plugins.runner.clock.now().duration_since(ordered)).unwrap_or_default()
    }
}
