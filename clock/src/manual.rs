//! A clock that stands still until it is moved.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use crate::Clock;

/// A clock that stands still until a test moves it; share it as `Arc<ManualClock>` to keep moving it.
///
/// It counts in microseconds, the resolution that messages and log records carry.
#[derive(Debug)]
pub struct ManualClock {
    microseconds: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `now`, cut to whole microseconds.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { microseconds: AtomicI64::new(now.as_microsecond()) }
    }

    /// Moves the clock to `now`, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.microseconds.store(now.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves the clock forwards by `duration`, and stops at the last time that can be told.
    pub fn advance(&self, duration: Duration) {
        let step = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        let last = Timestamp::MAX.as_microsecond();
        let forwards = |now: i64| now.saturating_add(step).min(last);
        // The closure always answers, so the update cannot be refused.
        let _ = self.microseconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(forwards(now)));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        // Only valid times are stored, so the fallback is never taken.
        Timestamp::from_microsecond(self.microseconds.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::SharedClock;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn stands_still_until_it_is_moved() {
        let clock = ManualClock::new(at("2026-11-21T01:20:03.123456789Z"));
        assert_eq!(clock.now(), at("2026-11-21T01:20:03.123456Z"));
        assert_eq!(clock.now(), at("2026-11-21T01:20:03.123456Z"));
    }

    #[test]
    fn moves_for_everybody_who_shares_it() {
        let clock = Arc::new(ManualClock::new(at("2026-11-21T00:00:00Z")));
        let shared: SharedClock = clock.clone();
        clock.advance(Duration::from_secs(61));
        assert_eq!(shared.now(), at("2026-11-21T00:01:01Z"));
        clock.set(at("2026-11-20T00:00:00Z"));
        assert_eq!(shared.now(), at("2026-11-20T00:00:00Z"));
    }

    #[test]
    fn stops_at_the_last_time_that_can_be_told() {
        let clock = ManualClock::new(at("2026-11-21T00:00:00Z"));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().as_microsecond(), Timestamp::MAX.as_microsecond());
    }
}
