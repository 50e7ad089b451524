//! Fields for one of several values, or several of them.

use maud::{Markup, Render, html};

use crate::Field;

/// A value that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// What helps to choose.
    pub hint: Option<&'a str>,
    /// The language that it is called in, by its code, where that is not the page's.
    pub lang: Option<&'a str>,
}

/// Whether a box is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checked {
    /// It is not.
    #[default]
    No,
    /// It is.
    Yes,
}

/// One of a few values, all of which are seen.
#[derive(Clone, Copy, Debug)]
pub struct Radios<'a> {
    field: Field<'a>,
    choices: &'a [Choice<'a>],
    chosen: Option<&'a str>,
}

/// Any of a few values.
#[derive(Clone, Copy, Debug)]
pub struct Checkboxes<'a> {
    field: Field<'a>,
    choices: &'a [Choice<'a>],
    chosen: &'a [&'a str],
}

/// One of many values.
#[derive(Clone, Copy, Debug)]
pub struct Select<'a> {
    field: Field<'a>,
    choices: &'a [Choice<'a>],
    chosen: Option<&'a str>,
}

/// A single box, which sends `yes` when it is checked: a consent, or a confirmation. Its label is a whole sentence.
#[derive(Clone, Copy, Debug)]
pub struct Checkbox<'a> {
    field: Field<'a>,
    checked: Checked,
}

impl<'a> Choice<'a> {
    /// A value and what it is called.
    #[must_use]
    pub const fn new(value: &'a str, label: &'a str) -> Self {
        Self { value, label, hint: None, lang: None }
    }

    /// What helps to choose.
    #[must_use]
    pub const fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The language that it is called in, by its code, where that is not the page's (WCAG 2.2, 3.1.2).
    #[must_use]
    pub const fn lang(self, lang: Option<&'a str>) -> Self {
        Self { lang, ..self }
    }
}

/// The boxes of a group.
fn boxes(field: &Field<'_>, kind: &str, choices: &[Choice<'_>], chosen: &dyn Fn(&str) -> bool) -> Markup {
    let ids = |index: usize| match index {
        // The first has the id that an error summary leads to.
        0 => field.id(),
        _ => format!("{}_{}", field.id(), index + 1),
    };
    html! {
        @for (index, choice) in choices.iter().enumerate() {
            @let id = ids(index);
            @let hint = choice.hint.map(|_| format!("{}_note{}", field.id(), index + 1));
            div .choice {
                input id=(id) type=(kind) name=(field.name) value=(choice.value) checked[chosen(choice.value)]
                    aria-describedby=[&hint] aria-invalid=[field.invalid().filter(|_| kind == "checkbox")];
                label for=(id) lang=[choice.lang] { (choice.label) }
                @if let (Some(id), Some(text)) = (&hint, choice.hint) { p .hint id=(id) { (text) } }
            }
        }
    }
}

impl<'a> Radios<'a> {
    /// None of them chosen.
    #[must_use]
    pub const fn new(field: Field<'a>, choices: &'a [Choice<'a>]) -> Self {
        Self { field, choices, chosen: None }
    }

    /// The value that is chosen.
    #[must_use]
    pub fn chosen(self, chosen: impl Into<Option<&'a str>>) -> Self {
        Self { chosen: chosen.into(), ..self }
    }
}

impl Render for Radios<'_> {
    fn render_to(&self, out: &mut String) {
        let boxes = boxes(&self.field, "radio", self.choices, &|value| self.chosen == Some(value));
        self.field.around_group(&boxes).render_to(out);
    }
}

impl<'a> Checkboxes<'a> {
    /// None of them chosen.
    #[must_use]
    pub const fn new(field: Field<'a>, choices: &'a [Choice<'a>]) -> Self {
        Self { field, choices, chosen: &[] }
    }

    /// The values that are chosen.
    #[must_use]
    pub const fn chosen(self, chosen: &'a [&'a str]) -> Self {
        Self { chosen, ..self }
    }
}

impl Render for Checkboxes<'_> {
    fn render_to(&self, out: &mut String) {
        let boxes = boxes(&self.field, "checkbox", self.choices, &|value| self.chosen.contains(&value));
        self.field.around_group(&boxes).render_to(out);
    }
}

impl<'a> Select<'a> {
    /// None of them chosen.
    #[must_use]
    pub const fn new(field: Field<'a>, choices: &'a [Choice<'a>]) -> Self {
        Self { field, choices, chosen: None }
    }

    /// The value that is chosen.
    #[must_use]
    pub fn chosen(self, chosen: impl Into<Option<&'a str>>) -> Self {
        Self { chosen: chosen.into(), ..self }
    }
}

impl Render for Select<'_> {
    fn render_to(&self, out: &mut String) {
        let field = &self.field;
        let control = html! {
            select id=(field.id()) name=(field.name) aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
                option value="" lang=[field.language.borrowed_from()] { (field.language.words().choose) }
                @for choice in self.choices {
                    option value=(choice.value) lang=[choice.lang] selected[self.chosen == Some(choice.value)] { (choice.label) }
                }
            }
        };
        field.around(&control).render_to(out);
    }
}

impl<'a> Checkbox<'a> {
    /// What it sends when it is checked.
    pub const VALUE: &'static str = "yes";

    /// One that is not checked.
    #[must_use]
    pub const fn new(field: Field<'a>) -> Self {
        Self { field, checked: Checked::No }
    }

    /// Whether it is checked.
    #[must_use]
    pub const fn checked(self, checked: Checked) -> Self {
        Self { checked, ..self }
    }
}

impl Render for Checkbox<'_> {
    fn render_to(&self, out: &mut String) {
        let field = &self.field;
        html! {
            div class=(field.class()) {
                (field.said())
                div .choice {
                    input id=(field.id()) type="checkbox" name=(field.name) value=(Self::VALUE)
                        checked[self.checked == Checked::Yes]
                        aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
                    label for=(field.id()) { (field.label_text()) }
                }
            }
        }
        .render_to(out);
    }
}
