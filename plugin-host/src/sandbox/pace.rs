//! How quick the guests of a plugin have been of late, which decides where its next one begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::engine::TICK;
use super::lanes::SLOW_PLACES;

/// What the calls of a plugin use of a processor: an average in which the last ones weigh most.
#[derive(Debug)]
pub(crate) struct Pace {
    average_us: AtomicU64,
    /// So many of its calls are in the slow lane at once: half of what there is.
    pub(super) places: Arc<Semaphore>,
}

/// What a plugin is by its average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gait {
    /// For so little others do not mind to wait behind it.
    Quick,
    /// What takes its time, and what is new and has to prove itself.
    Fair,
    /// What loops, or may as well.
    Slow,
}

const QUICK_US: u64 = TICK.as_micros() as u64 / 4;
const FAIR_US: u64 = TICK.as_micros() as u64 * 2;
/// Where a new plugin begins: a dozen quick calls make it a quick one.
const NEW_US: u64 = TICK.as_micros() as u64;
/// How much the average moves towards the last call. A hiccup of the machine, of a few milliseconds, does not make a
/// plugin slow; a call that loops does, and twenty quick ones make up for it.
const WEIGHT: u64 = 8;
const MOST_US: u64 = 64_000;

impl Default for Pace {
    fn default() -> Self {
        Self { average_us: AtomicU64::new(NEW_US), places: Arc::new(Semaphore::new(SLOW_PLACES / 2)) }
    }
}

impl Pace {
    pub(super) fn gait(&self) -> Gait {
        match self.average_us.load(Relaxed) {
            0..QUICK_US => Gait::Quick,
            QUICK_US..FAIR_US => Gait::Fair,
            _ => Gait::Slow,
        }
    }

    /// Notes what a call used of a processor.
    pub(super) fn note(&self, used: Duration) {
        let used = u64::try_from(used.as_micros()).unwrap_or(MOST_US).min(MOST_US);
        // Of two calls that end at once one may be lost, which is no matter.
        let average = self.average_us.load(Relaxed);
        self.average_us.store((average * (WEIGHT - 1) + used) / WEIGHT, Relaxed);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const NO_TIME: Duration = Duration::ZERO;

    pub(in super::super) fn quick() -> Pace {
        let pace = Pace::default();
        (0..100).for_each(|_| pace.note(NO_TIME));
        pace
    }

    #[test]
    fn a_new_plugin_has_to_prove_that_it_is_quick() {
        let pace = Pace::default();
        let calls = (1..).take_while(|_| {
            pace.note(NO_TIME);
            pace.gait() != Gait::Quick
        });
        assert!((5..20).contains(&calls.count()));
    }

    #[test]
    fn a_hiccup_does_not_make_a_quick_plugin_slow() {
        let pace = quick();
        pace.note(Duration::from_micros(3_900));
        assert_eq!(pace.gait(), Gait::Quick);
    }

    #[test]
    fn one_call_that_loops_does_and_many_quick_ones_make_up_for_it() {
        let pace = quick();
        pace.note(Duration::from_secs(1));
        assert_eq!(pace.gait(), Gait::Slow);
        (0..15).for_each(|_| pace.note(NO_TIME));
        assert_eq!(pace.gait(), Gait::Fair);
        (0..15).for_each(|_| pace.note(NO_TIME));
        assert_eq!(pace.gait(), Gait::Quick);
    }

    #[test]
    fn a_plugin_that_takes_a_millisecond_each_time_is_neither_quick_nor_slow() {
        let pace = quick();
        (0..100).for_each(|_| pace.note(Duration::from_millis(1)));
        assert_eq!(pace.gait(), Gait::Fair);
    }
}
