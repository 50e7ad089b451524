//! The catalogue: what entities publish of their procedures, and how people find it.
//!
//! An entity publishes over the exchange, so its signature is on what it says; what this entity does itself it publishes
//! here. Each entry says who vouches for it, and since when.

mod entity;
mod find;

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use sdk::collections::{Index, Page, PageRequest, Record, Table};
use sdk::kv::Order;
use sdk::{Failure, Timestamp, Translated};
use serde::{Deserialize, Serialize};

use crate::definition::{Audience, ChannelKind, Code, Entry};

pub use entity::{Entity, EntityCode, EntityOf};
pub use find::{Filters, Found, Price, find, find_cards};

/// By the entity's code and the procedure's.
type EntryKey = (EntityCode, Code);

static BY_SECTOR: Index<EntryKey, Published, (Code, String)> =
    Index::many("entries.by-sector", |_, one| vec![(one.entry.sector.clone(), one.sorted_by())]);
static BY_EVENT: Index<EntryKey, Published, (Code, String)> = Index::many("entries.by-event", |_, one| {
    one.entry.events.iter().map(|event| (event.clone(), one.sorted_by())).collect()
});
static BY_TITLE: Index<EntryKey, Published, (String,)> =
    Index::many("entries.by-title", |_, one| vec![(one.sorted_by(),)]);
static ENTRIES: Table<EntryKey, Published> = Table::new("entries", &[&BY_SECTOR, &BY_EVENT, &BY_TITLE]);
static ENTITIES: Table<EntityCode, Entity> = Table::new("entities", &[]);
/// When each entity said what it is.
static SAID: Table<EntityCode, When> = Table::new("entities.said", &[]);
/// When entries were taken out: what was published before, and comes later, stays out.
static WITHDRAWN: Table<EntryKey, When> = Table::new("entries.withdrawn", &[]);

/// So many entries are read at once.
const AT_ONCE: u32 = 100;
/// So many entries are looked through in one call, and stand in one answer.
pub const MOST: u32 = 10_000;

/// An entry with who vouches for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Published {
    /// What people read.
    pub entry: Entry,
    /// The subsystem that published it: `INSTANCE/CLASS/MEMBER/SUBSYSTEM`.
    pub source: String,
    /// When it was published first.
    pub first: Timestamp,
    /// When it was published as it is.
    pub published: Timestamp,
    /// Where it is done online, if that is elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<String>,
    /// The version that is done here, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl Record for Published {}

/// What lists show of an entry: it is read for as many as a page has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Card {
    entry: CardEntry,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct CardEntry {
    code: Code,
    title: Translated,
    summary: Translated,
    channels: Vec<CardChannel>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct CardChannel {
    kind: ChannelKind,
}

impl Card {
    /// The procedure's code.
    #[must_use]
    pub fn code(&self) -> &Code {
        &self.entry.code
    }

    /// What the procedure is called.
    #[must_use]
    pub fn title(&self) -> &Translated {
        &self.entry.title
    }

    /// What it is, in a sentence.
    #[must_use]
    pub fn summary(&self) -> &Translated {
        &self.entry.summary
    }

    /// Whether it is done online.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.entry.channels.iter().any(|channel| channel.kind == ChannelKind::Online)
    }
}

impl From<Published> for Card {
    fn from(Published { entry, .. }: Published) -> Self {
        let Entry { code, title, summary, channels, .. } = entry;
        let channels = channels.into_iter().map(|channel| CardChannel { kind: channel.kind }).collect();
        Self { entry: CardEntry { code, title, summary, channels } }
    }
}

/// When something was said. Messages come in any order: what was said later stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct When {
    at: Timestamp,
}

impl Record for When {}

impl Published {
    /// Its title as lists are sorted by it.
    fn sorted_by(&self) -> String {
        sdk::text::fold(self.entry.title.in_language(sdk::html::Language::Spanish))
    }

    /// The ways in which it is done.
    #[must_use]
    pub fn channels(&self) -> BTreeSet<ChannelKind> {
        self.entry.channels.iter().map(|channel| channel.kind).collect()
    }

    /// Whether it is for somebody of a kind.
    #[must_use]
    pub fn is_for(&self, audience: Audience) -> bool {
        self.entry.audience.contains(&audience)
    }
}

