//! A test run: what would happen to answers that are typed, or made up.

use sdk::form::View;
use sdk::html::{Button, Column, Markup, Summary, Table, html};
use sdk::i18n::Argument;
use sdk::schema::{Answers, Facts};
use sdk::web::{Operator, Path, Response, Visit};
use sdk::{Date, Failure};

use super::{problems, title, under};
use crate::application::{Content, Entry, Event, Refused, total};
use crate::definition::{Code, Definition, Need, Procedure};
use crate::pages::catalogue::deadline;
use crate::pages::role as role_name;
use crate::pages::{say, say_with, translated};
use crate::procedures;
use crate::trial::{self, End, Journey, Sample, sample};

/// Shows all questions with an example of answers, and what would happen.
pub(crate) fn attempt(visit: &Visit, _: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let definition = procedures::draft(&code)?.definition;
    let procedure = match Procedure::read(definition.clone(), 1) {
        Ok(procedure) => procedure,
        Err(found) => {
            let content = html! {
                p { (say("design-cannot-try")) }
                (problems::shown(&definition, &found, visit.language()))
            };
            return Ok(under(visit, &definition, &title("design-try"), &content));
        }
    };
    let number = visit.query_as::<u32>("sample")?.unwrap_or(1);
    let today = visit.now().date_in_la_paz();
    let Sample { answers, facts } = sample(procedure.schema(), u64::from(number), today);
    let names: Vec<&str> = procedure.schema().fields().iter().map(sdk::schema::Field::name).collect();
    // What is typed is judged by itself: it does not stand on the example.
    let before = if visit.is_submission() { Answers::new() } else { answers.clone() };
    let filled = visit.form(|fields| procedure.schema().ask(fields, &names, &before, &facts, today));
    let view = filled.view().clone();
    let example = if visit.is_submission() {
        html! {}
    } else {
        tried(visit, &procedure, answers, facts.clone())?
    };
    filled.submit(
        |view| page(visit, &definition, number, view, &example),
        |typed| Ok(page(visit, &definition, number, &view, &tried(visit, &procedure, typed, facts.clone())?)),
    )
}

/// What would happen to answers, or what is wrong with them as a whole.
fn tried(visit: &Visit, procedure: &Procedure, answers: Answers, facts: Facts) -> Result<Markup, Failure> {
    match trial::run(procedure, answers, facts, visit.now()) {
        Ok(journey) => told(visit, procedure, &journey),
        Err(Refused::Content(wrong)) => Ok(html! {
            p { (say("design-try-wrong")) }
            ul { @for error in &wrong { li { (error.said(visit.language()).message) } } }
        }),
        Err(refused) => {
            let last = trial::last_of_calendar(&refused).ok_or(refused)?;
            Ok(beyond(last))
        }
    }
}

/// That the calendar does not reach further.
fn beyond(last: Date) -> Markup {
    html! { p { (say_with("design-try-beyond", &[Argument::date("day", last)])) } }
}

fn page(visit: &Visit, definition: &Definition, number: u32, view: &View, done: &Markup) -> Response {
    let another = format!("?sample={}", number.wrapping_add(1));
    let content = html! {
        p { (say("design-try-for")) }
        (done)
        h2 { (say("design-try-answers")) }
        p { a href=(another) { (say("design-try-another")) } }
        (view.around(html! { (Button::primary(&say("design-try-now"))) }))
    };
    under(visit, definition, &title("design-try"), &content)
}

/// What would happen.
fn told(visit: &Visit, procedure: &Procedure, journey: &Journey) -> Result<Markup, Failure> {
    let Journey { application, entries, .. } = journey;
    Ok(html! {
        h2 { (say("design-try-happens")) }
        (asked(visit, procedure, &application.content)?)
        (steps(visit, procedure, entries))
        (at_the_end(visit, procedure, journey))
    })
}

