//! All that somebody has begun and submitted.

use sdk::Failure;
use sdk::collections::PageRequest;
use sdk::html::{ButtonLink, Language, Markup, Tag, html};
use sdk::i18n::Argument;
use sdk::web::{Response, Visit, pagination};

use super::{unread, way};
use crate::application::Application;
use crate::definition::Code;
use crate::drafts::{self, Draft};
use crate::pages::behalf::Behalf;
use crate::pages::{say, told, told_with, translated};
use crate::{desk, procedures};

/// Her drafts, and her applications with how far each is.
pub(crate) fn list(visit: &Visit, behalf: Behalf, page: PageRequest) -> Result<Response, Failure> {
    let (owner, language) = (&behalf.owner, visit.language());
    let (drafts, applications) = (drafts::of(owner)?, desk::of_applicant(&owner.subject, &page)?);
    let content = html! {
        (behalf.banner())
        @if !drafts.is_empty() {
            h2 { (told("drafts", language)) }
            ul .cards { @for draft in &drafts { li .card { (draft_card(visit, &behalf, draft)?) } } }
        }
        h2 { (told("submitted-ones", language)) }
        @if applications.items.is_empty() {
            p { (told("nothing-submitted", language)) }
            @if behalf.is_herself() { p { (ButtonLink::secondary(&say("to-catalogue"), "/")) } }
        } @else {
            ul .cards { @for one in &applications.items { li .card { (card(visit, &behalf, one)?) } } }
            (pagination(visit, &applications))
        }
        @if behalf.is_herself() {
            p { a href="/folder" { (told("folder", language)) } }
            p { a href="/claim" { (told("help-claim", language)) } }
        } @else { p { a href="/assist" { (told("help-to-procedures", language)) } } }
    };
    Ok(visit.titled("applications", content))
}

/// A draft, with the ways to go on with it and to throw it away.
pub(crate) fn draft_card(visit: &Visit, behalf: &Behalf, draft: &Draft) -> Result<Markup, Failure> {
    let language = visit.language();
    let title = title(&draft.procedure, draft.version, language)?;
    Ok(html! {
        h3 { a href=(behalf.path(&format!("/drafts/{}", draft.id))) { (title) } }
        p { (told_with("changed-on", &[Argument::text("day", draft.changed.in_words(language))], language)) }
        p .hint { (told("number", language)) " " (draft.id.to_uppercase()) }
        @if let Some(person) = &draft.at_counter { p { (person.name) } }
        @if behalf.is_herself() && draft.owner.assistance.is_some() {
            p .hint { (told("help-was-helped", language)) }
        }
        @if behalf.may_discard() { p { a href=(behalf.path(&format!("/drafts/{}/delete", draft.id))) {
            (told("discard", language)) span .unseen { " " (title) }
        } } }
    })
}

fn card(visit: &Visit, behalf: &Behalf, application: &Application) -> Result<Markup, Failure> {
    let title = title(&application.procedure, application.version, visit.language())?;
    Ok(html! {
        h3 { a href=(behalf.path_of(application)) { (title) } }
        p { @for track in &application.tracks { @let (text, tone) = way::state(track);
            (Tag::new(&say(text), tone)) " " } }
        p .hint { (application.number) " · " (application.submitted.short()) }
        @if behalf.is_herself() { (unread(application)?) }
    })
}

fn title(code: &Code, version: u32, language: Language) -> Result<Markup, Failure> {
    Ok(translated(&procedures::version(code, version)?.definition.entry.title, language))
}
