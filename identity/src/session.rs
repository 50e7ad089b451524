//! Sessions at the provider: that somebody signed in, how and when, and which clients she went on to.

use crate::credentials::Means;
use crate::tables::{self, LOGOUTS, SESSIONS, SESSIONS_OF};
use crate::{Assurance, Unavailable, grants, random};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;
use storage::{Direction, Transaction};

/// So long one stays signed in.
pub const SESSION_LASTS: Duration = Duration::from_secs(12 * 3600);
/// Its cookie.
pub(crate) const COOKIE: &str = "__Host-session";
/// Sessions of one account, at most: with one more the oldest ends.
const MOST_SESSIONS: usize = 50;

/// A session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// What clients know it by (`sid`).
    pub sid: String,
    /// Whose it is.
    pub account: String,
    /// When she signed in, in seconds since 1970.
    pub auth_time: i64,
    /// How well that showed who she is.
    pub assurance: Assurance,
    /// By which means (`amr`).
    pub means: Vec<String>,
    /// The browser, as it calls itself.
    pub browser: String,
    /// The clients she went on to.
    pub clients: BTreeSet<String>,
    until: i64,
}

impl Session {
    pub(crate) fn goes_on(&self, now: Timestamp) -> bool {
        self.until > now.as_second()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("sid", &self.sid).field("assurance", &self.assurance).finish_non_exhaustive()
    }
}

/// A client that is to be told that a session ended.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Logout {
    pub(crate) client: String,
    pub(crate) account: String,
    pub(crate) sid: String,
    pub(crate) tries: u32,
    pub(crate) since: i64,
}

/// Begins a session; gives the value of its cookie. The one that the browser had `before` goes on in it, if it is of the
/// same account, and ends otherwise.
pub(crate) fn begin(
    tx: &mut Transaction,
    account: &str,
    (means, assurance): (Means, Assurance),
    (browser, before): (&str, Option<&Session>),
    now: Timestamp,
) -> Result<String, Unavailable> {
    let (mut sid, mut clients) = (random::id()?, BTreeSet::new());
    match before {
        Some(before) if before.account == account => {
            (sid, clients) = (before.sid.clone(), before.clients.clone());
            if let Some(key) = tx.get(SESSIONS_OF, index(account, &sid))? {
                tx.delete(SESSIONS, key);
            }
        }
        Some(before) => {
            end(tx, &before.sid, &before.account, now)?;
        }
        None => {}
    }
    let all = of(tx, account)?;
    if let Some(oldest) = all.iter().min_by_key(|session| session.auth_time).filter(|_| all.len() >= MOST_SESSIONS) {
        end(tx, &oldest.sid, account, now)?;
    }
    let cookie = random::token()?;
    let session = Session {
        sid,
        account: account.to_owned(),
        auth_time: now.as_second(),
        assurance,
        means: means.amr().iter().map(|means| (*means).to_owned()).collect(),
        browser: browser.to_owned(),
        clients,
        until: tables::after(now, SESSION_LASTS),
    };
    let key = random::digest(&cookie);
    tables::put_until(tx, SESSIONS, key, &session, session.until)?;
    tx.put(SESSIONS_OF, index(account, &session.sid), key);
    Ok(cookie)
}

/// The session of a cookie.
pub(crate) fn of_cookie(tx: &mut Transaction, cookie: &str, now: Timestamp) -> Result<Option<Session>, Unavailable> {
    let found: Option<Session> = tables::get(tx, SESSIONS, random::digest(cookie))?;
    Ok(found.filter(|session| session.until > now.as_second()))
}

/// Notes that a session went on to a client.
pub(crate) fn went_to(tx: &mut Transaction, session: &Session, client: &str) -> Result<(), Unavailable> {
    let Some(key) = tx.get(SESSIONS_OF, index(&session.account, &session.sid))? else { return Ok(()) };
    let Some(mut kept) = tables::get::<Session>(tx, SESSIONS, &key)? else { return Ok(()) };
    if kept.clients.insert(client.to_owned()) {
        tables::put(tx, SESSIONS, key, &kept)?;
    }
    Ok(())
}

/// The sessions of an account.
pub(crate) fn of(tx: &mut Transaction, account: &str) -> Result<Vec<Session>, Unavailable> {
    let prefix = format!("{account}/");
    let keys =
        tx.scan(SESSIONS_OF, storage::KeyRange::prefix(prefix), Direction::Ascending)?.page(MOST_SESSIONS + 1)?;
    let mut found = Vec::with_capacity(keys.len());
    for (_, key) in keys {
        found.extend(tables::get::<Session>(tx, SESSIONS, key)?);
    }
    Ok(found)
}

/// Ends a session: what its clients got with it ends, and they are told.
pub(crate) fn end(tx: &mut Transaction, sid: &str, account: &str, now: Timestamp) -> Result<bool, Unavailable> {
    let Some(key) = tx.get(SESSIONS_OF, index(account, sid))? else { return Ok(false) };
    let session: Option<Session> = tables::get(tx, SESSIONS, &key)?;
    tx.delete(SESSIONS, key);
    tx.delete(SESSIONS_OF, index(account, sid));
    grants::end_of_session(tx, account, sid)?;
    for client in session.map(|session| session.clients).unwrap_or_default() {
        let logout =
            Logout { client, account: account.to_owned(), sid: sid.to_owned(), tries: 0, since: now.as_second() };
        tables::put(tx, LOGOUTS, logout_key(now.as_second())?, &logout)?;
    }
    Ok(true)
}

/// Ends all sessions of an account but one.
pub(crate) fn end_all(
    tx: &mut Transaction,
    account: &str,
    but: Option<&str>,
    now: Timestamp,
) -> Result<usize, Unavailable> {
    let mut ended = 0;
    for session in of(tx, account)? {
        if Some(session.sid.as_str()) != but && end(tx, &session.sid, account, now)? {
            ended += 1;
        }
    }
    Ok(ended)
}

/// The place of a logout in the queue: when it is due.
pub(crate) fn logout_key(due: i64) -> Result<String, Unavailable> {
    Ok(format!("{:020}/{}", due.max(0), random::id()?))
}

/// A session ended by itself: its entry in the index goes too.
pub(crate) fn forget(tx: &mut Transaction, key: &[u8]) -> Result<(), Unavailable> {
    if let Some(session) = tables::get::<Session>(tx, SESSIONS, key)? {
        tx.delete(SESSIONS_OF, index(&session.account, &session.sid));
    }
    Ok(())
}

fn index(account: &str, sid: &str) -> Vec<u8> {
    format!("{account}/{sid}").into_bytes()
}