/// What is applied for, attached and paid.
fn asked(visit: &Visit, procedure: &Procedure, content: &Content) -> Result<Markup, Failure> {
    let language = visit.language();
    let registrations = content.registrations.iter().filter_map(|code| procedure.registration(code));
    let registrations = html! { ul .plain { @for one in registrations { li { (translated(&one.title, language)) } } } };
    let documents: Vec<_> = procedure.documents_asked(content).collect();
    let documents = html! { @if documents.is_empty() { (say("design-none")) } @else {
        ul .plain { @for one in documents { li {
            (translated(&one.title, language)) @if one.need == Need::Optional { " (" (say("design-optional")) ")" }
        } } }
    } };
    let fees = procedure.fees_of(content);
    let total = total(&fees)?;
    let paid = |moment| match moment {
        crate::definition::Moment::Review => say("design-before-review"),
        crate::definition::Moment::Result => say("design-before-result"),
    };
    let fees = html! { @if fees.is_empty() { (say("design-none")) } @else {
        ul .plain { @for owed in &fees { @if let Some(fee) = procedure.fee(&owed.fee) {
            li { (translated(&fee.title, language)) ": " (owed.amount) " — " (paid(fee.before)) }
        } } }
        p { strong { (say_with("design-try-total", &[Argument::money("total", total)])) } }
    } };
    let [what, attach, pay] = ["design-registrations", "design-documents", "design-fees"].map(say);
    Ok(html! { (Summary::new().row(&what, &registrations).row(&attach, &documents).row(&pay, &fees)) })
}

/// The steps that are taken, in order: whose, from when and until when.
fn steps(visit: &Visit, procedure: &Procedure, entries: &[Entry]) -> Markup {
    let language = visit.language();
    let [caption, step, of, who, from, until] =
        ["design-steps", "design-step", "design-of", "design-step-role", "design-from", "design-until"].map(say);
    let columns =
        [Column::text(&step), Column::text(&of), Column::text(&who), Column::text(&from), Column::text(&until)];
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Began { registration, step, role, until, .. } => {
                let registration = procedure.registration(registration)?;
                let step = registration.steps.iter().find(|one| one.code == *step)?;
                Some(vec![
                    translated(&step.title, language),
                    translated(&registration.title, language),
                    html! { (role_name(role.as_str())) },
                    html! { (entry.at.date_in_la_paz().in_words(language)) },
                    html! { (until.in_words(language)) },
                ])
            }
            _ => None,
        })
        .collect();
    html! {
        @if rows.is_empty() { p { (say("design-try-no-steps")) } } @else { (Table::new("steps", &caption, &columns, &rows)) }
        (passed_by(visit, procedure, entries))
    }
}

fn passed_by(visit: &Visit, procedure: &Procedure, entries: &[Entry]) -> Markup {
    let step = |entry: &Entry| match &entry.event {
        Event::PassedBy { registration, step } => {
            let found = procedure.registration(registration)?.steps.iter().find(|one| one.code == *step)?;
            Some(translated(&found.title, visit.language()))
        }
        _ => None,
    };
    let passed: Vec<Markup> = entries.iter().filter_map(step).collect();
    html! { @if !passed.is_empty() {
        p { (say("design-try-passed")) }
        ul { @for step in &passed { li { (step) } } }
    } }
}

/// What is issued, and when.
fn at_the_end(visit: &Visit, procedure: &Procedure, journey: &Journey) -> Markup {
    let language = visit.language();
    let issued = journey.entries.iter().filter_map(|entry| match &entry.event {
        Event::Decided { registration, .. } => Some((procedure.registration(registration)?, entry.at.date_in_la_paz())),
        _ => None,
    });
    html! {
        ul { @for (registration, day) in issued { li {
            (translated(&registration.result.title, language)) ": "
            (say_with("design-try-issued", &[Argument::date("day", day)]))
        } } }
        @if let End::BeyondCalendar { last } = journey.end { (beyond(last)) }
        p { (say_with("design-try-deadline", &[Argument::text("time", deadline(procedure.deadline()))])) }
    }
}
