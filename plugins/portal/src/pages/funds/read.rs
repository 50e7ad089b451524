//! Proposals as the office and the evaluators read them: when their call has closed.

use sdk::html::{Markup, html};
use sdk::web::{Operator, Path, PathPair, Response, Visit};
use sdk::{Failure, Timestamp};

use super::words::{content, history, parts, state};
use crate::funds::history::read_proposal;
use crate::funds::{Call, Content, Evaluator, Officer, Part, Proposal, Reader};
use crate::funds::{calls, evaluation, proposals};
use crate::pages::{say, translated, under_own_title};

/// A proposal as somebody of the staff may read it.
struct Reading {
    proposal: Proposal,
    content: Content,
    parts: Vec<(u32, Part)>,
}

impl Reading {
    /// The proposal of a number, for who makes calls, or judges this one.
    fn of(call: &Call, operator: &Operator, number: &str, now: Timestamp) -> Result<Self, Failure> {
        let opened = call.opened(now)?;
        if Officer::of(operator).is_ok() && call.number_of(&operator.id).is_none() {
            let proposal = proposals::find_opened(&opened, number)?;
            let content = proposals::read_opened(&opened, &proposal)?;
            let parts = evaluation::parts(&opened, &proposal, Reader::Another)?;
            return Ok(Self { proposal, content, parts });
        }
        // An evaluator who makes calls too reads as an evaluator: her own proposals are as closed to her as to others.
        let evaluator = Evaluator::of(opened, &operator.id)?;
        let proposal = evaluator.proposal(number)?;
        let content = proposals::read_opened(&opened, &proposal)?;
        let parts = evaluation::parts(&opened, &proposal, Reader::Evaluator(&evaluator))?;
        Ok(Self { proposal, content, parts })
    }
}

/// A proposal, with what may be seen of its points.
pub(crate) fn read(visit: &Visit, operator: Operator, Path(number): Path<String>) -> Result<Response, Failure> {
    let call = calls::find(&proposals::call_of(&number)?)?;
    let Reading { proposal, content: said, parts: points } = Reading::of(&call, &operator, &number, visit.now())?;
    let entries = read_proposal(&call, &proposal)?;
    let page = html! {
        p { (translated(&call.title, visit.language())) }
        h1 { (proposal.title) }
        p { (number) " " (state(&proposal)) " " (proposal.submitted.in_words(visit.language())) }
        (who(&proposal))
        (content(&call, &said, &address(&number), visit.language()))
        @if !points.is_empty() {
            h2 { (say("funds-points-and-reasons")) }
            (parts(&call, &points, visit.language()))
        }
        (history(&entries, &call))
    };
    Ok(under_own_title(visit, &proposal.title, page))
}

/// A file of a proposal.
pub(crate) fn attached(
    visit: &Visit,
    operator: Operator,
    PathPair(number, blob): PathPair<String, String>,
) -> Result<Response, Failure> {
    let call = calls::find(&proposals::call_of(&number)?)?;
    self::blob(&Reading::of(&call, &operator, &number, visit.now())?.content, &blob)
}

/// Who competes.
pub(super) fn who(proposal: &Proposal) -> Markup {
    html! { p { (say("funds-competitor")) ": "
        @if let Some(name) = proposal.competitor() { (name) } @else { (say("funds-nameless")) }
        " (" (say(super::words::audience_id(proposal.kind))) ")"
    } }
}

/// Where staff read a proposal.
pub(super) fn address(number: &str) -> String {
    format!("/funds/proposals/{number}")
}

/// A file of a proposal that may be seen.
pub(super) fn blob(content: &Content, blob: &str) -> Result<Response, Failure> {
    let file = content.documents.values().flatten().find(|file| file.blob == blob);
    let file = file.ok_or_else(|| Failure::NotFound(format!("the proposal has no file {blob}")))?;
    Ok(Response::blob(&file.blob).with_header("cache-control", "no-store"))
}
