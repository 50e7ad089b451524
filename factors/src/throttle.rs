//! How often one address may try credentials: a bucket for each, in a table that does not grow.

use clock::Timestamp;
use listener::Peer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The buckets.
#[derive(Default)]
pub struct Throttle {
    // A look-up a try, never held across a wait.
    buckets: Mutex<HashMap<Peer, Bucket>>,
}

struct Bucket {
    left: i64,
    since: i64,
}

/// Whole offices have one address.
const AT_ONCE: i64 = 60;
const PER_SECOND: i64 = 1;
const MAX_SOURCES: usize = 50_000;

impl Throttle {
    /// Whether one more try may come from there now.
    #[must_use]
    pub fn admits(&self, source: Peer, now: Timestamp) -> bool {
        // A process of this machine needs no such limit.
        if matches!(source, Peer::Local(_)) {
            return true;
        }
        let now = now.as_second();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_SOURCES && !buckets.contains_key(&source) {
            buckets.retain(|_, bucket| bucket.refilled(now) < AT_ONCE);
            // Going through the table for each new address would be a flood's true effect.
            if buckets.len() > MAX_SOURCES / 2 {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(source).or_insert(Bucket { left: AT_ONCE, since: now });
        bucket.left = bucket.refilled(now);
        bucket.since = now;
        if bucket.left < 1 {
            return false;
        }
        bucket.left -= 1;
        true
    }
}

impl Bucket {
    fn refilled(&self, now: i64) -> i64 {
        let passed = now.saturating_sub(self.since).max(0);
        self.left.saturating_add(passed.saturating_mul(PER_SECOND)).min(AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    #[test]
    fn an_address_that_tries_too_often_waits_and_others_do_not() {
        let throttle = Throttle::default();
        let source = |text: &str| Peer::from(text.parse::<IpAddr>().expect("an address"));
        let one = source("2001:db8::1");
        let admitted = (0..100).filter(|_| throttle.admits(one, at(0))).count();
        assert_eq!(admitted, 60);
        assert!(!throttle.admits(source("2001:db8::ffff"), at(0)), "the same household");
        assert!(throttle.admits(source("10.0.0.1"), at(0)) && throttle.admits(Peer::Local(0), at(0)));
        assert!(throttle.admits(one, at(1)) && !throttle.admits(one, at(1)));
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let throttle = Throttle::default();
        for number in 0..=MAX_SOURCES as u32 {
            assert!(throttle.admits(Peer::V4(number.to_be_bytes()), at(0)));
        }
        assert!(throttle.buckets.lock().expect("a table").len() <= MAX_SOURCES);
    }
}
