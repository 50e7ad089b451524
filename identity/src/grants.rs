//! What a client got from a sign-in: the grant, its code, and the tokens that hang on it. Without the grant they are nothing.

use crate::tables::{self, CONSENTS, GRANTS, GRANTS_OF, SESSIONS, TOKENS};
use crate::{Assurance, Unavailable, random, session};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use storage::{Direction, Keyspace, Transaction};

/// So long a code can be exchanged (RFC 6749 §4.1.2: at most ten minutes).
pub(crate) const CODE_LASTS: Duration = Duration::from_secs(60);
/// So long an access token and an ID token are good.
pub(crate) const ACCESS_LASTS: Duration = Duration::from_secs(15 * 60);
/// So long a refresh token is good that is not used.
pub(crate) const REFRESH_LASTS: Duration = Duration::from_secs(30 * 24 * 3600);
/// No grant is older.
const GRANT_LASTS: Duration = Duration::from_secs(180 * 24 * 3600);
/// Grants of one account, at most: with one more the oldest ends.
const MOST_GRANTS: usize = 500;

/// What somebody let a client have.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) client: String,
    /// Names of scopes, as they are asked for.
    pub(crate) scopes: String,
    pub(crate) sid: String,
    pub(crate) auth_time: i64,
    pub(crate) assurance: Assurance,
    pub(crate) means: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) until: i64,
}

/// What a value that a client holds is good for.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) grant: String,
    pub(crate) kind: Kind,
    pub(crate) issued_at: i64,
    pub(crate) until: i64,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Code {
        challenge: String,
        redirect_uri: String,
    },
    Access,
    Refresh,
    /// A code or refresh token that was used. Who shows it again is a thief, or was robbed.
    Used,
}

impl Grant {
    pub(crate) fn is_offline(&self) -> bool {
        self.scopes.split(' ').any(|scope| scope == crate::client::Scope::OfflineAccess.name())
    }
}

/// Begins a grant, and gives its code.
pub(crate) fn begin(
    tx: &mut Transaction,
    grant: &Grant,
    challenge: &str,
    redirect_uri: &str,
    now: Timestamp,
) -> Result<String, Unavailable> {
    let index = format!("{}/", grant.account);
    let before = tx.scan(GRANTS_OF, storage::KeyRange::prefix(&index), Direction::Ascending)?.page(MOST_GRANTS)?;
    if before.len() == MOST_GRANTS {
        end(tx, &id_of(&before[0].0))?;
    }
    tables::put_until(tx, GRANTS, grant.id.as_str(), grant, grant.until)?;
    // Keys begin with the time, so that the first is the oldest.
    tx.put(GRANTS_OF, index_key(grant), grant.sid.as_bytes());
    let kind = Kind::Code { challenge: challenge.to_owned(), redirect_uri: redirect_uri.to_owned() };
    hold(tx, &grant.id, kind, CODE_LASTS, now)
}

/// A new id, and until when a grant of now is good.
pub(crate) fn new_id(now: Timestamp) -> Result<(String, i64), Unavailable> {
    Ok((format!("{:012}{}", now.as_second().max(0), random::id()?), tables::after(now, GRANT_LASTS)))
}

/// Gives out a value.
pub(crate) fn hold(
    tx: &mut Transaction,
    grant: &str,
    kind: Kind,
    lasts: Duration,
    now: Timestamp,
) -> Result<String, Unavailable> {
    let value = random::token()?;
    let held = Held { grant: grant.to_owned(), kind, issued_at: now.as_second(), until: tables::after(now, lasts) };
    tables::put_until(tx, TOKENS, random::digest(&value), &held, held.until)?;
    Ok(value)
}

/// What a value is good for, and its grant, if both are good now.
pub(crate) fn held(tx: &mut Transaction, value: &str, now: Timestamp) -> Result<Option<(Held, Grant)>, Unavailable> {
    let held: Option<Held> = tables::get(tx, TOKENS, random::digest(value))?;
    let Some(held) = held.filter(|held| held.until > now.as_second()) else { return Ok(None) };
    let grant: Option<Grant> = tables::get(tx, GRANTS, held.grant.as_str())?;
    Ok(grant.filter(|grant| grant.until > now.as_second()).map(|grant| (held, grant)))
}

