//! A calendar of working days for tests: weekends, and the holidays that the test names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::time::{Date, Timestamp};

/// No span that is longer than this is counted.
const MOST_DAYS: u32 = 10_000;

/// Places with their time zones and holidays. It begins with `BO`, in the time of La Paz, without holidays.
#[derive(Clone, Debug)]
pub struct HolidayCalendar {
    zones: BTreeMap<String, String>,
    holidays: BTreeMap<String, BTreeSet<Date>>,
}

impl Default for HolidayCalendar {
    fn default() -> Self {
        let zones = BTreeMap::from([("BO".to_owned(), "America/La_Paz".to_owned())]);
        Self { zones, holidays: BTreeMap::new() }
    }
}

impl HolidayCalendar {
    /// Adds a country by its ISO 3166 code, in a time zone.
    pub fn country(&mut self, code: &str, zone: &str) -> &mut Self {
        self.zones.insert(code.to_owned(), zone.to_owned());
        self
    }

    /// Adds a holiday of a country, or of a part of one.
    pub fn holiday(&mut self, place: &str, date: Date) -> &mut Self {
        self.holidays.entry(place.to_owned()).or_default().insert(date);
        self
    }

    pub(super) fn is_working_day(&self, place: &str, date: Date) -> Result<bool, String> {
        let country = self.country_of(place)?;
        let holiday = |place: &str| self.holidays.get(place).is_some_and(|dates| dates.contains(&date));
        Ok(!date.is_weekend() && !holiday(country) && !holiday(place))
    }

    pub(super) fn add_working_days(&self, place: &str, from: Date, days: u32) -> Result<Date, String> {
        let (mut date, mut left) = (from, days);
        for _ in 0..MOST_DAYS {
            if left == 0 {
                return Ok(date);
            }
            date = date.tomorrow().ok_or("the calendar ends there")?;
            left -= u32::from(self.is_working_day(place, date)?);
        }
        Err(format!("{days} working days are more than the calendar reaches"))
    }

    pub(super) fn working_days_between(&self, place: &str, from: Date, to: Date) -> Result<u32, String> {
        let (mut date, mut count) = (from, 0);
        for _ in 0..MOST_DAYS {
            if date >= to {
                return Ok(count);
            }
            date = date.tomorrow().ok_or("the calendar ends there")?;
            count += u32::from(self.is_working_day(place, date)?);
        }
        Err(format!("the days from {from} to {to} are more than the calendar reaches"))
    }

    pub(super) fn date_at(&self, place: &str, milliseconds: u64) -> Result<Date, String> {
        let zone = &self.zones[self.country_of(place)?];
        let zone = TimeZone::get(zone).map_err(|error| error.to_string())?;
        let date = Timestamp::from_millisecond(milliseconds).moment().to_zoned(zone).date();
        date.to_string().parse().map_err(|_| format!("{date} is no date of this calendar"))
    }

    fn country_of<'a>(&self, place: &'a str) -> Result<&'a str, String> {
        let country = place.split_once('-').map_or(place, |(country, _)| country);
        if self.zones.contains_key(country) {
            Ok(country)
        } else {
            Err(format!("{place} is no place of this calendar"))
        }
    }
}
