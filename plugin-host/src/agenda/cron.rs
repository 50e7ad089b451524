//! Schedules of the manifest: the next occurrence of each stands on the agenda, and only that one.

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{Direction, KeyRange, ReadError, Transaction};

use super::{Agenda, row};
use crate::manifest::Schedule;
use crate::plugin::Loaded;
use crate::rows::{Kind, Work, decode, encode, key};

/// The next occurrence of a schedule, kept by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Planned {
    /// Where it stands on the agenda.
    row: Vec<u8>,
    /// The schedule as it was written, with its time zone.
    written: String,
}

/// Puts the next occurrence of each schedule of a version on the agenda, and takes those of schedules that it does
/// not have off it.
pub(crate) fn plan(plugin: &Loaded, now: Timestamp, transaction: &mut Transaction) -> Result<(), ReadError> {
    let keyspace = plugin.keyspace();
    let planned = transaction.scan(keyspace, KeyRange::prefix(by_name("")), Direction::Ascending)?;
    let planned = planned.collect::<Result<Vec<_>, _>>()?;
    let schedules = plugin.manifest().schedules();
    let mut staying = Vec::new();
    for (name, value) in &planned {
        let Some(planned) = decode::<Planned>(value) else { continue };
        if transaction.get(keyspace, &planned.row)?.is_some() {
            staying.push((name, planned.written));
        }
    }
    let stays = |schedule: &Schedule| {
        let of = by_name(schedule.name().as_str());
        staying.iter().any(|(name, as_written)| **name == of && *as_written == written(schedule))
    };
    for (name, value) in &planned {
        if schedules.iter().any(|schedule| by_name(schedule.name().as_str()) == *name && stays(schedule)) {
            continue;
        }
        transaction.delete(keyspace, name.clone());
        if let Some(planned) = decode::<Planned>(value) {
            transaction.delete(keyspace, planned.row);
        }
    }
    for schedule in schedules.iter().filter(|schedule| !stays(schedule)) {
        for (key, value) in occurrence(schedule, now) {
            transaction.put(keyspace, key, value);
        }
    }
    Ok(())
}

impl Agenda {
    /// What takes the place of an occurrence: the next after now, however many were missed.
    pub(super) fn next_occurrence(&self, name: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
        let now = self.plugins.runner.clock.now();
        self.of_schedule(name, |schedule| occurrence(schedule, now)).unwrap_or_default()
    }

    /// The row by name of an occurrence that stands elsewhere on the agenda from now on.
    pub(super) fn moved_occurrence(&self, name: &str, row: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        self.of_schedule(name, |schedule| (by_name(name), encode(&planned(schedule, row.to_vec()))))
    }

    /// `None` where no version with such a schedule is loaded.
    fn of_schedule<T>(&self, name: &str, read: impl FnOnce(&Schedule) -> T) -> Option<T> {
        let plugin = self.plugins.current(&self.plugin)?;
        plugin.manifest().schedules().iter().find(|schedule| schedule.name().as_str() == name).map(read)
    }
}

/// The rows of a schedule's next occurrence: on the agenda, and by name.
fn occurrence(schedule: &Schedule, now: Timestamp) -> Vec<(Vec<u8>, Vec<u8>)> {
    let Some(next) = schedule.next_after(now) else { return Vec::new() };
    let name = schedule.name().as_str();
    let (row, entry) = row(next, &format!("cron/{name}"), Work::Cron { name: name.to_owned() });
    vec![(row.clone(), entry), (by_name(name), encode(&planned(schedule, row)))]
}

fn planned(schedule: &Schedule, row: Vec<u8>) -> Planned {
    Planned { row, written: written(schedule) }
}

fn by_name(name: &str) -> Vec<u8> {
    key(Kind::About, format!("cron/{name}").as_bytes())
}

fn written(schedule: &Schedule) -> String {
    format!("{} {}", schedule.schedule(), schedule.time_zone())
}
