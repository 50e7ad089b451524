//! Threads: what a citizen and an office say to each other about something, and what the office notes for itself.
//!
//! A thread belongs to whatever the plugin names by an id, and is there as soon as something was said. It knows how much each
//! side has not read yet; a page that is only looked at writes nothing, so a side says that it has read.
//!
//! ```
//! use sdk::thread::Threads;
//!
//! static THREADS: Threads = Threads::new("applications");
//! ```
//!
//! The manifest asks for `kv`.

use serde::{Deserialize, Serialize};

use crate::Context;
use crate::author::Author;
use crate::collections::{Index, Page, PageRequest, Record, Table, TableError};
use crate::failure::Failure;
use crate::kv::Order;
use crate::time::Timestamp;

/// Kind and id.
type ThreadKey = (String, String);

/// By kind, id and number. It has the name that it had when cases alone had threads.
static MESSAGES: Table<(String, String, u32), Message> = Table::new("case.thread", &[]);
/// By kind, and since when something waits for staff to read it.
static WAITING: Index<ThreadKey, Unread, (String, Timestamp)> =
    Index::many("thread.waiting", |(kind, _), unread| unread.since.iter().map(|at| (kind.clone(), *at)).collect());
static UNREAD: Table<ThreadKey, Unread> = Table::new("thread.unread", &[&WAITING]);

/// So much is said in a thread at most; all of it is read.
pub const MOST_MESSAGES: u32 = 1_000;

/// The threads of a kind, by the kind's name within the plugin. Cases have threads of their kind: see
/// [`Cases::threads`](crate::case::Cases::threads).
#[derive(Clone, Copy, Debug)]
pub struct Threads {
    kind: &'static str,
}

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

/// Who may read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The citizen whom it is about, and staff.
    Citizen,
    /// Staff only.
    Staff,
}

/// Why something is not said, or not read.
#[derive(Debug, thiserror::Error)]
pub enum ThreadError {
    /// So much was said that no more fits.
    #[error("the thread {id} is full")]
    Full {
        /// The id.
        id: String,
    },
    /// The tables of threads.
    #[error("the threads are not read or written")]
    Table(#[from] TableError),
}

/// What each side of a thread has not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Unread {
    citizen: u32,
    staff: u32,
    /// When the first thing was said that staff have not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
}

impl Record for Message {}
impl Record for Unread {}

impl Threads {
    /// The threads of a kind.
    #[must_use]
    pub const fn new(kind: &'static str) -> Self {
        Self { kind }
    }

    /// Says something; what the other side may read is unread there.
    ///
    /// # Errors
    /// If the thread is full.
    pub fn say(&self, context: &Context, id: &str, audience: Audience, text: &str) -> Result<Message, ThreadError> {
        let message = Message { at: context.time(), author: Author::of(context), audience, text: text.to_owned() };
        let last = MESSAGES.page(&self.key(id), Order::Descending, &PageRequest::first(1))?.items.pop();
        let number = last.map_or(0, |((_, _, number), _)| number.saturating_add(1));
        crate::ensure!(number < MOST_MESSAGES, ThreadError::Full { id: id.to_owned() });
        MESSAGES.insert(&(self.kind.to_owned(), id.to_owned(), number), &message)?;
        let key = self.key(id);
        let before = UNREAD.get(&key)?.unwrap_or_default();
        let now = before.with(&message);
        if now != before {
            UNREAD.put(&key, &now)?;
        }
        Ok(message)
    }

    /// All that was said, from the beginning, as far as somebody may read it.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn read(&self, id: &str, reader: Audience) -> Result<Vec<Message>, ThreadError> {
        let all = MESSAGES.scan(&self.key(id), Order::Ascending);
        let all = all.map(|message| message.map(|(_, message)| message));
        let readable = |message: &Message| message.is_for(reader);
        Ok(all.filter(|message| message.as_ref().map_or(true, readable)).collect::<Result<_, _>>()?)
    }

    /// A part of what was said, the newest first, as far as somebody may read it: of what she may not, nothing is there, so it
    /// may be shorter than was asked for.
    ///
    /// # Errors
    /// If the cursor is none.
    pub fn newest(&self, id: &str, reader: Audience, page: &PageRequest) -> Result<Page<Message>, ThreadError> {
        let Page { items, next } = MESSAGES.page(&self.key(id), Order::Descending, page)?;
        let items = items.into_iter().map(|(_, message)| message).filter(|message| message.is_for(reader)).collect();
        Ok(Page { items, next })
    }

    /// How much a side has not read.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn unread(&self, id: &str, reader: Audience) -> Result<u32, ThreadError> {
        let unread = UNREAD.get(&self.key(id))?.unwrap_or_default();
        Ok(match reader {
            Audience::Citizen => unread.citizen,
            Audience::Staff => unread.staff,
        })
    }

    /// Notes that a side has read all that there is.
    ///
    /// # Errors
    /// If it does not read back.
    pub fn mark_read(&self, id: &str, reader: Audience) -> Result<(), ThreadError> {
        let Some(unread) = UNREAD.get(&self.key(id))? else { return Ok(()) };
        let read = match reader {
            Audience::Citizen => Unread { citizen: 0, ..unread },
            Audience::Staff => Unread { staff: 0, since: None, ..unread },
        };
        if read != unread {
            UNREAD.put(&self.key(id), &read)?;
        }
        Ok(())
    }

    /// The ids of threads in which staff have not read everything, those that have waited longest first.
    ///
    /// # Errors
    /// If the cursor is none.
    pub fn waiting(&self, page: &PageRequest) -> Result<Page<String>, ThreadError> {
        let page = UNREAD.by(&WAITING).page(&(self.kind.to_owned(),), Order::Ascending, page)?;
        Ok(Page { items: page.items.into_iter().map(|((_, id), _)| id).collect(), next: page.next })
    }

    fn key(&self, id: &str) -> ThreadKey {
        (self.kind.to_owned(), id.to_owned())
    }
}

impl Message {
    /// Whether somebody of the office said it, or the plugin in its name.
    #[must_use]
    pub fn is_of_office(&self) -> bool {
        match &self.author {
            Author::Operator(_) | Author::Subsystem(_) | Author::System => true,
            Author::Citizen(_) | Author::Anonymous => false,
        }
    }

    fn is_for(&self, reader: Audience) -> bool {
        reader == Audience::Staff || self.audience == Audience::Citizen
    }
}

impl Unread {
    /// With one more message. What staff note for themselves is new to nobody: whoever comes to it reads it.
    fn with(self, message: &Message) -> Self {
        match (message.is_of_office(), message.audience) {
            (true, Audience::Citizen) => Self { citizen: self.citizen.saturating_add(1), ..self },
            (true, Audience::Staff) => self,
            (false, _) => {
                let since = self.since.or(Some(message.at));
                Self { staff: self.staff.saturating_add(1), since, ..self }
            }
        }
    }
}

impl From<ThreadError> for Failure {
    fn from(error: ThreadError) -> Self {
        match error {
            ThreadError::Full { .. } => Self::Conflict(error.to_string()),
            ThreadError::Table(error) => error.into(),
        }
    }
}
