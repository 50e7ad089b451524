//! Reads a calendar's document; the first broken rule refuses the whole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::place::PlaceCode;
use super::rule::{On, OnSunday, Rule};
use super::{Calendar, CalendarError, Place};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "place", default)]
    places: Vec<PlaceTable>,
    #[serde(rename = "holiday", default)]
    holidays: Vec<HolidayTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlaceTable {
    code: String,
    time_zone: Option<String>,
    weekend: Option<Vec<String>>,
    known_from: Option<String>,
    known_until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct HolidayTable {
    place: String,
    name: String,
    every: Option<String>,
    easter: Option<i32>,
    on: Option<String>,
    from: Option<String>,
    until: Option<String>,
    moves: Option<String>,
    #[serde(default)]
    except: Vec<String>,
}

const MAX_PLACES: usize = 1_000;
const MAX_HOLIDAYS: usize = 5_000;
/// What a calendar knows at most: every holiday is worked out for every year of it.
const MAX_YEARS: i16 = 100;

pub(super) fn read(text: &str) -> Result<Calendar, CalendarError> {
    if text.len() > Calendar::MAX_BYTES {
        return Err(CalendarError::TooLarge { size_bytes: text.len() });
    }
    let document: Document =
        toml::from_str(text).map_err(|source| CalendarError::Syntax { source: Box::new(source) })?;
    at_most("[[place]]", document.places.len(), MAX_PLACES)?;
    at_most("[[holiday]]", document.holidays.len(), MAX_HOLIDAYS)?;
    let mut places = places(&document.places)?;
    for table in &document.holidays {
        let at = At(format!("holiday {:?}", table.name));
        let code = code(&at, "place", &table.place)?;
        let place = places.get_mut(&code);
        let place = place.ok_or_else(|| at.refused("place", &table.place, "no [[place]] has this code"))?;
        let rule = rule(&at, table)?;
        let (first, last) = place.known;
        // The years beside those that are known as well: what is kept in one may be moved into the next.
        let years = first.year().saturating_sub(1)..=last.year();
        place.holidays.extend(years.filter_map(|year| rule.in_year(year)));
    }
    Ok(Calendar { places })
}

fn places(tables: &[PlaceTable]) -> Result<BTreeMap<PlaceCode, Place>, CalendarError> {
    let mut places: BTreeMap<PlaceCode, Place> = BTreeMap::new();
    for table in tables {
        let at = At(format!("place {:?}", table.code));
        let code = code(&at, "code", &table.code)?;
        if places.contains_key(&code) {
            return Err(at.refused("code", &table.code, "it stands in the document already"));
        }
        let place = match code.country() {
            None => country(&at, table)?,
            Some(country) => {
                let around = places.get(&country);
                let rule = "what it lies in has to have a [[place]] before it";
                part(&at, table, around.ok_or_else(|| at.refused("code", &table.code, rule))?)?
            }
        };
        places.insert(code, place);
    }
    Ok(places)
}

fn country(at: &At, table: &PlaceTable) -> Result<Place, CalendarError> {
    let missing = |key: &str| at.refused(key, "nothing", "a country has to have it");
    let zone = table.time_zone.as_deref().ok_or_else(|| missing("time-zone"))?;
    let weekend = table.weekend.as_deref().ok_or_else(|| missing("weekend"))?;
    let from = table.known_from.as_deref().ok_or_else(|| missing("known-from"))?;
    let until = table.known_until.as_deref().ok_or_else(|| missing("known-until"))?;
    let known = (at.date("known-from", from)?, at.date("known-until", until)?);
    if known.0 > known.1 || known.1.year() - known.0.year() >= MAX_YEARS {
        let rule = format!("it comes after known-from, and by less than {MAX_YEARS} years");
        return Err(at.refused("known-until", until, &rule));
    }
    Ok(Place { weekend: at.weekend(weekend)?, zone: at.zone(zone)?, known, holidays: BTreeSet::new() })
}

fn part(at: &At, table: &PlaceTable, around: &Place) -> Result<Place, CalendarError> {
    if let Some(found) = table.known_from.as_ref().or(table.known_until.as_ref()) {
        return Err(at.refused("known-from", found, "a part is known for as long as its country"));
    }
    let zone = table.time_zone.as_deref().map(|zone| at.zone(zone)).transpose()?;
    let weekend = table.weekend.as_deref().map(|days| at.weekend(days)).transpose()?;
    Ok(Place {
        weekend: weekend.unwrap_or_else(|| around.weekend.clone()),
        zone: zone.unwrap_or_else(|| around.zone.clone()),
        known: around.known,
        holidays: BTreeSet::new(),
    })
}

fn rule(at: &At, table: &HolidayTable) -> Result<Rule, CalendarError> {
    let on = match (table.every.as_deref(), table.easter, table.on.as_deref()) {
        (Some(every), None, None) => at.every(every)?,
        (None, Some(days), None) if (-366..=366).contains(&days) => On::Easter { days },
        (None, Some(days), None) => {
            return Err(at.refused("easter", &days.to_string(), "it is within a year of Easter"));
        }
        (None, None, Some(on)) => On::Once(at.date("on", on)?),
        (None, None, None) => return Err(at.refused("every", "nothing", "it needs one of every, easter and on")),
        _ => return Err(at.refused("every", "more than one", "it has only one of every, easter and on")),
    };
    let from = table.from.as_deref().map(|date| at.date("from", date)).transpose()?;
    let until = table.until.as_deref().map(|date| at.date("until", date)).transpose()?;
    let on_sunday = match table.moves.as_deref() {
        None => OnSunday::Stays,
        Some("sunday-to-monday") => OnSunday::Moves,
        Some(other) => return Err(at.refused("moves", other, "it is sunday-to-monday, or is left out")),
    };
    at_most("except", table.except.len(), MAX_YEARS.unsigned_abs().into())?;
    let except = table.except.iter().map(|date| at.date("except", date)).collect::<Result<_, _>>()?;
    Ok(Rule { on, in_force: (from.unwrap_or(Date::MIN), until.unwrap_or(Date::MAX)), on_sunday, except })
}

fn code(at: &At, key: &str, text: &str) -> Result<PlaceCode, CalendarError> {
    let rule = "a place is two capital letters, and a part of it these, a hyphen, and up to three more or digits";
    text.parse().map_err(|_| at.refused(key, text, rule))
}

fn at_most(what: &str, found: usize, limit: usize) -> Result<(), CalendarError> {
    if found <= limit {
        return Ok(());
    }
    Err(At(what.to_owned()).refused("number", &found.to_string(), &format!("{limit} are the most")))
}

/// The table that is being read.
struct At(String);

impl At {
    fn date(&self, key: &str, text: &str) -> Result<Date, CalendarError> {
        super::read_date(text).map_err(|_| self.refused(key, text, "a date is written like 2026-11-26"))
    }

    fn every(&self, text: &str) -> Result<On, CalendarError> {
        // A leap year, so that 29 February is a day.
        let date = self.date("every", &format!("2024-{text}"));
        let date = date.map_err(|_| self.refused("every", text, "a day of every year is written like 08-06"))?;
        Ok(On::Every { month: date.month(), day: date.day() })
    }

    fn zone(&self, name: &str) -> Result<TimeZone, CalendarError> {
        TimeZone::get(name).map_err(|_| self.refused("time-zone", name, "the machine has no such time zone (IANA)"))
    }

    fn weekend(&self, days: &[String]) -> Result<Vec<Weekday>, CalendarError> {
        if days.len() >= WEEK.len() {
            return Err(self.refused("weekend", &format!("{days:?}"), "a week has working days"));
        }
        let rule = "a day of the week is written like saturday";
        let day = |name: &String| {
            let day = WEEK.iter().find(|(known, _)| known == name);
            day.map(|(_, day)| *day).ok_or_else(|| self.refused("weekend", name, rule))
        };
        days.iter().map(day).collect()
    }

    fn refused(&self, key: &str, found: &str, rule: &str) -> CalendarError {
        let Self(table) = self;
        CalendarError::Refused { at: format!("{table}, {key}"), found: format!("{found:?}"), rule: rule.to_owned() }
    }
}

const WEEK: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
