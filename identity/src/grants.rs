//! What a client was granted: by a code, and then by tokens, which are stored as digests only.
//!
//! All that comes of one code hangs on one grant. Whoever uses a code or a refresh token twice ends it, and with it every
//! token: one of the two who used it had no right to (RFC 9700 §4.14.2).

use crate::accounts::{AccountId, Assurance};
use crate::clients::{Client, Scope};
use crate::logouts;
use crate::sessions::Session;
use crate::table::{self, ACCESS, CODES, GRANTS, REFRESH, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use factors::{digest_of, is_same, random, random_value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use storage::Transaction;

/// What a client may learn of somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) subject: String,
    pub(crate) sid: String,
    scopes: String,
    pub(crate) authenticated_at: i64,
    pub(crate) acr: Assurance,
    pub(crate) methods: Vec<String>,
    /// The digest of the refresh token that is good now.
    refresh: Option<String>,
    ends_at: i64,
}

/// What a code is issued for.
pub(crate) struct Granted<'a> {
    pub(crate) client: &'a Client,
    pub(crate) session: &'a Session,
    pub(crate) subject: String,
    pub(crate) acr: Assurance,
    pub(crate) scopes: &'a [Scope],
    pub(crate) redirect_uri: &'a str,
    pub(crate) challenge: &'a str,
    pub(crate) nonce: Option<&'a str>,
}

/// What a client shows to redeem a code.
pub(crate) struct Redeemed<'a> {
    pub(crate) code: &'a str,
    pub(crate) client: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) verifier: &'a str,
}

/// Tokens for a client.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) grant: Grant,
    pub(crate) nonce: Option<String>,
}

/// What a token stands for.
pub(crate) struct Held {
    pub(crate) account: AccountId,
    pub(crate) grant: Grant,
    /// What of the grant the token may.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) ends_at: i64,
}

/// Why there are no tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GrantRefusal {
    #[error("the code or token is not known, was revoked, or is over")]
    Unknown,
    #[error("the code or token was used before: everything that came of it is revoked")]
    UsedBefore,
    #[error("the code or token was issued to another client")]
    OtherClient,
    #[error("the redirect_uri is not the one that the code was asked for with")]
    RedirectUri,
    #[error("the code_verifier does not fit the code_challenge, or has not 43 to 128 unreserved letters")]
    Verifier,
    #[error("the scope is more than was granted")]
    Scope,
}

/// Whose grant it is, and which.
type GrantKey = Vec<u8>;

#[derive(Serialize, Deserialize)]
struct Code {
    grant: GrantKey,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    is_used: bool,
    good_until: i64,
    /// It is remembered for as long as what came of it, so that its second use is seen.
    ends_at: i64,
}

#[derive(Serialize, Deserialize)]
struct Token {
    grant: GrantKey,
    scopes: String,
    ends_at: i64,
}

pub(crate) const ACCESS_SECONDS: i64 = 600;
const CODE_SECONDS: i64 = 60;
const REFRESH_SECONDS: i64 = 30 * 24 * 3600;
const MAX_OF_ONE: usize = 2_000;

impl Grant {
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        Scope::list(&self.scopes)
    }
}

/// Issues a code.
pub(crate) fn issue_code(tx: &mut Transaction, granted: &Granted<'_>, now: Timestamp) -> Result<String, StoreError> {
    let (now, session) = (now.as_second(), granted.session);
    let is_offline = granted.scopes.contains(&Scope::OfflineAccess);
    // Without offline access a grant is over with the session; it is kept until then so that the client can be told.
    let ends_at = if is_offline { now.saturating_add(REFRESH_SECONDS) } else { session.ends_at() };
    let grant = Grant {
        client: granted.client.id.clone(),
        subject: granted.subject.clone(),
        sid: session.sid.clone(),
        scopes: Scope::text(granted.scopes),
        authenticated_at: session.authenticated_at,
        acr: granted.acr,
        methods: session.methods.clone(),
        refresh: None,
        ends_at,
    };
    let key = [session.account.as_bytes(), &random::<16>()?].concat();
    table::put_until(tx, GRANTS, &key, &grant, ends_at)?;
    let value = random_value()?;
    let code = Code {
        grant: key,
        redirect_uri: granted.redirect_uri.to_owned(),
        challenge: granted.challenge.to_owned(),
        nonce: granted.nonce.map(str::to_owned),
        is_used: false,
        good_until: now.saturating_add(CODE_SECONDS),
        ends_at,
    };
    table::put_until(tx, CODES, &digest_of(&value), &code, ends_at)?;
    Ok(value)
}

