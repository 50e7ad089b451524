//! What an applicant and the office say to each other.

use sdk::collections::PageRequest;
use sdk::html::{Markup, html};
use sdk::thread::Audience;
use sdk::web::{Path, Response, Visit};
use sdk::{Author, Failure};

use crate::application::Application;
use crate::pages::behalf::Behalf;
use crate::pages::messages::{self, MOST_LETTERS, READ, THREADS, Thread};
use crate::pages::say;

/// The side that an applicant is on.
const SIDE: Audience = Audience::Citizen;

/// Shows what was said, and says something more. Who answers has read.
pub(crate) fn messages(
    visit: &Visit,
    behalf: Behalf,
    Path(number): Path<String>,
    page: PageRequest,
) -> Result<Response, Failure> {
    let application = behalf.application(&number)?;
    let (number, path) = (&application.number, behalf.path_of(&application));
    if visit.is_submission() && visit.sent(READ).is_some() {
        THREADS.mark_read(number, SIDE)?;
        return Ok(Response::redirect(format!("{path}/messages")));
    }
    let form =
        visit.form(|fields| fields.lines("text", &say("help-message")).rows(4).most_letters(MOST_LETTERS).text());
    let thread = Thread::of(visit, &application, SIDE, &page)?;
    form.submit(
        |form| {
            let content = html! {
                p { a href=(path) { (say("help-to-application")) " " (number) } }
                p { (say("help-messages-for")) }
                (thread.with(form, &called))
            };
            visit.titled("help-messages", content)
        },
        |text| {
            THREADS.mark_read(number, SIDE)?;
            messages::write(visit, &application, SIDE, &text)?;
            Ok(Response::redirect(format!("{path}/messages")))
        },
    )
}

/// The way to the thread of an application, with how much of it is new.
pub(super) fn link(application: &Application, path: &str) -> Result<Markup, Failure> {
    messages::link(application, path, SIDE)
}

/// How much of a thread is new to the applicant.
pub(super) fn unread(application: &Application) -> Result<Markup, Failure> {
    messages::unread(application, SIDE)
}

/// Staff speak as the entity.
fn called(author: &Author) -> String {
    say(match author {
        Author::Citizen(_) | Author::Anonymous => "help-you",
        Author::Operator(_) | Author::Subsystem(_) | Author::System => "author-staff",
    })
}
