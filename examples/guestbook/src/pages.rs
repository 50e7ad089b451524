//! What people see of the book, each with her rights.

use crate::book::{self, Draft, ENTRIES, Entry, Number, State};
use crate::words;
use sdk::Failure;
use sdk::form::{Fields, View};
use sdk::html::{Markup, html};
use sdk::kv::Order;
use sdk::web::{Citizen, Csv, Operator, Path, Response, Visit};

const MOST_LETTERS: usize = 1_000;

/// The published entries, or those in which words occur.
pub(crate) fn list(visit: &Visit) -> Result<Response, Failure> {
    let words = words::of(visit.language());
    let wanted = visit.query("q").unwrap_or_default().trim();
    let entries = if wanted.is_empty() { book::standing(State::Published)? } else { book::found(wanted)? };
    let content = html! {
        h1 { (words.title) }
        form method="get" role="search" {
            div .field { label for="field-q" { (words.find) } input #field-q type="search" name="q" value=(wanted); }
            button .button { (words.find) }
        }
        @if entries.is_empty() { p { (words.nothing) } }
        @for (number, entry) in &entries { (shown(words, number, entry)) }
        p { a href="/write" { (words.write) } }
    };
    Ok(Response::page(words.title, content))
}

fn shown(words: &words::Words, number: &Number, entry: &Entry) -> Markup {
    html! {
        article {
            p { (entry.text) }
            @if entry.picture.is_some() {
                p { a href={ "/pictures/" (book::written(number)) } { (words.picture_of) " " (entry.name) } }
            }
            p .hint { (entry.name) }
        }
    }
}

/// A picture of a published entry.
pub(crate) fn picture(_: &Visit, Path(number): Path<String>) -> Result<Response, Failure> {
    let published = ENTRIES.get(&book::read(&number)?)?.filter(|entry| entry.state == State::Published);
    let picture = published.and_then(|entry| entry.picture);
    picture.map(Response::blob).ok_or_else(|| Failure::NotFound("no such picture".to_owned()))
}

fn draft(fields: &mut Fields<'_>) -> Option<Draft> {
    let words = words::of(fields.language());
    let text = fields.lines("text", words.message).hint(words.all_read).most_letters(MOST_LETTERS).text();
    let picture = fields.files("picture", words.picture).most(1).accept("image/jpeg,image/png").optional();
    Some(Draft { text: text?, picture: picture?.into_iter().next().map(|picture| picture.id) })
}

/// The form for an entry.
pub(crate) fn write(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let words = words::of(visit.language());
    let page = |form: &View| Response::page(words.write, html! { h1 { (words.write) } (form.with(words.send)) });
    visit.form(draft).submit(page, |draft| {
        book::write(visit.context(), citizen, draft)?;
        Ok(Response::redirect("/"))
    })
}

/// The entries about which nobody has decided.
pub(crate) fn moderation(visit: &Visit, _: Operator) -> Result<Response, Failure> {
    let words = words::of(visit.language());
    let waiting = book::standing(State::Waiting)?;
    let content = html! {
        h1 { (words.moderation) }
        @if waiting.is_empty() { p { (words.nothing) } }
        @for (number, entry) in &waiting {
            form method="post" {
                p { (entry.text) " – " (entry.name) }
                input type="hidden" name="number" value=(book::written(number));
                button .button name="decision" value="publish" { (words.publish) } " "
                button .button name="decision" value="hide" { (words.hide) }
            }
        }
    };
    Ok(Response::page(words.moderation, content))
}

/// A moderator's decision.
pub(crate) fn decide(visit: &Visit, _: Operator) -> Result<Response, Failure> {
    let state = match visit.sent("decision") {
        Some("publish") => State::Published,
        Some("hide") => State::Hidden,
        _ => return Err(Failure::invalid("decision", "unknown", "must be publish or hide")),
    };
    book::moderate(visit, visit.sent("number").unwrap_or_default(), state)?;
    Ok(Response::redirect("/moderation"))
}

/// All entries, for the archive.
pub(crate) fn export(_: &Visit, _: Operator) -> Result<Response, Failure> {
    let mut csv = Csv::new(&["number", "by", "state", "text"]);
    for entry in ENTRIES.scan(&(), Order::Ascending) {
        let (number, entry) = entry?;
        csv.row(&[book::written(&number), entry.by, format!("{:?}", entry.state).to_lowercase(), entry.text]);
    }
    Ok(csv.response("entries.csv"))
}
