//! Entries, how they are found, and what may happen to them.

use std::fmt;
use std::time::Duration;

use sdk::collections::{Counter, Index, Page, PageRequest, Record, Table, TableError};
use sdk::kv::Order;
use sdk::outbox::{self, Message};
use sdk::search::{self, Document, Query};
use sdk::{Context, Failure, Timestamp, blobs, config, timers};
use serde::{Deserialize, Serialize};

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has judged it.
    Waiting,
    /// Everybody can read it.
    Published,
}

sdk::numbered!(State { Waiting = 1, Published = 2 });

/// What the archive says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Archived {
    /// It was not sent, or has not answered.
    NotYet,
    /// It keeps the entry.
    Kept,
    /// It does not take the entry, or was not reached for seven days.
    Failed,
}

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotYet => "not yet",
            Self::Kept => "kept",
            Self::Failed => "failed",
        })
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Whose it is: never shown.
    pub by: String,
    /// The name that she signs with.
    pub name: String,
    /// What she writes.
    pub text: String,
    /// The blob of a picture.
    pub picture: Option<String>,
    /// When she wrote.
    pub written: Timestamp,
    /// Where it stands.
    pub state: State,
    /// What the archive says.
    pub archived: Archived,
}

impl Record for Entry {}

static BY_STATE: Index<String, Entry, (State, Timestamp)> =
    Index::many("entries.by-state", |_, entry| vec![(entry.state, entry.written)]);
/// One of hers waits at a time: a moderator has to read each of them.
static WAITING_OF: Index<String, Entry, (String,)> =
    Index::unique("entries.waiting-of", |_, entry| match entry.state {
        State::Waiting => vec![(entry.by.clone(),)],
        State::Published => Vec::new(),
    });
static ENTRIES: Table<String, Entry> = Table::new("entries", &[&BY_STATE, &WAITING_OF]);
/// How many are published.
static PUBLISHED: Counter<()> = Counter::new("published");

/// The search index.
const INDEX: &str = "entries";
/// An entry that nobody judges is gone after this.
const LAPSES_AFTER: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Entries on a page that searches.
const MOST_FOUND: u32 = 20;

/// What the archive is told.
#[derive(Serialize)]
struct Notice<'a> {
    id: &'a str,
    name: &'a str,
    text: &'a str,
    written: Timestamp,
}

/// Keeps a new entry, which lapses if nobody judges it.
pub(crate) fn add(id: &str, entry: &Entry) -> Result<(), TableError> {
    ENTRIES.insert(&id.to_owned(), entry)?;
    if let Some(picture) = &entry.picture {
        blobs::keep(picture);
    }
    timers::set(&timer_of(id), entry.written + LAPSES_AFTER, id.as_bytes());
    Ok(())
}

/// Shows an entry to everybody, and sends it to the archive.
pub(crate) fn publish(id: &str, entry: Entry) -> Result<(), Failure> {
    search::put(INDEX, &document(id, &entry));
    PUBLISHED.add(&(), 1);
    timers::cancel(&timer_of(id));
    let notice = Notice { id, name: &entry.name, text: &entry.text, written: entry.written };
    outbox::send(&Message::json(config::required("archive")?, "/entries", &notice)?.reply_to(id));
    Ok(ENTRIES.put(&id.to_owned(), &Entry { state: State::Published, ..entry })?)
}

/// Forgets an entry that was never published, and its picture.
pub(crate) fn forget(id: &str, entry: &Entry) -> Result<(), Failure> {
    if let Some(picture) = &entry.picture {
        blobs::delete(picture);
    }
    timers::cancel(&timer_of(id));
    ENTRIES.remove(&id.to_owned())?;
    Ok(())
}

/// Notes what the archive says of an entry.
pub(crate) fn note(id: &str, archived: Archived) -> Result<(), Failure> {
    let entry = find(id, State::Published)?;
    Ok(ENTRIES.put(&id.to_owned(), &Entry { archived, ..entry })?)
}

/// The entry of an id, if it stands there: what waits is nothing to who reads the book.
pub(crate) fn find(id: &str, state: State) -> Result<Entry, Failure> {
    let entry = ENTRIES.get(&id.to_owned())?.filter(|entry| entry.state == state);
    entry.ok_or_else(|| Failure::NotFound(format!("there is no such entry: {id}")))
}

/// Those in a state, part by part.
pub(crate) fn page(state: State, order: Order, wanted: &PageRequest) -> Result<Page<(String, Entry)>, TableError> {
    ENTRIES.by(&BY_STATE).page(&(state,), order, wanted)
}

/// The published ones with some words, the best first.
pub(crate) fn with_words(words: &str) -> Result<Vec<(String, Entry)>, TableError> {
    let query =
        Query { index: INDEX.to_owned(), text: words.to_owned(), filters: Vec::new(), offset: 0, limit: MOST_FOUND };
    let ids = search::find(&query).ids.into_iter().filter_map(|id| String::from_utf8(id).ok());
    // An index follows the table after a moment: what is not there any more is not found.
    ids.filter_map(|id| ENTRIES.get(&id).transpose().map(|entry| entry.map(|entry| (id, entry)))).collect()
}

/// How many are published.
pub(crate) fn count() -> i64 {
    PUBLISHED.value(&())
}

/// A new entry of somebody.
pub(crate) fn new(context: &Context, by: String, name: String, text: String, picture: Option<String>) -> Entry {
    Entry { by, name, text, picture, written: context.time(), state: State::Waiting, archived: Archived::NotYet }
}

fn document(id: &str, entry: &Entry) -> Document {
    Document { id: id.as_bytes().to_vec(), text: vec![entry.name.clone(), entry.text.clone()], filters: Vec::new() }
}

fn timer_of(id: &str) -> String {
    format!("lapse/{id}")
}
