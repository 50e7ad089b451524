//! The words of pages: the plugin's own texts, and those of definitions.

use sdk::html::{Language, Markup, html};
use sdk::i18n::{self, Argument};
use sdk::schema::Line;
use sdk::{Money, Translated};

/// A text of the catalogues as it stands on a page.
pub(crate) fn say(id: &str) -> String {
    i18n::words(id)
}

/// The same with what its variables stand for.
pub(crate) fn say_with(id: &str, arguments: &[Argument]) -> String {
    i18n::say(id, arguments).value
}

/// A text of a definition on a page, marked where it is not in the page's language.
pub(crate) fn translated(text: &Translated, language: Language) -> Markup {
    text.say(language).on_page(language)
}

/// An amount, or that it costs nothing.
pub(crate) fn with_money(amount: Money) -> Markup {
    if amount == Money::ZERO {
        html! { (say("free")) }
    } else {
        html! { (amount) }
    }
}

/// What was answered, line by line.
pub(crate) fn lines(lines: &[Line<'_>]) -> Markup {
    html! { dl .summary { @for line in lines { div { dt { (line.label) } dd { (line.value) } } } } }
}
