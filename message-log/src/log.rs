//! The handle of an open log.

use crate::body::{BodySpool, prune_answers};
use crate::committer::{AppendError, Committer, Job, Message, QUEUE_JOBS};
use crate::entry::{Entry, whole_micros};
use crate::keeper;
use crate::record::OutcomeDetails;
use crate::sequences::{Sequence, Taken};
use crate::shared::Shared;
use crate::space::{DiskFull, SpaceReservation};
use jiff::Timestamp;
use protocol::identifier::ServerId;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use tokio::sync::{mpsc, oneshot};
use trust::leaf::{Direction, Leaf, Outcome, OutcomeLeaf, SequenceRange};

/// An open message log; cheap to clone.
///
/// Methods that are `async` may be called anywhere in a Tokio runtime. All others that read records do file I/O on the calling
/// thread and say so: call them through `spawn_blocking`.
#[derive(Clone)]
pub struct MessageLog(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) shared: Arc<Shared>,
    queue: Mutex<Option<mpsc::Sender<Message>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Held while a block of numbers is reserved by one who has to wait for it.
    reserving: tokio::sync::Mutex<()>,
    /// Held while something is erased.
    pub(crate) erasing: tokio::sync::Mutex<()>,
    /// Held while a checkpoint is made.
    pub(crate) checkpointing: tokio::sync::Mutex<()>,
}

/// A caller that found no number reserves so many blocks at most.
const MAX_RESERVATIONS: usize = 100;

impl MessageLog {
    /// Starts the threads of a log that was made ready.
    pub(crate) fn start(shared: Arc<Shared>, committer: Committer) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel(QUEUE_JOBS);
        let for_keeper = Arc::clone(&shared);
        let keeper = thread::Builder::new().name("log-keeper".into()).spawn(move || keeper::run(&for_keeper))?;
        let for_committer = Arc::clone(&shared);
        let committing = move || {
            committer.run(receiver);
            for_committer.keeper.stop();
        };
        let committer = thread::Builder::new().name("log-committer".into()).spawn(committing)?;
        Ok(Self(Arc::new(Inner {
            shared,
            queue: Mutex::new(Some(sender)),
            threads: Mutex::new(vec![committer, keeper]),
            reserving: tokio::sync::Mutex::new(()),
            erasing: tokio::sync::Mutex::new(()),
            checkpointing: tokio::sync::Mutex::new(()),
        })))
    }

    /// Whose log this is.
    #[must_use]
    pub fn server(&self) -> &ServerId {
        &self.shared().settings.server
    }

    /// How many leaves are durable.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.shared().tree.size()
    }

    /// Why the log takes nothing more, if it does not.
    #[must_use]
    pub fn closed(&self) -> Option<Arc<str>> {
        self.shared().closed()
    }

    /// Takes in a body of at most `limit` bytes. Where its length is known, that is the best limit: no space is promised for
    /// more.
    #[must_use]
    pub fn spool(&self, limit: u64) -> BodySpool {
        self.shared().spooling.spool(limit)
    }

    /// Removes the answers that are kept only to repeat them, of hours that ended before a time; returns of how many hours.
    /// Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn prune_answers(&self, before: Timestamp) -> std::io::Result<usize> {
        prune_answers(&self.shared().folders.bodies, before.as_second())
    }

    /// Promises space for a record before the effect that it will be evidence of.
    ///
    /// # Errors
    /// When the disk cannot hold it beside what is promised already.
    pub fn reserve_space(&self, bytes: u64) -> Result<SpaceReservation, DiskFull> {
        self.shared().space.reserve(bytes)
    }

    /// The next sequence number towards a peer. One caller in a block has to wait for the disk.
    ///
    /// # Errors
    /// When a block of numbers cannot be made durable.
    pub async fn next_sequence(&self, peer: &ServerId) -> Result<Sequence, AppendError> {
        let sequences = &self.shared().sequences;
        let mut taken = sequences.take(peer);
        if matches!(taken, Taken::Reserve) {
            let _alone = self.0.reserving.lock().await;
            taken = sequences.take(peer);
            // Others may use up a block before this caller gets a number of it.
            for _ in 0..MAX_RESERVATIONS {
                if !matches!(taken, Taken::Reserve) {
                    break;
                }
                self.submit(self.reservation_job(peer)).await?;
                taken = sequences.take(peer);
            }
        }
        match taken {
            Taken::Number(sequence) => Ok(sequence),
            Taken::Short(sequence) => {
                // One caller in a block waits for the next one, while others take what is left of this one.
                if let Ok(_alone) = self.0.reserving.try_lock()
                    && let Err(error) = self.submit(self.reservation_job(peer)).await
                {
                    tracing::debug!(error = %error, "the next block of sequence numbers is not reserved yet");
                }
                Ok(sequence)
            }
            Taken::Reserve => {
                Err(AppendError::Malformed { reason: "reserved numbers are used up faster than reserved".into() })
            }
        }
    }

    /// Closes the log in order: numbers that were never used are explained, everything is durable, the lock is free.
    ///
    /// # Errors
    /// When the last records cannot be made durable.
    pub async fn close(self, now: Timestamp) -> Result<(), AppendError> {
        let entries = self.last_entries(now)?;
        if !entries.is_empty() {
            self.append_entries(entries).await?;
        }
        // In a batch of its own: whatever is in front of it is then known to have been acknowledged.
        self.append_entries(vec![Entry::closed(now)]).await?;
        let queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(queue) = queue {
            let (reply, stopped) = oneshot::channel();
            if queue.send(Message::Stop(reply)).await.is_ok() {
                let _ = stopped.await;
            }
        }
        let inner = Arc::clone(&self.0);
        let _ = tokio::task::spawn_blocking(move || inner.join()).await;
        self.shared().release_lock();
        Ok(())
    }

    /// Explains the numbers that were handed out and dropped; called now and then by those who write anyway.
    pub(crate) async fn explain_dropped(&self, now: Timestamp) -> Result<(), AppendError> {
        let dropped = self.shared().sequences.take_dropped();
        let explained = dropped.into_iter().map(|(peer, number)| {
            outcome_entry(self.server(), Direction::Sent, peer, number..number + 1, Outcome::NotSent, now)
        });
        let entries: Vec<Entry> = explained.collect::<Result<_, _>>()?;
        if entries.is_empty() { Ok(()) } else { self.append_entries(entries).await.map(|_| ()) }
    }

    /// Makes entries durable together; returns the index of the first leaf among them.
    pub(crate) async fn append_entries(&self, entries: Vec<Entry>) -> Result<u64, AppendError> {
        self.submit(Job::new(entries)).await
    }

    pub(crate) async fn submit(
        &self,
        (job, answer): (Job, oneshot::Receiver<Result<u64, AppendError>>),
    ) -> Result<u64, AppendError> {
        let queue = self.queue().ok_or_else(|| self.closed_error())?;
        queue.send(Message::Append(job)).await.map_err(|_| self.closed_error())?;
        drop(queue);
        answer.await.map_err(|_| self.closed_error())?
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }

    pub(crate) async fn record_outcome(
        &self,
        direction: Direction,
        peer: ServerId,
        numbers: Range<u64>,
        outcome: Outcome,
        details: OutcomeDetails,
        now: Timestamp,
    ) -> Result<u64, AppendError> {
        let mut leaf = outcome_leaf(self.server(), direction, peer, numbers, outcome, now)?;
        leaf.request_id = details.request_id;
        leaf.code = details.code;
        self.append_entries(vec![checked(&Leaf::Outcome(leaf))?]).await
    }

    /// What is said before the log is closed. Numbers that somebody still holds are `unknown`.
    fn last_entries(&self, now: Timestamp) -> Result<Vec<Entry>, AppendError> {
        let sequences = &self.shared().sequences;
        let dropped = sequences.take_dropped().into_iter().map(|(peer, number)| (peer, number..number + 1));
        let dropped: Vec<_> = dropped.map(|(peer, range)| (peer, range, Outcome::NotSent)).collect();
        let free: Vec<_> =
            sequences.take_free().into_iter().map(|(peer, range)| (peer, range, Outcome::Unused)).collect();
        let mut held = self.shared().state().clone();
        for (peer, range, _) in dropped.iter().chain(&free) {
            if let Some(state) = held.peers.get_mut(peer) {
                state.outstanding.remove(range.clone());
            }
        }
        let unknown = held.peers.iter().flat_map(|(peer, state)| {
            state.outstanding.ranges().map(|range| (peer.clone(), range, Outcome::Unknown)).collect::<Vec<_>>()
        });
        let all = dropped.into_iter().chain(free).chain(unknown);
        let entries =
            all.map(|(peer, range, outcome)| outcome_entry(self.server(), Direction::Sent, peer, range, outcome, now));
        entries.collect()
    }

    fn reservation_job(&self, peer: &ServerId) -> (Job, oneshot::Receiver<Result<u64, AppendError>>) {
        let numbers = self.shared().sequences.next_block(peer, self.shared().settings.sequence_block);
        Job::new(vec![Entry::reservation(peer, numbers)])
    }

    fn queue(&self) -> Option<mpsc::Sender<Message>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn closed_error(&self) -> AppendError {
        AppendError::Closed { reason: self.closed().unwrap_or_else(|| Arc::from("it was shut down")) }
    }
}

