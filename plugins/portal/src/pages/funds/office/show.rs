//! A call as the office sees it: what is missing, how far it is, and what can be done.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{ButtonLink, Column, Language, Markup, Notice, Table, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Path, Response, Visit, pagination};

use super::path;
use crate::definition::Code;
use crate::funds::{Call, Officer, Phase, Problem, Proposal, check};
use crate::funds::{calls, history, proposals};
use crate::pages::funds::read::address;
use crate::pages::funds::words;
use crate::pages::{say, say_with, translated, under_own_title};

/// A call.
pub(crate) fn show(visit: &Visit, _: Officer, Path(code): Path<Code>, page: PageRequest) -> Result<Response, Failure> {
    let call = calls::find(&code)?;
    let entries = history::read_call(&call)?;
    let content = html! {
        p { a href="/funds/office" { (say("funds-office")) } }
        h1 { (translated(&call.title, visit.language())) }
        p { (words::phase(&call, visit.now())) " " (words::closing(&call, visit.now())) }
        @match call.phase(visit.now()) {
            Phase::Draft => (draft(&call, visit)),
            Phase::Announced | Phase::Open => {
                p { (say("funds-sealed-until-closing")) }
                p { a href=(format!("{}/extend", path(&code))) { (say("funds-extend")) } }
            },
            Phase::Evaluation | Phase::Scored => {
                p { (ButtonLink::primary(&say("funds-resolve"), &format!("{}/resolve", path(&code)))) }
            },
            Phase::Resolved => p { a href=(format!("/funds/{code}/result")) { (say("funds-see-result")) } },
        }
        @if call.phase(visit.now()) != Phase::Draft {
            p { a href=(format!("/funds/{code}")) { (say("funds-public-page")) } }
            (evaluators(&call))
            @if !call.points_are_open() { p { a href=(format!("{}/name", path(&code))) { (say("funds-name")) } } }
        }
        (judged(&call, visit, &page)?)
        (words::history(&entries, &call))
    };
    Ok(under_own_title(visit, call.title.in_language(visit.language()), content))
}

/// What a call that is not public still needs, and its parts.
fn draft(call: &Call, visit: &Visit) -> Markup {
    let problems = check(call, visit.now());
    let title = say("funds-needs");
    let said = html! { ul { @for problem in &problems { li { (words_of(problem, visit.language())) } } } };
    let parts = [
        ("edit", "funds-edit"),
        ("parts", "funds-parts"),
        ("questions", "funds-questions"),
        ("evaluators", "funds-evaluators"),
    ];
    html! {
        @if problems.is_empty() {
            p { (ButtonLink::primary(&say("funds-publish"), &format!("{}/publish", path(&call.code)))) }
        } @else { (Notice::new(Tone::Warning, &title, &said)) }
        h2 { (say("funds-parts-of-call")) }
        ul { @for (page, id) in parts { li { a href=(format!("{}/{page}", path(&call.code))) { (say(id)) } } } }
    }
}

/// What keeps a call from being published.
pub(super) fn words_of(problem: &Problem, language: Language) -> String {
    match problem {
        Problem::NoAudience => say("funds-problem-audience"),
        Problem::Order => say("funds-problem-order"),
        Problem::Over => say("funds-problem-over"),
        Problem::NoMoney => say("funds-problem-money"),
        Problem::Most => say("funds-problem-most"),
        Problem::Criteria => say("funds-problem-criteria"),
        Problem::Documents => say("funds-problem-documents"),
        Problem::Weights { sum } => say_with("funds-problem-weights", &[Argument::number("sum", i64::from(*sum))]),
        Problem::Twice { code } => say_with("funds-problem-twice", &[Argument::text("code", code)]),
        Problem::Evaluators => say("funds-problem-evaluators"),
        Problem::Questions { problem } => {
            say_with("funds-problem-questions", &[Argument::text("problem", problem.in_words(language))])
        }
        Problem::Divides { field } => say_with("funds-problem-divides", &[Argument::text("field", field)]),
        Problem::Bound { field } => say_with("funds-problem-bound", &[Argument::text("field", field)]),
    }
}

/// Who judges, and who has finished.
fn evaluators(call: &Call) -> Markup {
    let [title, number, who, how_far] =
        ["funds-evaluators", "funds-number", "funds-evaluator", "funds-how-far"].map(say);
    let columns = [Column::number(&number), Column::text(&who), Column::text(&how_far)];
    let rows: Vec<Vec<Markup>> = (1..)
        .zip(&call.evaluators)
        .map(|(number, one): (u32, _)| {
            let id = if call.finished.contains(&one.id) { "funds-has-finished" } else { "funds-has-not-finished" };
            vec![html! { (number) }, html! { (one.called) }, html! { (say(id)) }]
        })
        .collect();
    html! { h2 { (title) } (Table::new("evaluators", &title, &columns, &rows).below_its_heading()) }
}

/// The proposals, once the call has closed.
fn judged(call: &Call, visit: &Visit, page: &PageRequest) -> Result<Markup, Failure> {
    let Ok(opened) = call.opened(visit.now()) else { return Ok(html! {}) };
    let all = proposals::list_opened(&opened, page)?;
    let [title, project, asked, state] = ["funds-proposals", "funds-project", "funds-asked", "funds-outcome"].map(say);
    let columns = [Column::text(&project), Column::number(&asked), Column::text(&state)];
    let row = |proposal: &Proposal| {
        let name = if proposal.is_withdrawn() {
            html! { (proposal.number) }
        } else {
            html! { a href=(address(&proposal.number)) { (proposal.title) } br; span .hint { (proposal.number) } }
        };
        vec![name, html! { (proposal.asked) }, words::state(proposal)]
    };
    let rows: Vec<Vec<Markup>> = all.items.iter().map(row).collect();
    Ok(html! {
        h2 { (title) }
        @if rows.is_empty() { p { (say("funds-nobody-competed")) } } @else {
            (Table::new("proposals", &title, &columns, &rows).below_its_heading())
        }
        (pagination(visit, &all))
    })
}
