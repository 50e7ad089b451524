//! What wakes a plugin without a caller.

use super::{Name, PluginName};
use cronexpr::{Crontab, MakeTimestamp};
use jiff::Timestamp;
use thiserror::Error;

/// A topic that the plugin hears of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subscription {
    pub(super) topic: Name,
    pub(super) publisher: PluginName,
}

/// A time that comes again and again.
#[derive(Debug, Clone)]
pub struct Schedule {
    name: Name,
    schedule: String,
    time_zone: String,
    crontab: Crontab,
}

/// Why a text is not a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum ScheduleError {
    #[error("the time zone is unknown")]
    TimeZone,
    #[error("the schedule is not one of five fields")]
    Fields,
    #[error("the schedule never comes")]
    Never,
}

impl Subscription {
    /// The topic.
    #[must_use]
    pub fn topic(&self) -> &Name {
        &self.topic
    }

    /// The plugin that publishes it.
    #[must_use]
    pub fn publisher(&self) -> &PluginName {
        &self.publisher
    }
}

impl Schedule {
    pub(super) fn new(name: Name, schedule: &str, time_zone: &str) -> Result<Self, ScheduleError> {
        if time_zone.len() > MAX_TEXT_BYTES || !is_time_zone(time_zone) {
            return Err(ScheduleError::TimeZone);
        }
        let fields: Vec<&str> = schedule.split(' ').collect();
        if schedule.len() > MAX_TEXT_BYTES || fields.len() != 5 || fields.contains(&"") {
            return Err(ScheduleError::Fields);
        }
        let crontab = cronexpr::parse_crontab(&format!("{schedule} {time_zone}")).map_err(|_| ScheduleError::Fields)?;
        let schedule = Self { name, schedule: schedule.to_owned(), time_zone: time_zone.to_owned(), crontab };
        schedule.next_after(Timestamp::UNIX_EPOCH).ok_or(ScheduleError::Never)?;
        Ok(schedule)
    }

    /// Its name, which the event carries.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Minute, hour, day of month, month and day of week, as written.
    #[must_use]
    pub fn schedule(&self) -> &str {
        &self.schedule
    }

    /// The time zone of the schedule (IANA).
    #[must_use]
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The first time after `time`; `None` if there is none within four years, as before a year that skips 29 February.
    #[must_use]
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        self.crontab.find_next(MakeTimestamp(time)).ok().map(|next| next.timestamp())
    }
}

/// A name of the IANA database: no fixed offset, and no other name in another case.
fn is_time_zone(name: &str) -> bool {
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+'));
    is_name && jiff::tz::TimeZone::get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
}

const MAX_TEXT_BYTES: usize = 100;
