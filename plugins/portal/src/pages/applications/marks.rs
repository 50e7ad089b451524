//! What has to be corrected: each part of an application with what is wrong with it.

use sdk::html::{Language, Markup, html};

use crate::application::{Mark, Target};
use crate::definition::Procedure;
use crate::pages::translated;

/// The marks, each with what its part is called: notes alone do not say what they are about.
pub(super) fn listed<'m>(marks: impl Iterator<Item = &'m Mark>, procedure: &Procedure, language: Language) -> Markup {
    html! { ul { @for mark in marks { li {
        strong { (title(&mark.target, procedure, language)) } ": " (mark.note)
    } } } }
}

fn title(target: &Target, procedure: &Procedure, language: Language) -> Markup {
    match target {
        Target::Field(name) => {
            let field = procedure.schema().field(name);
            field.map_or_else(|| html! { (name) }, |field| translated(field.title(), language))
        }
        Target::Document(code) => {
            let document = procedure.online().documents.iter().find(|document| document.code == *code);
            document.map_or_else(|| html! { (code) }, |document| translated(&document.title, language))
        }
    }
}
