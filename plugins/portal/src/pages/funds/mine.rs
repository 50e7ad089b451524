//! What somebody writes and has submitted.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Confirmation, html};
use sdk::web::{Path, PathPair, Response, Visit, pagination};

use super::result::of_proposal;
use super::words::{closing, content, history, state};
use crate::funds::history::read_proposal;
use crate::funds::{Party, Phase, Seat};
use crate::funds::{calls, drafts, proposals};
use crate::pages::applications::signed;
use crate::pages::{say, translated, under_own_title};

/// Letters of a reason.
const MOST_OF_REASON: usize = 1_000;

/// Her drafts, and her proposals.
pub(crate) fn list(visit: &Visit, party: Party, page: PageRequest) -> Result<Response, Failure> {
    let (language, now) = (visit.language(), visit.now());
    let mut begun = Vec::new();
    for draft in drafts::of(&party)? {
        begun.push((calls::find(&draft.call)?, draft));
    }
    let sent = proposals::of(&party, &page)?;
    let content = html! {
        p { a href="/funds" { (say("funds-all-calls")) } }
        @if !begun.is_empty() {
            h2 { (say("funds-drafts")) }
            ul .cards { @for (call, draft) in &begun { li .card {
                @let title = draft.project.as_ref().map_or_else(|| say("funds-without-title"), |one| one.title.clone());
                h3 { @if call.phase(now) == Phase::Open {
                    a href=(format!("{}/{}/check", party.base(), call.code)) { (title) }
                } @else { (title) } }
                p { (translated(&call.title, language)) }
                p { (closing(call, now)) }
                p { a href=(format!("{}/{}/discard", party.base(), call.code)) { (say("funds-discard")) } }
            } } }
        }
        h2 { (say("funds-sent")) }
        @if sent.items.is_empty() { p { (say("funds-nothing-sent")) } } @else {
            ul .cards { @for proposal in &sent.items { li .card {
                h3 { a href=(format!("{}/sent/{}", party.base(), proposal.number)) { (proposal.title) } }
                p { (state(proposal)) }
                p .hint { (proposal.number) " · " (proposal.submitted.short()) }
            } } }
        }
        (pagination(visit, &sent))
    };
    Ok(visit.titled(if party.seat == Seat::Staff { "funds-of-entity" } else { "funds-mine" }, content))
}

/// A proposal that she submitted: its number first, when it was just submitted.
pub(crate) fn sent(visit: &Visit, party: Party, Path(number): Path<String>) -> Result<Response, Failure> {
    let (proposal, said) = proposals::find_of(&party, &number)?;
    let call = calls::find(&proposal.call)?;
    let (language, path) = (visit.language(), format!("{}/sent/{number}", party.base()));
    let is_new = visit.query("new").is_some();
    let entries = read_proposal(&call, &proposal)?;
    let page = html! {
        @if is_new {
            (Confirmation::new(&say("funds-submitted")).reference(&say("funds-your-number"), &proposal.number))
            p { (say("funds-submitted-for")) }
            p { (ButtonLink::primary(&say("funds-receipt"), &format!("{path}/receipt"))) }
            h2 { (proposal.title) }
        } @else {
            p { a href=(party.base()) { (say("funds-mine")) } }
            h1 { (proposal.title) }
            p .hint { (say("funds-your-number")) " " strong { (proposal.number) } }
        }
        p { (state(&proposal)) " " (closing(&call, visit.now())) }
        p { a href=(format!("/funds/{}", call.code)) { (translated(&call.title, language)) } }
        (of_proposal(&call, &proposal))
        h2 { (say("funds-what-it-says")) }
        (content(&call, &said, &path, language))
        @if !is_new { p { a href=(format!("{path}/receipt")) { (say("funds-receipt")) } } }
        @if call.phase(visit.now()) == Phase::Open && !proposal.is_withdrawn() {
            p { a href=(format!("{path}/withdraw")) { (say("funds-withdraw")) } }
        }
        (history(&entries, &call))
    };
    Ok(under_own_title(visit, &proposal.title, page))
}

/// The signed receipt.
pub(crate) fn receipt(_: &Visit, party: Party, Path(number): Path<String>) -> Result<Response, Failure> {
    let (proposal, _) = proposals::find_of(&party, &number)?;
    signed(&proposal.receipt, &proposal.number)
}

/// A file that she attached.
pub(crate) fn file(
    _: &Visit,
    party: Party,
    PathPair(number, blob): PathPair<String, String>,
) -> Result<Response, Failure> {
    let (_, content) = proposals::find_of(&party, &number)?;
    super::read::blob(&content, &blob)
}

/// Takes a proposal back while its call takes proposals.
pub(crate) fn withdraw(visit: &Visit, party: Party, Path(number): Path<String>) -> Result<Response, Failure> {
    let (proposal, _) = proposals::find_of(&party, &number)?;
    let call = calls::find(&proposal.call)?;
    let accepting = call.accepting(visit.now())?;
    let again = drafts::takes_back(&party, &call.code)?;
    let what_becomes_of_it = say(if again { "funds-withdraw-for" } else { "funds-withdraw-without-draft" });
    let form = visit.form(|fields: &mut Fields<'_>| {
        let why = fields.lines("reason", &say("funds-withdraw-why")).rows(3).most_letters(MOST_OF_REASON);
        why.optional().text().map(Option::unwrap_or_default)
    });
    let page = |form: &View| {
        let content = html! {
            p { strong { (proposal.title) } }
            p { (what_becomes_of_it) }
            (form.around(html! { (Button::danger(&say("funds-withdraw"))) }))
            p { a href=(format!("{}/sent/{number}", party.base())) { (say("funds-keep")) } }
        };
        visit.titled("funds-withdraw", content)
    };
    form.submit(page, |reason| {
        proposals::withdraw(&accepting, visit.context(), &party, &number, &reason)?;
        Ok(Response::redirect(format!("{}/sent/{number}", party.base())))
    })
}
