//! The receipt of a proposal: what it said, and when, signed by the entity.

use sdk::html::{Language, html};
use sdk::printable::Printable;
use sdk::{Failure, Timestamp, blobs};

use super::{Call, Content};
use crate::application::Applicant;
use crate::office::ThisEntity;

/// Has the receipt signed of what is submitted under a number, and gives the id of its signature.
pub(super) fn sign(
    call: &Call,
    number: &str,
    applicant: &Applicant,
    content: &Content,
    now: Timestamp,
) -> Result<String, Failure> {
    let (this, language) = (ThisEntity::configured()?, Language::Spanish);
    let schema = call.questions()?;
    let lines = schema.as_ref().map(|schema| schema.summary(&content.answers, language)).unwrap_or_default();
    let digest = |blob: &str| blobs::stat(blob).map_or_else(String::new, |blob| blob.sha256);
    let files = content.documents.values().flatten();
    let files: Vec<(&str, String)> = files.map(|file| (file.name.as_str(), digest(&file.blob))).collect();
    let who = applicant.represents.as_deref().or(applicant.name.as_deref());
    let page = html! {
        p { "La entidad recibió esta propuesta. Nadie de la entidad puede leerla antes del cierre de la convocatoria." }
        h2 { (call.title.in_language(language)) }
        dl {
            div { dt { "Número" } dd { (number) } }
            div { dt { "Presentada" } dd { (now.in_words(language)) " (" (now) ")" } }
            div { dt { "Cierre de la convocatoria" } dd { (call.closes.in_words(language)) } }
            @if let Some(who) = who { div { dt { "Quién postula" } dd { (who) } } }
        }
        h2 { "El proyecto" }
        dl {
            div { dt { "Título" } dd { (content.project.title) } }
            div { dt { "Monto que pide" } dd { (content.project.asked) } }
            div { dt { "Resumen" } dd { (content.project.summary) } }
            @for line in &lines { div { dt { (line.label) } dd { (line.value) } } }
        }
        @if !files.is_empty() {
            h2 { "Lo que adjuntó" }
            ul { @for (name, digest) in &files { li { (name) br; "SHA-256: " (digest) } } }
        }
    };
    let issuer = this.name().in_language(language);
    Ok(Printable::new(issuer, "Constancia de postulación", number, now, &page).sign())
}
