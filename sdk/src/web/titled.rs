//! Pages whose title is a text of the plugin's catalogues.

use html::{Markup, html};

use super::{Response, Visit};
use crate::i18n::{self, Text};

impl Visit {
    /// A page under a heading, by the text `title` of the plugin's catalogues.
    #[must_use]
    pub fn titled(&self, title: &str, content: Markup) -> Response {
        let heading = i18n::say(title, &[]);
        let content = html! { h1 { (heading.value) } (content) };
        self.under(heading, content)
    }

    /// A page whose content has its own heading, by the text of its title. What is said in another language than the page's
    /// is marked so (WCAG 2.2, 3.1.2). It is kept by no cache: it may show what is somebody's own.
    #[must_use]
    pub fn under(&self, title: Text, content: Markup) -> Response {
        let content = if title.language == self.language().code() {
            content
        } else {
            html! { div lang=(title.language) { (content) } }
        };
        Response::page(title.value, content).with_header("cache-control", "no-store")
    }
}
