//! The one writer: a thread that takes every batch that waits and makes them durable in one transaction.
//!
//! One sync serves the whole group, which is what makes many small batches fast. Batches are judged and applied in
//! the order of their arrival, each against what the earlier ones of its group left. Nobody is answered before the
//! sync, not even who is refused: the refusal may rest on a batch of the same group.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use redb::{Database, Durability, ReadableTable, Table, WriteTransaction};
use tokio::sync::{mpsc, oneshot};

use crate::snapshot::SHUT_DOWN;
use crate::space::Space;
use crate::{Batch, EngineError, Keyspace};

/// A batch and who waits for it.
pub(crate) struct Waiting {
    pub(crate) batch: Batch,
    pub(crate) answer: oneshot::Sender<Result<(), CommitError>>,
}

/// The reason why the store was closed, once it was.
pub(crate) type Closed = Arc<OnceLock<String>>;

/// Commits what comes through `waiting` until all senders are gone or a commit fails.
pub(crate) fn run(database: &Database, space: &Space, closed: &Closed, mut waiting: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(MAX_GROUP);
    while let Some(first) = waiting.blocking_recv() {
        group.push(first);
        let size_bytes = fill(&mut group, &mut waiting);
        if let Err(free_bytes) = space.has_room(size_bytes) {
            let refusal = CommitError::DiskFull { free_bytes, reserve_bytes: space.reserve_bytes() };
            group.drain(..).for_each(|waiting| answer(waiting, Err(refusal.clone())));
            continue;
        }
        match commit(database, &group) {
            Ok(verdicts) => group.drain(..).zip(verdicts).for_each(|(waiting, verdict)| answer(waiting, verdict)),
            Err(error) => {
                let reason = close(closed, &error);
                waiting.close();
                group
                    .drain(..)
                    .for_each(|waiting| answer(waiting, Err(CommitError::Failed { reason: reason.clone() })));
                std::iter::from_fn(|| waiting.try_recv().ok())
                    .for_each(|waiting| answer(waiting, Err(CommitError::closed(closed))));
                return;
            }
        }
    }
}

/// Adds what waits already, within the bounds of a group; returns the size of all.
fn fill(group: &mut Vec<Waiting>, waiting: &mut mpsc::Receiver<Waiting>) -> usize {
    let mut size_bytes = group.iter().map(|waiting| waiting.batch.size_bytes()).sum::<usize>();
    while group.len() < MAX_GROUP && size_bytes < MAX_GROUP_BYTES {
        let Ok(next) = waiting.try_recv() else { break };
        size_bytes += next.batch.size_bytes();
        group.push(next);
    }
    size_bytes
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

fn answer(waiting: Waiting, verdict: Result<(), CommitError>) {
    // Who no longer waits needs no answer; the batch stands all the same.
    let _ = waiting.answer.send(verdict);
}

/// Writes a group as one durable transaction and says what became of each batch.
fn commit(database: &Database, group: &[Waiting]) -> Result<Vec<Result<(), CommitError>>, EngineError> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    let mut tables = Tables { transaction: &transaction, open: BTreeMap::new() };
    let mut verdicts = Vec::with_capacity(group.len());
    let mut wrote = false;
    for waiting in group {
        let verdict = tables.judge(&waiting.batch)?;
        if verdict.is_ok() {
            tables.apply(&waiting.batch)?;
            wrote |= !waiting.batch.writes.is_empty();
        }
        verdicts.push(verdict);
    }
    drop(tables);
    if wrote {
        transaction.commit()?;
    } else {
        transaction.abort()?;
    }
    Ok(verdicts)
}

/// The tables of one transaction, each opened once.
struct Tables<'t> {
    transaction: &'t WriteTransaction,
    open: BTreeMap<Keyspace, Table<'t, &'static [u8], &'static [u8]>>,
}

impl<'t> Tables<'t> {
    fn judge(&mut self, batch: &Batch) -> Result<Result<(), CommitError>, EngineError> {
        for (keyspace, key, expected) in &batch.expectations {
            let found = self.table(*keyspace)?.get(key.as_slice())?;
            if !expected.holds(found.as_ref().map(redb::AccessGuard::value)) {
                return Ok(Err(CommitError::Conflict { keyspace: *keyspace, key: key.clone() }));
            }
        }
        Ok(Ok(()))
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), EngineError> {
        for write in &batch.writes {
            let table = self.table(write.keyspace)?;
            match &write.value {
                Some(value) => drop(table.insert(write.key.as_slice(), value.as_slice())?),
                None => drop(table.remove(write.key.as_slice())?),
            }
        }
        Ok(())
    }

    fn table(&mut self, keyspace: Keyspace) -> Result<&mut Table<'t, &'static [u8], &'static [u8]>, EngineError> {
        use std::collections::btree_map::Entry;
        Ok(match self.open.entry(keyspace) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => place.insert(self.transaction.open_table(keyspace.definition())?),
        })
    }
}

/// Why a batch was not committed. Nothing of it was written, except perhaps after [`CommitError::Failed`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Somebody else was faster, or the caller's picture is old: read again and decide again.
    #[error("keyspace {keyspace} does not hold what was expected at key {}", key.escape_ascii())]
    Conflict {
        /// Where.
        keyspace: Keyspace,
        /// The key whose precondition does not hold.
        key: Vec<u8>,
    },
    /// A key or the whole batch is larger than the store takes.
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
