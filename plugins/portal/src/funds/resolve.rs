//! The result of a call: computed, published as data and as a signed document, and told to those who competed.

use sdk::html::{Language, Markup, html};
use sdk::i18n::{self, Argument};
use sdk::notices::{self, NotTold, Notice};
use sdk::printable::Printable;
use sdk::{Context, Failure, Money, Translated, blobs};

use super::history::{self, Event};
use super::ranking::{Outcome, Placed};
use super::{Call, Officer, Opened, Proposal, Published, Refused, Resolution, Stage, State, calls, evaluation};
use super::{Judged, Seat, proposals};
use crate::definition::{Audience, Code};
use crate::office::ThisEntity;

/// Publishes the result of a call. Where not all evaluators have finished, that closes the evaluation, and needs a reason;
/// what they have said counts.
///
/// # Errors
/// If the call has not closed, has a result, a proposal has no points, or the reason is missing.
pub fn resolve(_: &Officer, context: &Context, code: &Code, reason: &str) -> Result<Call, Failure> {
    let call = calls::find(code)?;
    let opened = call.opened(context.time())?;
    sdk::ensure!(!matches!(call.stage, Stage::Resolved(_)), Refused::NotEvaluation);
    let judged = judged(&opened)?;
    let competes = judged.iter().any(|(proposal, _)| !proposal.is_withdrawn());
    let is_early = competes && call.unfinished().next().is_some();
    sdk::ensure!(!is_early || !reason.trim().is_empty(), Refused::NoReason);
    let published = Published::of(&call, &judged, rule(), context.time());
    let published = published.map_err(|error| Refused::Unscored { number: error.number })?;
    let mut resolved = call.clone();
    history::of_call(&mut resolved, context, Event::Resolved, reason)?;
    let data = sdk::json::write(&published)?;
    let data = blobs::create(Some(&format!("{code}.json")), sdk::json::CONTENT_TYPE, &data);
    let document = sign(&call, &judged, &published, &data.sha256, reason)?;
    let granted = published.results().map(|placed| placed.granted).sum();
    let resolution = Resolution { at: context.time(), data: data.id, document, granted };
    resolved.stage = Stage::Resolved(resolution);
    calls::put(&resolved)?;
    for (proposal, _) in judged {
        let placed = published.results().find(|placed| placed.number == proposal.number);
        if let Some(placed) = placed.filter(|_| !proposal.is_withdrawn()) {
            settle(&opened, context, proposal, placed)?;
        }
    }
    Ok(resolved)
}

/// The rule, in the words of the catalogues.
#[must_use]
pub fn rule() -> Translated {
    let words = |language| i18n::say_in(language, "funds-rule", &[]).value;
    Translated::new(words(Language::Spanish)).with(Language::English, words(Language::English))
}

/// All proposals with the verdicts of evaluators, each with the evaluator's number.
fn judged(opened: &Opened<'_>) -> Result<Vec<Judged>, Failure> {
    let with_verdicts = |proposal: Proposal| {
        let verdicts = evaluation::verdicts(opened.call(), &proposal.number)?;
        Ok((proposal, verdicts))
    };
    proposals::all_opened(opened)?.into_iter().map(with_verdicts).collect()
}

/// Notes at a proposal what came of it, and tells who submitted it.
fn settle(opened: &Opened<'_>, context: &Context, mut proposal: Proposal, placed: &Placed) -> Result<(), Failure> {
    proposal.state = State::Placed(placed.clone());
    history::of_proposal(&mut proposal, context, Event::Placed { outcome: placed.outcome }, "")?;
    proposals::put(opened, &proposal)?;
    tell(opened.call(), &proposal, placed)
}

/// Staff who compete for an entity have no list of notices: they see the result in theirs.
fn tell(call: &Call, proposal: &Proposal, placed: &Placed) -> Result<(), Failure> {
    if seat(proposal) == Seat::Staff {
        return Ok(());
    }
    let text = match placed.outcome {
        Outcome::Granted => "funds-told-granted",
        Outcome::NotGranted => "funds-told-not-granted",
        Outcome::Ineligible => "funds-told-ineligible",
        Outcome::Withdrawn => return Ok(()),
    };
    let notice = Notice::new(&proposal.by, text)
        .with(Argument::text("project", &proposal.title))
        .with(Argument::text("call", call.title.in_language(Language::Spanish)))
        .with(Argument::money("amount", placed.granted))
        .leading_to(format!("/funds/{}/result", call.code));
    match notices::tell(&notice) {
        // Who has no account any more reads the result in public.
        Ok(()) | Err(NotTold::UnknownCitizen) => Ok(()),
        Err(error @ NotTold::TooLong) => Err(error.into()),
    }
}

/// On which pages a proposal was submitted.
fn seat(proposal: &Proposal) -> Seat {
    if proposal.kind == Audience::Entity { Seat::Staff } else { Seat::Citizen }
}

/// Has the result signed, and gives the id of its signature. The document names the data by their digest.
fn sign(call: &Call, judged: &[Judged], published: &Published, digest: &str, reason: &str) -> Result<String, Failure> {
    let (this, language) = (ThisEntity::configured()?, Language::Spanish);
    let granted: Money = published.results().map(|placed| placed.granted).sum();
    let page = html! {
        h2 { (call.title.in_language(language)) }
        dl {
            div { dt { "Convocatoria" } dd { (call.code) } }
            div { dt { "Cierre" } dd { (call.closes.in_words(language)) } }
            div { dt { "Monto total" } dd { (call.total) } }
            div { dt { "Monto otorgado" } dd { (granted) } }
            div { dt { "Puntaje mínimo" } dd { (call.least) } }
            div { dt { "Evaluadores" } dd { (published.evaluators) } }
        }
        @if !reason.is_empty() { h2 { "Observación" } p { (reason) } }
        h2 { "Resultado" }
        @if published.proposals.is_empty() { p { "No se presentó ninguna propuesta." } } @else { (table(judged, published)) }
        h2 { "Regla" }
        p { (published.rule.in_language(language)) }
        p { "Los datos con los que cualquiera puede volver a calcular este resultado tienen el resumen SHA-256: " (digest) }
    };
    let issuer = this.name().in_language(language);
    let reference = format!("{}-resultado", call.code);
    Ok(Printable::new(issuer, "Resultado de la convocatoria", &reference, published.resolved, &page).sign())
}

fn table(judged: &[Judged], published: &Published) -> Markup {
    let proposal = |number: &str| judged.iter().map(|(proposal, _)| proposal).find(|one| one.number == number);
    html! {
        table {
            thead { tr { @for heading in ["Lugar", "Número", "Proyecto", "Puntaje", "Pide", "Resultado"] {
                th scope="col" { (heading) }
            } } }
            tbody { @for row in &published.proposals { tr {
                td { @if let Some(place) = row.result.place { (place) } }
                td { (row.result.number) }
                td { @if let Some(title) = &row.title { (title) }
                    @if row.result.outcome == Outcome::Granted {
                        @if let Some(who) = proposal(&row.result.number).and_then(Proposal::competitor) { br; (who) }
                    } }
                td { @if let Some(points) = row.result.points { (points.to_string()) } }
                td { (row.asked) }
                td { (said(row.result.outcome)) }
            } } }
        }
    }
}

fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Granted => "Financiado",
        Outcome::NotGranted => "No financiado: no alcanzó el monto",
        Outcome::Ineligible => "No elegible: no llegó al puntaje mínimo",
        Outcome::Withdrawn => "Retirado",
    }
}
