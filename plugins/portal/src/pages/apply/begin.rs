//! What one should know before one begins, and the beginning.

use sdk::html::{Button, ButtonLink, Markup, Notice, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Citizen, Path, Response, Visit};
use sdk::{Failure, html::Language};

use crate::application::{Applicant, Content};
use crate::consult::{Asking, Silent, Why, asks, consult};
use crate::definition::{Code, Need, Procedure};
use crate::drafts::{self, Draft};
use crate::pages::catalogue::{costs, deadline, silence_id};
use crate::pages::{say, told, told_with, translated};
use crate::registers::Registers;
use crate::{number, procedures};

/// Shows what one should know, and begins a draft: registers are asked then, and one sees before which.
pub(crate) fn begin(visit: &Visit, citizen: Citizen, Path(code): Path<Code>) -> Result<Response, Failure> {
    let procedure = procedures::open(&code)?;
    let registers = Registers::connected()?;
    if !visit.is_submission() {
        return shown(visit, &procedure, &registers, &citizen);
    }
    let mut content = Content::default();
    let silent = consult(&procedure, &registers, &mut content, &Asking::Herself, visit.now());
    if silent.iter().any(|one| one.why.is_wrong()) {
        return Ok(not_answered(visit, &registers, &silent));
    }
    let draft = Draft {
        id: number::new().to_lowercase(),
        owner: Applicant::of(&citizen),
        procedure: code,
        version: procedure.version(),
        content,
        filled: Vec::new(),
        begun: visit.now(),
        changed: visit.now(),
    };
    drafts::begin(&draft)?;
    Ok(Response::redirect(format!("/drafts/{}", draft.id)))
}

fn shown(visit: &Visit, procedure: &Procedure, registers: &Registers, citizen: &Citizen) -> Result<Response, Failure> {
    let (entry, language) = (&procedure.definition().entry, visit.language());
    let drafts = drafts::of(&Applicant::of(citizen))?;
    let begun: Vec<&Draft> = drafts.iter().filter(|draft| draft.procedure == entry.code).collect();
    let content = html! {
        h1 { (translated(&entry.title, language)) }
        @if let Some(draft) = begun.first() { (goes_on(draft, language)) }
        p { @if entry.deadline.working_days > 0 {
            (told_with("time-limit", &[Argument::text("time", deadline(entry.deadline))], language)) " "
            (told(silence_id(entry.deadline.silence), language))
        } @else { (told("at-once", language)) } }
        (costs(&entry.costs, language))
        h2 { (told("have-at-hand", language)) }
        (at_hand(procedure, language))
        (fetched(procedure, registers, language))
        p { (told("saved-as-you-go", language)) }
        form method="post" { (Button::primary(&say("begin-now"))) }
    };
    Ok(visit.under(entry.title.say(language), content))
}

/// Something that was begun before.
fn goes_on(draft: &Draft, language: Language) -> Markup {
    let title = say("begun-before");
    let said = html! {
        p { (told_with("begun-on", &[Argument::text("day", draft.changed.in_words(language))], language)) }
        p { (ButtonLink::secondary(&say("go-on"), &format!("/drafts/{}", draft.id))) }
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

/// A register said nothing: nothing was begun.
fn not_answered(visit: &Visit, registers: &Registers, silent: &[Silent]) -> Response {
    let language = visit.language();
    let content = html! {
        p { (told("register-silent-for", language)) }
        ul { @for one in silent.iter().filter(|one| one.why.is_wrong()) { li {
            @if let Some(register) = registers.find(one.register.as_str()) {
                (translated(&register.title, language)) ": "
            }
            (told(if one.why == Why::Unknown { "register-unknown" } else { "register-unavailable" }, language))
        } } }
        form method="post" { (Button::primary(&say("try-again"))) }
    };
    visit.titled("register-silent", content)
}

/// Asks whether a draft is to be thrown away.
pub(super) fn discard(visit: &Visit, draft: &Draft) -> Result<Response, Failure> {
    let (language, version) = (visit.language(), procedures::version(&draft.procedure, draft.version)?);
    let content = html! {
        p { strong { (translated(&version.definition.entry.title, language)) } }
        p { (told_with("discard-for", &[Argument::text("day", draft.begun.in_words(language))], language)) }
        form method="post" { (Button::danger(&say("discard"))) " "
            (ButtonLink::secondary(&say("keep-it"), &format!("/drafts/{}", draft.id))) }
    };
    Ok(visit.titled("discard-title", content))
}
