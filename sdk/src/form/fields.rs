//! The fields of a form, as they are named one after the other.

use std::borrow::Cow;

use html::{Checked, Files, Language, Markup, TextKind, Width};

use super::choices::{AnyOf, Choice, Confirmation, OneOf};
use super::date::Day;
use super::entry::Entry;
use super::files::Uploads;
use super::item::{Asks, Control, Item, Part, Secret};
use super::view::View;
use super::words::Wrong;
use crate::bindings::types::Field;
use crate::bindings::web::Upload;

/// Letters of one line, and of several, if nothing else is said.
const USUAL_LETTERS: usize = 200;
const USUAL_LETTERS_OF_LINES: usize = 5_000;
const USUAL_ROWS: u16 = 5;
/// NIST SP 800-63B §5.1.1.2 asks for at least 64.
const MOST_LETTERS_OF_PASSWORD: usize = 256;

/// The fields of a form. Each method begins one; what the field's builder ends with reads it.
///
/// A reading gives nothing where nothing was sent or something is wrong, and the function that names the fields goes on with
/// the next one.
#[derive(Debug)]
pub struct Fields<'a> {
    sent: Option<Sent<'a>>,
    language: Language,
    parts: Vec<Part>,
}

type Sent<'a> = (&'a [Field], &'a [Upload]);

impl<'a> Fields<'a> {
    pub(crate) fn new(language: Language, sent: Option<Sent<'a>>) -> Self {
        Self { sent, language, parts: Vec::new() }
    }

    /// The language of the page.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A heading above the next fields.
    pub fn section(&mut self, title: &str) {
        self.parts.push(Part::Section(title.to_owned()));
    }

