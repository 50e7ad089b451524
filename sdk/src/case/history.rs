//! What happened to a case: by whom, when and why.

use serde::{Deserialize, Serialize};

use super::{Author, CaseError};
use crate::Context;
use crate::collections::{Record, Table};
use crate::kv::Order;
use crate::time::Timestamp;

/// By kind, id and number.
static HISTORY: Table<(String, String, u32), Entry> = Table::new("case.history", &[]);

/// So much happens to a case at most; all of it is read.
pub const MOST_ENTRIES: u32 = 2_000;

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Author,
    /// What.
    pub event: Event,
    /// Why, in words for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Record for Entry {}

/// What happens to cases. States are their words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It was opened.
    Opened {
        /// In this state.
        state: String,
    },
    /// It came into another state.
    Advanced {
        /// From this one.
        from: String,
        /// Into this one.
        to: String,
    },
    /// An operator took it on.
    Claimed {
        /// Her id.
        by: String,
    },
    /// It was given back to its office.
    Released,
    /// It was handed to another office.
    Assigned {
        /// From this one.
        from: String,
        /// To this one.
        to: String,
    },
    /// It was given more time.
    Extended {
        /// Until then.
        to: Timestamp,
    },
}

impl Entry {
    pub(super) fn new(context: &Context, event: Event, reason: &str) -> Self {
        Self { at: context.time(), author: Author::of(context), event, reason: reason.to_owned() }
    }
}

pub(super) fn add(kind: &str, id: &str, number: u32, entry: &Entry) -> Result<(), CaseError> {
    if number >= MOST_ENTRIES {
        return Err(CaseError::Full { id: id.to_owned() });
    }
    Ok(HISTORY.insert(&(kind.to_owned(), id.to_owned(), number), entry)?)
}

pub(super) fn read(kind: &str, id: &str) -> Result<Vec<Entry>, CaseError> {
    let entries = HISTORY.scan(&(kind.to_owned(), id.to_owned()), Order::Ascending);
    Ok(entries.map(|entry| entry.map(|(_, entry)| entry)).collect::<Result<_, _>>()?)
}
