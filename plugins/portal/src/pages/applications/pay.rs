//! What is still to be paid, and how.

use sdk::Failure;
use sdk::html::{Language, Markup, Notice, Tone, html};
use sdk::web::Visit;

use crate::application::{Application, Owed, total};
use crate::definition::{Moment, Procedure};
use crate::pages::{say, told, translated};

/// What is to be paid now, and how; nothing, where nothing is.
pub(crate) fn owed(visit: &Visit, application: &Application, procedure: &Procedure) -> Result<Markup, Failure> {
    let now: Vec<&Owed> = procedure.owed_now(application).collect();
    let total = total(now.iter().copied())?;
    let title = say("to-pay");
    let said = html! {
        ul { @for owed in &now { li { (line(owed, procedure, visit.language())) } } }
        p { (told("total", visit.language())) ": " strong { (total) } }
        p { (told("how-to-pay", visit.language())) " " strong { (application.number) } }
    };
    Ok(html! { @if !now.is_empty() && !application.is_closed() { (Notice::new(Tone::Warning, &title, &said)) } })
}

fn line(owed: &Owed, procedure: &Procedure, language: Language) -> Markup {
    let Some(fee) = procedure.fee(&owed.fee) else { return html! { (owed.amount) } };
    let when = if fee.before == Moment::Review { "paid-before-review" } else { "paid-before-result" };
    html! { (translated(&fee.title, language)) ": " strong { (owed.amount) } " — " (told(when, language)) }
}