    /// One line of text.
    pub fn line<'f>(&'f mut self, name: &str, label: &str) -> Entry<'f, 'a> {
        let (kind, width, value) = (TextKind::Plain, Width::Full, String::new());
        let control = Control::Line { value, kind, width, autocomplete: None, most: USUAL_LETTERS };
        Entry::new(self, Item::new(name, label, control))
    }

    /// Several lines of text.
    pub fn lines<'f>(&'f mut self, name: &str, label: &str) -> Entry<'f, 'a> {
        let control = Control::Lines { value: String::new(), rows: USUAL_ROWS, most: USUAL_LETTERS_OF_LINES };
        Entry::new(self, Item::new(name, label, control))
    }

    /// A date.
    pub fn date<'f>(&'f mut self, name: &str, label: &str) -> Day<'f, 'a> {
        let control = Control::Date { parts: Default::default(), asks: Asks::AnyDay };
        Day::new(self, Item::new(name, label, control))
    }

    /// One of several choices.
    pub fn one_of<'f, T: Clone>(&'f mut self, name: &str, label: &str, choices: &'f [Choice<T>]) -> OneOf<'f, 'a, T> {
        OneOf::new(self, name, label, choices)
    }

    /// Any of several choices.
    pub fn any_of<'f, T: Clone>(&'f mut self, name: &str, label: &str, choices: &'f [Choice<T>]) -> AnyOf<'f, 'a, T> {
        AnyOf::new(self, name, label, choices)
    }

    /// A sentence to agree to.
    pub fn confirmation<'f>(&'f mut self, name: &str, sentence: &str) -> Confirmation<'f, 'a> {
        Confirmation::new(self, Item::new(name, sentence, Control::Confirmation(Checked::No)))
    }

    /// Says of a field that was named which language its label is in: an author's words may have none in the page's.
    pub fn label_is_in(&mut self, name: &str, language: &str) {
        if let Some(item) = self.item(name) {
            item.lang = Some(language.to_owned());
        }
    }

    /// Files. The route's `uploads` in the manifest say how large and of which types they may be.
    pub fn files<'f>(&'f mut self, name: &str, label: &str) -> Uploads<'f, 'a> {
        let control = Control::Files { files: Files::One, accept: None };
        Uploads::new(self, Item::new(name, label, control))
    }

    /// The password that somebody has, as it was typed. It is never shown again.
    pub fn password(&mut self, name: &str, label: &str) -> Option<String> {
        self.secret(name, label, Secret::Current)
    }

    /// A password that somebody chooses.
    pub fn new_password(&mut self, name: &str, label: &str) -> Option<String> {
        self.secret(name, label, Secret::New)
    }

    /// A value that comes back as it was shown, or as whoever sent it made it: it is not to be believed.
    pub fn hidden(&mut self, name: &str, value: &str) -> Option<String> {
        let sent = self.value(name).map(Cow::into_owned);
        let value = sent.clone().unwrap_or_else(|| value.to_owned());
        self.parts.push(Part::Hidden { name: name.to_owned(), value });
        sent
    }

    fn secret(&mut self, name: &str, label: &str, autocomplete: Secret) -> Option<String> {
        let mut item = Item::new(name, label, Control::Password { autocomplete });
        let given = self.value(name).map(Cow::into_owned).filter(|secret| !secret.is_empty());
        let value = match given {
            Some(secret) if secret.chars().count() > MOST_LETTERS_OF_PASSWORD => {
                Err(Wrong::TooLong { letters: secret.chars().count(), most: MOST_LETTERS_OF_PASSWORD })
            }
            Some(secret) => Ok(secret),
            None => Err(Wrong::Missing),
        };
        let value = self.judge(&mut item, value);
        self.add(item);
        value
    }

    /// The first value that was sent by a name. Nothing, if the form was not sent; and empty, if this field was not.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        let (form, _) = self.sent?;
        Some(form.iter().find(|field| field.name == name).map_or("", |field| &field.value).into())
    }

    /// All values that were sent by a name.
    pub(super) fn values(&self, name: &str) -> Option<Vec<&'a str>> {
        let (form, _) = self.sent?;
        Some(form.iter().filter(|field| field.name == name).map(|field| field.value.as_str()).collect())
    }

    /// The blobs that were sent by a name.
    pub(super) fn uploads(&self, name: &str) -> Option<Vec<&'a str>> {
        let (_, uploads) = self.sent?;
        Some(uploads.iter().filter(|upload| upload.field == name).map(|upload| upload.blob.as_str()).collect())
    }

    /// A value, or a note at the field of what is wrong with it, if the form was sent.
    pub(super) fn judge<T>(&self, item: &mut Item, value: Result<T, Wrong>) -> Option<T> {
        self.sent?;
        value.map_err(|wrong| item.error = Some(wrong.said(&item.label, self.language))).ok()
    }

    pub(super) fn add(&mut self, item: Item) {
        self.parts.push(Part::Item(item));
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.sent.is_some()
    }

    /// A line of what is known already: lines that follow each other are one list.
    pub(crate) fn tell(&mut self, label: Markup, value: Markup) {
        match self.parts.last_mut() {
            Some(Part::Known(lines)) => lines.push((label, value)),
            _ => self.parts.push(Part::Known(vec![(label, value)])),
        }
    }

    /// Notes what is wrong with a field that was read, unless something was found wrong then.
    pub(crate) fn refuse(&mut self, name: &str, wrong: &Wrong) {
        let language = self.language;
        if let Some(item) = self.item(name) {
            item.error.get_or_insert_with(|| wrong.said(&item.label, language));
        }
    }

    /// Forgets what is wrong with a field that turns out not to be asked for.
    pub(crate) fn forgive(&mut self, name: &str) {
        if let Some(item) = self.item(name) {
            item.error = None;
        }
    }

    /// Whether something is wrong with a field.
    pub(crate) fn is_wrong(&mut self, name: &str) -> bool {
        self.item(name).is_some_and(|item| item.error.is_some())
    }

    fn item(&mut self, name: &str) -> Option<&mut Item> {
        self.parts.iter_mut().filter_map(Part::item_mut).find(|item| item.name == name)
    }

    pub(super) fn view(self) -> View {
        View::new(self.parts, self.language)
    }
}
