//! From page to page.

use maud::{Render, html};

use crate::{Href, Language, Link};

/// Where the page is in the site: the pages above it, from the first.
#[derive(Clone, Copy, Debug)]
pub struct Breadcrumbs<'a> {
    above: &'a [Link<'a>],
    languages: &'a [Option<&'a str>],
    language: Language,
}

/// The links to the parts of a long list before and after.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pagination<'a> {
    first: Option<&'a str>,
    previous: Option<&'a str>,
    next: Option<&'a str>,
    language: Language,
}

impl<'a> Breadcrumbs<'a> {
    /// The pages above this one.
    #[must_use]
    pub const fn new(above: &'a [Link<'a>]) -> Self {
        Self { above, languages: &[], language: Language::Spanish }
    }

    /// The language of the page.
    #[must_use]
    pub const fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The language that each link is in, by its code, where that is not the page's (WCAG 2.2, 3.1.2).
    #[must_use]
    pub const fn languages(self, languages: &'a [Option<&'a str>]) -> Self {
        Self { languages, ..self }
    }
}

impl Render for Breadcrumbs<'_> {
    fn render_to(&self, out: &mut String) {
        let languages = self.languages.iter().copied().chain(std::iter::repeat(None));
        html! {
            nav .breadcrumbs aria-label=(self.language.words().breadcrumbs) {
                ol { @for (link, lang) in self.above.iter().zip(languages) {
                    li { a href=(Href(link.href)) lang=[lang] { (link.text) } }
                } }
            }
        }
        .render_to(out);
    }
}

impl<'a> Pagination<'a> {
    /// Where the parts before and after are, if there are any.
    #[must_use]
    pub const fn new(previous: Option<&'a str>, next: Option<&'a str>) -> Self {
        Self { first: None, previous, next, language: Language::Spanish }
    }

    /// Where the list begins, if this is not its beginning.
    #[must_use]
    pub fn first(self, first: impl Into<Option<&'a str>>) -> Self {
        Self { first: first.into(), ..self }
    }

    /// The language of the page.
    #[must_use]
    pub const fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }
}

impl Render for Pagination<'_> {
    /// Nothing, if there is nothing before and after.
    fn render_to(&self, out: &mut String) {
        if self.first.or(self.previous).or(self.next).is_none() {
            return;
        }
        let (words, lang) = (self.language.words(), self.language.borrowed_from());
        html! {
            nav .pagination aria-label=(words.pages) lang=[lang] {
                @if let Some(href) = self.first { a href=(Href(href)) { (words.first) } }
                @if let Some(href) = self.previous { a rel="prev" href=(Href(href)) { (words.previous) } }
                @if let Some(href) = self.next { a rel="next" href=(Href(href)) { (words.next) } }
            }
        }
        .render_to(out);
    }
}
