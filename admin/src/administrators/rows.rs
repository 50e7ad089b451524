//! Where administrators are kept: keyspaces, rows in JSON, transactions that are tried again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use storage::{CommitError, Direction, KeyRange, Keyspace, ReadError, Store, Transaction};
use thiserror::Error;

/// Accounts by name.
pub(super) const ACCOUNTS: Keyspace = Keyspace::new("administrators/accounts");
/// Names by the digest of an enrolment code.
pub(super) const ENROLMENTS: Keyspace = Keyspace::new("administrators/enrolments");
/// API keys by id.
pub(super) const API_KEYS: Keyspace = Keyspace::new("administrators/api-keys");
/// Sessions by the digest of what the browser holds.
pub(super) const SESSIONS: Keyspace = Keyspace::new("administrators/sessions");
/// Failures by the MAC of a name that was typed.
pub(super) const FAILURES: Keyspace = Keyspace::new("administrators/failures");

/// The store failed.
#[derive(Debug, Error)]
pub enum RowError {
    /// It cannot be read.
    #[error("administrators cannot be read")]
    Read(#[from] ReadError),
    /// It does not take what is written.
    #[error("administrators cannot be written")]
    Commit(#[from] CommitError),
    /// A row is not what was written.
    #[error("a row of keyspace {keyspace} is damaged")]
    Damaged {
        /// Where.
        keyspace: Keyspace,
    },
}

/// The row at a key.
pub(super) fn row<T: DeserializeOwned>(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl AsRef<[u8]>,
) -> Result<Option<T>, RowError> {
    tx.get(keyspace, key)?.map(|found| decode(keyspace, &found)).transpose()
}

/// Writes a row.
pub(super) fn put(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl Into<Vec<u8>>,
    row: &impl Serialize,
) -> Result<(), RowError> {
    let written = serde_json::to_vec(row).map_err(|_| RowError::Damaged { keyspace })?;
    tx.put(keyspace, key, written);
    Ok(())
}

/// Rows in the order of their keys, `most` at most.
pub(super) fn rows<T: DeserializeOwned>(
    tx: &mut Transaction,
    keyspace: Keyspace,
    most: usize,
) -> Result<Vec<(Vec<u8>, T)>, RowError> {
    let mut found = Vec::new();
    for entry in tx.scan(keyspace, KeyRange::all(), Direction::Ascending)?.take(most) {
        let (key, value) = entry?;
        found.push((key, decode(keyspace, &value)?));
    }
    Ok(found)
}

/// Does something in one transaction, again if another was faster.
pub(super) async fn transact<T, E: From<RowError>>(
    store: &Store,
    mut change: impl FnMut(&mut Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let mut tries = 0;
    loop {
        let mut tx = store.begin().map_err(RowError::from)?;
        let done = change(&mut tx)?;
        match tx.commit().await {
            Ok(()) => return Ok(done),
            Err(CommitError::Conflict { .. }) if tries < MAX_TRIES => tries += 1,
            Err(error) => return Err(RowError::from(error).into()),
        }
    }
}

fn decode<T: DeserializeOwned>(keyspace: Keyspace, found: &[u8]) -> Result<T, RowError> {
    serde_json::from_slice(found).map_err(|_| RowError::Damaged { keyspace })
}

const MAX_TRIES: usize = 16;
