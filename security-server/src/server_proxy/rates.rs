//! How often each client uses each right that has a rate: a bucket for each, in a table that does not grow without end.

use jiff::Timestamp;
use protocol::access::{AccessRight, Endpoint, Rate, Subject};
use protocol::identifier::{ClientId, ServiceId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The buckets.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    // A look-up a call by a right that has a rate, never held across a wait.
    buckets: Mutex<HashMap<Used, Bucket>>,
}

/// One client's use of one right.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Used {
    client: ClientId,
    subject: Subject,
    service: ServiceId,
    endpoint: Endpoint,
}

/// Calls that are left, in parts of a call, as many as the period has milliseconds.
#[derive(Debug)]
struct Bucket {
    rate: Rate,
    left: u64,
    since: Timestamp,
}

const MAX_BUCKETS: usize = 100_000;

impl Rates {
    /// Whether a client may use a right now; counts it, if so. One without a rate it always may.
    pub(crate) fn admit(&self, client: &ClientId, right: &AccessRight, now: Timestamp) -> bool {
        let Some(rate) = right.rate else { return true };
        let used = Used {
            client: client.clone(),
            subject: right.subject.clone(),
            service: right.service.clone(),
            endpoint: right.endpoint.clone(),
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&used) {
            buckets.retain(|_, bucket| bucket.refilled(now) < bucket.full());
            // All of them are in use: who is counted anew has at most one period's calls more.
            if buckets.len() >= MAX_BUCKETS {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(used).or_insert_with(|| Bucket::new(rate, now));
        if bucket.rate != rate {
            *bucket = Bucket::new(rate, now);
        }
        bucket.take(now)
    }
}

impl Bucket {
    fn new(rate: Rate, now: Timestamp) -> Self {
        let mut bucket = Self { rate, left: 0, since: now };
        bucket.left = bucket.full();
        bucket
    }

    fn call(&self) -> u64 {
        u64::from(self.rate.period_seconds()) * 1000
    }

    fn full(&self) -> u64 {
        u64::from(self.rate.calls()) * self.call()
    }

    /// Each millisecond brings as many parts as there are calls in a period.
    fn refilled(&self, now: Timestamp) -> u64 {
        let passed = u64::try_from(now.duration_since(self.since).as_millis()).unwrap_or(0);
        self.left.saturating_add(passed.saturating_mul(u64::from(self.rate.calls()))).min(self.full())
    }

    fn take(&mut self, now: Timestamp) -> bool {
        self.left = self.refilled(now);
        // A clock that is set back brings nothing, and takes nothing away.
        self.since = now;
        match self.left.checked_sub(self.call()) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn right(rate: &str) -> AccessRight {
        AccessRight {
            subject: Subject::LocalGroup("friends".to_owned()),
            service: "BO/GOV/1/s/x".parse().unwrap(),
            endpoint: Endpoint::whole_service(),
            expires: None,
            window: None,
            rate: Some(rate.parse().unwrap()),
        }
    }

    fn client(code: &str) -> ClientId {
        format!("BO/GOV/2/{code}").parse().unwrap()
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn each_client_of_a_group_has_the_rate_for_itself() {
        let (rates, right) = (Rates::default(), right("2/s"));
        let (one, other) = (client("a"), client("b"));
        assert!(rates.admit(&one, &right, at(0)) && rates.admit(&one, &right, at(0)));
        assert!(!rates.admit(&one, &right, at(499)));
        assert!(rates.admit(&other, &right, at(499)), "others are not kept waiting");
        assert!(rates.admit(&one, &right, at(500)) && !rates.admit(&one, &right, at(600)));
        assert!(!rates.admit(&one, &right, at(-5_000)), "a clock that is set back brings nothing");
    }

    #[test]
    fn another_rate_counts_at_once() {
        let (rates, client) = (Rates::default(), client("a"));
        assert!(rates.admit(&client, &right("1/day"), at(0)) && !rates.admit(&client, &right("1/day"), at(1)));
        assert!(rates.admit(&client, &right("5/day"), at(1)));
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate_and_what_is_at_once(
            calls in 1_u32..50, steps in proptest::collection::vec(0_i64..400, 1..400)
        ) {
            let (rates, client, right) = (Rates::default(), client("a"), right(&format!("{calls}/min")));
            let (mut now, mut admitted) = (0, 0_u64);
            for step in steps {
                now += step;
                admitted += u64::from(rates.admit(&client, &right, at(now)));
            }
            let most = u64::from(calls) + u64::from(calls) * u64::try_from(now).unwrap() / 60_000;
            prop_assert!(admitted <= most, "{admitted} of {most}");
        }
    }
}