impl Inner {
    fn join(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                self.shared.close("a thread of the log panicked");
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.join();
    }
}

/// An entry that explains numbers.
pub(crate) fn outcome_entry(
    server: &ServerId,
    direction: Direction,
    peer: ServerId,
    numbers: Range<u64>,
    outcome: Outcome,
    now: Timestamp,
) -> Result<Entry, AppendError> {
    checked(&Leaf::Outcome(outcome_leaf(server, direction, peer, numbers, outcome, now)?))
}

/// An entry of a leaf, if it reads back as it was meant.
pub(crate) fn checked(leaf: &Leaf) -> Result<Entry, AppendError> {
    let entry = Entry::leaf(leaf);
    match Leaf::parse(&entry.payload) {
        Ok(read) if read == *leaf => Ok(entry),
        Ok(_) => Err(AppendError::Malformed { reason: "it reads back differently".to_owned() }),
        Err(error) => Err(AppendError::Malformed { reason: error.to_string() }),
    }
}

fn outcome_leaf(
    server: &ServerId,
    direction: Direction,
    peer: ServerId,
    numbers: Range<u64>,
    outcome: Outcome,
    now: Timestamp,
) -> Result<OutcomeLeaf, AppendError> {
    let sequence = SequenceRange::new(numbers.start, numbers.end.saturating_sub(1));
    let sequence = sequence.ok_or_else(|| AppendError::Malformed { reason: "it explains no number".to_owned() })?;
    let (server, time) = (server.clone(), whole_micros(now));
    Ok(OutcomeLeaf { direction, time, server, peer, sequence, request_id: None, outcome, code: None })
}
