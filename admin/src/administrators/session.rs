//! Sessions: who has signed in at the administrators' port.

use super::account::Account;
use super::rows::{self, RowError, SESSIONS, row, rows as all, transact};
use super::{AdministratorError, Administrators};
use crate::caller::{Caller, Means};
use clock::Timestamp;
use factors::{NoRandomness, digest_of, random_value};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::fmt;
use storage::Transaction;

/// What the browser of somebody who signed in holds.
pub(crate) struct SessionValue(String);

/// The session of somebody who signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// By which the server knows it; what the browser holds cannot be told from it.
    pub(crate) id: [u8; 32],
    /// Whose it is.
    pub(crate) caller: Caller,
}

#[derive(Serialize, Deserialize)]
struct Row {
    name: String,
    version: u64,
    began_at: Timestamp,
    seen_at: Timestamp,
    address: String,
}

const IDLE: SignedDuration = SignedDuration::from_mins(30);
const LASTS: SignedDuration = SignedDuration::from_hours(12);
/// A session that was seen less long ago is not written again.
const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Sessions that are looked through, and removed where they have ended, at each sign-in.
const LOOKED_THROUGH: usize = 1000;

impl SessionValue {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

// Whoever has it is signed in.
impl fmt::Debug for SessionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionValue(…)")
    }
}

impl Row {
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) > IDLE || now.duration_since(self.began_at) > LASTS
    }
}

/// Begins a session, and removes such as have ended.
pub(super) fn begin(
    tx: &mut Transaction,
    account: &Account,
    address: &str,
    now: Timestamp,
) -> Result<SessionValue, AdministratorError> {
    for (key, row) in all::<Row>(tx, SESSIONS, LOOKED_THROUGH)? {
        if row.is_over(now) {
            tx.delete(SESSIONS, key);
        }
    }
    let value = random_value().map_err(|error: NoRandomness| AdministratorError::from(error))?;
    let (name, address) = (account.name.to_string(), address.to_owned());
    let row = Row { name, version: account.version, began_at: now, seen_at: now, address };
    rows::put(tx, SESSIONS, digest_of(&value), &row)?;
    Ok(SessionValue(value))
}

impl Administrators {
    /// The session that a browser holds, if it goes on.
    pub(crate) async fn session(&self, value: &str) -> Result<Option<Session>, AdministratorError> {
        let (id, now) = (digest_of(value), self.now());
        let mut tx = self.store.begin().map_err(RowError::from)?;
        let Some(found) = row::<Row>(&mut tx, SESSIONS, id)?.filter(|row| !row.is_over(now)) else { return Ok(None) };
        let account = Account::of(&mut tx, &found.name)?;
        let Some(account) = account.filter(|account| account.version == found.version) else { return Ok(None) };
        drop(tx);
        if now.duration_since(found.seen_at) > SEEN_EVERY {
            transact(&self.store, |tx| {
                if let Some(row) = row::<Row>(tx, SESSIONS, id)? {
                    rows::put(tx, SESSIONS, id, &Row { seen_at: now, ..row })?;
                }
                Ok::<_, RowError>(())
            })
            .await?;
        }
        let caller = Caller { name: found.name, roles: account.roles, means: Means::Session };
        Ok(Some(Session { id, caller }))
    }

    /// Ends a session.
    pub(crate) async fn sign_out(&self, session: &Session) -> Result<(), AdministratorError> {
        Ok(transact(&self.store, |tx| {
            tx.delete(SESSIONS, session.id);
            Ok::<_, RowError>(())
        })
        .await?)
    }
}