/// Keeps what an entity said of itself, unless it has said something later; gives what is kept.
///
/// # Errors
/// If it is too large, or another member has the same code.
pub fn keep_entity(entity: &Entity, at: Timestamp) -> Result<Entity, Failure> {
    let code = entity.code();
    if let Some(known) = ENTITIES.get(&code)? {
        sdk::ensure!(known.member == entity.member, another(&known));
        if SAID.get(&code)?.is_some_and(|said| said.at > at) {
            return Ok(known);
        }
    }
    SAID.put(&code, &When { at })?;
    ENTITIES.put(&code, entity)?;
    Ok(entity.clone())
}

/// When counts what an entity says without a time: now, or after what it has said by a clock that is ahead of this one.
///
/// # Errors
/// If what it has said does not read back.
pub fn said_now(entity: &EntityCode, now: Timestamp) -> Result<Timestamp, Failure> {
    Ok(SAID.get(entity)?.map_or(now, |said| said.at.max(now)))
}

/// The same of an entry.
///
/// # Errors
/// If what it has said does not read back.
pub fn entry_said_now(entity: &EntityCode, code: &Code, now: Timestamp) -> Result<Timestamp, Failure> {
    let newest = newest(&(entity.clone(), code.clone()))?;
    Ok(said_now(entity, now)?.max(newest.unwrap_or(now)))
}

/// When an entry was published or taken out last.
fn newest(key: &EntryKey) -> Result<Option<Timestamp>, Failure> {
    let withdrawn = WITHDRAWN.get(key)?.map(|withdrawn| withdrawn.at);
    Ok(ENTRIES.get_part::<Since>(key)?.map(|entry| entry.published).max(withdrawn))
}

/// When an entry was published first, and as it is.
#[derive(Deserialize)]
struct Since {
    first: Timestamp,
    published: Timestamp,
}

/// Holds that an entity is the member of a subsystem: codes of two members may be the same.
///
/// # Errors
/// If it is another member.
pub fn is_of(entity: &Entity, subsystem: &str) -> Result<(), Failure> {
    let is_its = subsystem.strip_prefix(&entity.member).is_some_and(|rest| rest.starts_with('/'));
    sdk::ensure!(is_its, another(entity));
    Ok(())
}

fn another(entity: &Entity) -> Failure {
    Failure::Denied(format!("{} has the code {} here: only it publishes under it", entity.member, entity.code()))
}

/// Publishes an entry of an entity, in place of the one before.
///
/// # Errors
/// If it is too large, or the entry was published or taken out later than it says.
pub fn publish(entity: &Entity, published: Published) -> Result<Published, Failure> {
    let key = (entity.code(), published.entry.code.clone());
    sdk::ensure!(newest(&key)?.is_none_or(|newest| newest <= published.published), late(&key));
    let entity = keep_entity(entity, published.published)?;
    let first = ENTRIES.get_part::<Since>(&key)?.map_or(published.first, |before| before.first);
    let published = Published { first, ..published };
    ENTRIES.put(&key, &published)?;
    WITHDRAWN.remove(&key)?;
    find::put(&entity, &published);
    Ok(published)
}

/// Takes an entry out of the catalogue; one that is not there is kept out, where it was published before.
///
/// # Errors
/// If it was published later.
pub fn withdraw(entity: &EntityCode, code: &Code, at: Timestamp) -> Result<(), Failure> {
    let key = (entity.clone(), code.clone());
    if let Some(before) = ENTRIES.remove(&key)? {
        sdk::ensure!(before.published <= at, late(&key));
        find::remove(&key);
    }
    let withdrawn = WITHDRAWN.get(&key)?;
    Ok(WITHDRAWN.put(&key, &When { at: withdrawn.map_or(at, |withdrawn| withdrawn.at.max(at)) })?)
}

fn late((entity, code): &EntryKey) -> Failure {
    Failure::Conflict(format!("{entity} has published or taken out {code} later than this says"))
}

/// An entry with its entity.
///
/// # Errors
/// If there is none.
pub fn entry(entity: &EntityCode, code: &Code) -> Result<(Entity, Published), Failure> {
    let published = published(entity, code)?;
    Ok((self::entity(entity)?, published))
}

