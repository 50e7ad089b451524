//! How a plugin is: what became of its calls, in numbers that only grow.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::rate::Rate;
use crate::sandbox::Metric;

/// A plugin's numbers, across its versions.
#[derive(Debug, Default)]
pub struct Vitals {
    /// Calls that came to an end.
    pub calls: Count,
    /// Of them, those that the plugin itself refused.
    pub failures: Count,
    /// Attempts that ended in a fault: a trap, a limit, a broken rule.
    pub faults: Count,
    /// Attempts that were thrown away because somebody else had written.
    pub conflicts: Count,
    /// Attempts that stopped to ask something.
    pub questions: Count,
    /// Pages that were answered with what the plugin said before, without it.
    pub kept: Count,
    /// Calls turned away because too many were under way or too many had come.
    pub turned_away: Count,
    /// Calls turned away by the breaker.
    pub broken: Count,
    /// Microseconds that its guests ran.
    pub busy_us: Count,
    /// The most bytes of memory that a sandbox had.
    pub peak_memory_bytes: Count,
    latency: [Count; LATENCY_BOUNDS_US.len() + 1],
    own: Mutex<BTreeMap<String, f64>>,
    pub(crate) rate: Rate,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

/// Upper bounds of the latency's buckets, in microseconds.
pub const LATENCY_BOUNDS_US: [u64; 12] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000, 5_000_000];

/// Names of numbers that one plugin may have.
const MAX_OWN: usize = 200;

impl Count {
    /// The number.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    pub(crate) fn raise(&self, to: u64) {
        self.0.fetch_max(to, Relaxed);
    }
}

impl Vitals {
    /// Calls by latency: how many took at most each of [`LATENCY_BOUNDS_US`], and how many longer.
    #[must_use]
    pub fn latency(&self) -> Vec<u64> {
        self.latency.iter().map(Count::value).collect()
    }

    /// An upper bound, in microseconds, of what the fastest `percent` of the calls took; `None` where there were no calls,
    /// or it is beyond the last of [`LATENCY_BOUNDS_US`].
    #[must_use]
    pub fn latency_us(&self, percent: u64) -> Option<u64> {
        let buckets = self.latency();
        let wanted = buckets.iter().sum::<u64>().saturating_mul(percent).div_ceil(100);
        let mut seen = 0;
        let bucket = buckets.iter().position(|calls| {
            seen += calls;
            seen >= wanted && wanted > 0
        });
        bucket.and_then(|bucket| LATENCY_BOUNDS_US.get(bucket).copied())
    }

    /// The plugin's own numbers.
    #[must_use]
    pub fn own(&self) -> BTreeMap<String, f64> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note_call(&self, took: Duration) {
        self.calls.add(1);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = LATENCY_BOUNDS_US.iter().position(|bound| took <= *bound).unwrap_or(LATENCY_BOUNDS_US.len());
        self.latency[bucket].add(1);
    }

    pub(crate) fn note_own(&self, metrics: Vec<Metric>) {
        if metrics.is_empty() {
            return;
        }
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        for metric in metrics {
            let (name, value, counts) = match metric {
                #[expect(clippy::cast_precision_loss, reason = "metrics are floating point wherever they go")]
                Metric::Count(name, n) => (name, n as f64, true),
                Metric::Observe(name, value) => (name, value, false),
            };
            if !own.contains_key(&name) && own.len() >= MAX_OWN {
                continue;
            }
            let number = own.entry(name).or_default();
            *number = if counts { *number + value } else { value };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_calls_took_at_most_a_bound() {
        let vitals = Vitals::default();
        assert_eq!(vitals.latency_us(50), None);
        for micros in [40, 40, 90, 2_000] {
            vitals.note_call(Duration::from_micros(micros));
        }
        assert_eq!((vitals.latency_us(50), vitals.latency_us(75)), (Some(50), Some(100)));
        assert_eq!(vitals.latency_us(99), Some(2_500));
        vitals.note_call(Duration::from_secs(60));
        assert_eq!(vitals.latency_us(99), None);
    }
}
