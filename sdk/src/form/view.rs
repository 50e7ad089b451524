//! A form as it is shown.

use html::{Button, ErrorSummary, Language, Markup, Render, html};

use super::item::{Control, Item, Part};
use crate::failure::FieldError;

/// A form with its fields, what stands in them, and what is wrong. Rendered, it is the list of errors and the fields, to stand
/// within a `form`; [`View::with`] puts one around it.
#[derive(Clone, Debug)]
pub struct View {
    parts: Vec<Part>,
    /// What is wrong with none of its fields.
    unplaced: Vec<String>,
    language: Language,
}

impl View {
    pub(super) fn new(parts: Vec<Part>, language: Language) -> Self {
        Self { parts, unplaced: Vec::new(), language }
    }

    /// Whether something is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !self.unplaced.is_empty() || self.items().any(|item| item.error.is_some())
    }

    /// The language of the page.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Notes what is wrong with its fields; what is wrong with another one stands in the list of errors alone.
    pub fn refuse(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        for error in errors {
            let item = self.parts.iter_mut().filter_map(Part::item_mut).find(|item| item.name == error.field);
            match item {
                Some(item) => drop(item.error.get_or_insert(error.message)),
                None => self.unplaced.push(error.message),
            }
        }
    }

    /// The whole form, which posts to the page's own address, with a button that sends it.
    #[must_use]
    pub fn with(&self, button: &str) -> Markup {
        self.around(html! { (Button::primary(button)) })
    }

    /// The whole form with other things at its end: several buttons, or a sentence.
    #[must_use]
    pub fn around(&self, end: Markup) -> Markup {
        let encoding = self.has_files().then_some("multipart/form-data");
        // What is wrong is said in the page's own words: a browser's would be of another language, and one at a time.
        html! { form method="post" enctype=[encoding] novalidate { (self) (end) } }
    }

    fn has_files(&self) -> bool {
        self.items().any(|item| matches!(item.control, Control::Files { .. }))
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.parts.iter().filter_map(|part| if let Part::Item(item) = part { Some(item) } else { None })
    }
}

impl Render for View {
    fn render_to(&self, out: &mut String) {
        let placed = self.items().filter_map(|item| Some((item.name.as_str(), item.error.as_deref()?)));
        let unplaced = self.unplaced.iter().map(|message| ("", message.as_str()));
        let errors: Vec<(&str, &str)> = placed.chain(unplaced).collect();
        ErrorSummary::new(&errors).language(self.language).render_to(out);
        for part in &self.parts {
            part.render(self.language).render_to(out);
        }
    }
}
