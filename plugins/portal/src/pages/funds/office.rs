//! The office of funds: calls are made, published, extended and resolved.

mod act;
mod edit;
mod parts;
mod show;

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{Button, ButtonLink, Markup, html};
use sdk::web::{Operator, Response, Visit, pagination};

use super::words::{closing, phase};
use crate::definition::Code;
use crate::funds::Officer;
use crate::funds::calls::{self, Within};
use crate::pages::{say, translated};
use crate::staff;

pub(crate) use act::{extend, name, publish, resolve};
pub(crate) use edit::{edit, make};
pub(crate) use parts::{evaluators, parts, schema};
pub(crate) use show::show;

/// The role of who judges.
const EVALUATOR: &str = "evaluator";
/// Of the calls that somebody judges, so many are shown at once.
const JUDGED: u32 = 50;

/// What somebody of the staff has to do with funds, by her roles: calls to make, calls to judge, proposals of an entity.
pub(crate) fn home(visit: &Visit, operator: Operator, page: PageRequest) -> Result<Response, Failure> {
    if visit.sent("join").is_some() {
        staff::came(&operator, visit.now())?;
        return Ok(Response::redirect("/funds/office"));
    }
    let is_officer = Officer::of(&operator).is_ok();
    let content = html! {
        @if is_officer { (all(visit, &page)?) }
        @if operator.has_role(EVALUATOR) { (judged(visit, &operator)?) }
        @if operator.has_role("applicant-entity") {
            h2 { (say("funds-of-entity")) }
            p { (say("funds-of-entity-for")) }
            p { a href="/funds/entity" { (say("funds-of-entity-list")) } }
        }
        p { a href="/funds" { (say("funds-all-calls")) } }
    };
    Ok(visit.titled("funds-office", content))
}

fn all(visit: &Visit, page: &PageRequest) -> Result<Markup, Failure> {
    let calls = calls::list(&Within::All, page)?;
    Ok(html! {
        p { (ButtonLink::primary(&say("funds-new-call"), "/funds/office/new")) }
        @if calls.items.is_empty() { p { (say("funds-no-calls")) } } @else {
            ul .cards { @for call in &calls.items { li .card {
                h2 { a href=(path(&call.code)) { (translated(&call.title, visit.language())) } }
                p { (phase(call, visit.now())) " " (closing(call, visit.now())) }
            } } }
        }
        (pagination(visit, &calls))
    })
}

fn judged(visit: &Visit, operator: &Operator) -> Result<Markup, Failure> {
    let calls = calls::list(&Within::Judged(operator.id.clone()), &PageRequest::first(JUDGED))?;
    let is_known = staff::member(&operator.id).is_ok();
    Ok(html! {
        h2 { (say("funds-judge")) }
        @if !is_known {
            p { (say("funds-join-for")) }
            form method="post" { (Button::secondary(&say("funds-join")).sends("join", "yes")) }
        }
        @if calls.items.is_empty() { p { (say("funds-nothing-to-judge")) } } @else {
            ul .cards { @for call in &calls.items { li .card {
                h3 { @if call.opened(visit.now()).is_ok() {
                    a href=(super::evaluate::path(&call.code)) { (translated(&call.title, visit.language())) }
                } @else { (translated(&call.title, visit.language())) } }
                p { (phase(call, visit.now())) " " (closing(call, visit.now())) }
            } } }
        }
    })
}

/// Where the office works on a call.
fn path(code: &Code) -> String {
    format!("/funds/office/{code}")
}
