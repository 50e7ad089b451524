//! Asking, answering, and reporting.

use sdk::form::{Fields, View};
use sdk::html::{Button, Checked, Markup, html};
use sdk::web::{Citizen, Operator, Path, PathPair, Response, Visit};
use sdk::{Failure, ensure};

use super::path;
use super::thread::{self, at};
use crate::definition::Code;
use crate::forum::{self, MOST_OF_REASON, MOST_OF_TEXT, MOST_OF_TITLE, Refused, Shown};
use crate::pages::{paragraphs, say, translated};

/// Opens a thread.
pub(crate) fn open(visit: &Visit, citizen: Citizen, Path(code): Path<Code>) -> Result<Response, Failure> {
    let topic = forum::topic(&code)?;
    let form = visit.form(|fields| {
        let title = fields.line("title", &say("forum-title")).hint(say("forum-title-hint"));
        let title = title.most_letters(MOST_OF_TITLE).text();
        let said = said(fields, &citizen);
        Some((title?, said?))
    });
    let page = |form: &View| {
        let content = html! {
            p { a href=(format!("/forum/{code}")) { (translated(&topic.title, visit.language())) } }
            p { (say("forum-public-warning")) }
            (form.around(html! { (Button::primary(&say("forum-publish"))) }))
        };
        visit.titled("forum-ask", content)
    };
    form.submit(page, |(title, (text, shown))| {
        let thread = forum::open(visit.context(), &code, &title, &text, shown)?;
        Ok(Response::redirect(path(&thread)))
    })
}

/// Answers in a thread as a citizen.
pub(crate) fn answer(
    visit: &Visit,
    citizen: Citizen,
    PathPair(topic, id): PathPair<Code, String>,
) -> Result<Response, Failure> {
    let warning = say("forum-public-warning");
    answered(visit, &topic, &id, "forum-answer", html! { p { (warning) } }, |fields| said(fields, &citizen))
}

/// Answers in a thread for the entity.
pub(crate) fn speak(
    visit: &Visit,
    _: Operator,
    PathPair(topic, id): PathPair<Code, String>,
) -> Result<Response, Failure> {
    let warning = say("forum-as-entity-for");
    answered(visit, &topic, &id, "forum-answer-as-entity", html! { p { (warning) } }, |fields| {
        text(fields).map(|text| (text, Shown::Nameless))
    })
}

fn answered(
    visit: &Visit,
    topic: &Code,
    id: &str,
    title: &str,
    before: Markup,
    name: impl FnOnce(&mut Fields<'_>) -> Option<(String, Shown)>,
) -> Result<Response, Failure> {
    let thread = thread::of(topic, id)?;
    ensure!(thread.locked().is_none(), Refused::Locked);
    let heading = super::list::title(&thread)?;
    let form = visit.form(name);
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&thread)) { (heading) } }
            (before)
            (form.around(html! { (Button::primary(&say("forum-publish"))) }))
        };
        visit.titled(title, content)
    };
    form.submit(page, |(text, shown)| {
        let answered = forum::answer(visit.context(), id, &text, shown)?;
        Ok(Response::redirect(at(&answered, answered.posts.saturating_sub(1))))
    })
}

/// What is said, and as whom. Who has no name here is asked nothing.
fn said(fields: &mut Fields<'_>, citizen: &Citizen) -> Option<(String, Shown)> {
    let text = text(fields);
    let shown = match citizen.name {
        Some(_) => fields.confirmation("name", &say("forum-show-name")).hint(say("forum-show-name-hint")).read(),
        None => Some(Checked::No),
    };
    let shown = if shown? == Checked::Yes { Shown::FirstName } else { Shown::Nameless };
    Some((text?, shown))
}

fn text(fields: &mut Fields<'_>) -> Option<String> {
    fields.lines("text", &say("forum-text")).rows(8).most_letters(MOST_OF_TEXT).text()
}

/// Reports a post. Nobody has to sign in for it.
pub(crate) fn report(visit: &Visit, PathPair(topic, id): PathPair<Code, String>) -> Result<Response, Failure> {
    let number: u32 = visit.parameter("post")?;
    let thread = thread::of(&topic, &id)?;
    let post = forum::find(&id, number)?;
    ensure!(post.hidden().is_none(), Refused::Already);
    let form = visit.form(|fields: &mut Fields<'_>| {
        fields.lines("reason", &say("forum-report-why")).rows(3).most_letters(MOST_OF_REASON).text()
    });
    let page = |form: &View| {
        let content = html! {
            p { (say("forum-report-for")) }
            blockquote { (paragraphs(&post.text)) }
            (form.around(html! { (Button::primary(&say("forum-report"))) }))
            p { a href=(at(&thread, number)) { (say("forum-back-to-thread")) } }
        };
        visit.titled("forum-report", content)
    };
    form.submit(page, |reason| {
        forum::report(visit.context(), &id, number, &reason)?;
        let content = html! {
            p { (say("forum-reported-for")) }
            p { a href=(at(&thread, number)) { (say("forum-back-to-thread")) } }
        };
        Ok(visit.titled("forum-reported", content))
    })
}
