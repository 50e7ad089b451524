//! The first page: what people look for.

use sdk::Failure;
use sdk::html::{Button, Field, Language, Markup, Text, TextKind, html};
use sdk::web::{Response, Visit};

use crate::definition::{Event, EventKind, Vocabulary};
use crate::pages::{say, told, translated};

/// What people look for: by words, by what happens in their lives, by one-stop shops.
pub(crate) fn home(visit: &Visit) -> Result<Response, Failure> {
    let (vocabulary, language) = (Vocabulary::shared(), visit.language());
    let content = html! {
        h1 { (say("portal")) }
        p .lead { (told("portal-for", language)) }
        (search_form("", language))
        h2 { (told("life-events", language)) }
        (events(vocabulary, EventKind::Life, language))
        h2 { (told("business-events", language)) }
        (events(vocabulary, EventKind::Business, language))
        h2 { (told("sectors", language)) }
        (sectors(vocabulary, language))
        p { a href="/procedures" { (told("all-procedures", language)) } }
        p { a href="/entities" { (told("entities", language)) } }
    };
    Ok(visit.under(sdk::i18n::say("portal", &[]), content).with_header("cache-control", "public, max-age=60"))
}

/// The field in which people type what they want.
pub(super) fn search_form(text: &str, language: Language) -> Markup {
    let (label, hint) = (say("search"), say("search-hint"));
    let field = Field::new("q", &label).hint(hint.as_str()).language(language);
    html! {
        form method="get" action="/search" role="search" {
            (Text::new(field).value(text).kind(TextKind::Search).autocomplete("off"))
            (Button::primary(&say("find")))
        }
    }
}

fn events(vocabulary: &Vocabulary, kind: EventKind, language: Language) -> Markup {
    let events: Vec<&Event> = vocabulary.events.iter().filter(|event| event.kind == kind).collect();
    html! {
        ul .columns { @for event in events {
            li { a href=(format!("/events/{}", event.code)) { (translated(&event.title, language)) } }
        } }
    }
}

fn sectors(vocabulary: &Vocabulary, language: Language) -> Markup {
    html! {
        ul .cards { @for sector in &vocabulary.sectors { li .card {
            h3 { a href=(format!("/sectors/{}", sector.code)) { (translated(&sector.title, language)) } }
            p { (translated(&sector.summary, language)) }
        } } }
    }
}
