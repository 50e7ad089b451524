//! The agenda: what a plugin has ordered or is to be told, done when it is due, each thing once.
//!
//! Every entry is a row of the plugin's keyspace, and goes in the transaction that has its effect: the one that handles
//! an event, or the one that notes a message's answer. An entry that fails comes again, later and later.
//!
//! After a restore an agenda waits whole until an administrator says that its plugin's state is reconciled with what others
//! know. A message that has left, a document that is signed, cannot be taken back; a timer or schedule that goes off decides
//! by a state that has forgotten what came after the copy; and a topic hands on what such a state says.

mod cron;
mod look;
mod perform;
mod retry;
mod send;
mod sign;
mod tidy;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clock::Timestamp;
use storage::{CommitError, Direction, KeyRange, Keyspace, ReadError};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::manifest::Limits;
use crate::plugins::Plugins;
use crate::rate::Rate;
use crate::rows::{self, Entry, Kind, Work, agenda_key, decode, encode, key, milliseconds};

pub(crate) use cron::plan;
pub use look::{AgendaEntry, AgendaError, EntryKind, OutgoingMessage};
pub(crate) use look::{look, look_at_given_up};
pub(crate) use retry::retry;
pub(crate) use sign::signed_key;

/// Works through the agenda of one plugin, whichever version is loaded.
pub(crate) struct Agenda {
    pub(crate) plugins: Arc<Plugins>,
    pub(crate) plugin: String,
    pub(crate) keyspace: Keyspace,
    pub(crate) woken: Arc<Notify>,
    /// How often entries begin: as often as callers may call, which is counted apart.
    pub(crate) rate: Rate,
}

/// Entries of one plugin that are under way at once.
const UNDER_WAY: usize = 16;
/// After so long it looks again even if nobody called: a clock may have been set.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// An agenda row for something that is ordered and due now.
pub(crate) fn row(now: Timestamp, id: &str, work: Work) -> (Vec<u8>, Vec<u8>) {
    let ordered = milliseconds(now);
    (agenda_key(now, id), encode(&Entry::new(ordered, work)))
}

/// What there is to do: entries that are due, and when the next one is.
struct Due {
    entries: Vec<(Vec<u8>, Vec<u8>)>,
    next: Option<u64>,
}

impl Due {
    /// Keeps as many entries as the rate admits, and says how long to wait for the others.
    fn at_rate(&mut self, rate: &Rate, per_second: u32, now: Instant) -> Option<Duration> {
        let admitted = self.entries.iter().take_while(|_| rate.admit(per_second, now)).count();
        let waits = admitted < self.entries.len();
        self.entries.truncate(admitted);
        waits.then(|| Duration::from_secs(1) / per_second.max(1))
    }
}

impl Agenda {
    /// Works from when the plugins' state is reconciled with what others know until `shutdown` is cancelled. What is under
    /// way then is left where it stands, and done after the next start.
    pub(crate) async fn work(self, shutdown: CancellationToken) {
        let agenda = Arc::new(self);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = agenda.plugins.runner.reconciled.cancelled() => {}
        }
        let (mut tasks, mut under_way) = (JoinSet::new(), HashSet::new());
        let mut tidied = None;
        loop {
            agenda.tidy(&mut tidied).await;
            let pause = match agenda.due(&under_way) {
                Ok(mut due) => {
                    let wait = due.at_rate(&agenda.rate, agenda.per_second(), Instant::now());
                    for (key, value) in due.entries {
                        under_way.insert(key.clone());
                        let agenda = agenda.clone();
                        tasks.spawn(async move {
                            if agenda.perform(&key, &value).await == Settled::No {
                                // It stands where it stood, and would be due again at once.
                                tokio::time::sleep(LOOK_AGAIN).await;
                            }
                            key
                        });
                    }
                    wait.unwrap_or_else(|| agenda.until(due.next))
                }
                Err(error) => {
                    tracing::warn!(plugin = agenda.plugin, %error, "a plugin's agenda cannot be read");
                    LOOK_AGAIN
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = agenda.woken.notified() => {}
                () = tokio::time::sleep(pause) => {}
                Some(done) = tasks.join_next() => match done {
                    Ok(key) => { under_way.remove(&key); }
                    // A panic in one entry: which one is not known, so all are looked at anew once the others ended.
                    Err(_) if tasks.is_empty() => under_way.clear(),
                    Err(_) => {}
                },
            }
        }
    }

