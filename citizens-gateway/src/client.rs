//! How often a client may come: a bucket for each address, in a table that does not grow.

use listener::Peer;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How often each client may come.
pub(crate) struct Clients {
    per_second: u32,
    // A look-up a request, never held across a wait.
    buckets: Mutex<HashMap<Peer, Bucket>>,
}

struct Bucket {
    left: f64,
    since: Instant,
}

/// A visit of a page takes some requests at once.
const BURST_SECONDS: f64 = 4.0;
/// Some megabytes. With more, those are forgotten who may send what they like again, or all if they are few.
const MAX_CLIENTS: usize = 50_000;

impl Clients {
    pub(crate) fn new(per_second: u32) -> Self {
        Self { per_second, buckets: Mutex::default() }
    }

    /// Whether a client may come once more now.
    pub(crate) fn admit(&self, client: Peer, now: Instant) -> Admission {
        let rate = f64::from(self.per_second);
        let most = rate * BURST_SECONDS;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_CLIENTS && !buckets.contains_key(&client) {
            forget(&mut buckets, now);
        }
        let bucket = buckets.entry(client).or_insert(Bucket { left: most, since: now });
        let passed = now.saturating_duration_since(bucket.since).as_secs_f64();
        bucket.left = (bucket.left + passed * rate).min(most);
        bucket.since = now;
        if bucket.left < 1.0 {
            return Admission::TooOften;
        }
        bucket.left -= 1.0;
        Admission::Admitted
    }
}

/// Whether a client may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    Admitted,
    TooOften,
}

/// Forgets whose buckets are full again; and all, where a flood of addresses leaves no other way.
fn forget(buckets: &mut HashMap<Peer, Bucket>, now: Instant) {
    buckets.retain(|_, bucket| now.saturating_duration_since(bucket.since).as_secs_f64() < BURST_SECONDS);
    // Going through the table for each new address would be the flood's true effect.
    if buckets.len() > MAX_CLIENTS / 2 {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_client_that_comes_too_often_waits_and_others_do_not() {
        let (clients, now) = (Clients::new(10), Instant::now());
        let one = Peer::V4([10, 0, 0, 1]);
        let admitted = (0..100).filter(|_| clients.admit(one, now) == Admission::Admitted).count();
        assert_eq!(admitted, 40);
        assert_eq!(clients.admit(Peer::Local(0), now), Admission::Admitted);
        assert_eq!(clients.admit(one, now + Duration::from_millis(150)), Admission::Admitted);
        assert_eq!(clients.admit(one, now + Duration::from_millis(150)), Admission::TooOften);
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let (clients, now) = (Clients::new(1), Instant::now());
        for number in 0..=MAX_CLIENTS as u32 {
            clients.admit(Peer::V4(number.to_be_bytes()), now);
        }
        assert!(clients.buckets.lock().expect("a table").len() <= MAX_CLIENTS);
    }
}
