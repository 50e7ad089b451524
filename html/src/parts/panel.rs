//! What stands out of the text.

use maud::{Markup, Render, html};

/// What a colour means. It never says so alone: the words beside it do (WCAG 2.2, 1.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// Something to know.
    Information,
    /// It went well.
    Success,
    /// Something to take care of.
    Warning,
    /// Something went wrong, or cannot be undone.
    Danger,
}

/// A short state: open, late, decided.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'a> {
    text: &'a str,
    tone: Tone,
}

/// Something to know before one goes on.
#[derive(Clone, Copy)]
pub struct Notice<'a> {
    tone: Tone,
    title: &'a str,
    content: &'a dyn Render,
}

/// What was done, at the end of a way, as the `h1` of its page.
#[derive(Clone, Copy, Debug)]
pub struct Confirmation<'a> {
    title: &'a str,
    reference: Option<(&'a str, &'a str)>,
}

/// What only some need to read, closed at first.
#[derive(Clone, Copy)]
pub struct Details<'a> {
    summary: &'a str,
    content: &'a dyn Render,
}

/// A code to be written down or read out, in groups of four, each of which stays together.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    label: &'a str,
    code: &'a str,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Information => "information",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

impl<'a> Tag<'a> {
    /// A state, and what it means.
    #[must_use]
    pub const fn new(text: &'a str, tone: Tone) -> Self {
        Self { text, tone }
    }
}

impl Render for Tag<'_> {
    fn render_to(&self, out: &mut String) {
        html! { strong .tag .(self.tone.class()) { (self.text) } }.render_to(out);
    }
}

impl<'a> Notice<'a> {
    /// A notice with its heading.
    #[must_use]
    pub const fn new(tone: Tone, title: &'a str, content: &'a dyn Render) -> Self {
        Self { tone, title, content }
    }
}

impl Render for Notice<'_> {
    fn render_to(&self, out: &mut String) {
        html! {
            section .notice .(self.tone.class()) aria-label=(self.title) {
                p .notice-title { strong { (self.title) } }
                (self.content)
            }
        }
        .render_to(out);
    }
}

impl<'a> Confirmation<'a> {
    /// What was done.
    #[must_use]
    pub const fn new(title: &'a str) -> Self {
        Self { title, reference: None }
    }

    /// What it is found again by: what that is called, and the reference itself.
    #[must_use]
    pub const fn reference(self, label: &'a str, reference: &'a str) -> Self {
        Self { reference: Some((label, reference)), ..self }
    }
}

impl Render for Confirmation<'_> {
    fn render_to(&self, out: &mut String) {
        html! {
            div .confirmation {
                h1 { (self.title) }
                @if let Some((label, reference)) = self.reference {
                    p { (label) br; strong .reference { (reference) } }
                }
            }
        }
        .render_to(out);
    }
}

impl<'a> Details<'a> {
    /// What it is about, and what it says.
    #[must_use]
    pub const fn new(summary: &'a str, content: &'a dyn Render) -> Self {
        Self { summary, content }
    }
}

impl Render for Details<'_> {
    fn render_to(&self, out: &mut String) {
        html! { details { summary { (self.summary) } div .details-content { (self.content) } } }.render_to(out);
    }
}

impl<'a> Code<'a> {
    /// What the code is called, and the code.
    #[must_use]
    pub const fn new(label: &'a str, code: &'a str) -> Self {
        Self { label, code }
    }

    /// The code itself, whose groups are apart by style and not by spaces: whoever copies it has nothing else.
    fn groups(&self) -> Markup {
        let letters: Vec<char> = self.code.chars().collect();
        html! { @for group in letters.chunks(4) { span { (group.iter().collect::<String>()) } } }
    }
}

impl Render for Code<'_> {
    fn render_to(&self, out: &mut String) {
        // Codes are in no language: nothing is to be translated, or corrected.
        html! { div .code { p { (self.label) } code translate="no" { (self.groups()) } } }.render_to(out);
    }
}
