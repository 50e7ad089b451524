//! Calls per second: as many as the limit says, and as many again at once after a pause.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a plugin may still be called.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    // Two numbers, held for a sum.
    bucket: Mutex<Option<Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    calls: f64,
    at: Instant,
}

impl Rate {
    /// Takes one call, if there is one to take.
    pub(crate) fn admit(&self, per_second: u32, now: Instant) -> bool {
        let most = f64::from(per_second);
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let before = bucket.unwrap_or(Bucket { calls: most, at: now });
        let gained = now.saturating_duration_since(before.at).as_secs_f64() * most;
        let calls = (before.calls + gained).min(most);
        let admitted = calls >= 1.0;
        *bucket = Some(Bucket { calls: if admitted { calls - 1.0 } else { calls }, at: now.max(before.at) });
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn admits_as_many_as_the_limit_says_and_more_as_time_goes() {
        let (rate, now) = (Rate::default(), Instant::now());
        assert_eq!((0..20).filter(|_| rate.admit(10, now)).count(), 10);
        let later = now + Duration::from_millis(500);
        assert_eq!((0..20).filter(|_| rate.admit(10, later)).count(), 5);
    }

    #[test]
    fn a_long_pause_saves_up_one_second_and_no_more() {
        let (rate, now) = (Rate::default(), Instant::now());
        assert!(rate.admit(10, now));
        let later = now + Duration::from_secs(3600);
        assert_eq!((0..99).filter(|_| rate.admit(10, later)).count(), 10);
    }
}
