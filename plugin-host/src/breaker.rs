//! The circuit breaker: a plugin that faults again and again gets no calls for a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether a plugin gets calls.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    // A few words, held for a comparison.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    faults_in_a_row: u32,
    open_until: Option<Instant>,
    opened: u32,
    /// Whether one call tries, while the others wait.
    trying: bool,
}

/// So many faults in a row open the breaker.
pub(crate) const FAULTS: u32 = 5;
/// For how long it is open the first time; each further time twice as long.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

impl Breaker {
    /// Lets a call through, or says how long none will be.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        match state.open_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                // One tries; the others wait for what becomes of it.
                state.trying = true;
                state.open_until = Some(now + pause(state.opened));
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(crate) fn succeeded(&self) {
        let mut state = self.state();
        if state.faults_in_a_row > 0 || state.open_until.is_some() {
            *state = State::default();
        }
    }

    pub(crate) fn faulted(&self, now: Instant) {
        let mut state = self.state();
        state.faults_in_a_row = state.faults_in_a_row.saturating_add(1);
        let is_open = state.open_until.is_some_and(|until| now < until);
        // Calls that were under way when it opened say nothing new.
        if state.faults_in_a_row >= FAULTS && (state.trying || !is_open) {
            state.open_until = Some(now + pause(state.opened));
            state.opened = state.opened.saturating_add(1);
            state.trying = false;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pause(opened: u32) -> Duration {
    FIRST.saturating_mul(1 << opened.min(6)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulted(times: u32, at: Instant) -> Breaker {
        let breaker = Breaker::default();
        (0..times).for_each(|_| breaker.faulted(at));
        breaker
    }

    #[test]
    fn stays_closed_while_faults_are_single() {
        let now = Instant::now();
        let breaker = faulted(FAULTS - 1, now);
        breaker.succeeded();
        breaker.faulted(now);
        assert_eq!(breaker.admit(now), Ok(()));
    }

    #[test]
    fn opens_after_faults_in_a_row_and_lets_one_call_try() {
        let now = Instant::now();
        let breaker = faulted(FAULTS, now);
        assert_eq!(breaker.admit(now), Err(FIRST));
        let later = now + FIRST;
        assert_eq!(breaker.admit(later), Ok(()));
        assert!(breaker.admit(later).is_err(), "others wait for the one that tries");
        breaker.succeeded();
        assert_eq!(breaker.admit(later), Ok(()));
    }

    #[test]
    fn calls_that_were_under_way_when_it_opened_do_not_keep_it_open_for_longer() {
        let now = Instant::now();
        let breaker = faulted(64, now);
        assert_eq!(breaker.admit(now), Err(FIRST));
    }

    #[test]
    fn is_open_longer_each_time_but_never_for_good() {
        let mut now = Instant::now();
        let breaker = faulted(FAULTS, now);
        for _ in 0..20 {
            let wait = breaker.admit(now).expect_err("it is open");
            assert!(wait <= LONGEST);
            now += wait;
            assert_eq!(breaker.admit(now), Ok(()));
            breaker.faulted(now);
        }
        assert_eq!(breaker.admit(now), Err(LONGEST));
    }
}
