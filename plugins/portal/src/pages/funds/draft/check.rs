//! The last look at a proposal, its submission, and throwing a draft away.

use sdk::Failure;
use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Markup, html};
use sdk::web::{Path, Response, Visit};

use super::super::words::{closing, content};
use super::{Stop, Writing, missing_at};
use crate::definition::Code;
use crate::funds::{Content, Missing, Party};
use crate::funds::{calls, drafts, proposals};
use crate::pages::{say, translated};

/// Shows all that was written, and submits it.
pub(crate) fn check(visit: &Visit, party: Party, Path(code): Path<Code>) -> Result<Response, Failure> {
    let writing = Writing::of(visit, party, &code)?;
    let said = match writing.draft.judged(&writing.call, &writing.party, visit.now()) {
        Ok(said) => said,
        Err(missing) => return Ok(incomplete(visit, &writing, &missing)),
    };
    let form = visit.form(|fields: &mut Fields<'_>| fields.confirmation("true", &say("funds-all-is-true")).required());
    form.submit(
        |form| shown(visit, &writing, &said, form),
        |()| {
            let accepting = writing.accepting(visit)?;
            let proposal = proposals::submit(&accepting, visit.context(), &writing.party, &writing.draft)?;
            Ok(Response::redirect(format!("{}/sent/{}?new=yes", writing.party.base(), proposal.number)))
        },
    )
}

fn shown(visit: &Visit, writing: &Writing, said: &Content, form: &View) -> Response {
    let page = html! {
        (writing.way(visit, &Stop::Check))
        h1 { (say("funds-check")) }
        // A file can be opened once the proposal was submitted: until then it is named.
        (without_links(writing, said, visit))
        p { (closing(&writing.call, visit.now())) }
        p { (say("funds-before-submitting")) }
        (form.around(html! { (Button::primary(&say("funds-submit"))) }))
    };
    visit.under(sdk::i18n::say("funds-check", &[]), page)
}

fn without_links(writing: &Writing, said: &Content, visit: &Visit) -> Markup {
    let named = Content { documents: Default::default(), ..said.clone() };
    html! {
        (content(&writing.call, &named, "", visit.language()))
        @for document in &writing.call.documents {
            p { strong { (translated(&document.title, visit.language())) } }
            ul { @for file in said.documents.get(&document.code).into_iter().flatten() { li { (file.name) } } }
        }
    }
}

fn incomplete(visit: &Visit, writing: &Writing, missing: &[Missing]) -> Response {
    let stops = writing.stops();
    let open = stops.iter().filter(|stop| **stop != Stop::Check && missing.contains(&missing_at(stop)));
    let page = html! {
        (writing.way(visit, &Stop::Check))
        h1 { (say("funds-not-complete")) }
        p { (say("funds-not-complete-for")) }
        ul { @for stop in open { li { a href=(writing.path(stop)) { (writing.name(stop, visit.language()).on_page(visit.language())) } } } }
    };
    visit.under(sdk::i18n::say("funds-not-complete", &[]), page)
}

/// Throws a draft away. That can be done when the call has closed, too.
pub(crate) fn discard(visit: &Visit, party: Party, Path(code): Path<Code>) -> Result<Response, Failure> {
    if visit.is_submission() {
        drafts::discard(&party, &code)?;
        return Ok(Response::redirect(party.base()));
    }
    let none = || Failure::NotFound(format!("there is no draft for {code}"));
    drafts::find(&party, &code)?.ok_or_else(none)?;
    let call = calls::find(&code)?;
    let page = html! {
        p { (translated(&call.title, visit.language())) }
        p { (say("funds-discard-for")) }
        form method="post" { (Button::danger(&say("funds-discard"))) " "
            (ButtonLink::secondary(&say("funds-keep"), party.base())) }
    };
    Ok(visit.titled("funds-discard", page))
}
