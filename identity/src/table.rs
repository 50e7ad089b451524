//! Where things are kept: the keyspaces, rows in JSON, and transactions that are tried again.

use factors::NoRandomness;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use storage::{CommitError, Direction, KeyRange, Keyspace, ReadError, Store, Transaction};
use thiserror::Error;

/// Account by id.
pub(crate) const ACCOUNTS: Keyspace = Keyspace::new("identity/accounts");
/// Account's id by document.
pub(crate) const DOCUMENTS: Keyspace = Keyspace::new("identity/documents");
/// Credentials by account.
pub(crate) const CREDENTIALS: Keyspace = Keyspace::new("identity/credentials");
/// Account's id by passkey.
pub(crate) const PASSKEYS: Keyspace = Keyspace::new("identity/passkeys");
/// Account's id by the digest of an enrolment code.
pub(crate) const ENROLMENTS: Keyspace = Keyspace::new("identity/enrolments");
/// Sign-ins by account and time.
pub(crate) const HISTORY: Keyspace = Keyspace::new("identity/history");
/// Failures by the MAC of a document.
pub(crate) const FAILURES: Keyspace = Keyspace::new("identity/failures");
/// Sessions by the digest of the browser's value.
pub(crate) const SESSIONS: Keyspace = Keyspace::new("identity/sessions");
/// Sessions by account.
pub(crate) const SESSIONS_OF: Keyspace = Keyspace::new("identity/sessions-of");
/// Codes by digest.
pub(crate) const CODES: Keyspace = Keyspace::new("identity/codes");
/// What a client may do, by account and id.
pub(crate) const GRANTS: Keyspace = Keyspace::new("identity/grants");
/// Access tokens by digest.
pub(crate) const ACCESS: Keyspace = Keyspace::new("identity/access-tokens");
/// Refresh tokens by digest.
pub(crate) const REFRESH: Keyspace = Keyspace::new("identity/refresh-tokens");
/// Consents by account and client.
pub(crate) const CONSENTS: Keyspace = Keyspace::new("identity/consents");
/// Account's id by sector and subject.
pub(crate) const SUBJECTS: Keyspace = Keyspace::new("identity/subjects");
/// Whom somebody may represent, by account.
pub(crate) const REPRESENTATIONS: Keyspace = Keyspace::new("identity/representations");
/// Signing keys by name.
pub(crate) const KEYS: Keyspace = Keyspace::new("identity/keys");
/// Logout tokens that were not delivered yet.
pub(crate) const LOGOUTS: Keyspace = Keyspace::new("identity/logouts");
/// Challenges that were used.
pub(crate) const USED: Keyspace = Keyspace::new("identity/used");
/// What ends when.
const ENDS: Keyspace = Keyspace::new("identity/ends");

/// What ends by itself, in an order that is kept for good: its place is what [`ENDS`] holds.
const ENDING: [Keyspace; 9] = [ENROLMENTS, FAILURES, SESSIONS, CODES, GRANTS, ACCESS, REFRESH, USED, SESSIONS_OF];

/// Why something is not read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store cannot be read.
    #[error("accounts cannot be read")]
    Read(#[from] ReadError),
    /// The store does not take it.
    #[error("accounts cannot be written")]
    Commit(#[from] CommitError),
    /// A row is not what was written.
    #[error("a row of keyspace {keyspace} is damaged")]
    Damaged {
        /// Where.
        keyspace: Keyspace,
    },
    /// Nothing random, so nothing secret.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// The row at a key.
pub(crate) fn row<T: DeserializeOwned>(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl AsRef<[u8]>,
) -> Result<Option<T>, StoreError> {
    tx.get(keyspace, key)?.map(|found| decode(keyspace, &found)).transpose()
}

pub(crate) fn decode<T: DeserializeOwned>(keyspace: Keyspace, found: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(found).map_err(|_| StoreError::Damaged { keyspace })
}

/// Writes a row.
pub(crate) fn put(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl Into<Vec<u8>>,
    row: &impl Serialize,
) -> Result<(), StoreError> {
    let written = serde_json::to_vec(row).map_err(|_| StoreError::Damaged { keyspace })?;
    tx.put(keyspace, key, written);
    Ok(())
}

/// Writes a row that has a field `ends_at`, and has it removed after that time.
pub(crate) fn put_until(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: &[u8],
    row: &impl Serialize,
    ends_at: i64,
) -> Result<(), StoreError> {
    if let Some(place) = ENDING.iter().position(|ending| *ending == keyspace) {
        let place = u8::try_from(place).unwrap_or(u8::MAX);
        tx.put(ENDS, [&ends_at.to_be_bytes()[..], &[place], key].concat(), []);
    }
    put(tx, keyspace, key, row)
}

/// The rows below a prefix, at most so many, in the order of their keys.
pub(crate) fn rows<T: DeserializeOwned>(
    tx: &mut Transaction,
    keyspace: Keyspace,
    prefix: impl AsRef<[u8]>,
    most: usize,
) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
    let mut found = Vec::new();
    for entry in tx.scan(keyspace, KeyRange::prefix(prefix), Direction::Ascending)?.take(most) {
        let (key, value) = entry?;
        found.push((key, decode(keyspace, &value)?));
    }
    Ok(found)
}

/// Does something in one transaction, again if another was faster.
pub(crate) async fn transact<T, E: From<StoreError>>(
    store: &Store,
    mut change: impl FnMut(&mut Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let mut tries = 0;
    loop {
        let mut tx = store.begin().map_err(StoreError::from)?;
        let done = change(&mut tx)?;
        match tx.commit().await {
            Ok(()) => return Ok(done),
            Err(CommitError::Conflict { .. }) if tries < MAX_TRIES => tries += 1,
            Err(error) => return Err(StoreError::from(error).into()),
        }
    }
}

/// Removes what has ended; returns whether there may be more.
pub(crate) fn remove_ended(tx: &mut Transaction, now: i64) -> Result<bool, StoreError> {
    #[derive(Deserialize)]
    struct Ends {
        ends_at: i64,
    }
    let past = KeyRange::between(..now.to_be_bytes());
    let mut due = Vec::new();
    for entry in tx.scan(ENDS, past, Direction::Ascending)?.take(REMOVED_AT_ONCE) {
        due.push(entry?.0);
    }
    for key in &due {
        let place = key.get(8).and_then(|place| ENDING.get(usize::from(*place)));
        if let (Some(keyspace), Some(of)) = (place, key.get(9..)) {
            // What was prolonged meanwhile has another entry.
            let ends = row::<Ends>(tx, *keyspace, of)?;
            if ends.is_some_and(|ends| ends.ends_at < now) {
                tx.delete(*keyspace, of);
            }
        }
        tx.delete(ENDS, key.clone());
    }
    Ok(due.len() == REMOVED_AT_ONCE)
}

/// Two parts of a key, the first of which has no zero byte.
pub(crate) fn joined(first: &str, second: &str) -> Vec<u8> {
    [first.as_bytes(), &[0], second.as_bytes()].concat()
}

const MAX_TRIES: usize = 16;
const REMOVED_AT_ONCE: usize = 500;
