//! The one writer: a thread that takes every batch that waits and makes them durable in one transaction.
//!
//! One sync serves the whole group, which is what makes many small batches fast. Batches are judged and applied in
//! the order of their arrival, each against what the earlier ones of its group left. Nobody is answered before the
//! sync, not even who is refused: the refusal may rest on a batch of the same group.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use redb::{Database, Durability, ReadableTable, Table, WriteTransaction};
use tokio::sync::{mpsc, oneshot};

use crate::batch::{Batch, Keyspace};
use crate::snapshot::definition;
use crate::store::DiskReserve;

/// A batch and who waits for it.
pub(crate) struct Waiting {
    pub(crate) batch: Batch,
    pub(crate) answer: oneshot::Sender<Result<(), CommitError>>,
}

/// The reason why the store was closed, once it was.
pub(crate) type Closed = Arc<OnceLock<String>>;

/// Commits what comes through `waiting` until all senders are gone or a commit fails.
pub(crate) fn run(database: &Database, reserve: &DiskReserve, closed: &Closed, mut waiting: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(MAX_GROUP);
    while let Some(first) = waiting.blocking_recv() {
        group.push(first);
        fill(&mut group, &mut waiting);
        if let Err(refusal) = reserve.check() {
            group.drain(..).for_each(|waiting| answer(waiting, Err(refusal.clone())));
            continue;
        }
        match commit(database, &group) {
            Ok(verdicts) => group.drain(..).zip(verdicts).for_each(|(waiting, verdict)| answer(waiting, verdict)),
            Err(source) => {
                close(closed, &source);
                waiting.close();
                let rest = std::iter::from_fn(|| waiting.try_recv().ok());
                group.drain(..).chain(rest).for_each(|waiting| answer(waiting, Err(CommitError::of(closed))));
                return;
            }
        }
    }
}

/// Adds what waits already, within the bounds of a group.
fn fill(group: &mut Vec<Waiting>, waiting: &mut mpsc::Receiver<Waiting>) {
    let mut size_bytes = group.iter().map(|waiting| waiting.batch.size_bytes()).sum::<usize>();
    while group.len() < MAX_GROUP && size_bytes < MAX_GROUP_BYTES {
        let Ok(next) = waiting.try_recv() else { return };
        size_bytes += next.batch.size_bytes();
        group.push(next);
    }
}

/// After a failed commit nobody knows what the disk holds. Trying again could acknowledge what is not there, so the
/// store is closed; opened again, it shows what really is durable.
fn close(closed: &Closed, source: &redb::Error) {
    let reason = source.to_string();
    tracing::error!(storage.reason = %reason, "store closed: a commit failed");
    // Only this thread sets it, and it ends right after.
    let _ = closed.set(reason);
}

fn answer(waiting: Waiting, verdict: Result<(), CommitError>) {
    // Who no longer waits needs no answer; the batch stands all the same.
    let _ = waiting.answer.send(verdict);
}

/// Writes a group as one durable transaction and says what became of each batch.
fn commit(database: &Database, group: &[Waiting]) -> Result<Vec<Result<(), CommitError>>, redb::Error> {
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
    fn judge(&mut self, batch: &Batch) -> Result<Result<(), CommitError>, redb::Error> {
        for (keyspace, key, expected) in &batch.expectations {
            let found = self.table(*keyspace)?.get(key.as_slice())?;
            if !expected.holds(found.as_ref().map(redb::AccessGuard::value)) {
                return Ok(Err(CommitError::Conflict { keyspace: *keyspace, key: key.clone() }));
            }
        }
        Ok(Ok(()))
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), redb::Error> {
        for write in &batch.writes {
            let table = self.table(write.keyspace)?;
            match &write.value {
                Some(value) => drop(table.insert(write.key.as_slice(), value.as_slice())?),
                None => drop(table.remove(write.key.as_slice())?),
            }
        }
        Ok(())
    }

    fn table(&mut self, keyspace: Keyspace) -> Result<&mut Table<'t, &'static [u8], &'static [u8]>, redb::Error> {
        use std::collections::btree_map::Entry;
        Ok(match self.open.entry(keyspace) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => place.insert(self.transaction.open_table(definition(keyspace))?),
        })
    }
}

/// Why a batch was not committed. Nothing of it was written, except after [`CommitError::Closed`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CommitError {
    /// Somebody else was faster, or the caller's picture is old: read again and decide again.
    #[error("keyspace {keyspace} does not hold what was expected at key {}", key.escape_ascii())]
    Conflict {
        /// Where.
        keyspace: Keyspace,
        /// The key whose precondition does not hold.
        key: Vec<u8>,
    },
    /// A key is longer than the store takes.
    #[error("a key of {length} bytes is longer than the {} that the store takes", crate::MAX_KEY_BYTES)]
    KeyTooLong {
        /// Its length.
        length: usize,
    },
    /// The batch is larger than the store takes.
    #[error("a batch of {size_bytes} bytes is larger than the {} that the store takes", crate::MAX_BATCH_BYTES)]
    BatchTooLarge {
        /// Its size.
        size_bytes: usize,
    },
    /// Less space is free than the store keeps in reserve; the store stays open, and takes batches again when
    /// there is room.
    #[error("only {free_bytes} bytes are free where the store keeps {reserve_bytes} in reserve")]
    DiskFull {
        /// What is free.
        free_bytes: u64,
        /// What must be free.
        reserve_bytes: u64,
    },
    /// A commit failed, this one or an earlier one. Whether this batch is durable shows only when the store is
    /// opened again.
    #[error("the store is closed since a commit failed ({reason}); open it again to see what is durable")]
    Closed {
        /// What the engine said.
        reason: String,
    },
}

impl CommitError {
    /// The answer of a store that is closed.
    pub(crate) fn of(closed: &Closed) -> Self {
        let reason = closed.get().map_or("the committer has ended", String::as_str);
        Self::Closed { reason: reason.to_owned() }
    }
}

/// Batches that share one sync at most: far more than ever wait, and a bound all the same.
const MAX_GROUP: usize = 1024;
/// Bytes that share one sync before no further batch joins.
const MAX_GROUP_BYTES: usize = 16 * 1024 * 1024;
