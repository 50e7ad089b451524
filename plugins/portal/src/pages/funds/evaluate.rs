//! Judging proposals: points with reasons, one by one, without seeing those of others.

use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Column, Markup, Notice, Pagination, Table, Tag, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Operator, Path, PathPair, Response, Visit};
use sdk::{Failure, Timestamp};

use super::read::{address, who};
use super::words::content;
use crate::definition::Code;
use crate::funds::evaluation::MOST_OF_REASON;
use crate::funds::{Call, Evaluator, Mark, Part, Proposal, Verdict};
use crate::funds::{calls, proposals};
use crate::pages::{say, say_with, translated, under_own_title};

/// Proposals on one page.
const ON_PAGE: usize = 50;

/// The proposals of a call, with what she said of each; and that she has finished.
pub(crate) fn evaluation(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    let evaluator = judge(&call, &operator, visit.now())?;
    if visit.is_submission() {
        evaluator.finish(visit.context())?;
        return Ok(Response::redirect(path(&code)));
    }
    let judged = evaluator.proposals()?;
    let left = judged.iter().filter(|(_, verdict)| verdict.is_none()).count();
    let page = html! {
        p { a href="/funds/office" { (say("funds-office")) } }
        h1 { (translated(&call.title, visit.language())) }
        (standing(&evaluator, left))
        @if judged.is_empty() { p { (say("funds-nothing-to-judge")) } } @else { (pages(visit, &evaluator, &judged)?) }
        @if evaluator.is_at_work().is_ok() && left == 0 {
            p { (say("funds-finish-for")) }
            form method="post" { (Button::primary(&say("funds-finish"))) }
        }
    };
    Ok(under_own_title(visit, call.title.in_language(visit.language()), page))
}

