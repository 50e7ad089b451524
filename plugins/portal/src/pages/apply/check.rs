//! The last look before something is submitted.

use std::collections::BTreeSet;

use sdk::Failure;
use sdk::form::View;
use sdk::html::{Button, Language, Markup, Summary, html};
use sdk::i18n::Argument;
use sdk::schema::{Line, Origin};
use sdk::web::{Response, Visit};

use super::Filling;
use super::questions::{heading, known};
use super::stops::{Stop, Way};
use super::unasked::ask_first;
use crate::application::{Acting, Attached, Owed, Submission, total};
use crate::consult::unasked;
use crate::definition::{Moment, Need, Procedure};
use crate::office::ThisEntity;
use crate::pages::catalogue::{deadline, silence_id};
use crate::pages::help::filed;
use crate::pages::{say, told, told_with, translated};
use crate::registers::Registers;
use crate::{desk, drafts, folder, number, receipt};

/// Shows all that was filled in, and submits it.
pub(super) fn check(visit: &Visit, filling: Filling, way: &Way) -> Result<Response, Failure> {
    let registers = Registers::connected()?;
    if !unasked(&filling.procedure, &registers, &filling.draft.content).is_empty() {
        return ask_first(visit, filling, way, &registers);
    }
    let missing = missing(&filling, way);
    let form = visit.form(|fields| filling.behalf.confirmed(fields));
    if !missing.is_empty() {
        return Ok(incomplete(visit, &filling, way, &missing));
    }
    let facts = facts(visit, &filling)?;
    let fees = fees(visit, &filling.procedure, &filling.procedure.fees_of(&filling.draft.content))?;
    let page = |form: &View| shown(visit, &filling, way, [&facts, &fees], form);
    form.submit(page, |()| submit(visit, &filling))
}

/// The stops at which something is missing or wrong.
fn missing<'w>(filling: &Filling, way: &'w Way) -> Vec<&'w Stop> {
    let content = &filling.draft.content;
    let settled = filling.procedure.schema().settle(&content.answers, &content.facts, filling.today);
    let wrong: BTreeSet<&str> = settled.wrong().iter().map(|(name, _)| name.as_str()).collect();
    let is_open = |stop: &&Stop| match stop {
        Stop::Choice | Stop::Questions(_) => stop.fields().iter().any(|name| wrong.contains(name)),
        Stop::Document(document) => {
            let none = content.documents.get(&document.code).is_none_or(Vec::is_empty);
            none && document.need == Need::Required
        }
        Stop::Check => false,
    };
    way.stops().iter().filter(is_open).collect()
}

fn incomplete(visit: &Visit, filling: &Filling, way: &Way, missing: &[&Stop]) -> Response {
    let title = sdk::i18n::say("not-complete", &[]);
    let content = html! {
        (heading(visit, filling, way, &Stop::Check, &title))
        p { (told("not-complete-for", visit.language())) }
        ul { @for stop in missing { li { a href=(filling.path(stop)) { (name(visit, stop)) } } } }
    };
    visit.under(title, content)
}

fn name(visit: &Visit, stop: &Stop) -> Markup {
    match stop {
        Stop::Choice => told("what-for", visit.language()),
        Stop::Questions(page) => translated(&page.title, visit.language()),
        Stop::Document(document) => translated(&document.title, visit.language()),
        Stop::Check => told("check", visit.language()),
    }
}

fn shown(visit: &Visit, filling: &Filling, way: &Way, [facts, fees]: [&Markup; 2], form: &View) -> Response {
    let title = sdk::i18n::say("check", &[]);
    let (entry, language) = (&filling.procedure.definition().entry, visit.language());
    let content = html! {
        (heading(visit, filling, way, &Stop::Check, &title))
        (facts)
        @for stop in way.stops() { (answers(visit, filling, stop)) }
        (fees)
        h2 { (told("what-then", language)) }
        p { @if entry.deadline.working_days > 0 {
            (told_with("time-limit", &[Argument::text("time", deadline(entry.deadline))], language)) " "
            (told(silence_id(entry.deadline.silence), language))
        } @else { (told("at-once", language)) } }
        p { (told("only-once", language)) }
        (form.around(html! { (Button::primary(&say("submit"))) }))
        p { a href=(filling.behalf.home()) { (told("submit-later", language)) } }
    };
    visit.under(title, content)
}

