//! Where a citizen asks for help: her codes, who helps her now, and who has.

use sdk::html::{Button, Code, Column, Hidden, Markup, Notice, Table, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Citizen, Response, Visit};
use sdk::{Failure, Timestamp};

use crate::help::Secret;
use crate::help::call::{self, Call};
use crate::help::consent::{self, Consent, MOST};
use crate::pages::{say, say_with};

/// What the buttons send.
const MAKE: &str = "make";
const END_CODE: &str = "code";
const END_HELP: &str = "help";

/// Shows her codes and who helps, makes a code, and ends either.
pub(crate) fn consents(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let (person, now) = (citizen.subject.as_str(), visit.now());
    if visit.sent(MAKE).is_some() {
        let (secret, ends) = consent::give(&citizen, now)?;
        return Ok(made(visit, &secret, ends));
    }
    if let Some(id) = visit.sent(END_CODE) {
        consent::end(person, id)?;
        return Ok(Response::redirect("/help"));
    }
    if let Some(id) = visit.sent(END_HELP) {
        call::end(call::find_of(person, id)?, now)?;
        return Ok(Response::redirect("/help"));
    }
    let (codes, calls) = (consent::open_of(person, now)?, call::of_person(person)?);
    let (open, past): (Vec<Call>, Vec<Call>) = calls.into_iter().partition(|call| call.is_open(now));
    let content = html! {
        p { (say("help-for")) }
        @for call in &open { (helps(call)) }
        h2 { (say("help-codes")) }
        p { (say("help-codes-for")) }
        @for code in &codes { (listed(code)) }
        @if codes.len() < MOST { form method="post" {
            (Hidden::new(MAKE, "yes")) (Button::primary(&say("help-make-code")))
        } } @else { p { (say("help-too-many-codes")) } }
        (helped(&past))
        p { (say("help-counter-too")) " " a href="/claim" { (say("help-claim")) } }
    };
    Ok(visit.titled("help-title", content))
}

/// The code, this once.
fn made(visit: &Visit, secret: &Secret, ends: Timestamp) -> Response {
    let content = html! {
        p { (say("help-read-it-out")) }
        (Code::new(&say("help-code"), secret.shown()))
        p { (say_with("help-code-until", &[Argument::time("end", ends)])) }
        p { strong { (say("help-code-once")) } }
        p { a href="/help" { (say("help-to-help")) } }
    };
    visit.titled("help-code", content)
}

/// Somebody who helps now.
fn helps(call: &Call) -> Markup {
    let title = say("help-helps-now");
    let said = html! {
        p { (say_with("help-who-until", &[Argument::text("name", name(call)), Argument::time("end", call.ends)])) }
        @if let Some(represented) = &call.applicant.represents {
            p { (say_with("help-on-behalf", &[Argument::text("name", represented.clone())])) }
        }
        form method="post" { (Hidden::new(END_HELP, &call.id)) (Button::danger(&say("help-end"))) }
    };
    html! { (Notice::new(Tone::Warning, &title, &said)) }
}

/// A code that was not used yet.
fn listed(code: &Consent) -> Markup {
    html! {
        form method="post" {
            p { (say_with("help-open-code", &[Argument::time("end", code.ends)])) }
            (Hidden::new(END_CODE, &code.id)) (Button::secondary(&say("help-end-code")))
        }
    }
}

fn helped(past: &[Call]) -> Markup {
    let [title, who, from, to] = ["help-helped", "help-who", "help-from", "help-to"].map(say);
    let columns = [Column::text(&who), Column::text(&from), Column::text(&to)];
    let row = |call: &Call| vec![html! { (name(call)) }, html! { (call.began.short()) }, html! { (call.ends.short()) }];
    let rows: Vec<Vec<Markup>> = past.iter().map(row).collect();
    html! { @if !rows.is_empty() {
        h2 { (title) }
        (Table::new("helped", &title, &columns, &rows).below_its_heading())
    } }
}

/// She may know who it is that she speaks with.
fn name(call: &Call) -> String {
    call.name.clone().unwrap_or_else(|| call.operator.clone())
}
