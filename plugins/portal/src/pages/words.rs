//! The words of pages: the plugin's own texts, and those of definitions.

use sdk::html::{Language, Markup, html};
use sdk::i18n::{self, Argument, Text};
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

/// A text of the catalogues with the language that it is in, where that may be another than the page's.
pub(crate) fn told(id: &str, language: Language) -> Markup {
    told_with(id, &[], language)
}

/// The same with what its variables stand for.
pub(crate) fn told_with(id: &str, arguments: &[Argument], language: Language) -> Markup {
    marked(&i18n::say(id, arguments), language)
}

/// A page of a language that has few texts of its own is marked as a whole where its title is borrowed: so on it what is
/// in its own language says so too.
fn marked(text: &Text, language: Language) -> Markup {
    match lang(text, language) {
        None => html! { (text.value) },
        Some(lang) => html! { span lang=(lang) { (text.value) } },
    }
}

/// The language that a text says it is in, where it has to.
pub(crate) fn lang(text: &Text, language: Language) -> Option<&str> {
    (text.language != language.code() || language.borrowed_from().is_some()).then_some(text.language.as_str())
}

/// What a role is called. Entities may have others than those that there are words for: these are named by their codes.
pub(crate) fn role(code: &str) -> String {
    if ROLES.contains(&code) { say(&format!("role-{code}")) } else { code.to_owned() }
}

/// The roles that the catalogues have words for.
const ROLES: [&str; 12] = [
    "reviewer",
    "inspector",
    "supervisor",
    "cashier",
    "registrar",
    "assistant",
    "counter",
    "designer",
    "evaluator",
    "moderator",
    "funds",
    "applicant-entity",
];

/// A text of a definition on a page, marked where it is not in the page's language.
pub(crate) fn translated(text: &Translated, language: Language) -> Markup {
    marked(&text.say(language), language)
}

/// An amount, or that it costs nothing.
pub(crate) fn with_money(amount: Money) -> Markup {
    if amount == Money::ZERO {
        html! { (say("free")) }
    } else {
        html! { (amount) }
    }
}

/// What people wrote, its paragraphs apart.
pub(crate) fn paragraphs(text: &str) -> Markup {
    html! { @for paragraph in text.split("\n\n").filter(|one| !one.trim().is_empty()) {
        p { @for (number, line) in paragraph.split('\n').enumerate() { @if number > 0 { br; } (line) } }
    } }
}

/// What was answered, line by line.
pub(crate) fn lines(lines: &[Line<'_>]) -> Markup {
    html! { dl .summary { @for line in lines { div { dt { (line.label) } dd { (line.value) } } } } }
}
