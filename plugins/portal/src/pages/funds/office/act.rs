//! What the office does with a call: publishes it, takes proposals longer, names evaluators, publishes the result.

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, Notice, Tone, html};
use sdk::web::{Path, Response, Visit};
use sdk::{Failure, Timestamp, ensure};

use super::edit::moment;
use super::parts::who_may_judge;
use super::path;
use super::show::words_of;
use crate::definition::Code;
use crate::funds::{Call, Named, Officer, Refused, check};
use crate::funds::{calls, resolve as results};
use crate::pages::funds::words::closing;
use crate::pages::{say, translated};

/// Letters of a reason.
const MOST_OF_REASON: usize = 2_000;

/// Makes a call public, after a look at what cannot be changed any more.
pub(crate) fn publish(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find(&code)?;
    if visit.is_submission() {
        calls::publish(&officer, visit.context(), &code)?;
        return Ok(Response::redirect(path(&code)));
    }
    let problems = check(&call, visit.now());
    let title = say("funds-needs");
    let said = html! { ul { @for problem in &problems { li { (words_of(problem, visit.language())) } } } };
    let content = html! {
        p { a href=(path(&code)) { (translated(&call.title, visit.language())) } }
        @if problems.is_empty() {
            p { (closing(&call, visit.now())) }
            p { (say("funds-publish-for")) }
            form method="post" { (Button::primary(&say("funds-publish"))) }
        } @else { (Notice::new(Tone::Warning, &title, &said)) }
    };
    Ok(visit.titled("funds-publish", content))
}

/// Takes proposals longer.
pub(crate) fn extend(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    let form = visit.form(|fields: &mut Fields<'_>| {
        let closes: Option<Timestamp> = moment(fields, "closes", "funds-closes", Some(call.closes));
        let reason = fields.lines("reason", &say("funds-why")).hint(say("funds-why-public")).rows(3);
        let reason = reason.most_letters(MOST_OF_REASON).text();
        Some((closes?, reason?))
    });
    let page = |form: &View| page(visit, &call, "funds-extend", &say("funds-extend-for"), form);
    form.submit(page, |(closes, reason)| {
        calls::extend(&officer, visit.context(), &code, closes, &reason)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Names more evaluators of a public call.
pub(crate) fn name(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    let known: Vec<Choice<Named>> = who_may_judge()?;
    let form = visit.form(|fields: &mut Fields<'_>| {
        let label = say("funds-evaluators");
        let who = fields.any_of("evaluators", &label, &known).hint(say("funds-evaluators-hint")).at_least_one().read();
        let reason = fields.lines("reason", &say("funds-why")).hint(say("funds-why-public")).rows(3);
        let reason = reason.most_letters(MOST_OF_REASON).text();
        Some((who?, reason?))
    });
    let page = |form: &View| page(visit, &call, "funds-name", &say("funds-name-for"), form);
    form.submit(page, |(who, reason)| {
        calls::name(&officer, visit.context(), &code, who, &reason)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Publishes the result of a call.
pub(crate) fn resolve(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    call.opened(visit.now())?;
    ensure!(!matches!(call.stage, crate::funds::Stage::Resolved(_)), Refused::NotEvaluation);
    let form = visit.form(|fields: &mut Fields<'_>| {
        let reason = fields.lines("reason", &say("funds-remark")).hint(say("funds-remark-hint")).rows(3);
        reason.most_letters(MOST_OF_REASON).optional().text().map(Option::unwrap_or_default)
    });
    let waits = call.unfinished().count();
    let said = if waits == 0 { say("funds-resolve-for") } else { say("funds-resolve-early") };
    let page = |form: &View| page(visit, &call, "funds-resolve", &said, form);
    form.submit(page, |reason| {
        results::resolve(&officer, visit.context(), &code, &reason)?;
        Ok(Response::redirect(format!("/funds/{code}/result")))
    })
}

fn page(visit: &Visit, call: &Call, title: &str, said: &str, form: &View) -> Response {
    let content = html! {
        p { a href=(path(&call.code)) { (translated(&call.title, visit.language())) } }
        p { (said) }
        (form.around(html! { (Button::primary(&say(title))) }))
    };
    visit.titled(title, content)
}
