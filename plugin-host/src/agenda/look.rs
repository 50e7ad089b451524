//! What stands on a plugin's agenda, for administrators and tests.

use clock::Timestamp;
use storage::{CommitError, Direction, KeyRange, Keyspace, ReadError, Store};

use crate::rows::{self, Entry, Kind, Work, decode, key, time_at};

/// Why nothing is known of an agenda, or it was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AgendaError {
    /// No plugin of this name is loaded.
    #[error("no plugin {plugin:?} is loaded")]
    NotLoaded {
        /// The name.
        plugin: String,
    },
    /// The store cannot be read.
    #[error("the plugin's agenda cannot be read")]
    Read(#[from] ReadError),
    /// The store cannot be written.
    #[error("the plugin's agenda cannot be written")]
    Commit(#[from] CommitError),
}

/// An entry of a plugin's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaEntry {
    /// When it is done next.
    pub due: Timestamp,
    /// When it was ordered, or from when on it was to be done where that is later.
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
    /// A timer that the plugin set, by its name.
    Timer(String),
    /// An occurrence of a schedule of the manifest, by its name.
    Schedule(String),
    /// The answer to a message, by the message's id, for the plugin that sent it.
    Reply(String),
    /// The news that a message was not delivered, by the message's id.
    Undelivered(String),
    /// A topic's news.
    Topic {
        /// The topic.
        topic: String,
        /// The plugin that hears of it.
        subscriber: String,
    },
    /// A document to be signed, by the id of its signing.
    Signing(String),
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

/// The first entries that were given up, by the time that they had been due.
pub(crate) fn look_at_given_up(store: &Store, keyspace: Keyspace, limit: usize) -> Result<Vec<AgendaEntry>, ReadError> {
    let snapshot = store.snapshot()?;
    let rows = snapshot.scan(keyspace, KeyRange::prefix(key(Kind::GivenUp, &[])), Direction::Ascending)?;
    let entries = rows.take(limit).map(|row| row.map(|(key, value)| entry(key.get(1..)?, &value)));
    entries.filter_map(Result::transpose).collect()
}

/// `None` for what cannot be read: the agenda itself sets it aside, and says so.
fn entry(key: &[u8], value: &[u8]) -> Option<AgendaEntry> {
    let Entry { ordered, tries, work, .. } = decode(value)?;
    let kind = match work {
        Work::Send(rows::Message { id, to, path, content_type, body, reply_to }) => {
            EntryKind::Message(OutgoingMessage { id, to, path, content_type, body, reply_to })
        }
        Work::Timer { name, .. } => EntryKind::Timer(name),
        Work::Cron { name } => EntryKind::Schedule(name),
        Work::Reply(reply) => EntryKind::Reply(reply.message_id),
        Work::Undelivered(undelivered) => EntryKind::Undelivered(undelivered.message_id),
        Work::Publish(rows::Publication { topic, subscriber, .. }) => EntryKind::Topic { topic, subscriber },
        Work::Sign(signing) => EntryKind::Signing(signing.id),
    };
    Some(AgendaEntry { due: time_at(rows::due(key)?), ordered: time_at(ordered), tries, kind })
}
