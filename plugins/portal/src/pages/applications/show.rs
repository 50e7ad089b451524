//! One application, as its applicant sees it.

use sdk::Failure;
use sdk::html::{ButtonLink, Details, Language, Markup, Notice, Tone, html};
use sdk::web::{Path, Response, Visit};

use super::{consulted, events, hers, marks, messages, owed, ways};
use crate::application::Application;
use crate::definition::Procedure;
use crate::desk;
use crate::pages::behalf::Behalf;
use crate::pages::{say, told, translated};

/// An application: what she has to do, how far it is, what happened, and what it says.
pub(crate) fn show(visit: &Visit, behalf: Behalf, Path(number): Path<String>) -> Result<Response, Failure> {
    let (application, procedure) = hers(&behalf, &number)?;
    let path = behalf.path_of(&application);
    let language = visit.language();
    let title = &procedure.definition().entry.title;
    let history = desk::history(&application.number)?;
    let content = html! {
        p { a href=(behalf.home()) { (told("applications", language)) } }
        h1 { (translated(title, language)) }
        (behalf.banner())
        p .hint { (told("number", language)) " " strong { (application.number) } }
        (to_correct(&application, &procedure, &path, language))
        (owed(visit, &application, &procedure)?)
        (ways(&application, &procedure, &path, language))
        (said(visit, &application, &procedure, &path))
        (events(&history, &procedure, language))
        (consulted(&application, &procedure, language))
        p { a href=(format!("{path}/receipt")) { (told("receipt", language)) } }
        p .hint { (told("signed-file-for", language)) }
        @if behalf.is_herself() { (messages::link(&application, &path)?) }
        @if behalf.is_herself() && !application.is_closed() {
            p { a href=(format!("{path}/withdraw")) { (told("withdraw", language)) } }
        }
    };
    Ok(crate::pages::under_own_title(visit, title.in_language(language), content))
}

/// What was sent back, before everything else.
fn to_correct(application: &Application, procedure: &Procedure, path: &str, language: Language) -> Markup {
    let title = say("sent-back");
    let said = html! {
        (marks::listed(application.marks(), procedure, language))
        p { (ButtonLink::primary(&say("correct"), &format!("{path}/correct"))) }
    };
    html! { @if application.marks().next().is_some() { (Notice::new(Tone::Warning, &title, &said)) } }
}

/// What it says: closed at first.
fn said(visit: &Visit, application: &Application, procedure: &Procedure, path: &str) -> Markup {
    let said = content(visit, application, procedure, path);
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