    fn due(&self, under_way: &HashSet<Vec<u8>>) -> Result<Due, ReadError> {
        let now = milliseconds(self.plugins.runner.clock.now());
        let snapshot = self.plugins.runner.store.snapshot()?;
        let mut due = Due { entries: Vec::new(), next: None };
        let agenda = KeyRange::prefix(key(Kind::Agenda, &[]));
        for entry in snapshot.scan(self.keyspace, agenda, Direction::Ascending)? {
            let (key, value) = entry?;
            let at = rows::due(&key).unwrap_or(0);
            if at > now {
                due.next = Some(at);
                break;
            }
            if under_way.contains(&key) {
                continue;
            }
            if under_way.len() + due.entries.len() >= UNDER_WAY {
                // Whatever ends makes room, and the agenda is looked at again.
                break;
            }
            due.entries.push((key, value));
        }
        Ok(due)
    }

    fn per_second(&self) -> u32 {
        let current = self.plugins.current(&self.plugin);
        current.map_or(Limits::DEFAULT.calls_per_second(), |version| version.limits().calls_per_second())
    }

    fn until(&self, next: Option<u64>) -> Duration {
        let now = milliseconds(self.plugins.runner.clock.now());
        next.map_or(LOOK_AGAIN, |next| Duration::from_millis(next.saturating_sub(now)).min(LOOK_AGAIN))
    }

    /// Does what an entry says, and takes it off the agenda or puts it later on it.
    async fn perform(&self, key: &[u8], value: &[u8]) -> Settled {
        let Some(entry) = decode::<Entry>(value) else {
            tracing::error!(plugin = self.plugin, "an entry of a plugin's agenda cannot be read and is set aside");
            return self.settled(self.give_up(key, value, None).await);
        };
        let outcome = self.outcome(key, &entry).await;
        self.settled(match outcome {
            Outcome::Done => Ok(()),
            Outcome::Nobody => self.replace(key, |_| ()).await,
            Outcome::Again { counts } => self.again(key, entry, counts).await,
            Outcome::Never(undelivered) => self.give_up(key, value, undelivered).await,
        })
    }

    fn settled(&self, written: Result<(), CommitError>) -> Settled {
        match written {
            // Or somebody else took it off meanwhile.
            Ok(()) | Err(CommitError::Conflict { .. }) => Settled::Yes,
            Err(error) => {
                tracing::warn!(plugin = self.plugin, %error, "a plugin's agenda cannot be written");
                Settled::No
            }
        }
    }
}

/// Whether the agenda says what became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Yes,
    /// It could not be written: the disk or the plugin's storage is full, or the store is closed.
    No,
}

/// What became of an entry.
enum Outcome {
    /// It is off the agenda.
    Done,
    /// It is to be tried again; where that counts, not for ever.
    Again { counts: Counts },
    /// Nobody is there to hear of it, and nobody will be.
    Nobody,
    /// It is given up, and the plugin is told so where it sent a message.
    Never(Option<Work>),
}

/// Whether a failure is the entry's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Yes,
    /// The server was busy, or is going down.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_due_no_more_begins_in_a_second_than_the_plugin_may_be_called() {
        let entries = || Due { entries: vec![Default::default(); 5], next: None };
        let (rate, now) = (Rate::default(), Instant::now());
        let mut due = entries();
        assert_eq!(due.at_rate(&rate, 4, now), Some(Duration::from_millis(250)));
        assert_eq!(due.entries.len(), 4);
        let mut due = entries();
        assert_eq!(due.at_rate(&rate, 4, now + Duration::from_millis(250)), Some(Duration::from_millis(250)));
        assert_eq!(due.entries.len(), 1);
        let mut due = Due { entries: vec![Default::default(); 3], next: None };
        assert_eq!(due.at_rate(&rate, 4, now + Duration::from_secs(2)), None);
        assert_eq!(due.entries.len(), 3);
    }
}
