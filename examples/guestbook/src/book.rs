//! The book: its entries, and what becomes of them.
//!
//! An entry waits for a decision: of the entity that is asked to look at it, of a moderator here, or, when an hour has passed
//! without one, of nobody. The first decision counts.

use crate::words;
use sdk::collections::{Index, PageRequest, Record, Table};
use sdk::kv::Order;
use sdk::outbox::{self, Message};
use sdk::search::{self, Document, Query};
use sdk::web::Visit;
use sdk::{Citizen, Context, Failure, Reply, blobs, config, json::json, log, timers};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// An entry of the book.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Who wrote it, as this entity knows her.
    pub(crate) by: String,
    /// Her name.
    pub(crate) name: String,
    pub(crate) text: String,
    /// The blob of her picture.
    pub(crate) picture: Option<String>,
    pub(crate) state: State,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nobody has decided yet.
    Waiting,
    /// Everybody reads it.
    Published,
    /// Nobody reads it any more.
    Hidden,
}

sdk::numbered!(State { Waiting = 1, Published = 2, Hidden = 3 });

impl Record for Entry {}

/// By the time they were written at, and the request that wrote them.
pub(crate) type Number = (u64, String);

static BY_STATE: Index<Number, Entry, (State,)> = Index::many("entries.by-state", |_, entry| vec![(entry.state,)]);
/// All entries.
pub(crate) static ENTRIES: Table<Number, Entry> = Table::new("entries", &[&BY_STATE]);

const INDEX: &str = "entries";
/// The key of the configuration that names the service which looks at entries.
const REVIEW_BY: &str = "review-by";
/// So long a decision is waited for.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
const MOST_FOUND: u32 = 20;

/// What a citizen writes.
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) picture: Option<String>,
}

/// Keeps what a citizen wrote, asks the other entity to look at it, and sets the end of waiting.
pub(crate) fn write(context: &Context, citizen: Citizen, draft: Draft) -> Result<(), Failure> {
    let (number, name) = ((context.now, context.request_id.clone()), citizen.name.unwrap_or_default());
    let Draft { text, picture } = draft;
    if let Some(picture) = &picture {
        blobs::keep(picture);
    }
    if let Some(service) = config::get(REVIEW_BY) {
        let message = Message::json(service, "/reviews", &json!({ "text": text }))?;
        outbox::send(&message.reply_to(written(&number)));
    }
    timers::set(&written(&number), context.time() + PATIENCE, &[]);
    let entry = Entry { by: citizen.subject, name, text, picture, state: State::Waiting };
    Ok(ENTRIES.insert(&number, &entry)?)
}

/// What the other entity found.
#[derive(Deserialize)]
struct Review {
    acceptable: bool,
}

/// Decides by the answer of the other entity. An answer that is none leaves the entry to the moderators, and the clock.
pub(crate) fn reviewed(reply: &Reply) -> Result<(), Failure> {
    let number = read(&reply.reply_to)?;
    match reply.answer.read::<Review>() {
        Ok(review) if reply.answer.is_success() => {
            decide(&number, if review.acceptable { State::Published } else { State::Hidden }).map(drop)
        }
        _ => {
            log::warn("the review of an entry is none", &[("status", &reply.answer.status)]);
            Ok(())
        }
    }
}

/// Publishes an entry about which nobody has decided.
pub(crate) fn out_of_patience(timer: &str) -> Result<(), Failure> {
    decide(&read(timer)?, State::Published).map(drop)
}

/// Decides a moderator's way, who is told when somebody else was first.
pub(crate) fn moderate(visit: &Visit, number: &str, state: State) -> Result<(), Failure> {
    let decided = decide(&read(number)?, state)?;
    sdk::ensure!(decided == Decided::Now, Failure::Conflict(words::of(visit.language()).decided.to_owned()));
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Decided {
    Now,
    Before,
}

fn decide(number: &Number, state: State) -> Result<Decided, Failure> {
    let entry = ENTRIES.get(number)?.ok_or_else(|| Failure::NotFound("no such entry".to_owned()))?;
    if entry.state != State::Waiting {
        return Ok(Decided::Before);
    }
    if state == State::Published {
        let text = vec![entry.text.clone(), entry.name.clone()];
        search::put(INDEX, &Document { id: written(number).into_bytes(), text, filters: Vec::new() });
    }
    timers::cancel(&written(number));
    ENTRIES.put(number, &Entry { state, ..entry })?;
    Ok(Decided::Now)
}

/// The entries of a state, the newest first.
pub(crate) fn standing(state: State) -> Result<Vec<(Number, Entry)>, Failure> {
    let page = ENTRIES.by(&BY_STATE).page(&(state,), Order::Descending, &PageRequest::first(MOST_FOUND))?;
    Ok(page.items)
}

/// The published entries in which these words occur.
pub(crate) fn found(words: &str) -> Result<Vec<(Number, Entry)>, Failure> {
    let (index, text) = (INDEX.to_owned(), words.to_owned());
    let hits = search::find(&Query { index, text, filters: Vec::new(), offset: 0, limit: MOST_FOUND });
    let mut entries = Vec::new();
    for id in hits.ids {
        let number = read(&String::from_utf8_lossy(&id))?;
        entries.extend(ENTRIES.get(&number)?.map(|entry| (number, entry)));
    }
    Ok(entries)
}

/// A number as it stands in addresses, timers and labels.
pub(crate) fn written((time, request): &Number) -> String {
    format!("{time}.{request}")
}

/// Reads what [`written`] wrote.
pub(crate) fn read(text: &str) -> Result<Number, Failure> {
    let number = text.split_once('.').and_then(|(time, request)| Some((time.parse().ok()?, request.to_owned())));
    number.ok_or_else(|| Failure::NotFound("no such entry".to_owned()))
}
