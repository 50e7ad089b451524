//! Parts of an entry that there is one of: its texts, whom it is for, until when it is decided, what it takes.

use sdk::form::{Choice, Fields, View};
use sdk::html::Checked;
use sdk::web::{Operator, Response, Visit};
use sdk::{Failure, Money, Translated};

use super::ask::{self, Room};
use super::{form, path, save, title};
use crate::definition::{
    Audience, Burden, Clock, Code, DEPARTMENTS, Deadline, Definition, Silence, Simplification, Vocabulary,
};
use crate::pages::say;
use crate::procedures;

const MOST_DAYS: i64 = 250;
/// The most that a burden counts: steps, visits, documents, days.
const MOST_OF_BURDEN: i64 = 10_000;
const MOST_MONEY: Money = Money::from_centavos(1_000_000_000);
const MOST_OF_KEYWORD: usize = 80;

/// The fields of a section, which give the whole definition with it changed.
type Named = fn(&mut Fields<'_>, &Definition) -> Option<Definition>;

/// Shows a section, and saves it.
pub(super) fn section(
    visit: &Visit,
    operator: &Operator,
    code: &Code,
    part: &str,
    named: Named,
) -> Result<Response, Failure> {
    let definition = procedures::draft(code)?.definition;
    let filled = visit.form(|fields| named(fields, &definition));
    let page = |view: &View| form(visit, &definition, &title(&format!("design-{part}")), view);
    filled.submit(page, |changed| {
        save(visit, operator, changed)?;
        Ok(Response::redirect(path(code)))
    })
}

/// What it is called and what it is.
pub(super) fn texts(fields: &mut Fields<'_>, definition: &Definition) -> Option<Definition> {
    let mut changed = definition.clone();
    let entry = &definition.entry;
    let title = ask::words(fields, ("title", "design-procedure-title"), Some(&entry.title), Room::Line);
    let summary = ask::words(fields, ("summary", "design-summary"), Some(&entry.summary), Room::Line);
    let description = entry.description.as_ref();
    let description = ask::optional_words(fields, ("description", "design-description"), description, Room::Text);
    let eligibility = entry.eligibility.as_ref();
    let eligibility = ask::optional_words(fields, ("eligibility", "design-eligibility"), eligibility, Room::Text);
    let entry = &mut changed.entry;
    (entry.title, entry.summary, entry.description, entry.eligibility) = (title?, summary?, description?, eligibility?);
    Some(changed)
}

/// For whom it is, and where it is found.
pub(super) fn subject(fields: &mut Fields<'_>, definition: &Definition) -> Option<Definition> {
    let (mut changed, vocabulary) = (definition.clone(), Vocabulary::shared());
    let audiences = Audience::ALL.map(|one| (one, one.word(), say(&format!("audience-{}", one.word()))));
    let audience = ask::any_of(fields, ("audience", "design-audience"), &audiences, &definition.entry.audience);
    let sector = sector(fields, Some(&definition.entry.sector));
    let events: Vec<(Code, &Translated)> = vocabulary.events.iter().map(|one| (one.code.clone(), &one.title)).collect();
    let events = ask::codes(fields, ("events", "design-events"), &events, &definition.entry.events);
    let entry = &mut changed.entry;
    (entry.audience, entry.sector, entry.events) = (audience?, sector?, events?);
    Some(changed)
}

/// The one-stop shop that a procedure belongs to.
pub(super) fn sector(fields: &mut Fields<'_>, now: Option<&Code>) -> Option<Code> {
    let (language, vocabulary) = (fields.language(), Vocabulary::shared());
    let choices: Vec<Choice<Code>> = vocabulary
        .sectors
        .iter()
        .map(|one| Choice::called(one.code.clone(), one.code.as_str(), one.title.say(language)))
        .collect();
    let sector = fields.one_of("sector", &say("design-sector"), &choices);
    sector.initially(now.map_or("", Code::as_str)).required()
}

/// Other words by which it is looked for, and the procedures beside it.
pub(super) fn search_words(fields: &mut Fields<'_>, definition: &Definition) -> Option<Definition> {
    let mut changed = definition.clone();
    let now = definition.entry.keywords.join("\n");
    let keywords = ask::lines(fields, ("keywords", "design-keywords", "design-keywords-hint"), &now, |line| {
        if line.chars().count() <= MOST_OF_KEYWORD { Ok(line.to_owned()) } else { Err(say("design-too-long")) }
    });
    let now = definition.entry.related.iter().map(Code::as_str).collect::<Vec<_>>().join("\n");
    let related = ask::lines(fields, ("related", "design-related", "design-related-hint"), &now, |line| {
        line.parse().map_err(|_| say("design-no-code"))
    });
    (changed.entry.keywords, changed.entry.related) = (keywords?, related?);
    Some(changed)
}

/// Until when it is decided, and what silence means.
pub(super) fn deadline(fields: &mut Fields<'_>, definition: &Definition) -> Option<Definition> {
    let mut changed = definition.clone();
    let Deadline { working_days, silence } = definition.entry.deadline;
    let days = fields.line("days", &say("design-working-days")).hint(say("design-working-days-hint"));
    let days = days.initially(working_days.to_string()).number(0..=MOST_DAYS);
    let silences = [
        (Silence::Grants, "grants", say("design-silence-grants")),
        (Silence::Denies, "denies", say("design-silence-denies")),
        (Silence::Escalates, "escalates", say("design-silence-escalates")),
    ];
    let silence = ask::one_of(fields, ("silence", "design-silence"), &silences, Some(silence));
    changed.entry.deadline = Deadline { working_days: u32::try_from(days?).ok()?, silence: silence? };
    Some(changed)
}

/// What it takes, before and after it was simplified.
pub(super) fn burden(fields: &mut Fields<'_>, definition: &Definition) -> Option<Definition> {
    let mut changed = definition.clone();
    let now = definition.entry.burden;
    let known = if now.is_some() { Checked::Yes } else { Checked::No };
    let known = ask::flag(fields, "known", "design-burden-known", known);
    fields.section(&say("design-burden-before"));
    let before = one_burden(fields, "before", now.map(|now| now.before));
    fields.section(&say("design-burden-after"));
    let after = one_burden(fields, "after", now.map(|now| now.after));
    let both = Simplification { before: before?, after: after? };
    changed.entry.burden = (known? == Checked::Yes).then_some(both);
    Some(changed)
}

/// What it takes; nothing counts as none of it.
fn one_burden(fields: &mut Fields<'_>, when: &str, now: Option<Burden>) -> Option<Burden> {
    let mut count = |what: &str, now: Option<u32>| {
        let entry = fields.line(&format!("{when}.{what}"), &say(&format!("design-burden-{what}")));
        let entry = entry.initially(now.map(|now| now.to_string()).unwrap_or_default());
        let count = entry.optional().number(0..=MOST_OF_BURDEN);
        count.map(|count| count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default())
    };
    let steps = count("steps", now.map(|now| now.steps));
    let visits = count("visits", now.map(|now| now.visits));
    let documents = count("documents", now.map(|now| now.documents));
    let days = count("days", now.map(|now| now.days));
    let cost = now.map(|now| now.cost.typed()).unwrap_or_default();
    let cost = fields.line(&format!("{when}.cost"), &say("design-burden-cost")).initially(cost);
    let cost = cost.optional().money(Money::ZERO..=MOST_MONEY).map(Option::unwrap_or_default);
    Some(Burden { steps: steps?, visits: visits?, documents: documents?, days: days?, cost: cost? })
}

/// Whose working days count, and whether time goes on while the applicant corrects something.
pub(super) fn online(fields: &mut Fields<'_>, definition: &Definition) -> Option<Definition> {
    let mut changed = definition.clone();
    let now = definition.online.as_ref();
    let mut places = vec![("BO", "BO", say("design-whole-state"))];
    places.extend(DEPARTMENTS.map(|code| (code, code, say(&code.to_lowercase()))));
    let known = now.and_then(|now| places.iter().find(|(code, ..)| *code == now.calendar)).map(|(code, ..)| *code);
    let calendar = ask::one_of(fields, ("calendar", "design-calendar"), &places, known);
    let clocks = [(Clock::Stops, "stops", say("design-clock-stops")), (Clock::Runs, "runs", say("design-clock-runs"))];
    let clock = ask::one_of(fields, ("clock", "design-clock"), &clocks, now.map(|now| now.while_sent_back));
    let (calendar, clock) = (calendar?, clock?);
    let online = match changed.online.take() {
        Some(online) => Some(online),
        None => super::list::template().online,
    };
    changed.online = online.map(|online| crate::definition::Online {
        calendar: calendar.to_owned(),
        while_sent_back: clock,
        ..online
    });
    Some(changed)
}
