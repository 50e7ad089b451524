//! Registers that were not asked yet when everything else is filled in: an operator on the telephone began the draft, or a
//! register was connected since.

use sdk::Failure;
use sdk::html::{Button, Hidden, Markup, html};
use sdk::web::{Response, Visit};

use super::Filling;
use super::begin::not_answered;
use super::questions::heading;
use super::stops::{Stop, Way};
use crate::consult::{Asking, consult, unasked};
use crate::pages::{say, translated};
use crate::registers::Registers;

/// The field that says that they may be asked.
const CONSULT: &str = "consult";

/// The page on which the registers are asked that are still to be: by the citizen herself, or with the document that was
/// shown at the counter.
pub(super) fn ask_first(
    visit: &Visit,
    filling: Filling,
    way: &Way,
    registers: &Registers,
) -> Result<Response, Failure> {
    if visit.sent(CONSULT).is_none() {
        return Ok(shown(visit, &filling, way, registers));
    }
    let mut filling = filling;
    let asking = filling.behalf.asking(Some(&filling.draft));
    let silent = consult(&filling.procedure, registers, &mut filling.draft.content, &asking, visit.now());
    if silent.iter().any(|one| one.why.is_wrong()) {
        return Ok(not_answered(visit, registers, &silent, &sends()));
    }
    filling.save(visit)?;
    Ok(Response::redirect(filling.path(&Stop::Check)))
}

fn shown(visit: &Visit, filling: &Filling, way: &Way, registers: &Registers) -> Response {
    let missing = unasked(&filling.procedure, registers, &filling.draft.content);
    let title = sdk::i18n::say("help-not-asked-yet", &[]);
    let waits = filling.behalf.asking(Some(&filling.draft)) == Asking::ForAnother;
    let content = html! {
        (heading(visit, filling, way, &Stop::Check, &title))
        p { (say(if waits { "help-only-herself" } else { "help-ask-now" })) }
        ul { @for one in &missing { li { (translated(&one.register.title, visit.language())) } } }
        @if waits { p { a href=(filling.behalf.home()) { (say("help-to-list")) } } }
        @else { form method="post" { (sends()) (Button::primary(&say("help-ask"))) } }
    };
    visit.under(title, content)
}

fn sends() -> Markup {
    html! { (Hidden::new(CONSULT, "yes")) }
}
