//! Who is signed in at the provider: one session for all clients of one browser.
//!
//! A browser holds a random value; what is stored is found by its digest. A session ends when nobody used it for half an
//! hour, when it is twelve hours old, and when its citizen says so; then its clients are told.

use crate::accounts::{AccountId, Assurance};
use crate::grants;
use crate::table::{self, SESSIONS, SESSIONS_OF, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use factors::{digest_of, random, random_value};
use serde::{Deserialize, Serialize};
use std::fmt;
use storage::Transaction;

/// Holds the value by which a session is known.
pub(crate) const COOKIE: &str = "__Host-identity";

/// A session, as its citizen sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// What clients call it (`sid`).
    pub sid: String,
    /// When it began, in seconds since 1970.
    pub begun_at: i64,
    /// When it was last used, give or take three minutes.
    pub seen_at: i64,
    /// When she last showed who she is.
    pub authenticated_at: i64,
    /// With what she did (RFC 8176).
    pub methods: Vec<String>,
    /// What that is worth at most.
    pub level: Assurance,
    /// From which address.
    pub address: String,
    /// What the browser says that it is.
    pub agent: String,
    ends_at: i64,
}

/// By what a session is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionId([u8; 32]);

#[derive(Serialize, Deserialize)]
struct Of {
    ends_at: i64,
}

/// How somebody showed who she is.
pub(crate) struct Authentication {
    pub(crate) account: AccountId,
    pub(crate) methods: &'static [&'static str],
    pub(crate) level: Assurance,
}

const IDLE_SECONDS: i64 = 30 * 60;
const AT_MOST_SECONDS: i64 = 12 * 3600;
const NOTED_EACH_SECONDS: i64 = 3 * 60;
/// Somebody who showed who she is so long ago may change what she signs in with.
pub(crate) const FRESH_SECONDS: i64 = 5 * 60;
pub(crate) const MAX_OF_ONE: usize = 200;

impl SessionId {
    pub(crate) fn of(value: &str) -> Self {
        Self(digest_of(value))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As forms name it. Nobody can come as its citizen with that.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What a form named.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

impl Session {
    /// How well it is known who she is, and that it is she.
    pub(crate) fn acr(&self, of_account: Assurance) -> Assurance {
        self.level.min(of_account)
    }

    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now.as_second().saturating_sub(self.authenticated_at) < FRESH_SECONDS
    }

    pub(crate) fn ends_at(&self) -> i64 {
        self.ends_at
    }

    fn goes_on(&self, now: i64) -> bool {
        now < self.ends_at && now.saturating_sub(self.seen_at) < IDLE_SECONDS
    }

    /// Whether a visit has to be noted.
    pub(crate) fn is_seen_long_ago(&self, now: Timestamp) -> bool {
        now.as_second().saturating_sub(self.seen_at) >= NOTED_EACH_SECONDS
    }
}

/// The session, if it goes on.
pub(crate) fn visited(tx: &mut Transaction, id: &SessionId, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let found = table::row::<Session>(tx, SESSIONS, id.as_bytes())?;
    Ok(found.filter(|session| session.goes_on(now.as_second())))
}

/// Notes a visit.
pub(crate) fn see(tx: &mut Transaction, id: &SessionId, now: Timestamp) -> Result<(), StoreError> {
    if let Some(session) = visited(tx, id, now)? {
        table::put(tx, SESSIONS, id.as_bytes(), &Session { seen_at: now.as_second(), ..session })?;
    }
    Ok(())
}

/// Begins a session in place of the one that the browser has; that goes on under a new value if it is of the same account.
/// What is returned is for the browser alone.
pub(crate) fn begin(
    tx: &mut Transaction,
    by: &Authentication,
    before: Option<&(SessionId, Session)>,
    visitor: (&str, &str),
    now: Timestamp,
) -> Result<String, StoreError> {
    let now = now.as_second();
    let value = random_value()?;
    let mut sid = URL_SAFE_NO_PAD.encode(random::<16>()?);
    if let Some((id, before)) = before {
        if before.account == by.account {
            sid.clone_from(&before.sid);
            remove(tx, id, before.account);
        } else {
            end(tx, id, before)?;
        }
    }
    let ends_at = now.saturating_add(AT_MOST_SECONDS);
    let shortened = |text: &str| text.chars().filter(|letter| !letter.is_control()).take(MAX_LETTERS).collect();
    let session = Session {
        account: by.account,
        sid,
        begun_at: now,
        seen_at: now,
        authenticated_at: now,
        methods: by.methods.iter().map(|method| (*method).to_owned()).collect(),
        level: by.level,
        address: shortened(visitor.0),
        agent: shortened(visitor.1),
        ends_at,
    };
    let id = SessionId::of(&value);
    table::put_until(tx, SESSIONS, id.as_bytes(), &session, ends_at)?;
    table::put_until(tx, SESSIONS_OF, &of_key(by.account, &id), &Of { ends_at }, ends_at)?;
    Ok(value)
}

/// Ends a session, and has its clients told.
pub(crate) fn end(tx: &mut Transaction, id: &SessionId, session: &Session) -> Result<(), StoreError> {
    remove(tx, id, session.account);
    grants::end_of_session(tx, session.account, &session.sid)
}

/// The sessions of an account that go on.
pub(crate) fn of_account(
    tx: &mut Transaction,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<(SessionId, Session)>, StoreError> {
    let mut found = Vec::new();
    for (key, _) in table::rows::<Of>(tx, SESSIONS_OF, account.as_bytes(), MAX_OF_ONE)? {
        let Some(id) = key.last_chunk().map(|id| SessionId(*id)) else { continue };
        if let Some(session) = visited(tx, &id, now)? {
            found.push((id, session));
        }
    }
    found.sort_by_key(|(_, session)| std::cmp::Reverse(session.seen_at));
    Ok(found)
}

fn remove(tx: &mut Transaction, id: &SessionId, account: AccountId) {
    tx.delete(SESSIONS, id.as_bytes());
    tx.delete(SESSIONS_OF, of_key(account, id));
}

fn of_key(account: AccountId, id: &SessionId) -> Vec<u8> {
    [account.as_bytes(), id.as_bytes()].concat()
}

const MAX_LETTERS: usize = 200;
