//! The plugin's texts in several languages: catalogues of Project Fluent in `locales/es.ftl` and one file for each other
//! language. `sdk::plugin!(Cases: pages; locales: es, en)` has the harness read them.

use html::{Language, Markup, html};

use super::raw::i18n as raw;
use crate::money::Money;
use crate::time::{Date, Timestamp};

pub use crate::bindings::i18n::{Argument, Text, Value};

impl Argument {
    /// A text for the variable `name`.
    #[must_use]
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: Value::Text(text.into()) }
    }

    /// A whole number.
    #[must_use]
    pub fn number(name: &str, number: i64) -> Self {
        Self { name: name.to_owned(), value: Value::Number(number) }
    }

    /// An amount.
    #[must_use]
    pub fn money(name: &str, amount: Money) -> Self {
        Self { name: name.to_owned(), value: Value::Money(amount.centavos()) }
    }

    /// A day.
    #[must_use]
    pub fn date(name: &str, date: Date) -> Self {
        Self { name: name.to_owned(), value: Value::Date(date.to_string()) }
    }

    /// A moment.
    #[must_use]
    pub fn time(name: &str, time: Timestamp) -> Self {
        Self { name: name.to_owned(), value: Value::Time(time.as_millisecond()) }
    }
}

impl Text {
    /// The text in a page of `language`: what is in another one is marked so, for assistive technology to say it rightly
    /// (WCAG 2.2, 3.1.2).
    #[must_use]
    pub fn on_page(&self, language: Language) -> Markup {
        if self.language == language.code() {
            html! { (self.value) }
        } else {
            html! { span lang=(self.language) { (self.value) } }
        }
    }
}

/// The text `id` in the language of the call, or in Spanish where it is not in that one.
#[must_use]
pub fn say(id: &str, arguments: &[Argument]) -> Text {
    raw::say(id, arguments)
}

/// The text `id` in a language.
#[must_use]
pub fn say_in(language: Language, id: &str, arguments: &[Argument]) -> Text {
    raw::say_in(language.code(), id, arguments)
}

/// The words of a text without variables in the language of the call, where it does not matter which language they are in.
#[must_use]
pub fn words(id: &str) -> String {
    say(id, &[]).value
}
