//! Somebody's folder of documents.

use sdk::Failure;
use sdk::html::{Button, Hidden, html};
use sdk::i18n::Argument;
use sdk::web::{Citizen, Path, Response, Visit};

use crate::application::Applicant;
use crate::folder;
use crate::pages::{say_with, told};

/// Her documents, and taking one out.
pub(crate) fn list(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let subject = Applicant::of(&citizen).subject;
    if let Some(id) = visit.sent("remove") {
        folder::remove(&subject, id)?;
        return Ok(Response::redirect("/folder"));
    }
    let (documents, language) = (folder::of(&subject)?, visit.language());
    let take_out = |name: &str| say_with("take-out", &[Argument::text("name", name)]);
    let content = html! {
        p { (told("folder-for", language)) }
        @if documents.is_empty() { p { (told("folder-empty", language)) } } @else {
            ul .cards { @for kept in &documents { li .card {
                h2 { a href=(format!("/folder/{}", kept.id)) { (kept.file.name) } }
                p { (kept.about) }
                p .hint { (kept.since.in_words(language)) }
                form method="post" { (Hidden::new("remove", &kept.id)) (Button::secondary(&take_out(&kept.file.name))) }
            } } }
        }
        p { a href="/applications" { (told("applications", language)) } }
    };
    Ok(visit.titled("folder", content))
}

/// A document of hers.
pub(crate) fn document(_: &Visit, citizen: Citizen, Path(id): Path<String>) -> Result<Response, Failure> {
    let kept = folder::find(&Applicant::of(&citizen).subject, &id)?;
    Ok(Response::blob(kept.file.blob).with_header("cache-control", "no-store"))
}
