//! Lists of entries: all, of a one-stop shop, of an event, of an entity.

use sdk::collections::{Page, PageRequest};
use sdk::html::{self, Cards, Markup, html};
use sdk::i18n::Text;
use sdk::web::{Path, Response, Visit, pagination};
use sdk::{Failure, Translated};

use super::cards;
use crate::catalogue::{self, Card, EntityCode, Within};
use crate::definition::{Code, Vocabulary};
use crate::pages::{lang, say, told, translated};

/// All entries.
pub(crate) fn procedures(visit: &Visit, page: PageRequest) -> Result<Response, Failure> {
    let heading = html! { h1 { (say("all-procedures")) } };
    let data = html! {
        p .hint {
            (told("open-data", visit.language())) " "
            a href="/catalogue.csv" { "CSV" } ", " a href="/catalogue.json" { "JSON" } ", "
            a href="/catalogue.jsonld" { "JSON-LD (CPSV-AP)" } "."
        }
    };
    list(visit, sdk::i18n::say("all-procedures", &[]), [heading, data], &Within::Everything, &page)
}

/// A one-stop shop.
pub(crate) fn sector(visit: &Visit, Path(code): Path<Code>, page: PageRequest) -> Result<Response, Failure> {
    let vocabulary = Vocabulary::shared();
    let sector = vocabulary.sector(code.as_str());
    let sector = sector.ok_or_else(|| Failure::NotFound(format!("there is no sector {code}")))?;
    subject(visit, &sector.title, &sector.summary, &Within::Sector(code), &page)
}

/// What people need at an event of life or of business.
pub(crate) fn event(visit: &Visit, Path(code): Path<Code>, page: PageRequest) -> Result<Response, Failure> {
    let vocabulary = Vocabulary::shared();
    let event = vocabulary.event(code.as_str());
    let event = event.ok_or_else(|| Failure::NotFound(format!("there is no event {code}")))?;
    subject(visit, &event.title, &event.summary, &Within::Event(code), &page)
}

/// What an entity does.
pub(crate) fn entity(visit: &Visit, Path(code): Path<EntityCode>, page: PageRequest) -> Result<Response, Failure> {
    let entity = catalogue::entity(&code)?;
    let language = visit.language();
    let heading = html! {
        h1 { (translated(&entity.name, language)) }
        @if let Some(homepage) = &entity.homepage { p {
            (told("own-page", language)) " " a href=(sdk::html::Href(homepage)) rel="external" { (homepage) }
        } }
    };
    list(visit, entity.name.say(language), [heading, html! {}], &Within::Entity(code), &page)
}

/// The entities that publish here.
pub(crate) fn entities(visit: &Visit) -> Result<Response, Failure> {
    let (entities, language) = (catalogue::entities()?, visit.language());
    let shown: Vec<(Text, String)> =
        entities.iter().map(|entity| (entity.name.say(language), format!("/entities/{}", entity.code()))).collect();
    let cards = shown.iter().map(|(name, href)| html::Card::new(&name.value, href).lang(lang(name, language)));
    let cards: Cards<'_> = cards.collect();
    Ok(visit.titled("entities", html! { p { (told("entities-for", language)) } (cards) }))
}

fn subject(
    visit: &Visit,
    title: &Translated,
    summary: &Translated,
    within: &Within,
    page: &PageRequest,
) -> Result<Response, Failure> {
    let language = visit.language();
    let heading = html! { h1 { (translated(title, language)) } p .lead { (translated(summary, language)) } };
    list(visit, title.say(language), [heading, html! {}], within, page)
}

/// Entries, with what stands above and below them.
fn list(
    visit: &Visit,
    title: Text,
    [above, below]: [Markup; 2],
    within: &Within,
    page: &PageRequest,
) -> Result<Response, Failure> {
    let Page { items, next } = catalogue::list(within, page)?;
    let items = items.into_iter().map(|(entity, published)| (entity, Card::from(published))).collect();
    let entries = catalogue::with_entities(Page { items, next })?;
    let content = html! {
        (above)
        @if entries.items.is_empty() { p { (told("nothing-here", visit.language())) } }
        @else { (cards(&entries.items, visit.language())) }
        (pagination(visit, &entries))
        (below)
    };
    Ok(visit.under(title, content).with_header("cache-control", "public, max-age=60"))
}
