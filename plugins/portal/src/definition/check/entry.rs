//! Whether what people read of a procedure holds together.

use super::Problems;
use crate::definition::{Audience, ChannelKind, Code, Entry, Place, Vocabulary};

/// The departments of Bolivia (ISO 3166-2).
const DEPARTMENTS: [&str; 9] = ["BO-B", "BO-C", "BO-H", "BO-L", "BO-N", "BO-O", "BO-P", "BO-S", "BO-T"];
/// An entry is found by each of its events, and a search has so many filters.
const MOST_EVENTS: usize = 10;
/// The longest a procedure takes, in working days: a year.
const MOST_DAYS: u32 = 250;

pub(super) fn check(entry: &Entry, problems: &mut Problems) {
    problems.unless(!entry.audience.is_empty(), "entry.audience", "is empty: say whom it is for");
    problems.unless(!entry.legal_basis.is_empty(), "entry.legal-basis", "is empty: a procedure follows a rule");
    problems.unless(!entry.channels.is_empty(), "entry.channels", "is empty: say how it is done");
    problems.unless(!entry.outputs.is_empty(), "entry.outputs", "is empty: say what one has at the end");
    let days = entry.deadline.working_days;
    problems.unless(days <= MOST_DAYS, "entry.deadline.working-days", format!("{days} is more than {MOST_DAYS}"));
    subjects(entry, problems);
    problems.unique("entry.requirements", entry.requirements.iter().map(|requirement| &requirement.code));
    for (number, requirement) in entry.requirements.iter().enumerate() {
        let at = format!("entry.requirements.{number}.evidence");
        problems.unique(&at, requirement.evidence.iter().map(|evidence| &evidence.code));
    }
    problems.unique("entry.costs", entry.costs.iter().map(|cost| &cost.code));
    problems.unique("entry.legal-basis", entry.legal_basis.iter().map(|rule| &rule.code));
    problems.unique("entry.outputs", entry.outputs.iter().map(|output| &output.code));
    for (number, rule) in entry.legal_basis.iter().enumerate() {
        let is_address = rule.url.as_deref().is_none_or(is_web_address);
        problems.unless(is_address, format!("entry.legal-basis.{number}.url"), "is no address of the web: https://…");
    }
    for (number, cost) in entry.costs.iter().enumerate() {
        let at = format!("entry.costs.{number}");
        problems.unless(cost.amount.is_some() || cost.note.is_some(), at, "says neither an amount nor how it is found");
    }
    channels(entry, problems);
}

/// Whether a text names a place that has a calendar: the country, or a department.
#[must_use]
pub fn is_place(text: &str) -> bool {
    text == "BO" || DEPARTMENTS.contains(&text)
}

fn subjects(entry: &Entry, problems: &mut Problems) {
    let few = entry.audience.len() <= Audience::ALL.len();
    problems.unless(few, "entry.audience", "names somebody twice");
    problems.unless(entry.events.len() <= MOST_EVENTS, "entry.events", format!("are more than {MOST_EVENTS}"));
    let vocabulary = Vocabulary::shared();
    let known = vocabulary.sector(entry.sector.as_str()).is_some();
    problems.unless(known, "entry.sector", format!("{} is no sector of the vocabulary", entry.sector));
    for (number, event) in entry.events.iter().enumerate() {
        let known = vocabulary.event(event.as_str()).is_some();
        problems.unless(known, format!("entry.events.{number}"), format!("{event} is no event of the vocabulary"));
    }
    let itself = entry.related.contains(&entry.code);
    problems.unless(!itself, "entry.related", "names the procedure itself");
}

fn channels(entry: &Entry, problems: &mut Problems) {
    let places = problems.unique("entry.places", entry.places.iter().map(|place| &place.code));
    problems.unique("entry.channels", entry.channels.iter().map(|channel| &channel.code));
    for (number, channel) in entry.channels.iter().enumerate() {
        let at = format!("entry.channels.{number}");
        let missing = channel.places.iter().filter(|place| !places.contains(place));
        for place in missing.collect::<Vec<&Code>>() {
            problems.note(format!("{at}.places"), format!("{place} is none of the places"));
        }
        let address = channel.address.as_deref();
        let is_reached = match channel.kind {
            // Without an address it is done here.
            ChannelKind::Online => address.is_none_or(is_web_address),
            ChannelKind::Counter => !channel.places.is_empty(),
            ChannelKind::Telephone | ChannelKind::Email | ChannelKind::Post => address.is_some(),
        };
        problems.unless(is_reached, at, "does not say where: an address, or places for a counter");
    }
    for (number, place) in entry.places.iter().enumerate() {
        check_place(&format!("entry.places.{number}"), place, problems);
    }
}

fn check_place(at: &str, place: &Place, problems: &mut Problems) {
    let known = DEPARTMENTS.contains(&place.department.as_str());
    let rule = format!("{} is no department: one of {}", place.department, DEPARTMENTS.join(", "));
    problems.unless(known, format!("{at}.department"), rule);
    for (number, hours) in place.hours.iter().enumerate() {
        let at = format!("{at}.hours.{number}");
        problems.unless(hours.from < hours.to, at.clone(), "closes before it opens");
        problems.unless(!hours.days.is_empty(), at, "is on no day");
    }
    let on_earth = place.position.is_none_or(|[north, east]| north.abs() <= 90.0 && east.abs() <= 180.0);
    problems.unless(on_earth, format!("{at}.position"), "is not on Earth: degrees north, degrees east");
}

/// Whether a text is an address of the web.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}
