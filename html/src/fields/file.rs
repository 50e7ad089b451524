//! Fields for files.

use maud::{Render, html};

use crate::Field;

/// A field for files. Its form is sent as `multipart/form-data`.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    field: Field<'a>,
    files: Files,
    accept: Option<&'a str>,
}

/// How many files a field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Files {
    /// One.
    #[default]
    One,
    /// Several.
    Several,
}

impl<'a> File<'a> {
    /// A field for one file of any kind.
    #[must_use]
    pub const fn new(field: Field<'a>) -> Self {
        Self { field, files: Files::One, accept: None }
    }

    /// How many it takes.
    #[must_use]
    pub const fn files(self, files: Files) -> Self {
        Self { files, ..self }
    }

    /// What kinds the browser offers: `image/*,application/pdf`. Whoever reads them judges them again.
    #[must_use]
    pub fn accept(self, accept: impl Into<Option<&'a str>>) -> Self {
        Self { accept: accept.into(), ..self }
    }
}

impl Render for File<'_> {
    fn render_to(&self, out: &mut String) {
        let field = &self.field;
        let control = html! {
            input id=(field.id()) name=(field.name) type="file" accept=[self.accept] multiple[self.files == Files::Several]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
        };
        field.around(&control).render_to(out);
    }
}
