//! The catalogue: entities say who they are and what they do, and everybody reads it.

use std::time::Duration;

use sdk::collections::Page;
use sdk::{Answer, Failure, Method, Timestamp, ensure, json};
use serde::{Deserialize, Serialize};

use super::{Call, part};
use crate::catalogue::{self, Entity, EntityCode, EntityOf, Filters, Published, Within};
use crate::cpsv;
use crate::definition::{Code, Concept, Entry, Vocabulary, check_entry, is_place, is_web_address};
use crate::open_data::linked_entry;

/// All that is said of an entry is searched: it is not longer than what is.
const MOST_BYTES: usize = 60 << 10;
/// Letters of an entity's name, which is searched with each of its entries.
const MOST_OF_NAME: usize = 200;
/// Letters of a search that are looked at.
const MOST_LETTERS: usize = 200;
/// So far the clocks of two servers may differ.
const CLOCKS: Duration = Duration::from_secs(10 * 60);
/// So far one reads a search; who wants more reads the whole catalogue.
const LAST: u32 = 10_000;

/// What an entity publishes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    /// What it is, where it says so with its first entry: messages come in any order.
    entity: Option<EntityOf>,
    entry: Entry,
    /// Where it is done online.
    online: Option<String>,
    /// When it was published, where messages may come in another order.
    published: Option<Timestamp>,
}

/// When an entry was taken out, where messages may come in another order.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    withdrawn: Option<Timestamp>,
}

/// An entity as it is shown.
#[derive(Serialize)]
struct ShownEntity {
    code: String,
    #[serde(flatten)]
    entity: Entity,
}

/// An entry as it is shown.
#[derive(Serialize)]
struct Shown {
    entity: ShownEntity,
    #[serde(flatten)]
    published: Published,
}

pub(super) fn answer(call: &Call<'_>, steps: &[&str]) -> Result<Answer, Failure> {
    match (call.method(), steps) {
        (Method::Put, ["entity"]) => name(call),
        // Messages of an outbox come by POST.
        (Method::Put | Method::Post, ["entries", code]) => publish(call, code),
        (Method::Delete, ["entries", code]) | (Method::Post, ["entries", code, "withdrawal"]) => withdraw(call, code),
        (Method::Get, ["entries"]) => list(call),
        (Method::Get, ["entries", entity, code]) => show(entity, code),
        (Method::Get, ["entries", entity, code, "jsonld"]) => linked(entity, code),
        (Method::Get, ["vocabulary"]) => vocabulary(),
        _ => Err(call.request.not_found()),
    }
}

fn name(call: &Call<'_>) -> Result<Answer, Failure> {
    let entity = judged(call, "", call.request.json()?)?;
    let entity = catalogue::keep_entity(&entity, catalogue::said_now(&entity.code(), call.now())?)?;
    Answer::json(200, &ShownEntity::of(entity))
}

fn publish(call: &Call<'_>, code: &str) -> Result<Answer, Failure> {
    let source = call.subsystem()?;
    let short = call.request.body.len() <= MOST_BYTES;
    ensure!(short, Failure::invalid("body", "length", format!("has more than {MOST_BYTES} bytes")));
    let Said { entity, entry, online, published } = call.request.json()?;
    let published = said_at(call, "published", published, (&EntityCode::of_subsystem(source)?, &entry.code))?;
    ensure!(entry.code == *code, Failure::invalid("entry.code", "other", "is not the code of the path"));
    check_entry(&entry).map_err(|problems| Failure::Invalid(problems.field_errors()))?;
    let is_address = online.as_deref().is_none_or(is_web_address);
    ensure!(is_address, Failure::invalid("online", "format", "is no address of the web: https://…"));
    let entity = match entity {
        Some(said) => judged(call, "entity.", said)?,
        None => known(source)?,
    };
    let published = Published { entry, source: source.to_owned(), first: published, published, online, version: None };
    let published = catalogue::publish(&entity, published)?;
    Answer::json(200, &Shown::of((entity, published)))
}

fn withdraw(call: &Call<'_>, code: &str) -> Result<Answer, Failure> {
    let (source, code): (&str, Code) = (call.subsystem()?, part(code)?);
    let Withdrawn { withdrawn } =
        if call.request.body.is_empty() { Withdrawn::default() } else { call.request.json()? };
    let entity = EntityCode::of_subsystem(source)?;
    match catalogue::entity(&entity) {
        Ok(found) => catalogue::is_of(&found, source)?,
        // What it published may be under way: it stays out when it comes.
        Err(Failure::NotFound(_)) if withdrawn.is_some() => {}
        Err(_) => drop(known(source)?),
    }
    if withdrawn.is_none() {
        catalogue::entry(&entity, &code)?;
    }
    catalogue::withdraw(&entity, &code, said_at(call, "withdrawn", withdrawn, (&entity, &code))?)?;
    Ok(Answer::empty())
}

