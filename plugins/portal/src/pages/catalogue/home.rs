//! The first page: what people look for.

use sdk::Failure;
use sdk::html::{Button, Card, Cards, Field, Language, Markup, Text, TextKind, html};
use sdk::web::{Response, Visit};

use crate::definition::{Event, EventKind, Vocabulary};
use crate::pages::say;

/// What people look for: by words, by what happens in their lives, by one-stop shops.
pub(crate) fn home(visit: &Visit) -> Result<Response, Failure> {
    let (vocabulary, language) = (Vocabulary::shared(), visit.language());
    let content = html! {
        h1 { (say("portal")) }
        p .lead { (say("portal-for")) }
        (search_form("", language))
        h2 { (say("life-events")) }
        (events(&vocabulary, EventKind::Life, language))
        h2 { (say("business-events")) }
        (events(&vocabulary, EventKind::Business, language))
        h2 { (say("sectors")) }
        (sectors(&vocabulary, language))
        p { a href="/procedures" { (say("all-procedures")) } " · " a href="/entities" { (say("entities")) } }
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
            li { a href=(format!("/events/{}", event.code)) { (crate::pages::translated(&event.title, language)) } }
        } }
    }
}

fn sectors(vocabulary: &Vocabulary, language: Language) -> Markup {
    let shown: Vec<(&str, String, Markup)> = vocabulary
        .sectors
        .iter()
        .map(|sector| {
            let summary = html! { p { (crate::pages::translated(&sector.summary, language)) } };
            (sector.title.in_language(language), format!("/sectors/{}", sector.code), summary)
        })
        .collect();
    let cards = shown.iter().map(|(title, href, summary)| Card::new(title, href).content(summary.clone()));
    html! { (cards.collect::<Cards<'_>>()) }
}
