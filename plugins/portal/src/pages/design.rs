//! Designing: definitions are written part by part, tried, published and kept in versions, by who is no programmer.
//!
//! What is worked on is a draft; each page saves its part of it, whether the whole holds together by then or not. What does not
//! is said on the draft's own page, each problem with the way to its part.

mod ask;
mod attempt;
mod condition;
mod import;
mod item;
mod items;
mod json;
mod kinds;
mod list;
mod overview;
mod preview;
mod problems;
mod publish;
mod question;
mod section;
mod versions;
mod vocabulary;

use sdk::Failure;
use sdk::form::View;
use sdk::html::{Button, Markup, html};
use sdk::i18n::{self, Text};
use sdk::web::{Operator, Path, PathPair, Response, Visit};

use crate::definition::Channel;
use crate::definition::{
    Code, Cost, Definition, Document, Evidence, Fee, Output, Page, Place, Registration, Requirement, Rule, Step,
};
use crate::pages::{say, translated};
use crate::procedures::{self, Draft};

pub(crate) use attempt::attempt;
pub(crate) use import::import;
pub(crate) use json::{export, json};
pub(crate) use list::{list, new};
pub(crate) use overview::{discard, edit, overview};
pub(crate) use preview::preview;
pub(crate) use publish::{publish, withdraw};
pub(crate) use versions::{version, version_export, versions};
pub(crate) use vocabulary::vocabulary;

/// Where a draft is.
fn path(code: &Code) -> String {
    format!("/design/{code}")
}

/// Keeps a draft.
fn save(visit: &Visit, operator: &Operator, definition: Definition) -> Result<(), Failure> {
    procedures::keep_draft(&Draft { definition, changed: visit.now(), by: operator.id.clone() })
}

/// A page about a draft: the way back to it, its heading, and its content.
fn under(visit: &Visit, definition: &Definition, title: &Text, content: &Markup) -> Response {
    let content = html! {
        (back(visit, definition))
        h1 { (title.on_page(visit.language())) }
        (content)
    };
    visit.under(title.clone(), content)
}

fn back(visit: &Visit, definition: &Definition) -> Markup {
    let title = &definition.entry.title;
    html! { p { a href=(path(&definition.entry.code)) { (translated(title, visit.language())) } } }
}

/// The form of a part of a draft.
fn form(visit: &Visit, definition: &Definition, title: &Text, form: &View) -> Response {
    under(visit, definition, title, &html! { (form.around(html! { (Button::primary(&say("design-save"))) })) })
}

fn title(id: &str) -> Text {
    i18n::say(id, &[])
}

/// A part of a draft: a section of it, or another one of a list.
pub(crate) fn part(
    visit: &Visit,
    operator: Operator,
    PathPair(code, part): PathPair<Code, String>,
) -> Result<Response, Failure> {
    match part.as_str() {
        "texts" => section::section(visit, &operator, &code, &part, section::texts),
        "subject" => section::section(visit, &operator, &code, &part, section::subject),
        "search-words" => section::section(visit, &operator, &code, &part, section::search_words),
        "deadline" => section::section(visit, &operator, &code, &part, section::deadline),
        "burden" => section::section(visit, &operator, &code, &part, section::burden),
        "online" => section::section(visit, &operator, &code, &part, section::online),
        "questions" => question::question(visit, &operator, &code, None),
        _ => of_list(visit, &operator, &code, (&part, None), None),
    }
}

/// A part of a list.
pub(crate) fn item(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let (part, item): (String, String) = (visit.parameter("part")?, visit.parameter("item")?);
    if part == "questions" {
        return question::question(visit, &operator, &code, Some(&item));
    }
    of_list(visit, &operator, &code, (&part, Some(&item)), None)
}

/// Another part of a list that a part of a list has.
pub(crate) fn inner(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let (part, item, inner): (String, String, String) =
        (visit.parameter("part")?, visit.parameter("item")?, visit.parameter("inner")?);
    of_list(visit, &operator, &code, (&part, Some(&item)), Some((&inner, None)))
}

/// A part of such a list.
pub(crate) fn inner_item(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let (part, item, inner): (String, String, String) =
        (visit.parameter("part")?, visit.parameter("item")?, visit.parameter("inner")?);
    let within: String = visit.parameter("one")?;
    of_list(visit, &operator, &code, (&part, Some(&item)), Some((&inner, Some(&within))))
}

/// A list by its word, and one of its parts; no part, where one is to be added.
type Named<'a> = (&'a str, Option<&'a str>);

fn of_list(
    visit: &Visit,
    operator: &Operator,
    code: &Code,
    (list, one): Named<'_>,
    inner: Option<Named<'_>>,
) -> Result<Response, Failure> {
    let at = |one| item::Place { code, within: None, one };
    match (list, one, inner) {
        ("costs", one, None) => item::edit::<Cost>(visit, operator, at(one)),
        ("legal-basis", one, None) => item::edit::<Rule>(visit, operator, at(one)),
        ("channels", one, None) => item::edit::<Channel>(visit, operator, at(one)),
        ("places", one, None) => item::edit::<Place>(visit, operator, at(one)),
        ("outputs", one, None) => item::edit::<Output>(visit, operator, at(one)),
        ("requirements", one, None) => item::edit::<Requirement>(visit, operator, at(one)),
        ("pages", one, None) => item::edit::<Page>(visit, operator, at(one)),
        ("documents", one, None) => item::edit::<Document>(visit, operator, at(one)),
        ("fees", one, None) => item::edit::<Fee>(visit, operator, at(one)),
        ("registrations", one, None) => item::edit::<Registration>(visit, operator, at(one)),
        ("requirements", within, Some(("evidence", one))) => {
            item::edit::<Evidence>(visit, operator, item::Place { code, within, one })
        }
        ("registrations", within, Some(("steps", one))) => {
            item::edit::<Step>(visit, operator, item::Place { code, within, one })
        }
        _ => Err(Failure::NotFound(format!("a definition has no {list}"))),
    }
}