/// When something was said: now, or as its message says. What says that it is of a day to come would stand until then.
fn said_at(
    call: &Call<'_>,
    at: &str,
    said: Option<Timestamp>,
    (entity, code): (&EntityCode, &Code),
) -> Result<Timestamp, Failure> {
    let Some(said) = said else { return catalogue::entry_said_now(entity, code, call.now()) };
    let late = Failure::invalid(at, "late", "is in the future: look at the clock of who sends it");
    ensure!(said.since(call.now()) <= CLOCKS, late);
    Ok(said)
}

/// What an entity says of itself, with what is wrong with it named below `at`.
fn judged(call: &Call<'_>, at: &str, said: EntityOf) -> Result<Entity, Failure> {
    let letters = said.name.languages().map(|language| said.name.in_language(language).chars().count()).max();
    let name = Failure::invalid(format!("{at}name"), "length", format!("has more than {MOST_OF_NAME} letters"));
    ensure!(letters.unwrap_or_default() <= MOST_OF_NAME, name);
    let place = Failure::invalid(format!("{at}place"), "unknown", "is BO, or a department such as BO-L");
    ensure!(is_place(&said.place), place);
    let is_address = said.homepage.as_deref().is_none_or(is_web_address);
    let homepage = Failure::invalid(format!("{at}homepage"), "format", "is no address of the web: https://…");
    ensure!(is_address, homepage);
    Entity::of_subsystem(call.subsystem()?, said)
}

/// The entity of a subsystem, which has said what it is.
fn known(subsystem: &str) -> Result<Entity, Failure> {
    let found = catalogue::entity(&EntityCode::of_subsystem(subsystem)?).map_err(|failure| match failure {
        Failure::NotFound(_) => Failure::Conflict("say what the entity is before it publishes: PUT /entity".to_owned()),
        other => other,
    })?;
    catalogue::is_of(&found, subsystem)?;
    Ok(found)
}

fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let page = call.request.page()?;
    let (sector, event): (Option<Code>, Option<Code>) = (call.query("sector")?, call.query("event")?);
    let entity: Option<EntityCode> = call.query("entity")?;
    let words: String = call.request.parameter("q").unwrap_or_default().chars().take(MOST_LETTERS).collect();
    let within = match (words.as_str(), &sector, &event, &entity) {
        ("", None, None, None) => Some(Within::Everything),
        ("", Some(sector), None, None) => Some(Within::Sector(sector.clone())),
        ("", None, Some(event), None) => Some(Within::Event(event.clone())),
        ("", None, None, Some(entity)) => Some(Within::Entity(entity.clone())),
        _ => None,
    };
    let found = match within {
        Some(within) => catalogue::with_entities(catalogue::list(&within, &page)?)?,
        None => {
            let unknown = || Failure::invalid("cursor", "unknown", "is not one that a page ended with");
            let offset = page.cursor.as_deref().map_or(Ok(0), str::parse::<u32>).map_err(|_| unknown())?;
            ensure!(offset <= LAST, unknown());
            let filters = Filters { sector, event, entity, ..Filters::default() };
            let found = catalogue::find(&words, &filters, offset, page.limit)?;
            let next = offset.saturating_add(page.limit);
            Page { items: found.entries, next: (next < found.total).then(|| next.to_string()) }
        }
    };
    Answer::json(200, &Page { items: found.items.into_iter().map(Shown::of).collect(), next: found.next })
}

fn show(entity: &str, code: &str) -> Result<Answer, Failure> {
    Answer::json(200, &Shown::of(catalogue::entry(&part(entity)?, &part(code)?)?))
}

fn linked(entity: &str, code: &str) -> Result<Answer, Failure> {
    let body = json::write(&linked_entry(&part(entity)?, &part(code)?)?)?;
    Ok(Answer { status: 200, headers: Vec::new(), content_type: cpsv::CONTENT_TYPE.to_owned(), body })
}

fn vocabulary() -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        subjects: &'static Vocabulary,
        concepts: &'static [Concept],
    }
    Answer::json(200, &Whole { subjects: Vocabulary::shared(), concepts: Concept::shared() })
}

impl ShownEntity {
    fn of(entity: Entity) -> Self {
        Self { code: entity.code().to_string(), entity }
    }
}

impl Shown {
    fn of((entity, published): (Entity, Published)) -> Self {
        Self { entity: ShownEntity::of(entity), published }
    }
}
