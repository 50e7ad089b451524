//! The notices of a server: what is said joins the transaction of who says it, and is kept until it is old.

use std::sync::Arc;

use storage::{Bounds, CommitError, Direction, KeyRange, Keyspace, ReadError, Store, Transaction, counter};
use texts::TextError;
use tokio::sync::Notify;

use crate::account::{Account, NoticeId};
use crate::contacts::{Channel, Contacts};
use crate::notice::{Listed, Notice};
use crate::rows;
use crate::templates::{Rendered, Templates, unsayable};
use crate::wire::{ContactsRow, DeliveryRow, NoticeRow, StateRow};

/// The notices of a server, in one keyspace of its store. Clones share them.
#[derive(Clone, Debug)]
pub struct Notices {
    pub(crate) store: Store,
    pub(crate) keyspace: Keyspace,
    pub(crate) templates: Templates,
    pub(crate) said: Arc<Notify>,
}

/// Why something cannot be done with notices.
#[derive(Debug, thiserror::Error)]
pub enum NoticesError {
    /// A notice cannot be put into words.
    #[error("the notice {id} cannot be said")]
    Unsayable {
        /// Which.
        id: NoticeId,
        /// Why.
        source: TextError,
    },
    /// A notice is larger than one may be.
    #[error("the notice {id} has {size_bytes} bytes of {what}, of which it may have {limit_bytes}: shorten it")]
    TooLarge {
        /// Which.
        id: NoticeId,
        /// What of it.
        what: &'static str,
        /// Its size.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// There is no such notice, or not any more.
    #[error("{account} has no notice {id}")]
    NoSuchNotice {
        /// Whose.
        account: Account,
        /// Which.
        id: NoticeId,
    },
    /// What is stored is none of what this version writes.
    #[error("a row of the notices of {account} cannot be read: was a newer version here?")]
    Unreadable {
        /// Whose.
        account: Account,
    },
    /// The store cannot be read.
    #[error("failed to read notices")]
    Read {
        /// Why.
        #[from]
        source: ReadError,
    },
    /// The store did not take it.
    #[error("failed to keep what became of notices")]
    Commit {
        /// Why.
        #[from]
        source: CommitError,
    },
}

/// What saying a notice came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is said when the transaction is committed.
    Now,
    /// It was said before; nothing changes.
    Before,
}

/// The part of a list that is asked for.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The last notice of the page before; the newest are on the first.
    pub after: Option<NoticeId>,
    /// How many, of which at most [`MAX_PAGE`] are given.
    pub size: usize,
}

impl Notices {
    /// The notices in `keyspace`, which nothing else uses, said by `templates`.
    #[must_use]
    pub fn new(store: Store, keyspace: Keyspace, templates: Templates) -> Self {
        Self { store, keyspace, templates, said: Arc::new(Notify::new()) }
    }

    /// Says a notice: it stands in the citizen's list, and is sent on the ways that she has chosen, once `transaction` is
    /// committed, and never otherwise. Then call [`Notices::hurry`].
    ///
    /// # Errors
    /// When the notice cannot be put into words or is too large, or the store cannot be read.
    pub fn tell(&self, transaction: &mut Transaction, notice: &Notice) -> Result<Told, NoticesError> {
        let contacts = self.contacts_in(transaction, &notice.account)?;
        let due = rows::milliseconds(notice.time);
        let ways = contacts.channels().into_iter().map(|channel| DeliveryRow::waiting(channel, due, false)).collect();
        self.say(transaction, notice, &contacts, ways)
    }

    /// Says a notice like [`Notices::tell`], and sends it on one way only, chosen or not: also to an address that is not
    /// proven, for it is with what it says that the citizen proves it.
    ///
    /// # Errors
    /// As [`Notices::tell`].
    pub fn tell_for_proof(
        &self,
        transaction: &mut Transaction,
        notice: &Notice,
        channel: Channel,
    ) -> Result<Told, NoticesError> {
        let contacts = self.contacts_in(transaction, &notice.account)?;
        let way = DeliveryRow::waiting(channel, rows::milliseconds(notice.time), true);
        self.say(transaction, notice, &contacts, vec![way])
    }

