//! How calls and proposals are said, on all pages alike.

use sdk::html::{Column, Language, Markup, Table, Tag, Tone, html};
use sdk::i18n::Argument;
use sdk::{Timestamp, Translated};

use crate::definition::Audience;
use crate::funds::history::{Entry, Event};
use crate::funds::ranking::Outcome;
use crate::funds::{Call, Content, Part, Phase, Proposal, State};
use crate::pages::{say, say_with, translated};

/// How far a call is.
pub(super) fn phase(call: &Call, now: Timestamp) -> Markup {
    let (id, tone) = match call.phase(now) {
        Phase::Draft => ("funds-phase-draft", Tone::Neutral),
        Phase::Announced => ("funds-phase-announced", Tone::Information),
        Phase::Open => ("funds-phase-open", Tone::Success),
        Phase::Evaluation | Phase::Scored => ("funds-phase-evaluation", Tone::Warning),
        Phase::Resolved => ("funds-phase-resolved", Tone::Neutral),
    };
    html! { (Tag::new(&say(id), tone)) }
}

/// Until when proposals are taken, or since when they are not.
pub(super) fn closing(call: &Call, now: Timestamp) -> String {
    let (id, at) = match call.phase(now) {
        Phase::Draft | Phase::Announced => ("funds-opens-at", call.opens),
        Phase::Open => ("funds-closes-at", call.closes),
        Phase::Evaluation | Phase::Scored | Phase::Resolved => ("funds-closed-since", call.closes),
    };
    say_with(id, &[Argument::time("time", at)])
}

/// For whom a call is.
pub(super) fn audience(call: &Call) -> Markup {
    html! { ul .plain { @for kind in &call.audience { li { (say(audience_id(*kind))) } } } }
}

pub(super) fn audience_id(kind: Audience) -> &'static str {
    match kind {
        Audience::Person => "funds-for-person",
        Audience::Company => "funds-for-company",
        Audience::Entity => "funds-for-entity",
    }
}

/// A text of a call, its paragraphs apart.
pub(super) fn paragraphs(text: &Translated, language: Language) -> Markup {
    let said = text.say(language);
    let lang = (said.language != language.code()).then_some(said.language.as_str());
    html! { div lang=[lang] { (crate::pages::paragraphs(&said.value)) } }
}

/// How far a proposal is.
pub(super) fn state(proposal: &Proposal) -> Markup {
    match &proposal.state {
        State::Submitted => html! { (Tag::new(&say("funds-state-submitted"), Tone::Information)) },
        State::Withdrawn { .. } => outcome(Outcome::Withdrawn),
        State::Placed(placed) => outcome(placed.outcome),
    }
}

/// What came of a proposal.
pub(super) fn outcome(outcome: Outcome) -> Markup {
    let (id, tone) = match outcome {
        Outcome::Granted => ("funds-outcome-granted", Tone::Success),
        Outcome::NotGranted => ("funds-outcome-not-granted", Tone::Neutral),
        Outcome::Ineligible => ("funds-outcome-ineligible", Tone::Neutral),
        Outcome::Withdrawn => ("funds-outcome-withdrawn", Tone::Neutral),
    };
    html! { (Tag::new(&say(id), tone)) }
}

/// All that a proposal says; its files are at the address of whoever reads it.
pub(super) fn content(call: &Call, content: &Content, files: &str, language: Language) -> Markup {
    let schema = call.questions().ok().flatten();
    let lines = schema.as_ref().map(|schema| schema.summary(&content.answers, language)).unwrap_or_default();
    let project = &content.project;
    html! {
        dl .summary {
            @if let Some(entity) = &project.entity { div { dt { (say("funds-entity")) } dd { (entity.name) } } }
            div { dt { (say("funds-project-title")) } dd { (project.title) } }
            div { dt { (say("funds-asked")) } dd { (project.asked) } }
            div { dt { (say("funds-summary")) } dd { (crate::pages::paragraphs(&project.summary)) } }
        }
        @if !lines.is_empty() { (crate::pages::lines(&lines)) }
        @for document in &call.documents { @if let Some(attached) = content.documents.get(&document.code) {
            p { strong { (translated(&document.title, language)) } }
            @if attached.is_empty() { p { (say("funds-nothing-attached")) } }
            ul { @for file in attached { li { a href=(format!("{files}/files/{}", file.blob)) { (file.name) } } } }
        } }
    }
}

/// What evaluators said of a proposal, each under her number.
pub(super) fn parts(call: &Call, parts: &[(u32, Part)], language: Language) -> Markup {
    let [criterion, points, reason] = ["funds-criterion", "funds-points", "funds-why"].map(say);
    let columns = [Column::text(&criterion), Column::number(&points), Column::text(&reason)];
    html! { @for (number, part) in parts {
        @let title = say_with("funds-evaluator-number", &[Argument::number("number", i64::from(*number))]);
        h3 { (title) }
        @match part {
            Part::Abstained(_) => p { (say("funds-abstained")) },
            Part::Marked(marks) => {
                @let rows: Vec<Vec<Markup>> = call.criteria.iter().zip(marks).map(|(criterion, mark)| vec![
                    translated(&criterion.title, language),
                    html! { (mark.points) },
                    html! { (mark.reason) },
                ]).collect();
                (Table::new(&format!("evaluator-{number}"), &title, &columns, &rows).below_its_heading())
            },
        }
    } }
}

/// What happened, the newest first. Who did it is named where the office reads it.
pub(super) fn history(entries: &[Entry], call: &Call) -> Markup {
    let [title, when, what] = ["funds-history", "funds-when", "funds-what"].map(say);
    let columns = [Column::text(&when), Column::text(&what)];
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .rev()
        .map(|entry| {
            let what = html! {
                (happened(&entry.event, call))
                @if !entry.reason.is_empty() { br; (entry.reason) }
            };
            vec![html! { (entry.at.short()) }, what]
        })
        .collect();
    html! { h2 { (title) } (Table::new("history", &title, &columns, &rows).below_its_heading()) }
}

fn happened(event: &Event, call: &Call) -> String {
    let evaluator = |id: &str| [Argument::number("number", call.number_of(id).map_or(0, i64::from))];
    match event {
        Event::Made => say("funds-event-made"),
        Event::Changed => say("funds-event-changed"),
        Event::Published => say("funds-event-published"),
        Event::Extended { to } => say_with("funds-event-extended", &[Argument::time("time", *to)]),
        Event::Named { ids } => {
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            say_with("funds-event-named", &[Argument::number("count", count)])
        }
        Event::Finished { by } => say_with("funds-event-finished", &evaluator(by)),
        Event::Scored => say("funds-event-scored"),
        Event::Resolved => say("funds-event-resolved"),
        Event::Submitted => say("funds-event-submitted"),
        Event::Withdrawn => say("funds-event-withdrawn"),
        Event::Judged { by, part: Part::Marked(_) } => say_with("funds-event-marked", &evaluator(by)),
        Event::Judged { by, part: Part::Abstained(_) } => say_with("funds-event-abstained", &evaluator(by)),
        Event::Placed { .. } => say("funds-event-placed"),
    }
}
