//! How often somebody may try, by what she says who she is: after some failures each takes longer than the one before.
//!
//! It is counted by the document that was typed, whether it has an account or not, so that a delay says nothing about that;
//! and it never locks anybody out for longer than [`LONGEST`].

use crate::Unavailable;
use crate::tables::{self, TRIES};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use storage::Transaction;

/// The delay does not grow beyond it.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// So many failures have no delay: people mistype.
const FREE: u32 = 6;
/// After a day without a failure nothing is remembered.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

#[derive(Serialize, Deserialize)]
struct Failures {
    count: u32,
    last_at: i64,
    until: i64,
}

/// Takes a try, which counts as failed until it is known that it is not: so that many at once are not more than one after
/// the other. Gives how long there is to wait before the next, where it cannot be had now.
pub(crate) fn take(tx: &mut Transaction, key: &[u8; 32], now: Timestamp) -> Result<Option<Duration>, Unavailable> {
    let wait = wait(tx, key, now)?;
    if wait.is_none() {
        failed(tx, key, now)?;
    }
    Ok(wait)
}

fn wait(tx: &mut Transaction, key: &[u8; 32], now: Timestamp) -> Result<Option<Duration>, Unavailable> {
    let Some(failures) = tables::get::<Failures>(tx, TRIES, key)? else { return Ok(None) };
    let passed = u64::try_from(now.as_second().saturating_sub(failures.last_at)).unwrap_or_default();
    let left = delay(failures.count).as_secs().saturating_sub(passed);
    Ok((left > 0).then(|| Duration::from_secs(left)))
}

fn failed(tx: &mut Transaction, key: &[u8; 32], now: Timestamp) -> Result<(), Unavailable> {
    let before = tables::get::<Failures>(tx, TRIES, key)?.filter(|before| before.until > now.as_second());
    let count = before.map_or(0, |before| before.count).saturating_add(1);
    let until = tables::after(now, REMEMBERED);
    tables::put_until(tx, TRIES, key, &Failures { count, last_at: now.as_second(), until }, until)
}

/// She is in: what was before does not count.
pub(crate) fn succeeded(tx: &mut Transaction, key: &[u8; 32]) -> Result<(), Unavailable> {
    if tx.get(TRIES, key)?.is_some() {
        tx.delete(TRIES, key.as_slice());
    }
    Ok(())
}

fn delay(failures: u32) -> Duration {
    match failures.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(above) => Duration::from_secs(1_u64.checked_shl(above).unwrap_or(u64::MAX)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_takes_longer_but_none_for_ever() {
        let seconds: Vec<u64> = (0..20).map(|failures| delay(failures).as_secs()).collect();
        assert_eq!(seconds[..10], [0, 0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!((seconds[19], delay(u32::MAX)), (900, LONGEST));
    }
}
