//! The one writer: a thread that takes everything that waits and makes it durable in one transaction of the engine.
//!
//! One sync serves the whole group, which is what makes many small batches fast. Batches and transactions are judged
//! and applied in the order of their arrival, each against what the earlier ones of its group left. Nobody is
//! answered before the sync, not even who is refused: the refusal may rest on a batch of the same group.

use std::fmt;
use std::sync::{Arc, OnceLock};

use redb::Database;
use tokio::sync::{mpsc, oneshot};

use crate::batch::{Expected, Write};
use crate::group::{self, Group, Wrote};
use crate::reads::Reads;
use crate::recent::{MAX_RECENT_BYTES, Recent};
use crate::snapshot::SHUT_DOWN;
use crate::space::Space;
use crate::transaction::Changes;
use crate::versions::{Began, Version, Versions};
use crate::view::Newest;
use crate::{Batch, CounterError, EngineError, Keyspace};

/// What is to be committed, and who waits for it.
pub(crate) struct Waiting {
    pub(crate) proposal: Proposal,
    pub(crate) answer: oneshot::Sender<Verdict>,
}

/// What somebody wants to be committed.
pub(crate) enum Proposal {
    Batch(Batch),
    Transaction { began: Began, reads: Reads, changes: Changes, size_bytes: usize },
}

pub(crate) type Verdict = Result<(), CommitError>;

/// The reason why the store was closed, once it was.
pub(crate) type Closed = Arc<OnceLock<String>>;

/// The state of the thread.
pub(crate) struct Committer {
    database: Arc<Database>,
    space: Space,
    closed: Closed,
    versions: Versions,
    newest: Newest,
    recent: Recent,
}

impl Committer {
    pub(crate) fn new(
        database: Arc<Database>,
        space: Space,
        closed: Closed,
        (versions, newest): (Versions, Newest),
    ) -> Self {
        Self { database, space, closed, versions, newest, recent: Recent::new(MAX_RECENT_BYTES) }
    }

    /// Commits what comes through `waiting` until all senders are gone or a commit fails.
    pub(crate) fn run(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        while let Some(first) = waiting.blocking_recv() {
            let (group, size_bytes) = fill(first, &mut waiting);
            let (proposals, answers) = group.into_iter().map(|waiting| (waiting.proposal, waiting.answer)).unzip();
            if let Err(free_bytes) = self.space.has_room(size_bytes) {
                answer_all(answers, &CommitError::DiskFull { free_bytes, reserve_bytes: self.space.reserve_bytes() });
                continue;
            }
            match self.commit(proposals) {
                Ok(verdicts) => answers.into_iter().zip(verdicts).for_each(|(to, verdict)| answer(to, verdict)),
                Err(error) => {
                    let reason = close(&self.closed, &error);
                    waiting.close();
                    answer_all(answers, &CommitError::Failed { reason });
                    let late = std::iter::from_fn(|| waiting.try_recv().ok()).map(|waiting| waiting.answer).collect();
                    answer_all(late, &CommitError::closed(&self.closed));
                    return;
                }
            }
        }
    }

    /// Writes a group as one durable transaction and says what became of each proposal.
    fn commit(&mut self, proposals: Vec<Proposal>) -> Result<Vec<Verdict>, EngineError> {
        let version = self.versions.newest() + 1;
        let recent = &mut self.recent;
        let (verdicts, wrote) = group::write(&self.database, |group| {
            let mut wrote = Wrote::Nothing;
            let mut verdicts = Vec::with_capacity(proposals.len());
            for proposal in proposals {
                verdicts.push(match proposal.judge(recent, group)? {
                    Ok(writes) => {
                        apply(&writes, version, recent, group)?;
                        wrote = if writes.is_empty() { wrote } else { Wrote::Something };
                        Ok(())
                    }
                    Err(refusal) => Err(refusal),
                });
            }
            Ok((verdicts, wrote))
        })?;
        // Before anybody is answered: who was told of a commit and begins anew begins after it.
        if wrote == Wrote::Something {
            self.newest.pass();
            let oldest = self.versions.advance(version);
            self.recent.forget(oldest);
        }
        Ok(verdicts)
    }
}

impl Proposal {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Batch(_) => "a batch",
            Self::Transaction { .. } => "a transaction",
        }
    }

    pub(crate) fn size_bytes(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.size_bytes(),
            Self::Transaction { size_bytes, .. } => *size_bytes,
        }
    }

    /// The length of the longest key that would be written.
    pub(crate) fn longest_key_bytes(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.longest_key_bytes(),
            Self::Transaction { changes, .. } => {
                changes.values().flatten().map(|(key, _)| key.len()).max().unwrap_or(0)
            }
        }
    }

    /// The writes it comes to, if it may be committed after all that was committed before it.
    fn judge(self, recent: &Recent, group: &mut Group) -> Result<Result<Vec<Write>, CommitError>, EngineError> {
        match self {
            Self::Batch(batch) => {
                for (keyspace, key, expected) in &batch.expectations {
                    if !holds(group, *keyspace, key, expected)? {
                        let (keyspace, key, cause) = (*keyspace, key.clone(), ConflictCause::Expected);
                        return Ok(Err(CommitError::Conflict { keyspace, key, cause }));
                    }
                }
                Ok(Ok(batch.writes))
            }
            Self::Transaction { began, reads, changes, .. } => match recent.judge(&reads, began.version()) {
                Ok(()) => outcome(changes, group),
                Err(refusal) => Ok(Err(refusal)),
            },
        }
    }
}

