//! What one should know before one begins, and the beginning.

use std::collections::BTreeSet;

use sdk::html::{Button, ButtonLink, Markup, Notice, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Path, Response, Visit};
use sdk::{Failure, html::Language};

use crate::application::Content;
use crate::consult::{Asking, Silent, Why, asks, consult, unasked};
use crate::definition::{Code, Need, Procedure};
use crate::drafts::{self, Draft};
use crate::pages::behalf::Behalf;
use crate::pages::catalogue::{costs, deadline, silence_id};
use crate::pages::{say, told, told_with, translated};
use crate::registers::Registers;
use crate::{number, procedures};

/// Shows what one should know, and begins a draft: registers are asked then, and one sees before which.
pub(crate) fn begin(visit: &Visit, behalf: Behalf, Path(code): Path<Code>) -> Result<Response, Failure> {
    let procedure = procedures::open(&code)?;
    let registers = Registers::connected()?;
    if !visit.is_submission() {
        return shown(visit, &procedure, &registers, &behalf);
    }
    behalf.is_still_the_same(visit)?;
    let mut content = Content::default();
    let silent = consult(&procedure, &registers, &mut content, &behalf.asking(None), visit.now());
    if silent.iter().any(|one| one.why.is_wrong()) {
        return Ok(not_answered(visit, &registers, &silent, &behalf.named()));
    }
    let draft = Draft {
        id: number::new().to_lowercase(),
        owner: behalf.owner.clone().assisted(behalf.assistance()),
        procedure: code,
        version: procedure.version(),
        content,
        own: BTreeSet::new(),
        filled: Vec::new(),
        begun: visit.now(),
        changed: visit.now(),
        at_counter: None,
    };
    drafts::begin(&draft)?;
    Ok(Response::redirect(behalf.path(&format!("/drafts/{}", draft.id))))
}

fn shown(visit: &Visit, procedure: &Procedure, registers: &Registers, behalf: &Behalf) -> Result<Response, Failure> {
    let (entry, language) = (&procedure.definition().entry, visit.language());
    let drafts = drafts::of(&behalf.owner)?;
    let begun: Vec<&Draft> = drafts.iter().filter(|draft| draft.procedure == entry.code).collect();
    let content = html! {
        h1 { (translated(&entry.title, language)) }
        (behalf.banner())
        @if let Some(draft) = begun.first() { (goes_on(draft, behalf, language)) }
        p { @if entry.deadline.working_days > 0 {
            (told_with("time-limit", &[Argument::text("time", deadline(entry.deadline))], language)) " "
            (told(silence_id(entry.deadline.silence), language))
        } @else { (told("at-once", language)) } }
        (costs(&entry.costs, language))
        h2 { (told("have-at-hand", language)) }
        (at_hand(procedure, language))
        @if asks_later(procedure, registers, behalf) { p { strong { (told("help-asked-later", language)) } } }
        @else { (fetched(procedure, registers, language)) }
        p { (told("saved-as-you-go", language)) }
        form method="post" { (behalf.named()) (Button::primary(&say("begin-now"))) }
    };
    Ok(crate::pages::under_own_title(visit, entry.title.in_language(language), content))
}

/// Something that was begun before.
fn goes_on(draft: &Draft, behalf: &Behalf, language: Language) -> Markup {
    let title = say("begun-before");
    let said = html! {
        p { (told_with("begun-on", &[Argument::text("day", draft.changed.in_words(language))], language)) }
        p { (ButtonLink::secondary(&say("go-on"), &behalf.path(&format!("/drafts/{}", draft.id)))) }
    };
    html! { (Notice::new(Tone::Information, &title, &said)) }
}

/// The documents that may be asked for.
fn at_hand(procedure: &Procedure, language: Language) -> Markup {
    let documents = &procedure.online().documents;
    html! {
        @if documents.is_empty() { p { (told("nothing-at-hand", language)) } } @else {
            ul { @for document in documents { li {
                (translated(&document.title, language))
                @if document.when.is_some() { " " span .hint { (told("in-some-cases", language)) } }
                @else if document.need == Need::Optional { " " span .hint { (told("if-you-have-it", language)) } }
            } } }
        }
    }
}

/// Who is asked, and for what.
fn fetched(procedure: &Procedure, registers: &Registers, language: Language) -> Markup {
    let asks = asks(procedure, registers);
    html! { @if !asks.is_empty() {
        h2 { (told("we-ask", language)) }
        p { (told("we-ask-for", language)) }
        ul { @for one in &asks { li {
            strong { (translated(&one.register.title, language)) } ": "
            @for (number, field) in one.fields.iter().enumerate() {
                @if number > 0 { ", " }
                (translated(field.title(), language))
            }
        } } }
    } }
}

/// Whether registers are asked later, when the citizen herself goes on.
fn asks_later(procedure: &Procedure, registers: &Registers, behalf: &Behalf) -> bool {
    behalf.asking(None) == Asking::ForAnother && !unasked(procedure, registers, &Content::default()).is_empty()
}

/// A register said nothing: nothing was begun, or nothing goes on.
pub(super) fn not_answered(visit: &Visit, registers: &Registers, silent: &[Silent], sends: &Markup) -> Response {
    let language = visit.language();
    let content = html! {
        p { (told("register-silent-for", language)) }
        ul { @for one in silent.iter().filter(|one| one.why.is_wrong()) { li {
            @if let Some(register) = registers.find(one.register.as_str()) {
                (translated(&register.title, language)) ": "
            }
            (told(if one.why == Why::Unknown { "register-unknown" } else { "register-unavailable" }, language))
        } } }
        form method="post" { (sends) (Button::primary(&say("try-again"))) }
    };
    visit.titled("register-silent", content)
}

/// Asks whether a draft is to be thrown away.
pub(super) fn discard(visit: &Visit, behalf: &Behalf, draft: &Draft) -> Result<Response, Failure> {
    let (language, version) = (visit.language(), procedures::version(&draft.procedure, draft.version)?);
    let content = html! {
        p { strong { (translated(&version.definition.entry.title, language)) } }
        p { (told_with("discard-for", &[Argument::text("day", draft.begun.in_words(language))], language)) }
        form method="post" { (Button::danger(&say("discard"))) " "
            (ButtonLink::secondary(&say("keep-it"), &behalf.path(&format!("/drafts/{}", draft.id)))) }
    };
    Ok(visit.titled("discard-title", content))
}
