//! One application, as staff see it, and taking it on.

use sdk::Failure;
use sdk::html::{Button, ButtonLink, Language, Markup, Tag, html};
use sdk::web::{Operator, Path, PathPair, Response, Visit};

use super::inbox::find_form;
use super::{Desk, path};
use crate::application::{Act, Application, Owner, Track};
use crate::definition::{Code, Procedure};
use crate::pages::applications::{consulted, events};
use crate::pages::{applications, say, translated};
use crate::{desk, number, staff};

/// An application with what she can do with it.
pub(crate) fn show(visit: &Visit, operator: Operator, Path(number): Path<String>) -> Result<Response, Failure> {
    let desk = Desk::of(visit, &operator, &number)?;
    let (application, procedure, language) = (&desk.application, &desk.procedure, visit.language());
    let history = desk::history(&application.number)?;
    let title = &procedure.definition().entry.title;
    let content = html! {
        p { a href="/office" { (say("office")) } }
        h1 { (translated(title, language)) }
        p .hint { (say("number")) " " strong { (application.number) } " · " (application.submitted.in_words(language)) }
        (applicant(application))
        (super::messages::link(application)?)
        @for track in &application.tracks { (track_of(&desk, track, &operator, visit)) }
        (unpaid(&desk, &operator, language))
        h2 { (say("what-it-says")) }
        (applications::content(visit, application, procedure, &path(application)))
        (events(&history, procedure, language))
        (consulted(application, procedure, language))
    };
    Ok(crate::pages::under_own_title(visit, title.in_language(language), content))
}

fn applicant(application: &Application) -> Markup {
    let who = &application.applicant;
    html! {
        p { (say("applicant")) ": " strong { (who.name.as_deref().unwrap_or("—")) }
            @if let Some(represented) = &who.represents { " " (say("on-behalf-of")) " " strong { (represented) } }
            @if who.assistance.is_some() { " — " (say("was-assisted")) } }
    }
}

/// A registration: where it is, and what she can do with it now.
fn track_of(desk: &Desk, track: &Track, operator: &Operator, visit: &Visit) -> Markup {
    let procedure: &Procedure = &desk.procedure;
    let Some(registration) = procedure.registration(&track.registration) else { return html! {} };
    let (text, tone) = applications::state(track);
    html! {
        section {
            h2 { (translated(&registration.title, visit.language())) }
            p { (Tag::new(&say(text), tone)) @if let Some(until) = track.until() { " " (say("until")) " " (until.short()) } }
            (actions(desk, track, operator))
        }
    }
}

fn actions(desk: &Desk, track: &Track, operator: &Operator) -> Markup {
    let Owner::Role { role, holder } = track.owner() else { return html! {} };
    let at = |what: &str| format!("{}/{}/{what}", path(&desk.application), track.registration);
    let is_hers = holder == Some(operator.id.as_str());
    html! {
        @if let Some(holder) = holder { p { (say("held-by")) " " (called(holder)) } }
        @if desk.is_own(operator) { p { (say("refused-own")) } }
        @else if is_hers || desk.stands_in_for(holder) {
            p { (ButtonLink::primary(&say("decide"), &at("decide"))) }
            form method="post" action=(at("release")) { (Button::secondary(&say("give-back"))) }
        } @else if holder.is_none() && desk.may_take(track, role) {
            form method="post" action=(at("claim")) { (Button::primary(&say("take-on"))) }
        }
        @if desk.has_role("supervisor") { p { a href=(at("assign")) { (say("assign")) } } }
    }
}

fn called(id: &str) -> String {
    staff::member(id).map_or_else(|_| id.to_owned(), |member| member.called().to_owned())
}

/// What is to be paid, with the way to note a receipt for who takes money.
fn unpaid(desk: &Desk, operator: &Operator, language: Language) -> Markup {
    let numbered = desk.application.fees.iter().enumerate().filter(|(_, owed)| owed.receipt.is_none());
    let takes_money = desk.has_role("cashier") && !desk.is_own(operator);
    html! { @for (number, owed) in numbered {
        p { (say("to-pay")) ": " strong { (owed.amount) } " "
            @if let Some(fee) = desk.procedure.fee(&owed.fee) { "(" (translated(&fee.title, language)) ") " }
            @if takes_money { a href=(format!("{}/pay/{number}", path(&desk.application))) { (say("note-receipt")) } } }
    } }
}

/// Takes a registration on.
pub(crate) fn claim(
    visit: &Visit,
    operator: Operator,
    PathPair(number, registration): PathPair<String, Code>,
) -> Result<Response, Failure> {
    Desk::of(visit, &operator, &number)?.act(visit, Act::Claim(registration))
}

/// Gives it back.
pub(crate) fn release(
    visit: &Visit,
    operator: Operator,
    PathPair(number, registration): PathPair<String, Code>,
) -> Result<Response, Failure> {
    Desk::of(visit, &operator, &number)?.act(visit, Act::Release(registration))
}

/// A file of an application.
pub(crate) fn file(
    visit: &Visit,
    operator: Operator,
    PathPair(number, blob): PathPair<String, String>,
) -> Result<Response, Failure> {
    applications::attached(&Desk::of(visit, &operator, &number)?.application, &blob)
}

/// Leads to the application whose number was typed, or asks for it again.
pub(crate) fn find(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    let number = number::read(visit.query("number").unwrap_or_default());
    match number.map(|number| Desk::of(visit, &operator, &number)) {
        Some(Ok(desk)) => Ok(Response::redirect(path(&desk.application))),
        None | Some(Err(Failure::NotFound(_))) => {
            let content = html! {
                p { (say("no-such-number")) }
                (find_form(visit))
                p { a href="/office" { (say("office")) } }
            };
            Ok(visit.titled("find-number", content).with_status(404))
        }
        Some(Err(other)) => Err(other),
    }
}