    /// Lets what was committed be sent at once, in place of at the next look.
    pub fn hurry(&self) {
        self.said.notify_waiters();
    }

    /// Where a citizen is told; nowhere, if she has never said.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn contacts(&self, account: &Account) -> Result<Contacts, NoticesError> {
        let row = self.store.snapshot()?.get(self.keyspace, rows::contacts(account))?;
        read_contacts(account, row.as_deref())
    }

    /// Sets where a citizen is told from now on, in `transaction`.
    pub fn set_contacts(&self, transaction: &mut Transaction, account: &Account, contacts: &Contacts) {
        transaction.put(self.keyspace, rows::contacts(account), rows::encode(&ContactsRow::from(contacts)));
    }

    /// A page of the notices of a citizen, newest first.
    ///
    /// # Errors
    /// When the store cannot be read, or there is no notice that the page comes after.
    pub fn list(&self, account: &Account, page: &Page) -> Result<Vec<Listed>, NoticesError> {
        let snapshot = self.store.snapshot()?;
        let mut range = KeyRange::prefix(rows::notices(account));
        if let Some(after) = &page.after {
            let row = snapshot.get(self.keyspace, rows::time(account, after))?;
            let time = read_time(account, after, row.as_deref())?;
            range = range.before(rows::notice(account, time, after));
        }
        let entries = snapshot.scan(self.keyspace, range, Direction::Descending)?;
        entries.take(page.size.min(MAX_PAGE)).map(|entry| self.listed(account, entry?)).collect()
    }

    /// How many notices a citizen has not read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unread(&self, account: &Account) -> Result<u64, NoticesError> {
        let row = self.store.snapshot()?.get(self.keyspace, rows::unread(account))?;
        let count = row.and_then(|row| counter::decode(&row)).unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Marks a notice as read; a second time changes nothing.
    ///
    /// # Errors
    /// When there is no such notice, or the store fails.
    pub async fn mark_read(&self, account: &Account, id: &NoticeId) -> Result<(), NoticesError> {
        self.transact(|transaction| {
            let (key, mut row) = self.row_in(transaction, account, id)?;
            if !row.is_read {
                row.is_read = true;
                transaction.put(self.keyspace, key, rows::encode(&row));
                transaction.add(self.keyspace, rows::unread(account), -1, Bounds::default());
            }
            Ok(())
        })
        .await
    }

    fn say(
        &self,
        transaction: &mut Transaction,
        notice: &Notice,
        contacts: &Contacts,
        ways: Vec<DeliveryRow>,
    ) -> Result<Told, NoticesError> {
        let language = contacts.language.unwrap_or(notice.language);
        check_sizes(notice)?;
        let rendered = self.templates.render(language, &notice.template, &notice.arguments);
        let rendered = rendered.map_err(|source| NoticesError::Unsayable { id: notice.id.clone(), source })?;
        check_size(notice, "text", rendered.body.len() + rendered.subject.len(), MAX_TEXT_BYTES)?;
        let (account, id, time) = (&notice.account, &notice.id, rows::milliseconds(notice.time));
        if transaction.get(self.keyspace, rows::time(account, id))?.is_some() {
            return Ok(Told::Before);
        }
        for way in &ways {
            if let (Some(channel), StateRow::Waiting { due, .. }) = (way.channel(), way.state) {
                transaction.put(self.keyspace, rows::due(channel, due, account, id), []);
            }
        }
        let row = NoticeRow::new(notice, language, ways);
        transaction.put(self.keyspace, rows::notice(account, time, id), rows::encode(&row));
        transaction.put(self.keyspace, rows::time(account, id), time.to_be_bytes());
        transaction.put(self.keyspace, rows::age(time, account, id), []);
        transaction.add(self.keyspace, rows::unread(account), 1, Bounds::default());
        Ok(Told::Now)
    }

    fn listed(&self, account: &Account, (key, value): (Vec<u8>, Vec<u8>)) -> Result<Listed, NoticesError> {
        let unreadable = || NoticesError::Unreadable { account: account.clone() };
        let (time, id) = rows::read_notice(account, &key).ok_or_else(unreadable)?;
        let row: NoticeRow = rows::decode(&value).ok_or_else(unreadable)?;
        let notice = row.notice(account, time, &id).ok_or_else(unreadable)?;
        let rendered = self.templates.render(notice.language, &notice.template, &notice.arguments);
        // A template that went away must not take the list with it.
        let Rendered { language, subject, body, .. } = rendered.unwrap_or_else(|_| unsayable(&notice));
        Ok(Listed {
            id,
            language,
            subject,
            body,
            said_by: notice.said_by,
            time: notice.time,
            link: notice.link,
            reading: row.reading(),
            deliveries: row.deliveries.iter().filter_map(DeliveryRow::delivery).collect(),
        })
    }

    fn contacts_in(&self, transaction: &mut Transaction, account: &Account) -> Result<Contacts, NoticesError> {
        let row = transaction.get(self.keyspace, rows::contacts(account))?;
        read_contacts(account, row.as_deref())
    }

    pub(crate) fn row_in(
        &self,
        transaction: &mut Transaction,
        account: &Account,
        id: &NoticeId,
    ) -> Result<(Vec<u8>, NoticeRow), NoticesError> {
        let time = transaction.get(self.keyspace, rows::time(account, id))?;
        let key = rows::notice(account, read_time(account, id, time.as_deref())?, id);
        let value = transaction.get(self.keyspace, &key)?;
        let row = value.and_then(|value| rows::decode(&value));
        Ok((key, row.ok_or_else(|| NoticesError::Unreadable { account: account.clone() })?))
    }

    /// Decides and commits, again when somebody was faster.
    pub(crate) async fn transact<T>(
        &self,
        decide: impl Fn(&mut Transaction) -> Result<T, NoticesError>,
    ) -> Result<T, NoticesError> {
        let mut conflicts = 0;
        loop {
            let mut transaction = self.store.begin()?;
            let decided = decide(&mut transaction)?;
            match transaction.commit().await {
                Err(CommitError::Conflict { .. }) if conflicts < MAX_CONFLICTS => conflicts += 1,
                committed => return committed.map(|()| decided).map_err(Into::into),
            }
        }
    }
}

