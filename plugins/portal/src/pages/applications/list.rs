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
use crate::pages::{say, say_with, translated};
use crate::{desk, procedures};

/// Her drafts, and her applications with how far each is.
pub(crate) fn list(visit: &Visit, citizen: Citizen, page: PageRequest) -> Result<Response, Failure> {
    let owner = Applicant::of(&citizen);
    let (drafts, applications) = (drafts::of(&owner)?, desk::of_applicant(&owner.subject, &page)?);
    let content = html! {
        @if !drafts.is_empty() {
            h2 { (say("drafts")) }
            ul .cards { @for draft in &drafts { li .card { (draft_card(visit, draft)?) } } }
        }
        h2 { (say("submitted-ones")) }
        @if applications.items.is_empty() {
            p { (say("nothing-submitted")) }
            p { (ButtonLink::secondary(&say("to-catalogue"), "/")) }
        } @else {
            ul .cards { @for one in &applications.items { li .card { (card(visit, one)?) } } }
            (pagination(visit, &applications))
        }
        p { a href="/folder" { (say("folder")) } }
    };
    Ok(visit.titled("applications", content))
}

fn draft_card(visit: &Visit, draft: &Draft) -> Result<Markup, Failure> {
    let day = draft.changed.in_words(visit.language());
    Ok(html! {
        h3 { a href=(format!("/drafts/{}", draft.id)) { (title(&draft.procedure, draft.version, visit.language())?) } }
        p { (say_with("changed-on", &[Argument::text("day", day)])) }
        p { a href=(format!("/drafts/{}/delete", draft.id)) { (say("discard")) } }
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
