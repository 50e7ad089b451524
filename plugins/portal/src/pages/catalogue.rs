//! The catalogue as people see it.

mod entry;
mod find;
mod home;
mod lists;
mod places;

use sdk::html::{Card, Cards, Language, Markup, Tag, Tone, html};

use super::{say, translated};
use crate::catalogue::{Entity, EntityCode, Published};
use crate::definition::ChannelKind;

pub(crate) use entry::{costs, deadline, entry, silence_id};
pub(crate) use find::search;
pub(crate) use home::home;
pub(crate) use lists::{entities, entity, event, procedures, sector};

/// Where an entry is.
pub(crate) fn path(entity: &EntityCode, published: &Published) -> String {
    format!("/procedures/{entity}/{}", published.entry.code)
}

/// Entries as cards: what, in a sentence, whose, and whether it is done online.
fn cards(entries: &[(Entity, Published)], language: Language) -> Markup {
    let shown: Vec<(String, String, Markup)> = entries
        .iter()
        .map(|(entity, published)| {
            let title = published.entry.title.in_language(language).to_owned();
            (title, path(&entity.code(), published), below(entity, published, language))
        })
        .collect();
    let cards = shown.iter().map(|(title, href, content)| Card::new(title, href).content(content.clone()));
    html! { (cards.collect::<Cards<'_>>()) }
}

fn below(entity: &Entity, published: &Published, language: Language) -> Markup {
    let online = say("online");
    html! {
        p { (translated(&published.entry.summary, language)) }
        p .hint { (translated(&entity.name, language)) }
        @if published.channels().contains(&ChannelKind::Online) { p { (Tag::new(&online, Tone::Success)) } }
    }
}
