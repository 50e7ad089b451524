//! Files.

use html::{Files, Need};

use super::fields::Fields;
use super::item::{Control, Item};
use super::words::Wrong;
use crate::blobs::{self, Blob};

/// A field for files. It ends with [`Uploads::required`] or [`Uploads::optional`]: both give blobs that are gone with the
/// request unless they are kept, with [`blobs::keep`]. After an error people attach their files again: no browser lets a page
/// fill in such a field.
#[derive(Debug)]
#[must_use = "it is no field before it is read"]
pub struct Uploads<'f, 'a> {
    fields: &'f mut Fields<'a>,
    item: Item,
    most: usize,
}

impl<'f, 'a> Uploads<'f, 'a> {
    pub(super) fn new(fields: &'f mut Fields<'a>, item: Item) -> Self {
        Self { fields, item, most: 1 }
    }

    /// What helps to choose files.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.item.hint = Some(hint.into());
        self
    }

    /// How many there may be; one, if nothing is said.
    pub fn most(self, most: usize) -> Self {
        let files = if most > 1 { Files::Several } else { Files::One };
        Self { most, ..self }.change(|shown, _| *shown = files)
    }

    /// What the browser offers: `image/*,application/pdf`.
    pub fn accept(self, types: &str) -> Self {
        self.change(|_, accept| *accept = Some(types.to_owned()))
    }

    /// The files, at least one.
    #[must_use]
    pub fn required(self) -> Option<Vec<Blob>> {
        self.read(Wrong::NoFile)
    }

    /// The files, if there are any.
    #[must_use]
    pub fn optional(mut self) -> Option<Vec<Blob>> {
        self.item.need = Need::Optional;
        self.read(None)
    }

    fn read(mut self, none: impl Into<Option<Wrong>>) -> Option<Vec<Blob>> {
        let sent = self.fields.uploads(&self.item.name).unwrap_or_default();
        let value = match none.into() {
            Some(wrong) if sent.is_empty() => Err(wrong),
            _ if sent.len() > self.most => Err(Wrong::TooManyFiles { most: self.most }),
            _ => Ok(sent.into_iter().filter_map(blobs::stat).collect()),
        };
        let value = self.fields.judge(&mut self.item, value);
        self.fields.add(self.item);
        value
    }

    fn change(mut self, change: impl FnOnce(&mut Files, &mut Option<String>)) -> Self {
        if let Control::Files { files, accept } = &mut self.item.control {
            change(files, accept);
        }
        self
    }
}
