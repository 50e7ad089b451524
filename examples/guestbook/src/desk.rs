//! What staff do: moderators judge what waits, and archivists take the list along.

use sdk::collections::PageRequest;
use sdk::html::{Button, EmptyState, html};
use sdk::kv::Order;
use sdk::web::{Csv, Operator, Path, Response, Visit, pagination};
use sdk::{Failure, log};

use crate::entry::{self, State};
use crate::texts::Texts;

/// Rows of the list that is taken along: about 2 MiB of the longest messages.
const MOST_ROWS: u32 = 2_000;

/// What waits, the longest first.
pub(crate) fn list(visit: &Visit, wanted: PageRequest) -> Result<Response, Failure> {
    let texts = Texts::of(visit.language());
    let page = entry::page(State::Waiting, Order::Ascending, &wanted)?;
    let content = html! {
        h1 { (texts.desk) }
        @if page.items.is_empty() {
            (EmptyState::new(texts.nothing_waits, &html! { p { (texts.nothing_to_do) } }))
        } @else {
            ul { @for (id, entry) in &page.items {
                li { a href={ "/desk/" (id) } { (entry.name) } ", " (entry.written.in_words(visit.language())) }
            } }
        }
        (pagination(visit, &page))
    };
    Ok(Response::page(texts.desk, content))
}

/// Shows one that waits, and publishes or refuses it.
pub(crate) fn judge(visit: &Visit, operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let texts = Texts::of(visit.language());
    let entry = entry::find(&id, State::Waiting)?;
    if !visit.is_submission() {
        let content = html! {
            h1 { (entry.name) }
            p { (entry.written.in_words(visit.language())) }
            blockquote { (entry.text) }
            @if entry.picture.is_some() { img src={ "/desk/" (id) "/picture" } alt=(texts.picture_of(&entry.name)); }
            form method="post" {
                (Button::primary(texts.publish).sends("judgement", "publish"))
                (Button::danger(texts.refuse).sends("judgement", "refuse"))
            }
        };
        return Ok(Response::page(entry.name, content));
    }
    let judgement = visit.sent("judgement").unwrap_or_default();
    match judgement {
        "publish" => entry::publish(&id, entry)?,
        "refuse" => entry::forget(&id, &entry)?,
        _ => return Err(Failure::invalid("judgement", "unknown", texts.publish_or_refuse)),
    }
    log::info("entry judged", &[("entry.id", &id), ("judgement", &judgement), ("operator.id", &operator.id)]);
    Ok(Response::redirect("/desk"))
}

pub(crate) fn picture(_: &Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let picture = entry::find(&id, State::Waiting)?.picture;
    picture.map(Response::blob).ok_or_else(|| Failure::NotFound(format!("{id} has no picture")))
}

/// The published ones as a table, the newest first.
pub(crate) fn export(_: &Visit) -> Result<Response, Failure> {
    let mut csv = Csv::new(&["id", "written", "name", "text", "archive"]);
    let page = entry::page(State::Published, Order::Descending, &PageRequest::first(MOST_ROWS))?;
    for (id, entry) in page.items {
        csv.row(&[id, entry.written.to_string(), entry.name, entry.text, entry.archived.to_string()]);
    }
    Ok(csv.response("guestbook.csv"))
}
