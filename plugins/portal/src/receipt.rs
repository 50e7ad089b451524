//! The receipt of what was submitted: what it said, signed by the entity.

use sdk::html::{Language, html};
use sdk::printable::Printable;
use sdk::{Timestamp, blobs};

use crate::application::Content;
use crate::definition::Procedure;
use crate::office::ThisEntity;

/// Has the receipt signed of what is submitted under a number, and gives the id of its signature.
#[must_use = "the id is the only way to the receipt"]
pub fn sign(this: &ThisEntity, procedure: &Procedure, number: &str, content: &Content, now: Timestamp) -> String {
    let language = Language::Spanish;
    let lines = procedure.schema().summary(&content.answers, language);
    let files: Vec<(String, String)> = content
        .documents
        .values()
        .flatten()
        .map(|file| (file.name.clone(), blobs::stat(&file.blob).map_or_else(String::new, |blob| blob.sha256)))
        .collect();
    let title = procedure.definition().entry.title.in_language(language);
    let page = html! {
        p { "La entidad recibió lo que sigue, y responde por ello." }
        h2 { (title) }
        dl {
            div { dt { "Número" } dd { (number) } }
            div { dt { "Presentado" } dd { (now.in_words(language)) } }
            div { dt { "Edición del procedimiento" } dd { (procedure.version()) } }
        }
        h2 { "Lo que dijo" }
        dl { @for line in &lines { div { dt { (line.label) } dd { (line.value) } } } }
        @if !files.is_empty() {
            h2 { "Lo que adjuntó" }
            ul { @for (name, digest) in &files { li { (name) br; "SHA-256: " (digest) } } }
        }
    };
    let issuer = this.name().in_language(language);
    Printable::new(issuer, "Constancia de presentación", number, now, &page).sign()
}
