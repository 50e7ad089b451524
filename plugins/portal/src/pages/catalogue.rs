//! The catalogue as people see it.

mod entry;
mod find;
mod home;
mod lists;
mod places;

use sdk::html::{self, Cards, Language, Markup, Tag, Tone, html};
use sdk::i18n::Text;

use super::{lang, say, translated};
use crate::catalogue::{Card, Entity, EntityCode};
use crate::definition::Code;

pub(crate) use entry::{costs, deadline, entry, silence_id};
pub(crate) use find::search;
pub(crate) use home::home;
pub(crate) use lists::{entities, entity, event, procedures, sector};

/// Where an entry is.
pub(crate) fn path(entity: &EntityCode, code: &Code) -> String {
    format!("/procedures/{entity}/{code}")
}

/// Entries as cards: what, in a sentence, whose, and whether it is done online.
fn cards(entries: &[(Entity, Card)], language: Language) -> Markup {
    let shown: Vec<(Text, String, Markup)> = entries
        .iter()
        .map(|(entity, card)| {
            let title = card.title().say(language);
            (title, path(&entity.code(), card.code()), below(entity, card, language))
        })
        .collect();
    let cards = shown.iter().map(|(title, href, content)| {
        html::Card::new(&title.value, href).lang(lang(title, language)).content(content.clone())
    });
    html! { (cards.collect::<Cards<'_>>()) }
}

fn below(entity: &Entity, card: &Card, language: Language) -> Markup {
    let online = say("online");
    html! {
        p { (translated(card.summary(), language)) }
        p .hint { (translated(&entity.name, language)) }
        @if card.is_online() { p { (Tag::new(&online, Tone::Success)) } }
    }
}
