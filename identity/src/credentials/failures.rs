//! The failures of each document, as they are kept. Nobody is locked out: a passkey does not ask here.

use crate::table::{self, FAILURES, StoreError};
use clock::Timestamp;
use factors::{FailureKey, Failures, TooSoon};
use storage::Transaction;

/// Whether one may try now.
pub(crate) fn may_try(
    tx: &mut Transaction,
    key: &FailureKey,
    now: Timestamp,
) -> Result<Result<(), TooSoon>, StoreError> {
    Ok(table::row::<Failures>(tx, FAILURES, key)?.unwrap_or_default().may_try(now))
}

/// Counts a failure.
pub(crate) fn count(tx: &mut Transaction, key: &FailureKey, now: Timestamp) -> Result<(), StoreError> {
    let failures = table::row::<Failures>(tx, FAILURES, key)?.unwrap_or_default().and_now(now);
    table::put_until(tx, FAILURES, key, &failures, failures.ends_at())
}

/// Forgets failures after a success.
pub(crate) fn forget(tx: &mut Transaction, key: &FailureKey) -> Result<(), StoreError> {
    if tx.get(FAILURES, key)?.is_some() {
        tx.delete(FAILURES, key.to_vec());
    }
    Ok(())
}
