//! What happened to an application, in words.

use sdk::case::Author;
use sdk::html::{Column, Language, Markup, Table, html};

use crate::application::{Application, Assistance, Entry, Event};
use crate::definition::{Code, Procedure};
use crate::pages::applications::marks;
use crate::pages::applications::way::outcome_id;
use crate::pages::{say, told, translated};
use crate::registers::Registers;

/// Everything that happened, the newest first.
pub(crate) fn events(history: &[Entry], procedure: &Procedure, language: Language) -> Markup {
    let [title, when, what, who] = ["history", "when", "what-happened", "by-whom"].map(say);
    let columns = [Column::text(&when), Column::text(&what), Column::text(&who)];
    let rows: Vec<Vec<Markup>> = history
        .iter()
        .rev()
        .map(|entry| {
            let what = html! {
                (said(&entry.event, procedure, language))
                @if !entry.reason.is_empty() { br; (entry.reason) }
            };
            vec![html! { (entry.at.short()) }, what, html! { (author(entry)) }]
        })
        .collect();
    html! { h2 { (title) } (Table::new("history", &title, &columns, &rows).below_its_heading()) }
}

/// Which registers were asked about the applicant, and for what.
pub(crate) fn consulted(application: &Application, procedure: &Procedure, language: Language) -> Markup {
    let [title, when, whom, what] = ["consulted", "when", "asked-whom", "asked-what"].map(say);
    let columns = [Column::text(&when), Column::text(&whom), Column::text(&what)];
    // One that is not connected any more is named by its service alone.
    let registers = Registers::connected().unwrap_or_default();
    let rows: Vec<Vec<Markup>> = application
        .content
        .consulted
        .iter()
        .map(|one| {
            let fields = one.fields.iter().filter_map(|name| procedure.schema().field(name));
            let names: Vec<&str> = fields.map(|field| field.title().in_language(language)).collect();
            let whom = html! {
                @if let Some(register) = registers.find(one.register.as_str()) {
                    (translated(&register.title, language)) br;
                }
                span .hint { (one.service) }
            };
            vec![html! { (one.at.short()) }, whom, html! { (names.join(", ")) }]
        })
        .collect();
    html! { @if !rows.is_empty() {
        h2 { (title) }
        p { (told("consulted-for", language)) }
        (Table::new("consulted", &title, &columns, &rows).below_its_heading())
    } }
}

/// Who did it. Staff are named by their entity, not by their name.
fn author(entry: &Entry) -> String {
    say(match &entry.author {
        Author::Citizen(_) => "author-applicant",
        Author::Operator(_) => match &entry.assistance {
            Some(Assistance::CallCentre(_)) => "help-author-call-centre",
            Some(Assistance::Counter(_)) => "help-author-counter",
            Some(Assistance::Subsystem(_)) | None => "author-staff",
        },
        Author::Subsystem(_) => "author-system",
        Author::Anonymous | Author::System => "author-portal",
    })
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
        (say(id(event)))
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