/// Exchanges a code for tokens. A refusal may have revoked something: it is committed like a success.
pub(crate) fn redeem(
    tx: &mut Transaction,
    redeemed: &Redeemed<'_>,
    now: Timestamp,
) -> Result<Result<Issued, GrantRefusal>, StoreError> {
    let digest = digest_of(redeemed.code);
    let Some(code) = table::row::<Code>(tx, CODES, digest)? else { return Ok(Err(GrantRefusal::Unknown)) };
    if code.is_used {
        tx.delete(GRANTS, code.grant);
        return Ok(Err(GrantRefusal::UsedBefore));
    }
    let Some(grant) = table::row::<Grant>(tx, GRANTS, &code.grant)?.filter(|_| now.as_second() < code.good_until)
    else {
        return Ok(Err(GrantRefusal::Unknown));
    };
    if grant.client != redeemed.client {
        return Ok(Err(GrantRefusal::OtherClient));
    }
    // Whoever got hold of a code may not try verifiers.
    let used = Code { is_used: true, ..code };
    table::put(tx, CODES, digest, &used)?;
    if used.redirect_uri != redeemed.redirect_uri {
        return Ok(Err(GrantRefusal::RedirectUri));
    }
    let challenge = URL_SAFE_NO_PAD.encode(digest_of(redeemed.verifier));
    if !is_verifier(redeemed.verifier) || !is_same(challenge.as_bytes(), used.challenge.as_bytes()) {
        return Ok(Err(GrantRefusal::Verifier));
    }
    let scopes = grant.scopes();
    let nonce = used.nonce.clone();
    Ok(Ok(issue(tx, used.grant, grant, scopes, nonce, now)?))
}

/// Exchanges a refresh token for new tokens, of which one is its successor.
pub(crate) fn refresh(
    tx: &mut Transaction,
    token: &str,
    client: &str,
    scope: Option<&str>,
    now: Timestamp,
) -> Result<Result<Issued, GrantRefusal>, StoreError> {
    let digest = digest_of(token);
    let Some(found) = table::row::<Token>(tx, REFRESH, digest)? else { return Ok(Err(GrantRefusal::Unknown)) };
    let Some(grant) = live(tx, &found, now)? else { return Ok(Err(GrantRefusal::Unknown)) };
    if grant.client != client {
        return Ok(Err(GrantRefusal::OtherClient));
    }
    if grant.refresh.as_deref() != Some(&hex::encode(digest)) {
        tx.delete(GRANTS, found.grant);
        return Ok(Err(GrantRefusal::UsedBefore));
    }
    let granted = grant.scopes();
    let asked = scope.map_or_else(|| granted.clone(), Scope::list);
    let is_narrower = !asked.is_empty() && asked.iter().all(|scope| granted.contains(scope));
    if !is_narrower {
        return Ok(Err(GrantRefusal::Scope));
    }
    Ok(Ok(issue(tx, found.grant, grant, asked, None, now)?))
}

/// What an access token stands for.
pub(crate) fn by_access_token(tx: &mut Transaction, token: &str, now: Timestamp) -> Result<Option<Held>, StoreError> {
    by_token(tx, ACCESS, token, now)
}

/// The same for a refresh token that was not used.
pub(crate) fn by_refresh_token(tx: &mut Transaction, token: &str, now: Timestamp) -> Result<Option<Held>, StoreError> {
    let digest = hex::encode(digest_of(token));
    Ok(by_token(tx, REFRESH, token, now)?.filter(|held| held.grant.refresh.as_ref() == Some(&digest)))
}

