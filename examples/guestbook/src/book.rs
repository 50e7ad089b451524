//! What everybody reads.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{Button, ButtonLink, EmptyState, Field, Language, Markup, Text, html};
use sdk::kv::Order;
use sdk::web::{Path, Response, Visit, pagination};

use crate::entry::{self, Entry, State};
use crate::texts::Texts;

/// The book, the newest entry first; or those with the words that are looked for, the best first.
pub(crate) fn list(visit: &Visit, wanted: PageRequest) -> Result<Response, Failure> {
    let texts = Texts::of(visit.language());
    let words = visit.query("q").unwrap_or_default().trim();
    let (entries, more) = if words.is_empty() {
        let page = entry::page(State::Published, Order::Descending, &wanted)?;
        let more = pagination(visit, &page);
        (page.items, more)
    } else {
        (entry::with_words(words)?, Markup::default())
    };
    let content = html! {
        h1 { (texts.title) }
        p { (texts.how_many(entry::count())) }
        (ButtonLink::primary(texts.write, "/write"))
        form method="get" role="search" {
            (Text::new(Field::new("q", texts.search)).value(words))
            (Button::secondary(texts.find))
        }
        @if entries.is_empty() {
            (EmptyState::new(texts.nothing_found, &html! { p { (texts.be_the_first) } }))
        } @else {
            ul { @for (id, entry) in &entries { li { (line(id, entry, visit.language())) } } }
        }
        (more)
    };
    Ok(Response::page(texts.title, content))
}

pub(crate) fn show(visit: &Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let texts = Texts::of(visit.language());
    let entry = entry::find(&id, State::Published)?;
    let content = html! {
        h1 { (entry.name) }
        p { (entry.written.in_words(visit.language())) }
        blockquote { (entry.text) }
        @if entry.picture.is_some() { img src={ "/entries/" (id) "/picture" } alt=(texts.picture_of(&entry.name)); }
        p { a href="/" { (texts.to_the_book) } }
    };
    Ok(Response::page(entry.name, content))
}

pub(crate) fn picture(_: &Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let picture = entry::find(&id, State::Published)?.picture;
    picture.map(Response::blob).ok_or_else(|| Failure::NotFound(format!("{id} has no picture")))
}

/// An entry in a list: who, when, and how it begins.
fn line(id: &str, entry: &Entry, language: Language) -> Markup {
    const LETTERS: usize = 120;
    let beginning: String = entry.text.chars().take(LETTERS).collect();
    let cut = if beginning.len() < entry.text.len() { "…" } else { "" };
    html! {
        a href={ "/entries/" (id) } { (entry.name) } ", " (entry.written.in_words(language))
        br;
        (beginning) (cut)
    }
}