fn holds(group: &mut Group, keyspace: Keyspace, key: &[u8], expected: &Expected) -> Result<bool, EngineError> {
    Ok(expected.holds(group.get(keyspace, key)?.as_deref()))
}

/// What changes come to, given what the keys hold now.
fn outcome(changes: Changes, group: &mut Group) -> Result<Result<Vec<Write>, CommitError>, EngineError> {
    let mut writes = Vec::new();
    for (keyspace, changes) in changes {
        for (key, change) in changes {
            let before = if change.needs_before() { group.get(keyspace, &key)? } else { None };
            match change.outcome(before) {
                Ok(value) => writes.push(Write::Set { keyspace, key, value }),
                Err(unfit) => return Ok(Err(CommitError::Counter { source: unfit.at(keyspace, &key) })),
            }
        }
    }
    Ok(Ok(writes))
}

fn apply(writes: &[Write], version: Version, recent: &mut Recent, group: &mut Group) -> Result<(), EngineError> {
    for write in writes {
        group.apply(write)?;
        match write {
            Write::Set { keyspace, key, .. } => recent.wrote(version, *keyspace, key),
            Write::Clear { keyspace } => recent.cleared(version, *keyspace),
        }
    }
    Ok(())
}

/// What waits already, within the bounds of a group, and the size of all.
fn fill(first: Waiting, waiting: &mut mpsc::Receiver<Waiting>) -> (Vec<Waiting>, usize) {
    let mut size_bytes = first.proposal.size_bytes();
    let mut group = vec![first];
    while group.len() < MAX_GROUP && size_bytes < MAX_GROUP_BYTES {
        let Ok(next) = waiting.try_recv() else { break };
        size_bytes += next.proposal.size_bytes();
        group.push(next);
    }
    (group, size_bytes)
}

/// After a failed commit nobody knows what the disk holds. Trying again could acknowledge what is not there, so the
/// store is closed; opened again, it shows what really is durable.
fn close(closed: &Closed, error: &EngineError) -> String {
    let reason = error.to_string();
    tracing::error!(storage.reason = %reason, "store closed: a commit failed");
    // A store that is being shut down meanwhile has its reason already.
    let _ = closed.set(format!("a commit failed ({reason})"));
    reason
}

fn answer(to: oneshot::Sender<Verdict>, verdict: Verdict) {
    // Who no longer waits needs no answer; what was committed stands all the same.
    let _ = to.send(verdict);
}

fn answer_all(answers: Vec<oneshot::Sender<Verdict>>, refusal: &CommitError) {
    answers.into_iter().for_each(|to| answer(to, Err(refusal.clone())));
}

/// Why a batch or a transaction was not committed. Nothing of it was written, except perhaps after [`CommitError::Failed`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Somebody else was faster, or the caller's picture is old: read again and decide again.
    #[error("keyspace {keyspace} {cause} at key {}", key.escape_ascii())]
    Conflict {
        /// Where.
        keyspace: Keyspace,
        /// The key that does not hold what it did.
        key: Vec<u8>,
        /// What it was needed for.
        cause: ConflictCause,
    },
    /// An addition does not fit what the key holds.
    #[error("failed to add to a counter")]
    Counter {
        /// Why.
        source: CounterError,
    },
    /// A key, or the whole batch or transaction, is larger than the store takes.
    #[error("{what} of {size_bytes} bytes is larger than the {limit_bytes} that a store takes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The disk is nearly full. The store stays open, and takes batches again when there is room.
    #[error("only {free_bytes} bytes are free on the disk, of which {reserve_bytes} are kept in reserve")]
    DiskFull {
        /// What is free.
        free_bytes: u64,
        /// What stays free.
        reserve_bytes: u64,
    },
    /// The disk failed. Whether the batch is durable shows only when the store is opened again.
    #[error("failed to make the batch durable ({reason}); open the store again to see whether it is")]
    Failed {
        /// What the engine says.
        reason: String,
    },
    /// The store was closed before: it was shut down, or an earlier commit failed.
    #[error("the store is closed: {reason}")]
    Closed {
        /// Why.
        reason: String,
    },
}

/// What makes a [`CommitError::Conflict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictCause {
    /// The precondition of a batch does not hold.
    Expected,
    /// A transaction read the key, and somebody wrote it since.
    Read,
    /// A transaction scanned a range with the key in it, and somebody wrote it since.
    Scanned,
    /// The transaction was open for longer than the store remembers writes. The key is one that it read.
    TooOld,
}

impl fmt::Display for ConflictCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expected => "does not hold what was expected",
            Self::Read => "was changed after it was read",
            Self::Scanned => "was changed after it was scanned",
            Self::TooOld => "was read too long ago to know whether it was changed",
        })
    }
}

impl CommitError {
    /// The answer of a store that is closed.
    pub(crate) fn closed(closed: &Closed) -> Self {
        Self::Closed { reason: closed.get().map_or(SHUT_DOWN, String::as_str).to_owned() }
    }
}

/// Batches that share one sync at most: far more than ever wait, and a bound all the same.
const MAX_GROUP: usize = 1024;
/// Bytes that share one sync before no further batch joins.
const MAX_GROUP_BYTES: usize = 16 * 1024 * 1024;