fn published(entity: &EntityCode, code: &Code) -> Result<Published, Failure> {
    ENTRIES.get(&(entity.clone(), code.clone()))?.ok_or_else(|| no_entry(entity, code))
}

/// The entries of the same entity that an entry names. One that is not published, yet or any more, is left out.
///
/// # Errors
/// If one does not read back.
pub fn related(entity: &Entity, entry: &Entry) -> Result<Vec<Published>, Failure> {
    let found = entry.related.iter().filter_map(|code| ENTRIES.get(&(entity.code(), code.clone())).transpose());
    Ok(found.collect::<Result<_, _>>()?)
}

/// An entity that publishes here.
///
/// # Errors
/// If it does not.
pub fn entity(code: &EntityCode) -> Result<Entity, Failure> {
    ENTITIES.get(code)?.ok_or_else(|| Failure::NotFound(format!("no entity {code} publishes here")))
}

/// All entities that publish here.
///
/// # Errors
/// If one does not read back.
pub fn entities() -> Result<Vec<Entity>, Failure> {
    let all = ENTITIES.scan(&(), Order::Ascending).map(|entity| entity.map(|(_, entity)| entity));
    Ok(all.collect::<Result<_, _>>()?)
}

/// A page of entries, with the code of each one's entity.
pub type Entries = Page<(EntityCode, Published)>;

/// Which entries a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// All.
    Everything,
    /// Those of an entity.
    Entity(EntityCode),
    /// Those of a sector.
    Sector(Code),
    /// Those of an event of life or of business.
    Event(Code),
}

/// One page of entries, in the order of their titles; those of an entity in the order of their codes.
///
/// # Errors
/// If the cursor is none.
pub fn list(within: &Within, page: &PageRequest) -> Result<Entries, Failure> {
    let order = Order::Ascending;
    let found = match within {
        Within::Everything => ENTRIES.by(&BY_TITLE).page(&(), order, page)?,
        Within::Entity(entity) => ENTRIES.page(&(entity.clone(),), order, page)?,
        Within::Sector(sector) => ENTRIES.by(&BY_SECTOR).page(&(sector.clone(),), order, page)?,
        Within::Event(event) => ENTRIES.by(&BY_EVENT).page(&(event.clone(),), order, page)?,
    };
    Ok(Page { items: found.items.into_iter().map(|((entity, _), one)| (entity, one)).collect(), next: found.next })
}

/// Of which entity each entry of a page is, read once each.
///
/// # Errors
/// If one does not read back.
pub fn with_entities<T>(entries: Page<(EntityCode, T)>) -> Result<Page<(Entity, T)>, Failure> {
    let mut known: BTreeMap<EntityCode, Entity> = BTreeMap::new();
    let mut items = Vec::with_capacity(entries.items.len());
    for (code, entry) in entries.items {
        let entity = match known.entry(code) {
            Slot::Occupied(read) => read.into_mut(),
            Slot::Vacant(unread) => {
                let read = entity(unread.key())?;
                unread.insert(read)
            }
        };
        items.push((entity.clone(), entry));
    }
    Ok(Page { items, next: entries.next })
}

/// Does something with each entry of a part of a list, which may be as long as [`MOST`]; gives where the next part begins, if
/// there is one.
///
/// # Errors
/// If the cursor is none, or an entry does not read back.
pub fn each(
    within: &Within,
    part: &PageRequest,
    mut with: impl FnMut(&Entity, &Published),
) -> Result<Option<String>, Failure> {
    let (mut left, mut cursor) = (part.limit.min(MOST), part.cursor.clone());
    while left > 0 {
        let limit = left.min(AT_ONCE);
        let entries = with_entities(list(within, &PageRequest { limit, cursor })?)?;
        entries.items.iter().for_each(|(entity, published)| with(entity, published));
        (left, cursor) = (left - limit, entries.next);
        if cursor.is_none() {
            break;
        }
    }
    Ok(cursor)
}

fn no_entry(entity: &EntityCode, code: &Code) -> Failure {
    Failure::NotFound(format!("{entity} publishes no procedure {code} here"))
}
