//! What applicants and the office say to each other, and what staff note for themselves.

use sdk::collections::PageRequest;
use sdk::form::{Choice, Fields};
use sdk::html::{Column, Markup, Table, html};
use sdk::thread::Audience;
use sdk::web::{Operator, Path, Response, Visit, pagination};
use sdk::{Author, Failure};

use super::{Desk, path};
use crate::application::Application;
use crate::pages::messages::{self, MOST_LETTERS, READ, THREADS, Thread};
use crate::pages::{say, translated};
use crate::{staff, telling};

/// The side that staff are on.
const SIDE: Audience = Audience::Staff;

/// Shows what was said and noted, and says or notes something more. Who answers the applicant has read.
pub(crate) fn messages(
    visit: &Visit,
    operator: Operator,
    Path(number): Path<String>,
    page: PageRequest,
) -> Result<Response, Failure> {
    let desk = Desk::of(visit, &operator, &number)?;
    let (application, number) = (&desk.application, &desk.application.number);
    let here = format!("{}/messages", path(application));
    if visit.is_submission() && visit.sent(READ).is_some() {
        THREADS.mark_read(number, SIDE)?;
        return Ok(Response::redirect(here));
    }
    let form = visit.form(named);
    let thread = Thread::of(visit, application, SIDE, &page)?;
    form.submit(
        |form| {
            let content = html! {
                p { a href=(path(application)) { (say("help-to-application")) " " (number) } }
                (thread.with(form, &|author| called(author, application)))
            };
            visit.titled("help-messages", content)
        },
        |(text, audience)| {
            messages::write(visit, application, audience, &text)?;
            if audience == Audience::Citizen {
                THREADS.mark_read(number, SIDE)?;
                telling::message(&desk.procedure, application)?;
            }
            Ok(Response::redirect(here.clone()))
        },
    )
}

/// Whom it is for has to be chosen: a note that is sent to the applicant by mistake cannot be taken back.
fn named(fields: &mut Fields<'_>) -> Option<(String, Audience)> {
    let audiences = [
        Choice::new(Audience::Citizen, "citizen", say("help-to-applicant")),
        Choice::new(Audience::Staff, "staff", say("help-to-staff")),
    ];
    let audience = fields.one_of("audience", &say("help-for-whom"), &audiences).required();
    let text = fields.lines("text", &say("help-message")).rows(4).most_letters(MOST_LETTERS).text();
    text.zip(audience)
}

/// The applications whose applicants wait for somebody to read what they wrote, those that have waited longest first.
pub(crate) fn unread(visit: &Visit, operator: Operator, page: PageRequest) -> Result<Response, Failure> {
    let waiting = THREADS.waiting(&page)?;
    let [number, what] = ["number", "procedure"].map(say);
    let columns = [Column::text(&number), Column::text(&what)];
    let mut rows: Vec<Vec<Markup>> = Vec::with_capacity(waiting.items.len());
    for number in &waiting.items {
        let desk = match Desk::of(visit, &operator, number) {
            Ok(desk) => desk,
            // Those that are not for her, others see.
            Err(Failure::NotFound(_)) => continue,
            Err(other) => return Err(other),
        };
        let title = &desk.procedure.definition().entry.title;
        let link = html! { a href=(format!("{}/messages", path(&desk.application))) { (number) } };
        rows.push(vec![link, translated(title, visit.language())]);
    }
    let caption = say("help-unread-messages");
    let content = html! {
        @if rows.is_empty() { p { (say("help-nothing-unread")) } }
        @else { (Table::new("unread", &caption, &columns, &rows).below_its_heading()) }
        (pagination(visit, &waiting))
        p { a href="/office" { (say("office")) } }
    };
    Ok(visit.titled("help-unread-messages", content))
}

/// The way to the thread of an application, with how much of it is new to staff.
pub(super) fn link(application: &Application) -> Result<Markup, Failure> {
    messages::link(application, &path(application), SIDE)
}

/// How much of a thread is new to staff.
pub(super) fn new(application: &Application) -> Result<Markup, Failure> {
    messages::unread(application, SIDE)
}

fn called(author: &Author, application: &Application) -> String {
    match author {
        Author::Operator(id) => staff::member(id).map_or_else(|_| id.clone(), |member| member.called().to_owned()),
        Author::Citizen(_) | Author::Anonymous => {
            application.applicant.name.clone().unwrap_or_else(|| say("author-applicant"))
        }
        Author::Subsystem(_) | Author::System => say("author-portal"),
    }
}
