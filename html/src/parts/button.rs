//! Buttons, and links that look like them.

use maud::{Render, html};

use crate::Href;

/// A button of a form.
#[derive(Clone, Copy, Debug)]
pub struct Button<'a> {
    text: &'a str,
    class: &'static str,
    sends: Option<(&'a str, &'a str)>,
}

/// A link to the next thing to do.
#[derive(Clone, Copy, Debug)]
pub struct ButtonLink<'a> {
    text: &'a str,
    href: &'a str,
    class: &'static str,
}

const PRIMARY: &str = "button";
const SECONDARY: &str = "button button-secondary";
const DANGER: &str = "button button-danger";

impl<'a> Button<'a> {
    /// What the form is for. A page has one.
    #[must_use]
    pub const fn primary(text: &'a str) -> Self {
        Self { text, class: PRIMARY, sends: None }
    }

    /// What can be done as well.
    #[must_use]
    pub const fn secondary(text: &'a str) -> Self {
        Self { text, class: SECONDARY, sends: None }
    }

    /// What cannot be undone.
    #[must_use]
    pub const fn danger(text: &'a str) -> Self {
        Self { text, class: DANGER, sends: None }
    }

    /// What is sent with the form when it is pressed.
    #[must_use]
    pub const fn sends(self, name: &'a str, value: &'a str) -> Self {
        Self { sends: Some((name, value)), ..self }
    }
}

impl Render for Button<'_> {
    fn render_to(&self, out: &mut String) {
        let (name, value) = self.sends.unzip();
        html! { button class=(self.class) type="submit" name=[name] value=[value] { (self.text) } }.render_to(out);
    }
}

impl<'a> ButtonLink<'a> {
    /// The one that most people want.
    #[must_use]
    pub const fn primary(text: &'a str, href: &'a str) -> Self {
        Self { text, href, class: PRIMARY }
    }

    /// Another.
    #[must_use]
    pub const fn secondary(text: &'a str, href: &'a str) -> Self {
        Self { text, href, class: SECONDARY }
    }
}

impl Render for ButtonLink<'_> {
    fn render_to(&self, out: &mut String) {
        html! { a class=(self.class) href=(Href(self.href)) { (self.text) } }.render_to(out);
    }
}
