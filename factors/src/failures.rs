//! How soon somebody may try again: ever later after each failure, for accounts that are there and for those that are not.
//!
//! Failures are counted by what was typed, not by the account: who tries learns nothing of which accounts there are.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// By what failures are counted: a MAC over what was typed.
pub type FailureKey = [u8; 32];

/// The failures of one key; whoever keeps them may forget them at [`Self::ends_at`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    count: u32,
    last_at: i64,
    ends_at: i64,
}

/// It is too soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSoon {
    /// Seconds until one may try again.
    pub seconds: i64,
}

/// Which tries are going on: one at a time for each key, so that many at once are not many for one.
#[derive(Default, Clone)]
pub struct Trying(Arc<Mutex<HashSet<FailureKey>>>);

/// A try that is going on.
pub struct Try {
    trying: Trying,
    key: FailureKey,
}

impl Trying {
    /// Begins one; `None` when one is going on, or too many are.
    #[must_use]
    pub fn begin(&self, key: FailureKey) -> Option<Try> {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = set.len() < MAX_TRYING && set.insert(key);
        begins.then(|| Try { trying: self.clone(), key })
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        self.trying.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl Failures {
    /// Whether one may try now.
    ///
    /// # Errors
    /// How long it is until then.
    pub fn may_try(&self, now: Timestamp) -> Result<(), TooSoon> {
        let until = self.last_at.saturating_add(delay_seconds(self.count));
        // A clock that was set back does not make anybody wait for longer than the delay.
        let seconds = until.saturating_sub(now.as_second()).min(delay_seconds(self.count));
        if seconds > 0 { Err(TooSoon { seconds }) } else { Ok(()) }
    }

    /// One more.
    #[must_use]
    pub fn and_now(self, now: Timestamp) -> Self {
        let before = if now.as_second() < self.ends_at { self.count } else { 0 };
        let ends_at = now.as_second().saturating_add(REMEMBERED_SECONDS);
        Self { count: before.saturating_add(1), last_at: now.as_second(), ends_at }
    }

    /// From when on they count no longer, in seconds of the epoch.
    #[must_use]
    pub fn ends_at(&self) -> i64 {
        self.ends_at
    }

    /// Whether the next try has to wait, where the one before did not.
    #[must_use]
    pub fn begins_to_wait(&self) -> bool {
        self.count == FREE
    }
}

/// Five are free; then 2 s, 4 s, 8 s and so on up to a quarter of an hour: 100 guesses a day.
fn delay_seconds(count: u32) -> i64 {
    match count.checked_sub(FREE) {
        None => 0,
        Some(over) => 1_i64.checked_shl(over + 1).unwrap_or(MAX_DELAY_SECONDS).clamp(0, MAX_DELAY_SECONDS),
    }
}

const FREE: u32 = 5;
const MAX_DELAY_SECONDS: i64 = 900;
const REMEMBERED_SECONDS: i64 = 24 * 3600;
const MAX_TRYING: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_waits_ever_longer_up_to_a_quarter_of_an_hour() {
        let delays: Vec<i64> = (0..8).map(delay_seconds).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 2, 4, 8]);
        assert_eq!([delay_seconds(40), delay_seconds(70), delay_seconds(u32::MAX)], [900; 3]);
    }

    #[test]
    fn only_one_try_for_a_document_goes_on_at_once() {
        let trying = Trying::default();
        let one = trying.begin([1; 32]);
        assert!(one.is_some() && trying.begin([1; 32]).is_none() && trying.begin([2; 32]).is_some());
        drop(one);
        assert!(trying.begin([1; 32]).is_some());
    }
}
