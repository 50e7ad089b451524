//! How far each registration is, step by step.

use sdk::html::{Language, Markup, Step, StepState, Steps, Tag, Tone, html};
use sdk::i18n::{Argument, Text};

use crate::application::{Application, Outcome, Stage, Track};
use crate::definition::{Procedure, Registration};
use crate::pages::{role, say, say_with, told, told_with, translated};

/// The ways of all registrations.
pub(crate) fn ways(application: &Application, procedure: &Procedure, path: &str, language: Language) -> Markup {
    html! { @for track in &application.tracks {
        @if let Some(registration) = procedure.registration(&track.registration) {
            (way(track, registration, path, language))
        }
    } }
}

fn way(track: &Track, registration: &Registration, path: &str, language: Language) -> Markup {
    let (text, tone) = state(track);
    html! {
        section {
            h2 { (translated(&registration.title, language)) }
            p { (Tag::new(&say(text), tone)) }
            (said(track, language))
            (steps(track, registration, language))
            @if let Stage::Decided { document: Some(_), .. } = &track.stage {
                p { a href=(format!("{path}/decision/{}", track.registration)) { (told("decision-document", language)) } }
                p .hint { (told("signed-file-for", language)) }
            }
        }
    }
}

/// Where it is, in a word, by its text.
pub(crate) fn state(track: &Track) -> (&'static str, Tone) {
    match &track.stage {
        Stage::Waiting | Stage::Ready => ("state-waiting", Tone::Neutral),
        Stage::Owing { .. } | Stage::OwingForResult { .. } => ("state-owing", Tone::Warning),
        Stage::At { .. } => ("state-at", Tone::Information),
        Stage::SentBack { .. } => ("state-sent-back", Tone::Warning),
        Stage::Decided { outcome, .. } => {
            (outcome_id(*outcome), if outcome.is_granted() { Tone::Success } else { Tone::Danger })
        }
    }
}

/// How it was decided, by its text.
pub(crate) fn outcome_id(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "outcome-approved",
        Outcome::Rejected => "outcome-rejected",
        Outcome::GrantedBySilence => "outcome-granted-by-silence",
        Outcome::DeniedBySilence => "outcome-denied-by-silence",
        Outcome::Lapsed => "outcome-lapsed",
        Outcome::Withdrawn => "outcome-withdrawn",
    }
}

/// Who has it and until when, in a sentence.
fn said(track: &Track, language: Language) -> Markup {
    let until = |id: &str, day: sdk::Date| html! { p { (told_with(id, &[Argument::date("day", day)], language)) } };
    match &track.stage {
        Stage::Waiting | Stage::Ready => html! { p { (told("waits-for-another", language)) } },
        Stage::Owing { until: day } | Stage::OwingForResult { until: day, .. } => until("pay-until", *day),
        Stage::At { .. } => html! { @if let Some(day) = track.due { (until("decided-until", day)) } },
        Stage::SentBack { until: day, reason, .. } => html! { (until("correct-until", *day)) blockquote { (reason) } },
        Stage::Decided { outcome, at, .. } => html! {
            p { (told_with("decided-on", &[Argument::text("day", at.in_words(language))], language)) }
            @if let Some(id) = remedy_id(*outcome) { p { (told(id, language)) } }
        },
    }
}

/// What somebody can do who did not get what she asked for, by its text.
fn remedy_id(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Rejected | Outcome::DeniedBySilence => Some("may-appeal"),
        Outcome::Lapsed => Some("may-begin-again"),
        Outcome::Approved | Outcome::GrantedBySilence | Outcome::Withdrawn => None,
    }
}

/// The steps: those that are behind, the one that is being taken, and those to come. Steps that were passed by are not shown.
fn steps(track: &Track, registration: &Registration, language: Language) -> Markup {
    let label = say("steps");
    let now = match &track.stage {
        Stage::At { step, .. } | Stage::SentBack { step, .. } => Some(step),
        _ => None,
    };
    let shown: Vec<(Text, StepState, Option<String>)> = registration
        .steps
        .iter()
        .map(|step| {
            let is_now = now == Some(&step.code);
            let state = match () {
                () if track.done.contains(&step.code) => StepState::Done,
                () if is_now && matches!(track.stage, Stage::SentBack { .. }) => StepState::Waiting,
                () if is_now => StepState::Current,
                () => StepState::Upcoming,
            };
            let note = (is_now && state == StepState::Current).then(|| held(track, step.role.as_str()));
            (step.title.say(language), state, note)
        })
        .collect();
    if track.is_decided() && track.outcome().is_none_or(|outcome| !outcome.is_granted()) {
        return html! {};
    }
    let steps: Vec<Step<'_>> = shown
        .iter()
        .map(|(text, state, note)| {
            let step = Step::new(&text.value, *state).lang(crate::pages::lang(text, language));
            note.as_deref().map_or(step, |note| step.note(note))
        })
        .collect();
    html! { (Steps::new(&label, &steps).language(language)) }
}

/// Who has it: the role, and until when.
fn held(track: &Track, code: &str) -> String {
    let role = role(code);
    match track.until() {
        Some(day) => say_with("held-by-until", &[Argument::text("role", role), Argument::date("day", day)]),
        None => role,
    }
}
