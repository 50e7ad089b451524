//! All that is wrong with a form, at its head.

use maud::{Render, html};

use crate::{Language, control_id};

/// A list of errors, each of which leads to its field. It is announced when the page is loaded, and can take the focus.
#[derive(Clone, Copy, Debug)]
pub struct ErrorSummary<'a> {
    errors: &'a [(&'a str, &'a str)],
    language: Language,
}

impl<'a> ErrorSummary<'a> {
    /// What is wrong: the name of a field, and what is wrong with it. Without a name it is wrong with the form as a whole.
    #[must_use]
    pub const fn new(errors: &'a [(&'a str, &'a str)]) -> Self {
        Self { errors, language: Language::Spanish }
    }

    /// The language of the page.
    #[must_use]
    pub const fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }
}

impl Render for ErrorSummary<'_> {
    /// Nothing, if nothing is wrong.
    fn render_to(&self, out: &mut String) {
        if self.errors.is_empty() {
            return;
        }
        html! {
            div #error-summary .error-summary role="alert" tabindex="-1" aria-labelledby="error-summary_title" {
                h2 #error-summary_title lang=[self.language.borrowed_from()] { (self.language.words().problem) }
                ul { @for (name, message) in self.errors { li {
                    @if name.is_empty() { (message) } @else { a href={ "#" (control_id(name)) } { (message) } }
                } } }
            }
        }
        .render_to(out);
    }
}
