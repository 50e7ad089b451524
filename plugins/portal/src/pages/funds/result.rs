//! The result of a call: who got how much by how many points, with the reasons, and all by which it is computed again.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{Column, Markup, Summary, Table, html};
use sdk::web::{Path, PathPair, Response, Visit, pagination};

use super::words::{outcome, parts};
use crate::definition::Code;
use crate::funds::ranking::{Outcome, Placed};
use crate::funds::{Call, Proposal, Reader, Refused, Resolution, Stage, State};
use crate::funds::{calls, evaluation, proposals};
use crate::pages::{paragraphs, say, translated, under_own_title};

/// The result: the ranking with the points.
pub(crate) fn result(visit: &Visit, Path(code): Path<Code>, page: PageRequest) -> Result<Response, Failure> {
    let (call, resolution) = resolved(&code)?;
    let language = visit.language();
    let opened = call.opened(visit.now())?;
    let ranking = proposals::ranking(&opened, &page)?;
    let placed: Vec<(Proposal, Placed)> = ranking.items.iter().cloned().filter_map(placed).collect();
    let [total, granted, at] = ["funds-total", "funds-granted", "funds-resolved-at"].map(say);
    let path = format!("/funds/{code}");
    let content = html! {
        p { a href=(path) { (translated(&call.title, language)) } }
        h1 { (say("funds-result")) }
        (Summary::new()
            .row(&at, &resolution.at.in_words(language))
            .row(&total, &call.total)
            .row(&granted, &resolution.granted))
        (closed_early(&call)?)
        @if placed.is_empty() { p { (say("funds-nobody-competed")) } } @else { (table(&call, &placed)) }
        (pagination(visit, &ranking))
        h2 { (say("funds-compute-again")) }
        p { (say("funds-rule")) }
        p { (say("funds-compute-again-how")) }
        ul {
            li { a href=(format!("{path}/data")) { (say("funds-data")) } }
            li { a href=(format!("{path}/document")) { (say("funds-signed")) } }
        }
    };
    Ok(visit.under(sdk::i18n::say("funds-result", &[]), content))
}

/// The points and reasons of one proposal.
pub(crate) fn scores(visit: &Visit, PathPair(code, number): PathPair<Code, String>) -> Result<Response, Failure> {
    let (call, _) = resolved(&code)?;
    let opened = call.opened(visit.now())?;
    let none = || Refused::NoProposal { number: number.clone() };
    let (proposal, placed) = placed(proposals::find_opened(&opened, &number)?).ok_or_else(none)?;
    let said = evaluation::parts(&opened, &proposal, Reader::Another)?;
    let [points, asked, granted] = ["funds-points", "funds-asked", "funds-granted"].map(say);
    let content = html! {
        p { a href=(format!("/funds/{code}/result")) { (say("funds-back-to-result")) } }
        h1 { (proposal.title) }
        p { (proposal.number) " " (outcome(placed.outcome)) }
        (Summary::new()
            .row(&points, &placed.points.map(|points| points.to_string()).unwrap_or_default())
            .row(&asked, &proposal.asked)
            .row(&granted, &placed.granted))
        h2 { (say("funds-points-and-reasons")) }
        (parts(&call, &said, visit.language()))
    };
    Ok(under_own_title(visit, &proposal.title, content))
}

/// The data by which anybody computes the result again.
pub(crate) fn data(_: &Visit, Path(code): Path<Code>) -> Result<Response, Failure> {
    let (_, resolution) = resolved(&code)?;
    Ok(Response::blob(resolution.data).to_save_as(&format!("{code}.json")))
}

/// The result as a signed document.
pub(crate) fn signed(_: &Visit, Path(code): Path<Code>) -> Result<Response, Failure> {
    let (_, resolution) = resolved(&code)?;
    crate::pages::applications::signed(&resolution.document, &format!("{code}-resultado"))
}

/// A call with its result.
fn resolved(code: &Code) -> Result<(Call, Resolution), Failure> {
    let call = calls::find_public(code)?;
    match &call.stage {
        Stage::Resolved(resolution) => {
            let resolution = resolution.clone();
            Ok((call, resolution))
        }
        Stage::Draft | Stage::Published | Stage::Scored => Err(Failure::NotFound(say("funds-no-result-yet"))),
    }
}

fn placed(proposal: Proposal) -> Option<(Proposal, Placed)> {
    match &proposal.state {
        State::Placed(placed) => {
            let placed = placed.clone();
            Some((proposal, placed))
        }
        State::Submitted | State::Withdrawn { .. } => None,
    }
}

/// Why the evaluation was closed before all had finished, where it was.
fn closed_early(call: &Call) -> Result<Markup, Failure> {
    use crate::funds::history::{Event, read_call};
    let resolved = read_call(call)?.into_iter().rev().find(|entry| entry.event == Event::Resolved);
    let reason = resolved.map(|entry| entry.reason).filter(|reason| !reason.is_empty());
    Ok(html! { @if let Some(reason) = reason {
        h2 { (say("funds-remark")) }
        (paragraphs(&reason))
    } })
}

fn table(call: &Call, placed: &[(Proposal, Placed)]) -> Markup {
    let [caption, place, project, points, asked, result] =
        ["funds-ranking", "funds-place", "funds-project", "funds-points", "funds-asked", "funds-outcome"].map(say);
    let columns = [
        Column::number(&place),
        Column::text(&project),
        Column::number(&points),
        Column::number(&asked),
        Column::text(&result),
    ];
    let row = |(proposal, placed): &(Proposal, Placed)| {
        let path = format!("/funds/{}/result/{}", call.code, proposal.number);
        let who = proposal.competitor().filter(|_| placed.outcome == Outcome::Granted);
        vec![
            html! { @if let Some(place) = placed.place { (place) } },
            html! {
                a href=(path) { (proposal.title) }
                @if let Some(who) = who { br; (who) }
                br; span .hint { (proposal.number) }
            },
            html! { @if let Some(points) = placed.points { (points.to_string()) } },
            html! { (proposal.asked) },
            outcome(placed.outcome),
        ]
    };
    let rows: Vec<Vec<Markup>> = placed.iter().map(row).collect();
    html! { h2 { (caption) } (Table::new("ranking", &caption, &columns, &rows).below_its_heading()) }
}

/// What stands before a proposal's own pages once its call has a result.
pub(super) fn of_proposal(call: &Call, proposal: &Proposal) -> Markup {
    let State::Placed(placed) = &proposal.state else { return html! {} };
    let [place, points, granted] = ["funds-place", "funds-points", "funds-granted"].map(say);
    html! {
        (Summary::new()
            .row(&place, &placed.place.map(|place| place.to_string()).unwrap_or_default())
            .row(&points, &placed.points.map(|points| points.to_string()).unwrap_or_default())
            .row(&granted, &placed.granted))
        p {
            a href=(format!("/funds/{}/result/{}", call.code, proposal.number)) { (say("funds-points-and-reasons")) }
        }
    }
}
