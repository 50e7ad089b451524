//! Finding entries by what people type, and narrowing lists.

use sdk::Failure;
use sdk::collections::Page;
use sdk::search::{self, Document, Field, Query};

use super::{Card, ENTRIES, Entity, EntityCode, EntryKey, Published, no_entry, published, with_entities};
use crate::definition::{Audience, ChannelKind, Code};

/// The index of entries.
const INDEX: &str = "catalogue";

/// What a search is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Whom it is for.
    pub audience: Option<Audience>,
    /// The one-stop shop.
    pub sector: Option<Code>,
    /// An event of life or of business.
    pub event: Option<Code>,
    /// The entity.
    pub entity: Option<EntityCode>,
    /// A way in which it is done.
    pub channel: Option<ChannelKind>,
    /// What it costs.
    pub price: Option<Price>,
}

/// What something costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// Nothing.
    Free,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// The best first, as many as were asked for.
    pub entries: Vec<(Entity, T)>,
    /// How many there are in all.
    pub total: u32,
}

/// The entries that have these words, with or without accents and with small typing errors, and fit the filters.
///
/// # Errors
/// If an entry does not read back.
pub fn find(text: &str, filters: &Filters, offset: u32, limit: u32) -> Result<Found<Published>, Failure> {
    found(text, filters, (offset, limit), |(entity, code)| published(entity, code))
}

/// The same, as cards.
///
/// # Errors
/// If an entry does not read back.
pub fn find_cards(text: &str, filters: &Filters, offset: u32, limit: u32) -> Result<Found<Card>, Failure> {
    found(text, filters, (offset, limit), |key| ENTRIES.get_part(key)?.ok_or_else(|| no_entry(&key.0, &key.1)))
}

fn found<T>(
    text: &str,
    filters: &Filters,
    (offset, limit): (u32, u32),
    read: impl Fn(&EntryKey) -> Result<T, Failure>,
) -> Result<Found<T>, Failure> {
    let query = Query { index: INDEX.to_owned(), text: text.to_owned(), filters: filters.fields(), offset, limit };
    let hits = search::find(&query);
    let keys = hits.ids.iter().filter_map(|id| sdk::key::decode::<EntryKey>(id).ok());
    // The index is written with its entry: what it names and is not there was withdrawn within this call.
    let entries = keys.map(|key| {
        let read = read(&key)?;
        Ok((key.0, read))
    });
    let items = entries.collect::<Result<_, Failure>>()?;
    Ok(Found { entries: with_entities(Page { items, next: None })?.items, total: hits.total })
}

pub(super) fn put(entity: &Entity, published: &Published) {
    let id = sdk::key::encode(&(entity.code(), published.entry.code.clone()));
    search::put(INDEX, &Document { id, text: texts(entity, published), filters: filters(entity, published) });
}

pub(super) fn remove(key: &EntryKey) {
    search::remove(INDEX, &sdk::key::encode(key));
}

/// All that people might type: title and keywords, what it is, what is needed and what comes of it, whose it is.
fn texts(entity: &Entity, published: &Published) -> Vec<String> {
    let entry = &published.entry;
    let all = [&entry.title, &entry.summary, &entity.name];
    let titles = entry.requirements.iter().map(|one| &one.title).chain(entry.outputs.iter().map(|one| &one.title));
    let said = all
        .into_iter()
        .chain(titles)
        .flat_map(|text| text.languages().map(|language| text.in_language(language).to_owned()));
    said.chain(entry.keywords.iter().cloned()).collect()
}

fn filters(entity: &Entity, published: &Published) -> Vec<Field> {
    let entry = &published.entry;
    let mut filters = vec![field("sector", entry.sector.as_str()), field("entity", &entity.code().to_string())];
    filters.extend(entry.audience.iter().map(|audience| field("audience", audience.word())));
    filters.extend(entry.events.iter().map(|event| field("event", event.as_str())));
    filters.extend(published.channels().into_iter().map(|channel| field("channel", channel.word())));
    if entry.costs.is_empty() {
        filters.push(field("price", "free"));
    }
    filters
}

impl Filters {
    fn fields(&self) -> Vec<Field> {
        let Self { audience, sector, event, entity, channel, price } = self;
        let all = [
            audience.map(|audience| field("audience", audience.word())),
            sector.as_ref().map(|sector| field("sector", sector.as_str())),
            event.as_ref().map(|event| field("event", event.as_str())),
            entity.as_ref().map(|entity| field("entity", &entity.to_string())),
            channel.map(|channel| field("channel", channel.word())),
            price.map(|Price::Free| field("price", "free")),
        ];
        all.into_iter().flatten().collect()
    }
}

fn field(name: &str, value: &str) -> Field {
    Field { name: name.to_owned(), value: value.to_owned() }
}
