//! What a procedure costs, the rules that it follows, and what one has at the end.

use sdk::Money;
use sdk::form::Fields;
use sdk::html::{Language, Markup, TextKind};

use super::ask::{self, Room};
use super::both;
use super::item::{Around, Item};
use crate::definition::{Code, Cost, Definition, Output, Rule};
use crate::pages::say;

/// The largest amount: ten million bolivianos.
const MOST_MONEY: Money = Money::from_centavos(1_000_000_000);
const MOST_OF_ADDRESS: usize = 500;

impl Item for Cost {
    const LIST: &'static str = "costs";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        Some(&mut definition.entry.costs)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        both(&self.title, language)
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-title"), now.map(|now| &now.title), Room::Line);
        let initial = now.and_then(|now| now.amount).map(|amount| amount.typed());
        let amount = fields.line("amount", &say("design-amount")).hint(say("design-amount-hint"));
        let amount = amount.initially(initial.unwrap_or_default()).optional().money(Money::ZERO..=MOST_MONEY);
        let note = now.and_then(|now| now.note.as_ref());
        let note = ask::optional_words(fields, ("note", "design-cost-note"), note, Room::Line);
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self { code: code?, title: title?, amount: amount?, note: note? })
    }
}

impl Item for Rule {
    const LIST: &'static str = "legal-basis";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        Some(&mut definition.entry.legal_basis)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        both(&self.title, language)
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-rule-title"), now.map(|now| &now.title), Room::Line);
        let description = now.map(|now| &now.description);
        let description = ask::words(fields, ("description", "design-rule-says"), description, Room::Text);
        let url = fields.line("url", &say("design-rule-url")).kind(TextKind::Address).most_letters(MOST_OF_ADDRESS);
        let url = url.initially(now.and_then(|now| now.url.clone()).unwrap_or_default()).optional().text();
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self { code: code?, title: title?, description: description?, url: url? })
    }
}

impl Item for Output {
    const LIST: &'static str = "outputs";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        Some(&mut definition.entry.outputs)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        both(&self.title, language)
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-title"), now.map(|now| &now.title), Room::Line);
        let description = now.and_then(|now| now.description.as_ref());
        let description = ask::optional_words(fields, ("description", "design-output-for"), description, Room::Text);
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self { code: code?, title: title?, description: description? })
    }
}
