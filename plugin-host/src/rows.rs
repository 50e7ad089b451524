//! Where things stand in a plugin's keyspace: its own keys and values, and what the host keeps for it.
//!
//! One keyspace a plugin, so that its quota, its backup and its removal are each one thing. The first byte of a key
//! says whose row it is; a plugin sees only rows of the first kind.

use clock::Timestamp;
use serde::{Deserialize, Serialize};

/// The kinds of rows, by the first byte of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The plugin's own.
    State = 1,
    /// What is to be done, by the time it is due.
    Agenda = 2,
    /// Where in the agenda each timer stands, by name.
    Timer = 3,
    /// Messages that were handled, and their answers.
    Handled = 4,
    /// What is known of a blob.
    Blob = 5,
    /// Documents and words of the search.
    Search = 6,
    /// Versions, cursors, sums.
    About = 7,
    /// What was given up.
    GivenUp = 8,
    /// Uploads that nobody has kept, by the time they go.
    Upload = 9,
    /// Where the evidence container of each signed document is, by the id of its signing.
    Signed = 10,
    /// Calls that failed, by the time they are forgotten.
    FailedCall = 11,
}

/// A key that holds the time first, so that what is due stands at the beginning.
pub(crate) fn agenda_key(due: Timestamp, id: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(9 + id.len());
    key.push(Kind::Agenda as u8);
    key.extend_from_slice(&milliseconds(due).to_be_bytes());
    key.extend_from_slice(id.as_bytes());
    key
}

/// The time that an agenda key begins with.
pub(crate) fn due(key: &[u8]) -> Option<u64> {
    due_of(Kind::Agenda, key)
}

/// The time that a key of a kind begins with.
pub(crate) fn due_of(kind: Kind, key: &[u8]) -> Option<u64> {
    let time = key.strip_prefix(&[kind as u8])?.first_chunk()?;
    Some(u64::from_be_bytes(*time))
}

/// A key of a kind.
pub(crate) fn key(kind: Kind, rest: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + rest.len());
    key.push(kind as u8);
    key.extend_from_slice(rest);
    key
}

/// Milliseconds of the epoch, as the contract counts time; what was before is 0.
pub(crate) fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from(time.as_millisecond()).unwrap_or(0)
}

/// The time at so many milliseconds; the last there is, where they are too many.
pub(crate) fn time_at(milliseconds: u64) -> Timestamp {
    i64::try_from(milliseconds).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

/// A row's value: a byte for its form, and the form.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Only a map of unknown length or a failing `Serialize` can fail, and rows have neither.
    postcard::to_extend(value, vec![FORM]).expect("rows are plain data")
}

/// Reads what [`encode`] wrote; `None` if it did not.
pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    let (form, value) = bytes.split_first()?;
    (*form == FORM).then(|| postcard::from_bytes(value).ok()).flatten()
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// When it was ordered, or from when on it was to be done where that is later, in milliseconds of the epoch.
    pub(crate) ordered: u64,
    /// How often it was tried.
    pub(crate) tries: u32,
    /// How often that failed of itself, and not because the server was busy or a peer away.
    pub(crate) failures: u32,
    pub(crate) work: Work,
}

impl Entry {
    /// Something that was ordered, and not tried yet.
    pub(crate) fn new(ordered: u64, work: Work) -> Self {
        Self { ordered, tries: 0, failures: 0, work }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Work {
    Send(Message),
    Publish(Publication),
    Timer { name: String, payload: Vec<u8> },
    Cron { name: String },
    Reply(Reply),
    Undelivered(Undelivered),
    Sign(Signing),
}

/// A message to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    pub(crate) reply_to: Option<String>,
}

/// A topic's news for one subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Publication {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) subscriber: String,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// An answer to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub(crate) reply_to: String,
    pub(crate) message_id: String,
    pub(crate) sender: String,
    pub(crate) answer: Answered,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undelivered {
    pub(crate) reply_to: Option<String>,
    pub(crate) message_id: String,
    pub(crate) to: String,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// A document to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signing {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) content: Vec<u8>,
}

/// What is known of a message that was handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// The digest of the request, so that another under the same key is told.
    pub(crate) request: [u8; 32],
    pub(crate) answered: Answered,
}

/// What a message was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// Names and values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// What is known of a submission that was handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Submitted {
    /// The digest of what was submitted, so that something else under the same id is told.
    pub(crate) contents: [u8; 32],
    pub(crate) shown: Shown,
}

/// What somebody was shown for a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    /// Names and values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content: ShownContent,
}

/// The contents that a page can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ShownContent {
    Page { title: String, html: String },
    Fragment(String),
    Json(String),
    Redirect(String),
    Blob(String),
    Raw { content_type: String, body: Vec<u8> },
    Empty,
}

/// The form of the rows that this version writes. A later form gets another number and is read beside this one.
const FORM: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_earlier_stands_first() {
        let keys: Vec<_> = [5, 300, 70_000].map(|ms| agenda_key(time_at(ms), "z")).into();
        assert!(keys.is_sorted());
        assert_eq!(due(&keys[1]), Some(300));
        assert_eq!(due(&[Kind::State as u8, 1]), None);
    }

    #[test]
    fn a_row_of_another_form_is_not_read() {
        let answered =
            Answered { status: 200, headers: Vec::new(), content_type: "text/plain".to_owned(), body: vec![1] };
        let mut row = encode(&answered);
        assert_eq!(decode::<Answered>(&row).map(|answered| answered.status), Some(200));
        row[0] = 2;
        assert_eq!(decode::<Answered>(&row), None);
        assert_eq!(decode::<Answered>(&[]), None);
    }
}
