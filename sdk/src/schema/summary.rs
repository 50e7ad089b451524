//! Answers as people read them: before they are sent, and where an office works on them.

use html::{Language, Markup, html};
use serde_json::Value;

use super::field::Field;
use super::held::Held;
use super::kind::Kind;
use super::{Answers, Schema};

/// A field with its value, in words.
#[derive(Clone, Debug)]
pub struct Line<'s> {
    /// The field.
    pub field: &'s Field,
    /// What it is called.
    pub label: Markup,
    /// Its value.
    pub value: Markup,
}

impl Schema {
    /// The answers in words, in the order of the fields; those without a value are left out. What is in another language than
    /// the page's is marked so.
    #[must_use]
    pub fn summary(&self, answers: &Answers, language: Language) -> Vec<Line<'_>> {
        self.fields.iter().filter_map(|field| line(field, answers.get(&field.name)?, language)).collect()
    }
}

fn line<'s>(field: &'s Field, value: &Value, language: Language) -> Option<Line<'s>> {
    let value = match field.kind.read(value) {
        Ok(held) => field.shown(&held?, language),
        // A draft may hold what is wrong: who reads it sees what it is.
        Err(_) => html! { (value.as_str().map_or_else(|| value.to_string(), str::to_owned)) },
    };
    Some(Line { field, label: field.title.say(language).on_page(language), value })
}

impl Field {
    /// A value of this field as people read it.
    pub(super) fn shown(&self, held: &Held, language: Language) -> Markup {
        match held {
            Held::Text(code) if matches!(self.kind, Kind::Choice(_)) => self.shown_choice(code, language),
            Held::Text(text) => lines(text),
            Held::Number(number) => html! { (self.kind.said(*number).replace(' ', "\u{a0}")) },
            // The names of months are Spanish in every language but English, as the fixed words of pages are.
            Held::Date(date) => html! { span lang=[language.borrowed_from()] { (date.in_words(language)) } },
            Held::Flag(true) => html! { (language.words().yes) },
            Held::Flag(false) => html! { (language.words().no) },
            Held::Codes(codes) => html! {
                ul { @for code in codes { li { (self.shown_choice(code, language)) } } }
            },
        }
    }

    fn shown_choice(&self, code: &str, language: Language) -> Markup {
        match self.kind.choices().iter().find(|choice| choice.code == code) {
            Some(choice) => choice.title.say(language).on_page(language),
            None => html! { (code) },
        }
    }
}

fn lines(text: &str) -> Markup {
    html! {
        @for (index, line) in text.split('\n').enumerate() {
            @if index > 0 { br; }
            (line)
        }
    }
}
