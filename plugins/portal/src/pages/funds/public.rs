//! What everybody reads of calls.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{ButtonLink, Column, Language, Markup, Summary, Table, html};
use sdk::i18n::Argument;
use sdk::web::{Path, Response, Visit, pagination};

use super::words::{audience, closing, paragraphs, phase};
use crate::definition::{Audience, Code, Need};
use crate::funds::calls::{self, Within};
use crate::funds::history::{self, Entry, Event};
use crate::funds::proposals;
use crate::funds::{Call, Phase};
use crate::pages::{say, say_with, translated, under_own_title};

/// The calls, the last to close first.
pub(crate) fn list(visit: &Visit, page: PageRequest) -> Result<Response, Failure> {
    let calls = calls::list(&Within::Public, &page)?;
    let (language, now) = (visit.language(), visit.now());
    let content = html! {
        p .lead { (say("funds-lead")) }
        @if calls.items.is_empty() { p { (say("funds-no-calls")) } } @else {
            ul .cards { @for call in &calls.items { li .card {
                h2 { a href=(format!("/funds/{}", call.code)) { (translated(&call.title, language)) } }
                p { (phase(call, now)) }
                p { (closing(call, now)) }
                p { (say("funds-total")) ": " strong { (call.total) } }
            } } }
        }
        (pagination(visit, &calls))
        p { a href="/funds/mine" { (say("funds-mine")) } }
    };
    Ok(visit.titled("funds", content))
}

/// A call: for whom it is, until when, how much there is, how it is decided, and how to compete.
pub(crate) fn show(visit: &Visit, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    let (language, now) = (visit.language(), visit.now());
    let public = |entry: &Entry| matches!(entry.event, Event::Published | Event::Extended { .. } | Event::Named { .. });
    let happened: Vec<Entry> = history::read_call(&call)?.into_iter().filter(public).collect();
    let content = html! {
        p { a href="/funds" { (say("funds")) } }
        h1 { (translated(&call.title, language)) }
        p { (phase(&call, now)) " " (closing(&call, now)) }
        (paragraphs(&call.purpose, language))
        (next(&call, visit))
        (facts(&call, language))
        h2 { (say("funds-rules")) }
        (paragraphs(&call.rules, language))
        (asked(&call, language)?)
        (decided(&call, language))
        (super::words::history(&happened, &call))
    };
    Ok(under_own_title(visit, call.title.in_language(language), content))
}

/// What can be done now.
fn next(call: &Call, visit: &Visit) -> Markup {
    let result = format!("/funds/{}/result", call.code);
    let compete = |base: &str| format!("{base}/{}/project", call.code);
    let people = call.is_for(Audience::Person) || call.is_for(Audience::Company);
    match call.phase(visit.now()) {
        Phase::Resolved => html! { p { (ButtonLink::primary(&say("funds-see-result"), &result)) } },
        Phase::Open if !proposals::has_room(&call.code) => html! { p { (say("funds-no-room")) } },
        Phase::Open => html! {
            @if people {
                p { (ButtonLink::primary(&say("funds-compete"), &compete("/funds/mine"))) }
                @if call.is_for(Audience::Company) { p .hint { (say("funds-compete-company")) } }
            }
            @if call.is_for(Audience::Entity) {
                p { (say("funds-compete-entity")) " "
                    a href=(compete("/funds/entity")) { (say("funds-compete-for-entity")) } }
            }
            p .hint { (say("funds-sealed-promise")) }
        },
        Phase::Draft | Phase::Announced | Phase::Evaluation | Phase::Scored => html! {},
    }
}

fn facts(call: &Call, language: Language) -> Markup {
    let [who, opens, closes, total, most] =
        ["funds-for-whom", "funds-opens", "funds-closes", "funds-total", "funds-most"].map(say);
    let hour = |at: sdk::Timestamp| html! { span lang=[language.borrowed_from()] { (at.in_words(language)) } };
    let facts = Summary::new()
        .row(&who, &audience(call))
        .row(&opens, &hour(call.opens))
        .row(&closes, &hour(call.closes))
        .row(&total, &call.total)
        .row(&most, &call.most);
    html! { (facts) p .hint { (say("funds-clock")) } }
}

/// What is asked, so that everybody can prepare it.
fn asked(call: &Call, language: Language) -> Result<Markup, Failure> {
    let schema = call.questions()?;
    let fields = schema.as_ref().map_or(&[] as &[sdk::schema::Field], |schema| schema.fields());
    Ok(html! {
        h2 { (say("funds-what-is-asked")) }
        ul {
            li { (say("funds-asked-project")) }
            @for field in fields { li { (translated(field.title(), language)) } }
            @for document in &call.documents { li {
                (translated(&document.title, language)) " " span .hint {
                    (say(if document.need == Need::Required { "funds-document" } else { "funds-document-optional" }))
                }
            } }
        }
    })
}

/// The criteria, and the rule by which points become grants.
fn decided(call: &Call, language: Language) -> Markup {
    let [title, criterion, weight, meaning] =
        ["funds-criteria", "funds-criterion", "funds-weight", "funds-meaning"].map(say);
    let columns = [Column::text(&criterion), Column::number(&weight), Column::text(&meaning)];
    let row = |one: &crate::funds::Criterion| {
        vec![translated(&one.title, language), html! { (one.weight) "\u{a0}%" }, translated(&one.description, language)]
    };
    let rows: Vec<Vec<Markup>> = call.criteria.iter().map(row).collect();
    let least = Argument::number("least", i64::from(call.least));
    html! {
        h2 { (title) }
        (Table::new("criteria", &title, &columns, &rows).below_its_heading())
        p { (say_with("funds-least-says", &[least])) }
        p { (say("funds-rule")) }
        p { (say("funds-bounds")) }
    }
}
