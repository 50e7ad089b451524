//! What people fill in.
//!
//! Every field has a label that is always seen, a hint before the control, and an error that is said together with it
//! (WCAG 2.2, 1.3.1, 3.3.1 to 3.3.3). The id of the control of field `NAME` is `field-NAME`: an error summary leads there.

mod choices;
mod date;
mod file;
mod text;

use std::fmt::Write;

use maud::{Markup, Render, html};

use crate::Language;

pub use choices::{Checkbox, Checkboxes, Checked, Choice, Radios, Select};
pub use date::{DateInput, DateParts};
pub use file::{File, Files};
pub use text::{Password, Text, TextArea, TextKind, Width};

/// What all fields have: the name that their value is sent by, what they are called, and what is said of them.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    need: Need,
    language: Language,
    lang: Option<&'a str>,
}

/// Whether a field has to be filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// It has to be.
    #[default]
    Required,
    /// It need not be, and its label says so.
    Optional,
}

/// A field that is not seen.
#[derive(Clone, Copy, Debug)]
pub struct Hidden<'a> {
    name: &'a str,
    value: &'a str,
}

/// The id of the control of a field: a letter or digit of the name as it is, another as its number, so that two names
/// never have the same id.
#[must_use]
pub fn control_id(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 6);
    id.push_str("field-");
    for letter in name.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => id.push(letter),
            // Writing to a text does not fail.
            other => drop(write!(id, "_{:x}_", u32::from(other))),
        }
    }
    id
}

impl<'a> Field<'a> {
    /// A required field without hint or error.
    #[must_use]
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: None, error: None, need: Need::Required, language: Language::Spanish, lang: None }
    }

    /// What helps to fill it in, in a sentence.
    #[must_use]
    pub fn hint(self, hint: impl Into<Option<&'a str>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// What is wrong with its value.
    #[must_use]
    pub fn error(self, error: impl Into<Option<&'a str>>) -> Self {
        Self { error: error.into(), ..self }
    }

    /// Whether it has to be filled in.
    #[must_use]
    pub const fn need(self, need: Need) -> Self {
        Self { need, ..self }
    }

    /// The language of the page.
    #[must_use]
    pub const fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The language that the label is in, by its code, where that is not the page's (WCAG 2.2, 3.1.2).
    #[must_use]
    pub fn lang(self, lang: impl Into<Option<&'a str>>) -> Self {
        Self { lang: lang.into(), ..self }
    }

    fn id(&self) -> String {
        control_id(self.name)
    }

    fn hint_id(&self) -> String {
        format!("{}_hint", self.id())
    }

    fn error_id(&self) -> String {
        format!("{}_error", self.id())
    }

    /// The ids of what is said of it.
    fn described_by(&self) -> Option<String> {
        match (self.hint, self.error) {
            (None, None) => None,
            (Some(_), None) => Some(self.hint_id()),
            (None, Some(_)) => Some(self.error_id()),
            (Some(_), Some(_)) => Some(format!("{} {}", self.hint_id(), self.error_id())),
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn class(&self) -> &'static str {
        if self.error.is_some() { "field field-wrong" } else { "field" }
    }

    /// The field around one control, which has its id.
    fn around(&self, control: &Markup) -> Markup {
        html! {
            div class=(self.class()) {
                label for=(self.id()) { (self.label_text()) }
                (self.said())
                (control)
            }
        }
    }

    /// The field around several controls.
    fn around_group(&self, controls: &Markup) -> Markup {
        html! {
            div class=(self.class()) {
                fieldset aria-describedby=[self.described_by()] {
                    legend { (self.label_text()) }
                    (self.said())
                    (controls)
                }
            }
        }
    }

    fn label_text(&self) -> Markup {
        html! {
            @if let Some(lang) = self.lang { span lang=(lang) { (self.label) } } @else { (self.label) }
            @if self.need == Need::Optional {
                " " span .optional lang=[self.language.borrowed_from()] { "(" (self.language.words().optional) ")" }
            }
        }
    }

    fn said(&self) -> Markup {
        html! {
            @if let Some(hint) = self.hint { p .hint id=(self.hint_id()) { (hint) } }
            @if let Some(error) = self.error {
                p .error id=(self.error_id()) {
                    span .unseen lang=[self.language.borrowed_from()] { (self.language.words().error) ": " }
                    (error)
                }
            }
        }
    }
}

impl<'a> Hidden<'a> {
    /// A value that comes back with the form. Whoever sends the form can change it.
    #[must_use]
    pub const fn new(name: &'a str, value: &'a str) -> Self {
        Self { name, value }
    }
}

impl Render for Hidden<'_> {
    fn render_to(&self, out: &mut String) {
        html! { input type="hidden" name=(self.name) value=(self.value); }.render_to(out);
    }
}
