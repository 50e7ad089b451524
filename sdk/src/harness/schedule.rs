//! When schedules of a manifest fire.

use super::manifest::Cron;
use crate::time::Timestamp;

pub(super) struct Schedule {
    pub(super) name: String,
    when: cronexpr::Crontab,
    /// When it fires next.
    pub(super) next: u64,
}

impl Schedule {
    /// A schedule that fires first after `now`.
    pub(super) fn new(cron: &Cron, now: u64) -> Self {
        let text = format!("{} {}", cron.schedule, cron.time_zone);
        let when = cronexpr::parse_crontab(&text).unwrap_or_else(|error| panic!("no schedule: {text}: {error}"));
        let mut schedule = Self { name: cron.name.clone(), when, next: now };
        schedule.fired();
        schedule
    }

    /// Goes on to the time after the one that is next.
    pub(super) fn fired(&mut self) {
        // A schedule without a next time, such as one for 30 February, never fires.
        self.next = self
            .when
            .find_next(Timestamp::from_millisecond(self.next).moment())
            .map_or(u64::MAX, |next| next.timestamp().as_millisecond().unsigned_abs());
    }
}
