//! What happened to an application, in words.

use sdk::case::Author;
use sdk::html::{Language, Markup, Summary, html};

use crate::application::{Application, Assistance, Entry, Event};
use crate::definition::{Code, Procedure};
use crate::pages::applications::marks;
use crate::pages::applications::way::outcome_id;
use crate::pages::{told, translated};
use crate::registers::Registers;

/// Everything that happened, the newest first: a list, for a table of it is wider than a telephone.
pub(crate) fn events(history: &[Entry], procedure: &Procedure, language: Language) -> Markup {
    let mut happened = Summary::new();
    let days: Vec<String> = history.iter().map(|entry| entry.at.short()).collect();
    for (entry, day) in history.iter().zip(&days).rev() {
        let what = html! {
            (said(&entry.event, procedure, language))
            @if !entry.reason.is_empty() { br; (entry.reason) }
            br; span .hint { (told("by-whom", language)) ": " (author(entry, language)) }
        };
        happened = happened.row(day, &what);
    }
    html! { h2 { (told("history", language)) } (happened) }
}

/// Which registers were asked about the applicant, and for what.
pub(crate) fn consulted(application: &Application, procedure: &Procedure, language: Language) -> Markup {
    let consulted = &application.content.consulted;
    let days: Vec<String> = consulted.iter().map(|one| one.at.short()).collect();
    // One that is not connected any more is named by its service alone.
    let registers = Registers::connected().unwrap_or_default();
    let mut asked = Summary::new();
    for (one, day) in consulted.iter().zip(&days) {
        let fields = one.fields.iter().filter_map(|name| procedure.schema().field(name));
        let names: Vec<Markup> = fields.map(|field| translated(field.title(), language)).collect();
        let whom_and_what = html! {
            @if let Some(register) = registers.find(one.register.as_str()) {
                (translated(&register.title, language)) br;
            }
            span .hint { (one.service) } br;
            (told("asked-what", language)) ": "
            @for (number, name) in names.iter().enumerate() { @if number > 0 { ", " } (name) }
        };
        asked = asked.row(day, &whom_and_what);
    }
    html! { @if !consulted.is_empty() {
        h2 { (told("consulted", language)) }
        p { (told("consulted-for", language)) }
        (asked)
    } }
}

/// Who did it. Staff are named by their entity, not by their name.
fn author(entry: &Entry, language: Language) -> Markup {
    let id = match &entry.author {
        Author::Citizen(_) => "author-applicant",
        Author::Operator(_) => match &entry.assistance {
            Some(Assistance::CallCentre(_)) => "help-author-call-centre",
            Some(Assistance::Counter(_)) => "help-author-counter",
            Some(Assistance::Subsystem(_)) | None => "author-staff",
        },
        Author::Subsystem(_) => "author-system",
        Author::Anonymous | Author::System => "author-portal",
    };
    told(id, language)
}

fn said(event: &Event, procedure: &Procedure, language: Language) -> Markup {
    let registration = event.registration().filter(|_| procedure.online().registrations.len() > 1);
    let registration = registration.and_then(|code| procedure.registration(code));
    let step = |code: &Code| {
        let all = procedure.online().registrations.iter().flat_map(|registration| &registration.steps);
        let found = all.into_iter().find(|step| step.code == *code);
        html! { @if let Some(step) = found { ": " (translated(&step.title, language)) } }
    };
    html! {
        (told(id(event), language))
        @match event {
            Event::Began { step: at, .. } | Event::PassedBy { step: at, .. } | Event::StepApproved { step: at, .. } => (step(at)),
            Event::SentBack { marks, .. } => (marks::listed(marks.iter(), procedure, language)),
            Event::Paid { receipt, .. } => { ": " (receipt.number) " (" (receipt.taken_by) ")" },
            _ => {},
        }
        @if let Some(registration) = registration { " — " (translated(&registration.title, language)) }
    }
}

fn id(event: &Event) -> &'static str {
    match event {
        Event::Submitted(_) => "event-submitted",
        Event::Paid { .. } => "event-paid",
        Event::Owes { .. } => "event-owes",
        Event::Began { .. } => "event-began",
        Event::Unblocked { .. } => "event-unblocked",
        Event::PassedBy { .. } => "event-passed-by",
        Event::Claimed { .. } => "event-claimed",
        Event::Released { .. } => "event-released",
        Event::StepApproved { .. } => "event-step-approved",
        Event::SentBack { .. } => "event-sent-back",
        Event::Corrected { .. } => "event-corrected",
        Event::Escalated { .. } => "event-escalated",
        Event::Joined { .. } => "help-event-joined",
        Event::Decided { outcome, .. } => outcome_id(*outcome),
    }
}
