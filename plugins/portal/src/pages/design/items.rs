//! The lists of a definition, each with the form of its parts.

mod costs;
mod decided;
mod hours;
mod places;
mod proof;
mod shown;

use sdk::html::{Language, Markup, html};

use super::{ask, condition, item};
use crate::definition::{Definition, Online};
use crate::pages::say;

/// How it is done online, if it is.
fn online(definition: &mut Definition) -> Option<&mut Online> {
    definition.online.as_mut()
}

/// A text of the catalogues by a word that stands in definitions.
fn word(prefix: &str, word: &str) -> String {
    say(&format!("{prefix}-{}", word.to_lowercase()))
}

/// The roles that are offered for a step. An entity may have others.
const ROLES: [&str; 5] = ["reviewer", "inspector", "supervisor", "cashier", "registrar"];

fn both(title: &sdk::Translated, language: Language) -> Markup {
    html! { (crate::pages::translated(title, language)) }
}
