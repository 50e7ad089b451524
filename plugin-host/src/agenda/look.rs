//! What stands on a plugin's agenda, for administrators and tests.

use clock::Timestamp;
use storage::{Direction, KeyRange, Keyspace, ReadError, Store};

use crate::rows::{self, Entry, Kind, Work, decode, key, time_at};

/// An entry of a plugin's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaEntry {
    /// When it is done next.
    pub due: Timestamp,
    /// When it was ordered.
    pub ordered: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A message to a service.
    Message(OutgoingMessage),
    /// An event of the plugin's own: a timer, a schedule, a reply, a topic, or a document to be signed.
    Event,
}

/// A message that was ordered and is not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// Its id, the same however often it is sent.
    pub id: String,
    /// The service, `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`.
    pub to: String,
    /// Below the service, with the query.
    pub path: String,
    /// Of the body.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
    /// The label under which its answer comes back.
    pub reply_to: Option<String>,
}

/// The first entries of an agenda, by the time they are due.
pub(crate) fn look(store: &Store, keyspace: Keyspace, limit: usize) -> Result<Vec<AgendaEntry>, ReadError> {
    let snapshot = store.snapshot()?;
    let rows = snapshot.scan(keyspace, KeyRange::prefix(key(Kind::Agenda, &[])), Direction::Ascending)?;
    rows.take(limit).filter_map(|row| row.map(|(key, value)| entry(&key, &value)).transpose()).collect()
}

/// `None` for what cannot be read: the agenda itself sets it aside, and says so.
fn entry(key: &[u8], value: &[u8]) -> Option<AgendaEntry> {
    let Entry { ordered, tries, work } = decode(value)?;
    let kind = match work {
        Work::Send(rows::Message { id, to, path, content_type, body, reply_to }) => {
            EntryKind::Message(OutgoingMessage { id, to, path, content_type, body, reply_to })
        }
        _ => EntryKind::Event,
    };
    Some(AgendaEntry { due: time_at(rows::due(key)?), ordered: time_at(ordered), tries, kind })
}
