//! What is said about a case.

use serde::{Deserialize, Serialize};

use super::{Author, CaseError};
use crate::Context;
use crate::collections::{Record, Table};
use crate::kv::Order;
use crate::time::Timestamp;

/// By kind, id and number.
static THREAD: Table<(String, String, u32), Message> = Table::new("case.thread", &[]);

/// So much is said about a case at most; all of it is read.
pub const MOST_MESSAGES: u32 = 1_000;

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Author,
    /// For whom.
    pub audience: Audience,
    /// What.
    pub text: String,
}

impl Record for Message {}

/// Who may read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The citizen who brought the case, and staff.
    Citizen,
    /// Staff only.
    Staff,
}

impl Message {
    pub(super) fn new(context: &Context, audience: Audience, text: &str) -> Self {
        Self { at: context.time(), author: Author::of(context), audience, text: text.to_owned() }
    }
}

pub(super) fn add(kind: &str, id: &str, number: u32, message: &Message) -> Result<(), CaseError> {
    if number >= MOST_MESSAGES {
        return Err(CaseError::Full { id: id.to_owned() });
    }
    Ok(THREAD.insert(&(kind.to_owned(), id.to_owned(), number), message)?)
}

pub(super) fn read(kind: &str, id: &str, reader: Audience) -> Result<Vec<Message>, CaseError> {
    let all = THREAD.scan(&(kind.to_owned(), id.to_owned()), Order::Ascending);
    let all = all.map(|message| message.map(|(_, message)| message));
    let readable = |message: &Message| reader == Audience::Staff || message.audience == Audience::Citizen;
    Ok(all.filter(|message| message.as_ref().map_or(true, readable)).collect::<Result<_, _>>()?)
}
