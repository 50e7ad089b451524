//! What was given up, put on the agenda again: the plugin may have been mended since.

use clock::Timestamp;
use storage::{Direction, KeyRange, Keyspace, Store, Transaction};

use super::AgendaError;
use crate::rows::{Entry, Kind, Work, agenda_key, decode, encode, key};

/// So much one transaction puts back.
const AT_ONCE: usize = 100;
const AT_ONCE_BYTES: usize = 16 << 20;

/// Puts what was given up on the agenda again, due now, and says how many entries that are.
///
/// Messages stay: the plugin was told that they were not delivered, and has gone on from there. So do a timer that was
/// set anew or cancelled since, an occurrence of a schedule, which goes on with the next, and what cannot be read.
///
/// # Errors
/// When the store cannot be read or written; what was put by then stays.
pub(crate) async fn retry(store: &Store, keyspace: Keyspace, now: Timestamp) -> Result<usize, AgendaError> {
    let range = KeyRange::prefix(key(Kind::GivenUp, &[]));
    let mut given_up = store.snapshot()?.scan(keyspace, range, Direction::Ascending)?.peekable();
    let mut put = 0;
    while given_up.peek().is_some() {
        let (mut transaction, mut rows, mut bytes) = (store.begin()?, 0, 0);
        while rows < AT_ONCE && bytes < AT_ONCE_BYTES {
            let Some((row, _)) = given_up.next().transpose()? else { break };
            // Read again in the transaction: two administrators put it on the agenda once.
            let Some(value) = transaction.get(keyspace, &row)? else { continue };
            if put_back(&mut transaction, keyspace, now, &row, &value)? {
                (rows, bytes) = (rows + 1, bytes + value.len());
            }
        }
        transaction.commit().await?;
        put += rows;
    }
    Ok(put)
}

fn put_back(
    transaction: &mut Transaction,
    keyspace: Keyspace,
    now: Timestamp,
    row: &[u8],
    value: &[u8],
) -> Result<bool, AgendaError> {
    let Some(Entry { ordered, work, .. }) = decode::<Entry>(value) else { return Ok(false) };
    // The kind of the row, the kind of the agenda, and the time stand before the id.
    let id = row.get(10..).map(String::from_utf8_lossy).unwrap_or_default();
    let again = agenda_key(now, &id);
    match &work {
        Work::Send(_) | Work::Cron { .. } => return Ok(false),
        Work::Timer { name, .. } => {
            let by_name = key(Kind::Timer, name.as_bytes());
            // Set anew, or cancelled, it stands elsewhere or nowhere.
            if transaction.get(keyspace, &by_name)?.is_none_or(|at| at != row[1..]) {
                return Ok(false);
            }
            transaction.put(keyspace, by_name, again.clone());
        }
        _ => {}
    }
    transaction.delete(keyspace, row);
    transaction.put(keyspace, again, encode(&Entry::new(ordered, work)));
    Ok(true)
}
