//! Whether what people read of a procedure holds together.

use sdk::Translated;

use super::{Problems, rule};
use crate::definition::{Audience, ChannelKind, Code, Entry, Place, Vocabulary};

/// The departments of Bolivia (ISO 3166-2).
pub(crate) const DEPARTMENTS: [&str; 9] = ["BO-B", "BO-C", "BO-H", "BO-L", "BO-N", "BO-O", "BO-P", "BO-S", "BO-T"];
/// An entry is found by each of its events, and a search has so many filters.
const MOST_EVENTS: usize = 10;
/// The longest a procedure takes, in working days: a year.
const MOST_DAYS: u32 = 250;
/// All that is said is searched: a search takes no more of one document.
const MOST_BYTES: usize = 56 << 10;
/// Letters of a title, of what says in a sentence what it is, and of what says more: all of it is searched and sent.
const MOST_OF_TITLE: usize = 200;
const MOST_OF_SUMMARY: usize = 500;
const MOST_OF_TEXT: usize = 10_000;
/// Words by which people look for it, and letters of each.
const MOST_KEYWORDS: usize = 60;
const MOST_OF_KEYWORD: usize = 80;

pub(super) fn check(entry: &Entry, problems: &mut Problems) {
    texts(entry, problems);
    let bytes = sdk::json::write(entry).map_or(usize::MAX, |written| written.len());
    let large = rule(
        format!("has more than {} KiB", MOST_BYTES >> 10),
        format!("es demasiado largo: no más de {} KiB", MOST_BYTES >> 10),
    );
    problems.unless(bytes <= MOST_BYTES, "entry", large);
    let audience = rule("is empty: say whom it is for", "está vacío: diga para quién es el trámite");
    problems.unless(!entry.audience.is_empty(), "entry.audience", audience);
    let legal = rule("is empty: a procedure follows a rule", "está vacía: diga qué ley o reglamento sigue el trámite");
    problems.unless(!entry.legal_basis.is_empty(), "entry.legal-basis", legal);
    let channels = rule("is empty: say how it is done", "está vacío: diga dónde o cómo se hace el trámite");
    problems.unless(!entry.channels.is_empty(), "entry.channels", channels);
    let outputs = rule("is empty: say what one has at the end", "está vacío: diga qué recibe la persona al final");
    problems.unless(!entry.outputs.is_empty(), "entry.outputs", outputs);
    let days = entry.deadline.working_days;
    let too_long = rule(
        format!("{days} is more than {MOST_DAYS}"),
        format!("{days} es más de lo que puede durar un trámite: {MOST_DAYS} días hábiles"),
    );
    problems.unless(days <= MOST_DAYS, "entry.deadline.working-days", too_long);
    subjects(entry, problems);
    problems.unique("entry.requirements", entry.requirements.iter().map(|requirement| &requirement.code));
    for (number, requirement) in entry.requirements.iter().enumerate() {
        let at = format!("entry.requirements.{number}.evidence");
        problems.unique(&at, requirement.evidence.iter().map(|evidence| &evidence.code));
    }
    money_and_rules(entry, problems);
    problems.unique("entry.outputs", entry.outputs.iter().map(|output| &output.code));
    self::channels(entry, problems);
}

fn texts(entry: &Entry, problems: &mut Problems) {
    let mut short = |at: &str, text: &Translated, most: usize| {
        let longest = text.languages().map(|language| text.in_language(language).chars().count()).max();
        let rule = rule(
            format!("has more than {most} letters"),
            format!("tiene más de {most} letras: dígalo en menos palabras"),
        );
        problems.unless(longest.unwrap_or_default() <= most, at, rule);
    };
    short("entry.title", &entry.title, MOST_OF_TITLE);
    short("entry.summary", &entry.summary, MOST_OF_SUMMARY);
    for (at, text) in [("entry.description", &entry.description), ("entry.eligibility", &entry.eligibility)] {
        if let Some(text) = text {
            short(at, text, MOST_OF_TEXT);
        }
    }
    let few = entry.keywords.len() <= MOST_KEYWORDS;
    let rule_of_count =
        rule(format!("are more than {MOST_KEYWORDS}"), format!("son más de {MOST_KEYWORDS}: quite algunas"));
    problems.unless(few, "entry.keywords", rule_of_count);
    for (number, keyword) in entry.keywords.iter().enumerate() {
        let fits = !keyword.trim().is_empty() && keyword.chars().count() <= MOST_OF_KEYWORD;
        let rule = rule(
            format!("is empty, or has more than {MOST_OF_KEYWORD} letters"),
            format!("está vacía o tiene más de {MOST_OF_KEYWORD} letras"),
        );
        problems.unless(fits, format!("entry.keywords.{number}"), rule);
    }
}

