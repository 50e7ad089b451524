//! Transactions: reads of one moment and writes that take effect as if nothing had happened in between.

use std::collections::BTreeMap;

use crate::change::Change;
use crate::counter::Bounds;
use crate::proposal::Proposal;
use crate::reads::Reads;
use crate::transaction_scan::TransactionScan;
use crate::versions::Began;
use crate::{CommitError, Direction, KeyRange, Keyspace, ReadError, Snapshot, Store};

/// Reads and writes that take effect together, in one place of a serial order of all that is committed.
///
/// It reads the state at its beginning and its own writes. Everything it reads is noted, keys that are not there and
/// empty ranges too: if somebody wrote there before it is committed, it is refused with [`CommitError::Conflict`],
/// and the caller decides anew in a new transaction. One that only read needs no commit: what it saw is a state that
/// there was. Dropped, it leaves no trace.
///
/// Like a snapshot it holds resources of the store: begin one for a use, not for a lifetime. It counts as a clone
/// of its store.
pub struct Transaction {
    store: Store,
    snapshot: Snapshot,
    began: Began,
    reads: Reads,
    changes: Changes,
}

/// The writes of a transaction.
pub(crate) type Changes = BTreeMap<Keyspace, BTreeMap<Vec<u8>, Change>>;

impl Transaction {
    pub(crate) fn new(store: Store, snapshot: Snapshot, began: Began) -> Self {
        Self { store, snapshot, began, reads: Reads::default(), changes: Changes::new() }
    }

    /// The value of `key`, if it is there, as this transaction has left it.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read, or when the transaction has added to
    /// what is no counter, or over a bound.
    pub fn get(&mut self, keyspace: Keyspace, key: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, ReadError> {
        let key = key.as_ref();
        let value = self.get_unvalidated(keyspace, key);
        // What it has set itself rests on nobody else. A failure rests on what is stored, like a value.
        if self.own(keyspace, key).is_none_or(Change::needs_before) {
            self.reads.key(keyspace, key);
        }
        value
    }

    /// The entries of `range` as this transaction has left them, in the order of `direction`, read as they are asked
    /// for. Only the part of the range that was visited counts as read; all of it, if the scan came to its end.
    ///
    /// # Errors
    /// [`ReadError`] when the store was closed meanwhile or cannot be read.
    pub fn scan(
        &mut self,
        keyspace: Keyspace,
        range: KeyRange,
        direction: Direction,
    ) -> Result<TransactionScan<'_>, ReadError> {
        scan(&self.snapshot, &self.changes, Some(&mut self.reads), (keyspace, range, direction))
    }

    /// The value of `key` like [`Transaction::get`], but without noting that it was read.
    ///
    /// Somebody may write the key before this transaction is committed, and that does not refuse it: what is read
    /// like this may be shown, but nothing that is written may rest on it. It is for projections and statistics.
    ///
    /// # Errors
    /// As [`Transaction::get`].
    pub fn get_unvalidated(&self, keyspace: Keyspace, key: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, ReadError> {
        let key = key.as_ref();
        match self.own(keyspace, key) {
            None => self.snapshot.get(keyspace, key),
            Some(change) => {
                let before = if change.needs_before() { self.snapshot.get(keyspace, key)? } else { None };
                change.clone().outcome(before).map_err(|unfit| unfit.read_at(keyspace, key))
            }
        }
    }

    /// The entries of `range` like [`Transaction::scan`], but without noting that they were read; what that means
    /// is said at [`Transaction::get_unvalidated`].
    ///
    /// # Errors
    /// As [`Transaction::scan`].
    pub fn scan_unvalidated(
        &self,
        keyspace: Keyspace,
        range: KeyRange,
        direction: Direction,
    ) -> Result<TransactionScan<'_>, ReadError> {
        scan(&self.snapshot, &self.changes, None, (keyspace, range, direction))
    }

    /// Sets `key` to `value`.
    pub fn put(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> &mut Self {
        self.change(keyspace, key).set(Some(value.into()));
        self
    }

    /// Removes `key`; removing what is not there is no error.
    pub fn delete(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>) -> &mut Self {
        self.change(keyspace, key).set(None);
        self
    }

    /// Adds `delta` to the [counter](crate::counter) at `key`, which counts as zero if it is not there.
    ///
    /// Additions of several transactions to one counter do not conflict, with each other or with later ones; with
    /// who reads the counter they do. Each is judged by what the counter holds when it is committed: if it would
    /// leave `bounds`, nothing of its transaction is committed ([`CommitError::Counter`]).
    pub fn add(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>, delta: i64, bounds: Bounds) -> &mut Self {
        self.change(keyspace, key).add(delta, bounds);
        self
    }

    /// Bytes of what was written and of the notes on what was read, about; at most [`MAX_BATCH_BYTES`] are accepted.
    ///
    /// [`MAX_BATCH_BYTES`]: crate::MAX_BATCH_BYTES
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let changes = self.changes.values().flatten();
        changes.map(|(key, change)| key.len() + change.size_bytes()).sum::<usize>() + self.reads.size_bytes()
    }

    /// Makes the writes durable, all or none, and returns once they are.
    ///
    /// A call that is dropped while it waits may still be committed.
    ///
    /// # Errors
    /// [`CommitError`]: somebody wrote what was read, an addition did not fit, the writes are too large, the disk is
    /// full or fails, or the store is closed.
    pub async fn commit(self) -> Result<(), CommitError> {
        match self.finish() {
            (store, Some(proposal)) => store.propose(proposal).await,
            (_, None) => Ok(()),
        }
    }

    /// Commits like [`Transaction::commit`], for code that runs outside the async runtime.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    ///
    /// # Panics
    /// When called from an async task, which it would block.
    pub fn commit_blocking(self) -> Result<(), CommitError> {
        match self.finish() {
            (store, Some(proposal)) => store.propose_blocking(proposal),
            (_, None) => Ok(()),
        }
    }

    /// What is to be judged and written, if anything. The snapshot ends here: while it waits for its turn, the
    /// transaction keeps no old pages from being used again.
    fn finish(self) -> (Store, Option<Proposal>) {
        let size_bytes = self.size_bytes();
        let Self { store, snapshot: _, began, reads, changes } = self;
        let proposal = (!changes.is_empty()).then_some(Proposal::Transaction { began, reads, changes, size_bytes });
        (store, proposal)
    }

    /// What was done to `key` so far.
    fn own(&self, keyspace: Keyspace, key: &[u8]) -> Option<&Change> {
        self.changes.get(&keyspace).and_then(|changes| changes.get(key))
    }

    fn change(&mut self, keyspace: Keyspace, key: impl Into<Vec<u8>>) -> &mut Change {
        self.changes.entry(keyspace).or_default().entry(key.into()).or_default()
    }
}

/// A scan over what is stored and what was changed, noted in `reads` if there are any.
fn scan<'t>(
    snapshot: &Snapshot,
    changes: &'t Changes,
    reads: Option<&'t mut Reads>,
    (keyspace, range, direction): (Keyspace, KeyRange, Direction),
) -> Result<TransactionScan<'t>, ReadError> {
    let stored = snapshot.scan(keyspace, range.clone(), direction)?;
    let own = changes.get(&keyspace).filter(|_| !range.is_empty());
    let own = own.map(|changes| changes.range::<[u8], _>(range.bounds()));
    Ok(TransactionScan::new(keyspace, range, direction, stored, own, reads))
}

impl std::fmt::Debug for Transaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Keys and values are the caller's secrets.
        f.debug_struct("Transaction").field("began", &self.began.version()).finish_non_exhaustive()
    }
}