/// Notes that a value was used: shown again within its grant's life, it ends the grant.
pub(crate) fn used(tx: &mut Transaction, value: &str, held: &Held, grant: &Grant) -> Result<(), Unavailable> {
    let held = Held { kind: Kind::Used, until: grant.until, ..held.clone() };
    tables::put_until(tx, TOKENS, random::digest(value), &held, held.until)
}

/// Takes one value back.
pub(crate) fn withdraw(tx: &mut Transaction, value: &str) {
    tx.delete(TOKENS, random::digest(value).as_slice());
}

/// Ends a grant, and with it all that hangs on it.
pub(crate) fn end(tx: &mut Transaction, id: &str) -> Result<(), Unavailable> {
    if let Some(grant) = tables::get::<Grant>(tx, GRANTS, id)? {
        tx.delete(GRANTS_OF, index_key(&grant));
        tx.delete(GRANTS, id);
    }
    Ok(())
}

/// Ends the grants of a session. Those that were given for when she is away go on (Back-Channel Logout 1.0 §2.7).
pub(crate) fn end_of_session(tx: &mut Transaction, account: &str, sid: &str) -> Result<(), Unavailable> {
    end_where(tx, account, |grant| grant.sid == sid && !grant.is_offline())
}

/// What somebody lets a client have from now on, without being asked again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Consented {
    pub(crate) scopes: String,
    pub(crate) at: i64,
}

pub(crate) fn consented(tx: &mut Transaction, account: &str, client: &str) -> Result<Option<Consented>, Unavailable> {
    tables::get(tx, CONSENTS, format!("{account}/{client}"))
}

pub(crate) fn consent(
    tx: &mut Transaction,
    account: &str,
    client: &str,
    scopes: String,
    now: Timestamp,
) -> Result<(), Unavailable> {
    tables::put(tx, CONSENTS, format!("{account}/{client}"), &Consented { scopes, at: now.as_second() })
}

/// The clients that somebody lets have something, and what.
pub(crate) fn consents(tx: &mut Transaction, account: &str) -> Result<Vec<(String, Consented)>, Unavailable> {
    let prefix = format!("{account}/");
    let found = tables::list::<Consented>(tx, CONSENTS, &prefix, Direction::Ascending, MOST_GRANTS)?;
    let client = |key: &[u8]| String::from_utf8_lossy(key.get(prefix.len()..).unwrap_or_default()).into_owned();
    Ok(found.into_iter().map(|(key, consented)| (client(&key), consented)).collect())
}

/// Takes back what somebody let a client have, and all that it got.
pub(crate) fn withdraw_consent(tx: &mut Transaction, account: &str, client: &str) -> Result<(), Unavailable> {
    tx.delete(CONSENTS, format!("{account}/{client}"));
    end_where(tx, account, |grant| grant.client == client)
}

fn end_where(tx: &mut Transaction, account: &str, ends: impl Fn(&Grant) -> bool) -> Result<(), Unavailable> {
    let index = storage::KeyRange::prefix(format!("{account}/"));
    let all = tx.scan(GRANTS_OF, index, Direction::Ascending)?.page(MOST_GRANTS + 1)?;
    for (key, _) in all {
        let id = id_of(&key);
        if tables::get::<Grant>(tx, GRANTS, &id)?.is_some_and(|grant| ends(&grant)) {
            end(tx, &id)?;
        }
    }
    Ok(())
}

/// A record ends by itself: what points to it goes too.
pub(crate) fn forget_indexed(tx: &mut Transaction, keyspace: Keyspace, key: &[u8]) -> Result<(), Unavailable> {
    if keyspace == SESSIONS {
        return session::forget(tx, key);
    }
    if keyspace == GRANTS
        && let Some(grant) = tables::get::<Grant>(tx, GRANTS, key)?
    {
        tx.delete(GRANTS_OF, index_key(&grant));
    }
    Ok(())
}

fn index_key(grant: &Grant) -> Vec<u8> {
    format!("{}/{}", grant.account, grant.id).into_bytes()
}

fn id_of(index_key: &[u8]) -> String {
    let key = String::from_utf8_lossy(index_key);
    key.split_once('/').map_or(String::new(), |(_, id)| id.to_owned())
}
