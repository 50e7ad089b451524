//! One application, as its applicant sees it.

use sdk::Failure;
use sdk::html::{ButtonLink, Details, Language, Markup, Notice, Tone, html};
use sdk::web::{Citizen, Path, Response, Visit};

use super::{consulted, events, hers, marks, owed, path, ways};
use crate::application::Application;
use crate::definition::Procedure;
use crate::desk;
use crate::pages::{say, told, translated};

/// An application: what she has to do, how far it is, what happened, and what it says.
pub(crate) fn show(visit: &Visit, citizen: Citizen, Path(number): Path<String>) -> Result<Response, Failure> {
    let (application, procedure) = hers(&citizen, &number)?;
    let language = visit.language();
    let title = &procedure.definition().entry.title;
    let history = desk::history(&application.number)?;
    let content = html! {
        p { a href="/applications" { (told("applications", language)) } }
        h1 { (translated(title, language)) }
        p .hint { (told("number", language)) " " strong { (application.number) } }
        (to_correct(&application, &procedure, language))
        (owed(visit, &application, &procedure))
        (ways(&application, &procedure, language))
        (said(visit, &application, &procedure))
        (events(&history, &procedure, language))
        (consulted(&application, &procedure, language))
        p { a href=(format!("{}/receipt", path(&application))) { (told("receipt", language)) } }
        p .hint { (told("signed-file-for", language)) }
        @if !application.is_closed() {
            p { a href=(format!("{}/withdraw", path(&application))) { (told("withdraw", language)) } }
        }
    };
    Ok(visit.under(title.say(language), content))
}

/// What was sent back, before everything else.
fn to_correct(application: &Application, procedure: &Procedure, language: Language) -> Markup {
    let title = say("sent-back");
    let said = html! {
        (marks::listed(application.marks(), procedure, language))
        p { (ButtonLink::primary(&say("correct"), &format!("{}/correct", path(application)))) }
    };
    html! { @if application.marks().next().is_some() { (Notice::new(Tone::Warning, &title, &said)) } }
}

/// What it says: closed at first.
fn said(visit: &Visit, application: &Application, procedure: &Procedure) -> Markup {
    let said = content(visit, application, procedure, &path(application));
    html! { (Details::new(&say("what-it-says"), &said)) }
}

/// All that was answered and attached; files are at the address of whoever looks.
pub(crate) fn content(visit: &Visit, application: &Application, procedure: &Procedure, files: &str) -> Markup {
    let (content, language) = (&application.content, visit.language());
    let lines = procedure.schema().summary(&content.answers, language);
    html! {
        (crate::pages::lines(&lines))
        @for document in &procedure.online().documents {
            @if let Some(attached) = content.documents.get(&document.code) {
                p { strong { (translated(&document.title, language)) } }
                ul { @for file in attached { li {
                    a href=(format!("{files}/files/{}", file.blob)) { (file.name) }
                    @if let Some(signer) = &file.signer { " — " (told("signed-by", language)) " " (signer) }
                } } }
            }
        }
    }
}
