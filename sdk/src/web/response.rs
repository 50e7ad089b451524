//! What a visit is answered with.

use html::Markup;
use serde::Serialize;

use super::{Content, Page, Raw, Response};
use crate::Failure;
use crate::bindings::types::Field;
use crate::json;

/// "See other": the only status of a redirect.
const SEE_OTHER: u16 = 303;

impl Response {
    /// A page: its title, and its main part, which begins with an `h1`. The host puts its layout around it.
    #[must_use]
    pub fn page(title: impl Into<String>, content: Markup) -> Self {
        Self::of(Content::Page(Page { title: title.into(), html: content.into_string() }))
    }

    /// A piece of a page, for a script that asked for it.
    #[must_use]
    pub fn fragment(content: Markup) -> Self {
        Self::of(Content::Fragment(content.into_string()))
    }

    /// Another page to go to, after something was done: a path of the same origin, or a URL below one that the manifest names.
    #[must_use]
    pub fn redirect(to: impl Into<String>) -> Self {
        Self::of(Content::Redirect(to.into())).with_status(SEE_OTHER)
    }

    /// A value as JSON.
    ///
    /// # Errors
    /// If it has no form in JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, Failure> {
        let text = json::write_text(value)?;
        Ok(Self::of(Content::Json(text)))
    }

    /// The content of a blob, by its id.
    #[must_use]
    pub fn blob(id: impl Into<String>) -> Self {
        Self::of(Content::Blob(id.into()))
    }

    /// Something else. The host shows it so that nothing in it runs.
    #[must_use]
    pub fn raw(content_type: impl Into<String>, body: Vec<u8>) -> Self {
        Self::of(Content::Raw(Raw { content_type: content_type.into(), body }))
    }

    /// Nothing to show.
    #[must_use]
    pub fn empty() -> Self {
        Self::of(Content::Empty).with_status(204)
    }

    /// The same with another status. From 400 on nothing is kept that the call wrote or ordered.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with a header, in place of what it was before: one that the contract lets a page set, `cache-control`,
    /// `content-disposition`, …
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|header| header.name != name);
        self.headers.push(Field { name: name.to_owned(), value: value.into() });
        self
    }

    /// The same as a file to be saved under a name. Letters that a header cannot have are `_`.
    #[must_use]
    pub fn to_save_as(self, name: &str) -> Self {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        let name: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
        self.with_header("content-disposition", format!("attachment; filename=\"{name}\""))
    }

    fn of(content: Content) -> Self {
        Self { status: 200, headers: Vec::new(), content }
    }
}
