//! A calendar of working days for tests: weekends, and the holidays that the test names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::bindings::calendar::{Reach, Refusal};
use crate::time::{Date, Timestamp};

/// No span that is longer than this is counted.
const MOST_DAYS: u32 = 10_000;

/// Places with their time zones and holidays. It begins with `BO`, in the time of La Paz, without holidays.
#[derive(Clone, Debug)]
pub struct HolidayCalendar {
    zones: BTreeMap<String, String>,
    holidays: BTreeMap<String, BTreeSet<Date>>,
    /// The last day that it knows.
    last: Option<Date>,
}

impl Default for HolidayCalendar {
    fn default() -> Self {
        let zones = BTreeMap::from([("BO".to_owned(), "America/La_Paz".to_owned())]);
        Self { zones, holidays: BTreeMap::new(), last: None }
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

    /// Has it know no day after this one.
    pub fn until(&mut self, last: Date) -> &mut Self {
        self.last = Some(last);
        self
    }

    pub(super) fn is_working_day(&self, place: &str, date: Date) -> Result<bool, Refusal> {
        let country = self.country_of(place)?;
        if let Some(last) = self.last.filter(|last| date > *last) {
            return Err(Refusal::OutOfReach(Reach { first: "1970-01-01".to_owned(), last: last.to_string() }));
        }
        let holiday = |place: &str| self.holidays.get(place).is_some_and(|dates| dates.contains(&date));
        Ok(!date.is_weekend() && !holiday(country) && !holiday(place))
    }

    pub(super) fn add_working_days(&self, place: &str, from: Date, days: u32) -> Result<Date, Refusal> {
        let (mut date, mut left) = (from, days);
        for _ in 0..MOST_DAYS {
            if left == 0 {
                return Ok(date);
            }
            date = date.tomorrow().ok_or_else(|| reaches(from))?;
            left -= u32::from(self.is_working_day(place, date)?);
        }
        Err(reaches(from))
    }

    pub(super) fn working_days_between(&self, place: &str, from: Date, to: Date) -> Result<u32, Refusal> {
        let (mut date, mut count) = (from, 0);
        for _ in 0..MOST_DAYS {
            if date >= to {
                return Ok(count);
            }
            date = date.tomorrow().ok_or_else(|| reaches(from))?;
            count += u32::from(self.is_working_day(place, date)?);
        }
        Err(reaches(from))
    }

    pub(super) fn date_at(&self, place: &str, milliseconds: u64) -> Result<Date, Refusal> {
        let zone = &self.zones[self.country_of(place)?];
        let zone = TimeZone::get(zone).unwrap_or_else(|error| panic!("the test names a time zone: {error}"));
        let date = Timestamp::from_millisecond(milliseconds).moment().to_zoned(zone).date();
        date.to_string().parse().map_err(|_| Refusal::NoDate(date.to_string()))
    }

    fn country_of<'a>(&self, place: &'a str) -> Result<&'a str, Refusal> {
        let country = place.split_once('-').map_or(place, |(country, _)| country);
        if self.zones.contains_key(country) { Ok(country) } else { Err(Refusal::UnknownPlace(place.to_owned())) }
    }
}

/// The calendar of a test knows every day, unless the test says otherwise; it only counts no further than this.
fn reaches(from: Date) -> Refusal {
    let last = (0..MOST_DAYS).try_fold(from, |date, _| date.tomorrow()).unwrap_or(from);
    Refusal::OutOfReach(Reach { first: from.to_string(), last: last.to_string() })
}
