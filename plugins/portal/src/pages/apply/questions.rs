//! A page of questions.

use std::collections::BTreeMap;

use sdk::Failure;
use sdk::form::View;
use sdk::html::{Button, Markup, Notice, Tone, html};
use sdk::i18n::{Argument, Text};
use sdk::schema::Origin;
use sdk::web::{Response, Visit};

use super::stops::{Stop, Way};
use super::{Filling, LEAVE, SILENT};
use crate::consult::{Asking, consult};
use crate::pages::{say, told, told_with};
use crate::registers::Registers;

/// Shows the questions of a stop, and keeps what is answered.
pub(super) fn questions(visit: &Visit, filling: Filling, way: &Way, stop: &Stop) -> Result<Response, Failure> {
    let content = &filling.draft.content;
    let names = stop.fields();
    let form = visit
        .form(|fields| filling.procedure.schema().ask(fields, &names, &content.answers, &content.facts, filling.today));
    let known = known(visit, &filling, &names)?;
    let page = |form: &View| shown(visit, &filling, way, stop, &known, form);
    let answers = match form.value() {
        Ok(answers) => answers,
        Err(form) => return Ok(again(page(&form), &form)),
    };
    let mut filling = filling;
    filling.draft.content.answers = answers;
    // Registers may be asked by what was answered now.
    let registers = Registers::connected()?;
    // Those that are asked about the citizen herself are asked where she is told so before.
    let (content, asking) = (&mut filling.draft.content, Asking::ForAnother);
    let silent = consult(&filling.procedure, &registers, content, &asking, visit.now());
    match silent.into_iter().find(|one| one.why.is_wrong()) {
        Some(silent) => filling.wait(visit, stop, &silent),
        None => filling.keep(visit, stop),
    }
}

/// What a register that said nothing means, above the questions: all that was answered is kept.
fn silence(visit: &Visit) -> Markup {
    let why = match visit.query(SILENT) {
        Some("unknown") => "register-unknown",
        Some(_) => "register-unavailable-now",
        None => return html! {},
    };
    let (title, said) = (say("register-silent"), html! { p { (say(why)) } });
    html! { (Notice::new(Tone::Warning, &title, &said)) }
}

/// Which registers said what stands among some questions, and is not asked for.
pub(super) fn known(visit: &Visit, filling: &Filling, names: &[&str]) -> Result<Markup, Failure> {
    let (registers, language) = (Registers::connected()?, visit.language());
    let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names.iter().filter(|name| filling.draft.content.facts.contains_key(**name)) {
        let Some(field) = filling.procedure.schema().field(name) else { continue };
        if let Origin::Brought(register) = field.origin() {
            said.entry(register).or_default().push(field.title().in_language(language));
        }
    }
    let lines = said.iter().filter_map(|(code, fields)| {
        let register = registers.find(code)?.title.in_language(language);
        let arguments = [Argument::text("register", register), Argument::text("fields", fields.join(", "))];
        Some(told_with("not-asked", &arguments, language))
    });
    Ok(html! { @for line in lines { p { (line) } } })
}

fn again(response: Response, form: &View) -> Response {
    if form.is_wrong() { response.with_status(422) } else { response }
}

fn shown(visit: &Visit, filling: &Filling, way: &Way, stop: &Stop, known: &Markup, form: &View) -> Response {
    let (title, hint) = match stop {
        Stop::Questions(page) => {
            (page.title.say(visit.language()), page.hint.as_ref().map(|hint| hint.say(visit.language())))
        }
        _ => (sdk::i18n::say("what-for", &[]), None),
    };
    let content = html! {
        (heading(visit, filling, way, stop, &title))
        @if let Some(hint) = hint { p { (hint.on_page(visit.language())) } }
        @if !visit.is_submission() { (silence(visit)) }
        (known)
        (form.around(buttons()))
    };
    crate::pages::under_own_title(visit, &title.value, content)
}

/// The way back, how far one is, and what the page is about.
pub(super) fn heading(visit: &Visit, filling: &Filling, way: &Way, stop: &Stop, title: &Text) -> Markup {
    let (number, all) = way.progress(stop);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (procedure, language) = (&filling.procedure.definition().entry.title, visit.language());
    let numbers = [Argument::number("number", count(number)), Argument::number("all", count(all))];
    let progress = told_with("page-of", &numbers, language);
    html! {
        @if let Some(before) = way.before(stop) { p { a href=(filling.path(before)) { (told("back", language)) } } }
        p .hint { (crate::pages::translated(procedure, language)) " · " (progress) }
        h1 { (title.on_page(language)) }
        (filling.behalf.banner())
    }
}

/// The buttons below what is filled in.
pub(super) fn buttons() -> Markup {
    html! { (Button::primary(&say("continue"))) " " (Button::secondary(&say("save-and-leave")).sends(LEAVE, "yes")) }
}