/// What registers said, and which.
fn facts(visit: &Visit, filling: &Filling) -> Result<Markup, Failure> {
    let content = &filling.draft.content;
    let mut lines = filling.procedure.schema().summary(&content.answers, visit.language());
    lines.retain(|line| matches!(line.field.origin(), Origin::Brought(_)));
    let names: Vec<&str> = lines.iter().map(|line| line.field.name()).collect();
    let known = known(visit, filling, &names)?;
    Ok(html! { @if !lines.is_empty() {
        h2 { (told("known-already", visit.language())) }
        (known)
        (crate::pages::lines(&lines))
    } })
}

/// What was answered or attached at a stop, with the way back to it.
fn answers(visit: &Visit, filling: &Filling, stop: &Stop) -> Markup {
    let (content, change, path) = (&filling.draft.content, say("change"), filling.path(stop));
    match stop {
        Stop::Check => html! {},
        Stop::Document(document) => {
            let files = content.documents.get(&document.code).map_or(&[] as &[Attached], Vec::as_slice);
            let value = html! { @if files.is_empty() { (told("nothing-attached", visit.language())) } @else {
                ul .plain { @for file in files { li { (file.name) } } }
            } };
            let title = document.title.in_language(visit.language());
            html! { (Summary::new().row_with_link(title, &value, &change, &path)) }
        }
        Stop::Choice | Stop::Questions(_) => {
            let schema = filling.procedure.schema();
            let mut lines = schema.summary(&content.answers, visit.language());
            // What registers said stands above, once.
            let asked = |line: &Line<'_>| !matches!(line.field.origin(), Origin::Brought(_));
            lines.retain(|line| asked(line) && stop.fields().contains(&line.field.name()));
            html! {
                h2 { (name(visit, stop)) }
                (crate::pages::lines(&lines))
                p { a href=(path) { (change) span .unseen { " " (name(visit, stop)) } } }
            }
        }
    }
}

/// What has to be paid, and when.
fn fees(visit: &Visit, procedure: &Procedure, fees: &[Owed]) -> Result<Markup, Failure> {
    let total = total(fees)?;
    let language = visit.language();
    Ok(html! {
        h2 { (told("fees", language)) }
        @if fees.is_empty() { p { (told("free-of-charge", language)) } } @else {
            ul { @for owed in fees { @if let Some(fee) = procedure.fee(&owed.fee) { li {
                (translated(&fee.title, language)) ": " strong { (owed.amount) } " — "
                (told(if fee.before == Moment::Review { "paid-before-review" } else { "paid-before-result" }, language))
            } } } }
            p { (told("total", language)) ": " strong { (total) } }
        }
    })
}

fn submit(visit: &Visit, filling: &Filling) -> Result<Response, Failure> {
    let (draft, procedure) = (&filling.draft, &filling.procedure);
    let this = ThisEntity::configured()?;
    let office = this.at(procedure, visit.now());
    let number = number::new();
    let content = procedure.settled(draft.content.clone(), visit.now().date_in_la_paz())?;
    let receipt = receipt::sign(&this, procedure, &number, &content, visit.now());
    let (actor, applicant) = (filling.behalf.actor(), filling.behalf.applicant(draft));
    let submission = Submission { number, applicant, content, receipt };
    let application = desk::submit(&Acting { procedure, office: &office, now: visit.now(), actor }, submission)?;
    let title = procedure.definition().entry.title.in_language(Language::Spanish);
    drafts::submitted(draft, &application)?;
    if let Some(operator) = filling.behalf.counter() {
        return filed(visit, operator, &application);
    }
    folder::put(&draft.owner.subject, application.content.files(), title, visit.now())?;
    Ok(Response::redirect(format!("{}/submitted", filling.behalf.path_of(&application))))
}
