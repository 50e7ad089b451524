//! All that somebody has begun and submitted.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{ButtonLink, Language, Markup, Tag, html};
use sdk::i18n::Argument;
use sdk::web::{Citizen, Response, Visit, pagination};

use super::{path, way};
use crate::application::{Applicant, Application};
use crate::definition::Code;
use crate::drafts::{self, Draft};
use crate::pages::{say, told, told_with, translated};
use crate::{desk, procedures};

/// Her drafts, and her applications with how far each is.
pub(crate) fn list(visit: &Visit, citizen: Citizen, page: PageRequest) -> Result<Response, Failure> {
    let owner = Applicant::of(&citizen);
    let (drafts, applications) = (drafts::of(&owner)?, desk::of_applicant(&owner.subject, &page)?);
    let language = visit.language();
    let content = html! {
        @if !drafts.is_empty() {
            h2 { (told("drafts", language)) }
            ul .cards { @for draft in &drafts { li .card { (draft_card(visit, draft)?) } } }
        }
        h2 { (told("submitted-ones", language)) }
        @if applications.items.is_empty() {
            p { (told("nothing-submitted", language)) }
            p { (ButtonLink::secondary(&say("to-catalogue"), "/")) }
        } @else {
            ul .cards { @for one in &applications.items { li .card { (card(visit, one)?) } } }
            (pagination(visit, &applications))
        }
        p { a href="/folder" { (told("folder", language)) } }
    };
    Ok(visit.titled("applications", content))
}

fn draft_card(visit: &Visit, draft: &Draft) -> Result<Markup, Failure> {
    let language = visit.language();
    let title = title(&draft.procedure, draft.version, language)?;
    Ok(html! {
        h3 { a href=(format!("/drafts/{}", draft.id)) { (title) } }
        p { (told_with("changed-on", &[Argument::text("day", draft.changed.in_words(language))], language)) }
        p { a href=(format!("/drafts/{}/delete", draft.id)) {
            (told("discard", language)) span .unseen { " " (title) }
        } }
    })
}

fn card(visit: &Visit, application: &Application) -> Result<Markup, Failure> {
    let title = title(&application.procedure, application.version, visit.language())?;
    Ok(html! {
        h3 { a href=(path(application)) { (title) } }
        p { @for track in &application.tracks { @let (text, tone) = way::state(track);
            (Tag::new(&say(text), tone)) " " } }
        p .hint { (application.number) " · " (application.submitted.short()) }
    })
}

fn title(code: &Code, version: u32, language: Language) -> Result<Markup, Failure> {
    Ok(translated(&procedures::version(code, version)?.definition.entry.title, language))
}
