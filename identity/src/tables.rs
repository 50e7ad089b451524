//! The tables of the provider's store, and how records get into them and out.

use crate::Unavailable;
use clock::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use storage::{CommitError, Direction, KeyRange, Keyspace, Store, Transaction};

pub(crate) const ACCOUNTS: Keyspace = Keyspace::new("identity-accounts");
pub(crate) const DOCUMENTS: Keyspace = Keyspace::new("identity-documents");
pub(crate) const CREDENTIALS: Keyspace = Keyspace::new("identity-credentials");
pub(crate) const ENROLMENTS: Keyspace = Keyspace::new("identity-enrolments");
pub(crate) const REPRESENTATIONS: Keyspace = Keyspace::new("identity-representations");
pub(crate) const SUBJECTS: Keyspace = Keyspace::new("identity-subjects");
pub(crate) const HISTORY: Keyspace = Keyspace::new("identity-history");
pub(crate) const TRIES: Keyspace = Keyspace::new("identity-tries");
pub(crate) const SESSIONS: Keyspace = Keyspace::new("identity-sessions");
pub(crate) const SESSIONS_OF: Keyspace = Keyspace::new("identity-sessions-of");
pub(crate) const GRANTS: Keyspace = Keyspace::new("identity-grants");
pub(crate) const GRANTS_OF: Keyspace = Keyspace::new("identity-grants-of");
pub(crate) const TOKENS: Keyspace = Keyspace::new("identity-tokens");
pub(crate) const CONSENTS: Keyspace = Keyspace::new("identity-consents");
pub(crate) const LOGOUTS: Keyspace = Keyspace::new("identity-logouts");
pub(crate) const KEYS: Keyspace = Keyspace::new("identity-keys");
/// When records end: the second, the number of their table, their key.
const ENDS: Keyspace = Keyspace::new("identity-ends");

/// The tables whose records end by themselves. Their places are stored: only add at the end.
const ENDING: [Keyspace; 6] = [ENROLMENTS, TRIES, SESSIONS, GRANTS, TOKENS, HISTORY];

/// Decisions that lost to others are made again so often.
const MOST_TRIES: usize = 16;
/// Records that one sweep removes in one transaction.
const SWEPT_AT_ONCE: usize = 500;
const MOST_SWEEPS: usize = 200;

/// The record at a key.
pub(crate) fn get<T: DeserializeOwned>(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl AsRef<[u8]>,
) -> Result<Option<T>, Unavailable> {
    tx.get(keyspace, key)?.map(|bytes| read(keyspace, &bytes)).transpose()
}

/// Sets the record at a key.
pub(crate) fn put(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl Into<Vec<u8>>,
    record: &impl Serialize,
) -> Result<(), Unavailable> {
    let bytes = serde_json::to_vec(record).map_err(|_| Unavailable::Damaged { keyspace: keyspace.name() })?;
    tx.put(keyspace, key, bytes);
    Ok(())
}

/// Sets a record that ends by itself.
pub(crate) fn put_until(
    tx: &mut Transaction,
    keyspace: Keyspace,
    key: impl AsRef<[u8]>,
    record: &impl Serialize,
    until: i64,
) -> Result<(), Unavailable> {
    let key = key.as_ref();
    put(tx, keyspace, key, record)?;
    if let Some(table) = ENDING.iter().position(|ending| *ending == keyspace).and_then(|at| u8::try_from(at).ok()) {
        tx.put(ENDS, [&until.max(0).to_be_bytes(), [table].as_slice(), key].concat(), Vec::new());
    }
    Ok(())
}

/// The records whose keys begin with a prefix, newest key first where asked, at most `limit`.
pub(crate) fn list<T: DeserializeOwned>(
    tx: &mut Transaction,
    keyspace: Keyspace,
    prefix: &str,
    direction: Direction,
    limit: usize,
) -> Result<Vec<(Vec<u8>, T)>, Unavailable> {
    let entries = tx.scan(keyspace, KeyRange::prefix(prefix), direction)?.page(limit)?;
    entries.into_iter().map(|(key, value)| Ok((key, read(keyspace, &value)?))).collect()
}

fn read<T: DeserializeOwned>(keyspace: Keyspace, bytes: &[u8]) -> Result<T, Unavailable> {
    serde_json::from_slice(bytes).map_err(|_| Unavailable::Damaged { keyspace: keyspace.name() })
}

/// Decides in a transaction, and again where another was faster. What was decided as an error changes nothing.
pub(crate) async fn decide<T, E: From<Unavailable>>(
    store: &Store,
    mut decision: impl FnMut(&mut Transaction) -> Result<T, E>,
) -> Result<T, E> {
    let mut tries = 0;
    loop {
        let mut tx = store.begin().map_err(Unavailable::from)?;
        let decided = decision(&mut tx)?;
        tries += 1;
        match tx.commit().await {
            Ok(()) => return Ok(decided),
            Err(CommitError::Conflict { .. }) if tries < MOST_TRIES => {}
            Err(error) => return Err(Unavailable::from(error).into()),
        }
    }
}

/// Removes what ended; gives how many records that were.
pub(crate) async fn sweep(store: &Store, now: Timestamp) -> Result<usize, Unavailable> {
    let mut swept = 0;
    for _ in 0..MOST_SWEEPS {
        let last = now.as_second().max(0).saturating_add(1).to_be_bytes();
        let count = decide(store, |tx| -> Result<usize, Unavailable> {
            let ended = tx.scan_unvalidated(ENDS, KeyRange::between(..last.as_slice()), Direction::Ascending)?;
            let ended = { ended }.page(SWEPT_AT_ONCE)?;
            for (key, _) in &ended {
                remove_ended(tx, key, now)?;
            }
            Ok(ended.len())
        });
        match count.await? {
            0 => break,
            count => swept += count,
        }
    }
    Ok(swept)
}

fn remove_ended(tx: &mut Transaction, entry: &[u8], now: Timestamp) -> Result<(), Unavailable> {
    tx.delete(ENDS, entry);
    let Some((table, key)) = entry.get(8..).and_then(|rest| rest.split_first()) else { return Ok(()) };
    let Some(keyspace) = ENDING.get(usize::from(*table)).copied() else { return Ok(()) };
    // A record that was set again lives on, and has a later entry of its own.
    let until = get::<Until>(tx, keyspace, key)?.map(|record| record.until);
    if until.is_some_and(|until| until <= now.as_second()) {
        crate::grants::forget_indexed(tx, keyspace, key)?;
        tx.delete(keyspace, key);
    }
    Ok(())
}

/// What every record that ends says.
#[derive(serde::Deserialize)]
struct Until {
    until: i64,
}

/// The second that comes so long after a time.
pub(crate) fn after(now: Timestamp, lasts: Duration) -> i64 {
    now.as_second().saturating_add(i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX))
}