/// A proposal, and the points that she gives it.
pub(crate) fn evaluate(
    visit: &Visit,
    operator: Operator,
    PathPair(code, number): PathPair<Code, String>,
) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    let evaluator = judge(&call, &operator, visit.now())?;
    let proposal = evaluator.proposal(&number)?;
    if evaluator.is_at_work().is_err() && !visit.is_submission() {
        return Ok(Response::redirect(address(&number)));
    }
    let before = evaluator.part(&proposal)?;
    let said = proposals::read_opened(evaluator.opened(), &proposal)?;
    let form = visit.form(|fields| marks(fields, &call, before.as_ref()));
    let page = |form: &View| {
        let page = html! {
            p { a href=(path(&code)) { (say("funds-back-to-proposals")) } }
            h1 { (proposal.title) }
            p .hint { (proposal.number) }
            (who(&proposal))
            (content(&call, &said, &address(&number), visit.language()))
            h2 { (say("funds-your-points")) }
            p { (say("funds-your-points-for")) }
            (form.around(html! { (Button::primary(&say("funds-save-points"))) }))
            h2 { (say("funds-conflict")) }
            p { (say("funds-conflict-for")) }
            p { (ButtonLink::secondary(&say("funds-abstain"), &format!("{}/{number}/abstain", path(&code)))) }
        };
        under_own_title(visit, &proposal.title, page)
    };
    form.submit(page, |marks| {
        evaluator.mark(visit.context(), &number, marks)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Declares that she cannot judge a proposal.
pub(crate) fn abstain(
    visit: &Visit,
    operator: Operator,
    PathPair(code, number): PathPair<Code, String>,
) -> Result<Response, Failure> {
    let call = calls::find_public(&code)?;
    let evaluator = judge(&call, &operator, visit.now())?;
    let proposal = evaluator.proposal(&number)?;
    evaluator.is_at_work()?;
    let form = visit.form(|fields: &mut Fields<'_>| {
        let why = fields.lines("reason", &say("funds-conflict-why")).hint(say("funds-conflict-hint"));
        why.rows(3).most_letters(MOST_OF_REASON).text()
    });
    let page = |form: &View| {
        let page = html! {
            p { strong { (proposal.title) } }
            p { (say("funds-abstain-for")) }
            (form.around(html! { (Button::danger(&say("funds-abstain"))) }))
            p { a href=(format!("{}/{number}", path(&code))) { (say("funds-back-to-proposal")) } }
        };
        visit.titled("funds-conflict", page)
    };
    form.submit(page, |reason| {
        evaluator.abstain(visit.context(), &number, &reason)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Where an evaluator works on a call.
pub(super) fn path(code: &Code) -> String {
    format!("/funds/evaluations/{code}")
}

fn judge<'c>(call: &'c Call, operator: &Operator, now: Timestamp) -> Result<Evaluator<'c>, Failure> {
    Ok(Evaluator::of(call.opened(now)?, &operator.id)?)
}

/// What she has done, and what waits.
fn standing(evaluator: &Evaluator<'_>, left: usize) -> Markup {
    let left = Argument::number("left", i64::try_from(left).unwrap_or(i64::MAX));
    let (title, said) = if evaluator.call().points_are_open() {
        ("funds-points-open", say("funds-points-open-for"))
    } else if evaluator.has_finished() {
        ("funds-have-finished", say("funds-have-finished-for"))
    } else {
        ("funds-to-judge", say_with("funds-to-judge-for", &[left]))
    };
    let (title, said) = (say(title), html! { p { (said) } });
    html! { (Notice::new(Tone::Information, &title, &said)) }
}

/// The part of the proposals that is asked for, and the ways to the others.
fn pages(visit: &Visit, evaluator: &Evaluator<'_>, judged: &[(Proposal, Option<Verdict>)]) -> Result<Markup, Failure> {
    let last = judged.len().div_ceil(ON_PAGE);
    let number = visit.query_as::<usize>("page")?.unwrap_or(1).clamp(1, last.max(1));
    let part = judged.chunks(ON_PAGE).nth(number - 1).unwrap_or_default();
    let to = |number: usize| format!("{}?page={number}", path(&evaluator.call().code));
    let previous = (number > 1).then(|| to(number - 1));
    let next = (number < last).then(|| to(number + 1));
    let ways = Pagination::new(previous.as_deref(), next.as_deref()).language(visit.language());
    Ok(html! { (table(evaluator, part)) (ways) })
}

fn table(evaluator: &Evaluator<'_>, judged: &[(Proposal, Option<Verdict>)]) -> Markup {
    let [caption, project, asked, mine] =
        ["funds-proposals", "funds-project", "funds-asked", "funds-your-part"].map(say);
    let columns = [Column::text(&project), Column::number(&asked), Column::text(&mine)];
    let row = |(proposal, verdict): &(Proposal, Option<Verdict>)| {
        let (id, tone) = match verdict {
            None => ("funds-part-waits", Tone::Warning),
            Some(Verdict::Marked(_)) => ("funds-part-marked", Tone::Success),
            Some(Verdict::Abstained) => ("funds-part-abstained", Tone::Neutral),
        };
        let to = match verdict {
            Some(Verdict::Abstained) => None,
            _ if evaluator.is_at_work().is_err() => Some(address(&proposal.number)),
            _ => Some(format!("{}/{}", path(&proposal.call), proposal.number)),
        };
        vec![
            html! { @if let Some(to) = to { a href=(to) { (proposal.title) } } @else { (proposal.title) } },
            html! { (proposal.asked) },
            html! { (Tag::new(&say(id), tone)) },
        ]
    };
    let rows: Vec<Vec<Markup>> = judged.iter().map(row).collect();
    html! { h2 { (caption) } (Table::new("proposals", &caption, &columns, &rows).below_its_heading()) }
}

/// Points and a reason for each criterion; what she said before stands in them.
fn marks(fields: &mut Fields<'_>, call: &Call, before: Option<&Part>) -> Option<Vec<Mark>> {
    let before = match before {
        Some(Part::Marked(marks)) => marks.as_slice(),
        Some(Part::Abstained(_)) | None => &[],
    };
    let mut marks = Some(Vec::new());
    for (number, criterion) in call.criteria.iter().enumerate() {
        let title = criterion.title.in_language(fields.language()).to_owned();
        let description = criterion.description.in_language(fields.language()).to_owned();
        let about = [Argument::text("criterion", title)];
        let before = before.get(number);
        let points = fields.line(&format!("points-{}", criterion.code), &say_with("funds-points-of", &about));
        let points = points.hint(description).initially(before.map_or_else(String::new, |one| one.points.to_string()));
        let points = points.number(0..=100).and_then(|points| u8::try_from(points).ok());
        let reason = fields.lines(&format!("reason-{}", criterion.code), &say_with("funds-why-of", &about)).rows(3);
        let reason = reason.most_letters(MOST_OF_REASON).initially(before.map_or("", |one| one.reason.as_str())).text();
        marks = marks.zip(points.zip(reason)).map(|(mut marks, (points, reason))| {
            marks.push(Mark { points, reason });
            marks
        });
    }
    marks
}