fn money_and_rules(entry: &Entry, problems: &mut Problems) {
    problems.unique("entry.costs", entry.costs.iter().map(|cost| &cost.code));
    problems.unique("entry.legal-basis", entry.legal_basis.iter().map(|rule| &rule.code));
    for (number, legal) in entry.legal_basis.iter().enumerate() {
        let is_address = legal.url.as_deref().is_none_or(is_web_address);
        let rule = rule("is no address of the web: https://…", "no es una dirección de internet: https://…");
        problems.unless(is_address, format!("entry.legal-basis.{number}.url"), rule);
    }
    for (number, cost) in entry.costs.iter().enumerate() {
        let says = cost.amount.is_some() || cost.note.is_some();
        let rule = rule("says neither an amount nor how it is found", "no dice el monto, ni cómo se calcula");
        problems.unless(says, format!("entry.costs.{number}"), rule);
        let is_debt = cost.amount.is_none_or(|amount| amount.centavos() >= 0);
        let rule = self::rule("is less than nothing", "es menos que cero");
        problems.unless(is_debt, format!("entry.costs.{number}.amount"), rule);
    }
    let burdens = entry.burden.map(|burden| [("before", burden.before.cost), ("after", burden.after.cost)]);
    for (when, cost) in burdens.into_iter().flatten() {
        let rule = self::rule("is less than nothing", "es menos que cero");
        problems.unless(cost.centavos() >= 0, format!("entry.burden.{when}.cost"), rule);
    }
}

/// Notes a text that says nothing.
fn blank(text: Option<&str>, at: String, problems: &mut Problems) {
    let says = text.is_none_or(|text| !text.trim().is_empty());
    problems.unless(says, at, rule("is blank: write it, or leave it out", "está vacío: escríbalo, o quítelo"));
}

/// Whether a text names a place that has a calendar: the country, or a department.
#[must_use]
pub fn is_place(text: &str) -> bool {
    text == "BO" || DEPARTMENTS.contains(&text)
}

fn subjects(entry: &Entry, problems: &mut Problems) {
    let many = rule(format!("are more than {MOST_EVENTS}"), format!("son más de {MOST_EVENTS}: quite algunos"));
    problems.unless(entry.events.len() <= MOST_EVENTS, "entry.events", many);
    let vocabulary = Vocabulary::shared();
    let sector = &entry.sector;
    let rule_of_sector = rule(
        format!("{sector} is no sector of the vocabulary"),
        format!("{sector} no es ninguno de los sectores: elija uno"),
    );
    problems.unless(vocabulary.sector(sector.as_str()).is_some(), "entry.sector", rule_of_sector);
    for (number, event) in entry.events.iter().enumerate() {
        let rule = rule(
            format!("{event} is no event of the vocabulary"),
            format!("{event} no es ninguno de los momentos de la vida o del negocio"),
        );
        problems.unless(vocabulary.event(event.as_str()).is_some(), format!("entry.events.{number}"), rule);
    }
    problems.once("entry.events", entry.events.iter());
    problems.once("entry.audience", entry.audience.iter().map(|audience: &Audience| audience.word()));
    problems.once("entry.related", entry.related.iter());
    let itself = entry.related.contains(&entry.code);
    let rule = rule("names the procedure itself", "nombra a este mismo trámite");
    problems.unless(!itself, "entry.related", rule);
}

fn channels(entry: &Entry, problems: &mut Problems) {
    let places = problems.unique("entry.places", entry.places.iter().map(|place| &place.code));
    problems.unique("entry.channels", entry.channels.iter().map(|channel| &channel.code));
    for (number, channel) in entry.channels.iter().enumerate() {
        let at = format!("entry.channels.{number}");
        let missing = channel.places.iter().filter(|place| !places.contains(place));
        for place in missing.collect::<Vec<&Code>>() {
            let rule = rule(format!("{place} is none of the places"), format!("{place} no es ninguno de los lugares"));
            problems.note(format!("{at}.places"), rule);
        }
        let address = channel.address.as_deref();
        blank(address, format!("{at}.address"), problems);
        let is_reached = match channel.kind {
            // Without an address it is done here.
            ChannelKind::Online => address.is_none_or(is_web_address),
            ChannelKind::Counter => !channel.places.is_empty(),
            ChannelKind::Telephone | ChannelKind::Email | ChannelKind::Post => address.is_some(),
        };
        let rule = rule(
            "does not say where: an address, or places for a counter",
            "no dice dónde: falta la dirección, o los lugares de la ventanilla",
        );
        problems.unless(is_reached, at, rule);
    }
    for (number, place) in entry.places.iter().enumerate() {
        check_place(&format!("entry.places.{number}"), place, problems);
    }
}

fn check_place(at: &str, place: &Place, problems: &mut Problems) {
    let department = &place.department;
    let known = DEPARTMENTS.contains(&department.as_str());
    let all = DEPARTMENTS.join(", ");
    let rule_of_department = rule(
        format!("{department} is no department: one of {all}"),
        format!("{department} no es un departamento: elija uno de {all}"),
    );
    problems.unless(known, format!("{at}.department"), rule_of_department);
    let texts =
        [("address", &place.address), ("municipality", &place.municipality)].map(|(key, text)| (key, Some(text)));
    for (key, text) in texts.into_iter().chain([("telephone", place.telephone.as_ref())]) {
        blank(text.map(String::as_str), format!("{at}.{key}"), problems);
    }
    for (number, hours) in place.hours.iter().enumerate() {
        let at = format!("{at}.hours.{number}");
        let order = rule("closes before it opens", "cierra antes de abrir");
        problems.unless(hours.from < hours.to, at.clone(), order);
        problems.unless(!hours.days.is_empty(), at, rule("is on no day", "no dice en qué días"));
    }
    let on_earth = place.position.is_none_or(|[north, east]| north.abs() <= 90.0 && east.abs() <= 180.0);
    let rule = rule("is not on Earth: degrees north, degrees east", "no está en la Tierra: grados norte y grados este");
    problems.unless(on_earth, format!("{at}.position"), rule);
}

/// Whether a text is an address of the web.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}
