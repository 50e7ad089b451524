//! How a citizen writes.

use sdk::collections::TableError;
use sdk::form::{Fields, View};
use sdk::html::{Confirmation, html};
use sdk::web::{Citizen, Response, Visit};
use sdk::{Failure, log};

use crate::entry;
use crate::texts::Texts;

/// What is filled in.
struct Written {
    name: String,
    text: String,
    picture: Option<String>,
}

/// The form, with her name in it.
fn fields(fields: &mut Fields<'_>, texts: &Texts, known_as: &str) -> Option<Written> {
    let name = fields.line("name", texts.name).hint(texts.name_hint).initially(known_as).most_letters(60).text();
    let text = fields.lines("text", texts.text).hint(texts.text_hint).most_letters(1_000).text();
    let picture = fields.files("picture", texts.picture).accept("image/jpeg,image/png").optional();
    let picture = picture?.into_iter().next().map(|picture| picture.id);
    Some(Written { name: name?, text: text?, picture })
}

pub(crate) fn write(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let texts = Texts::of(visit.language());
    let page = |form: &View| {
        let content = html! { h1 { (texts.write) } p { (texts.judged_first) } (form.with(texts.send)) };
        Response::page(texts.write, content)
    };
    let known_as = citizen.name.clone().unwrap_or_default();
    visit.form(|form| fields(form, texts, &known_as)).submit(page, |written| {
        // The same on every attempt, and nobody else's.
        let id = visit.context().request_id.as_str();
        let Written { name, text, picture } = written;
        let entry = entry::new(visit.context(), citizen.subject, name, text, picture);
        entry::add(id, &entry).map_err(|error| match error {
            TableError::Taken { .. } => Failure::invalid("text", "waiting", texts.one_at_a_time),
            other => other.into(),
        })?;
        log::info("entry written", &[("entry.id", &id)]);
        Ok(Response::redirect("/thanks"))
    })
}

pub(crate) fn thanks(visit: &Visit) -> Result<Response, Failure> {
    let texts = Texts::of(visit.language());
    let content = html! {
        (Confirmation::new(texts.thanks))
        p { (texts.judged_first) }
        p { a href="/" { (texts.to_the_book) } }
    };
    Ok(Response::page(texts.thanks, content))
}
