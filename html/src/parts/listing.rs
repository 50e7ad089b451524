//! Lists of things to go to, and lists that have nothing.

use maud::{Markup, Render, html};

use crate::Href;

/// Things to go to, each with its title and a few words.
#[derive(Clone, Debug, Default)]
pub struct Cards<'a> {
    cards: Vec<Card<'a>>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    title: &'a str,
    href: &'a str,
    lang: Option<&'a str>,
    content: Option<Markup>,
}

/// A list that has nothing in it: why, and what to do.
#[derive(Clone, Copy)]
pub struct EmptyState<'a> {
    title: &'a str,
    content: &'a dyn Render,
}

impl<'a> Card<'a> {
    /// A title that leads to a page.
    #[must_use]
    pub const fn new(title: &'a str, href: &'a str) -> Self {
        Self { title, href, lang: None, content: None }
    }

    /// The language that the title is in, by its code, where that is not the page's (WCAG 2.2, 3.1.2).
    #[must_use]
    pub fn lang(self, lang: Option<&'a str>) -> Self {
        Self { lang, ..self }
    }

    /// What is said below the title.
    #[must_use]
    pub fn content(self, content: Markup) -> Self {
        Self { content: Some(content), ..self }
    }
}

impl<'a> FromIterator<Card<'a>> for Cards<'a> {
    fn from_iter<I: IntoIterator<Item = Card<'a>>>(cards: I) -> Self {
        Self { cards: cards.into_iter().collect() }
    }
}

impl Render for Cards<'_> {
    fn render_to(&self, out: &mut String) {
        html! {
            ul .cards { @for card in &self.cards {
                li .card {
                    h2 { a href=(Href(card.href)) lang=[card.lang] { (card.title) } }
                    @if let Some(content) = &card.content { div { (content) } }
                }
            } }
        }
        .render_to(out);
    }
}

impl<'a> EmptyState<'a> {
    /// What there is none of, and what to do.
    #[must_use]
    pub const fn new(title: &'a str, content: &'a dyn Render) -> Self {
        Self { title, content }
    }
}

impl Render for EmptyState<'_> {
    fn render_to(&self, out: &mut String) {
        html! { div .empty { p { strong { (self.title) } } (self.content) } }.render_to(out);
    }
}