pub(crate) fn read_contacts(account: &Account, row: Option<&[u8]>) -> Result<Contacts, NoticesError> {
    let Some(row) = row else { return Ok(Contacts::default()) };
    let row: Option<ContactsRow> = rows::decode(row);
    row.map(Contacts::from).ok_or_else(|| NoticesError::Unreadable { account: account.clone() })
}

pub(crate) fn read_time(account: &Account, id: &NoticeId, row: Option<&[u8]>) -> Result<u64, NoticesError> {
    let none = || NoticesError::NoSuchNotice { account: account.clone(), id: id.clone() };
    let bytes = row.ok_or_else(none)?.try_into();
    bytes.map(u64::from_be_bytes).map_err(|_| NoticesError::Unreadable { account: account.clone() })
}

fn check_sizes(notice: &Notice) -> Result<(), NoticesError> {
    let length = |argument: &texts::Argument| match argument.value() {
        texts::Value::Text(text) => argument.name().len() + text.len(),
        _ => argument.name().len() + 8,
    };
    check_size(notice, "template", notice.template.len(), MAX_NAME_BYTES)?;
    check_size(notice, "sender", notice.said_by.len(), MAX_NAME_BYTES)?;
    check_size(notice, "arguments", notice.arguments.iter().map(length).sum(), MAX_ARGUMENTS_BYTES)
}

fn check_size(notice: &Notice, what: &'static str, size_bytes: usize, limit_bytes: usize) -> Result<(), NoticesError> {
    if size_bytes > limit_bytes {
        return Err(NoticesError::TooLarge { id: notice.id.clone(), what, size_bytes, limit_bytes });
    }
    Ok(())
}

/// So many notices a page of the list has at most.
pub const MAX_PAGE: usize = 100;
const MAX_CONFLICTS: u32 = 16;
const MAX_NAME_BYTES: usize = 256;
const MAX_ARGUMENTS_BYTES: usize = 16 << 10;
const MAX_TEXT_BYTES: usize = 32 << 10;