/// Revokes a token of a client (RFC 7009): with a refresh token the whole grant ends.
pub(crate) fn revoke(tx: &mut Transaction, token: &str, client: &str) -> Result<(), StoreError> {
    let digest = digest_of(token);
    for keyspace in [ACCESS, REFRESH] {
        let Some(found) = table::row::<Token>(tx, keyspace, digest)? else { continue };
        let is_own = table::row::<Grant>(tx, GRANTS, &found.grant)?.is_some_and(|grant| grant.client == client);
        if is_own {
            tx.delete(keyspace, digest);
            if keyspace == REFRESH {
                tx.delete(GRANTS, found.grant);
            }
        }
    }
    Ok(())
}

/// Ends what hangs on a session, and has its clients told. Offline access goes on (Back-Channel Logout 1.0 §2.7).
pub(crate) fn end_of_session(tx: &mut Transaction, account: AccountId, sid: &str) -> Result<(), StoreError> {
    let mut told = BTreeSet::new();
    for (key, grant) in table::rows::<Grant>(tx, GRANTS, account.as_bytes(), MAX_OF_ONE)? {
        if grant.sid != sid {
            continue;
        }
        if told.insert(grant.client.clone()) {
            logouts::order(tx, &grant.client, &grant.subject, sid)?;
        }
        if !grant.scopes().contains(&Scope::OfflineAccess) {
            tx.delete(GRANTS, key);
        }
    }
    Ok(())
}

/// Ends all grants of a client for an account.
pub(crate) fn end_of_client(tx: &mut Transaction, account: AccountId, client: &str) -> Result<(), StoreError> {
    for (key, grant) in table::rows::<Grant>(tx, GRANTS, account.as_bytes(), MAX_OF_ONE)? {
        if grant.client == client {
            tx.delete(GRANTS, key);
        }
    }
    Ok(())
}

/// Ends all grants of an account: what she lost may be in other hands.
pub(crate) fn end_all(tx: &mut Transaction, account: AccountId) -> Result<(), StoreError> {
    for (key, _) in table::rows::<Grant>(tx, GRANTS, account.as_bytes(), MAX_OF_ONE)? {
        tx.delete(GRANTS, key);
    }
    Ok(())
}

/// RFC 7636 §4.1: one that is shorter can be found from its challenge.
fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

fn issue(
    tx: &mut Transaction,
    key: GrantKey,
    mut grant: Grant,
    scopes: Vec<Scope>,
    nonce: Option<String>,
    now: Timestamp,
) -> Result<Issued, StoreError> {
    let now = now.as_second();
    let access_token = random_value()?;
    let ends_at = now.saturating_add(ACCESS_SECONDS);
    let access = Token { grant: key.clone(), scopes: Scope::text(&scopes), ends_at };
    table::put_until(tx, ACCESS, &digest_of(&access_token), &access, ends_at)?;
    let mut refresh_token = None;
    if grant.scopes().contains(&Scope::OfflineAccess) {
        let value = random_value()?;
        let ends_at = now.saturating_add(REFRESH_SECONDS);
        grant.refresh = Some(hex::encode(digest_of(&value)));
        grant.ends_at = ends_at;
        let refresh = Token { grant: key.clone(), scopes: grant.scopes.clone(), ends_at };
        table::put_until(tx, REFRESH, &digest_of(&value), &refresh, ends_at)?;
        table::put_until(tx, GRANTS, &key, &grant, ends_at)?;
        refresh_token = Some(value);
    }
    Ok(Issued { access_token, refresh_token, scopes, grant, nonce })
}

fn by_token(
    tx: &mut Transaction,
    keyspace: storage::Keyspace,
    token: &str,
    now: Timestamp,
) -> Result<Option<Held>, StoreError> {
    let Some(found) = table::row::<Token>(tx, keyspace, digest_of(token))? else { return Ok(None) };
    let account = found.grant.first_chunk::<16>().and_then(|id| AccountId::from_bytes(id));
    let grant = live(tx, &found, now)?;
    let (scopes, ends_at) = (Scope::list(&found.scopes), found.ends_at);
    Ok(account.zip(grant).map(|(account, grant)| Held { account, grant, scopes, ends_at }))
}

fn live(tx: &mut Transaction, token: &Token, now: Timestamp) -> Result<Option<Grant>, StoreError> {
    if now.as_second() >= token.ends_at {
        return Ok(None);
    }
    Ok(table::row::<Grant>(tx, GRANTS, &token.grant)?.filter(|grant| now.as_second() < grant.ends_at))
}
