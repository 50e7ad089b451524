//! What people let clients learn.

use crate::accounts::AccountId;
use crate::clients::Scope;
use crate::grants;
use crate::table::{self, CONSENTS, StoreError};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// What somebody consented to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenConsent {
    /// To which client.
    pub client: String,
    /// To what.
    pub scopes: Vec<Scope>,
    /// When, in seconds since 1970.
    pub at: i64,
}

#[derive(Serialize, Deserialize)]
struct Row {
    client: String,
    scopes: String,
    at: i64,
}

const MAX_OF_ONE: usize = 1_000;

/// Whether she consented to all of it: to be known again at least, which each client asks for.
pub(crate) fn covers(
    tx: &mut Transaction,
    account: AccountId,
    client: &str,
    scopes: &[Scope],
) -> Result<bool, StoreError> {
    let Some(row) = table::row::<Row>(tx, CONSENTS, key(account, client))? else { return Ok(false) };
    let given = Scope::list(&row.scopes);
    Ok(scopes.iter().all(|scope| given.contains(scope)))
}

/// Notes that she consented, beside what she consented to before.
pub(crate) fn give(
    tx: &mut Transaction,
    account: AccountId,
    client: &str,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = table::row::<Row>(tx, CONSENTS, key(account, client))?;
    let mut all = before.map_or_else(Vec::new, |row| Scope::list(&row.scopes));
    all.extend_from_slice(scopes);
    all.sort_unstable();
    all.dedup();
    let row = Row { client: client.to_owned(), scopes: Scope::text(&all), at: now.as_second() };
    table::put(tx, CONSENTS, key(account, client), &row)
}

pub(crate) fn of_account(tx: &mut Transaction, account: AccountId) -> Result<Vec<GivenConsent>, StoreError> {
    let rows = table::rows::<Row>(tx, CONSENTS, account.as_bytes(), MAX_OF_ONE)?;
    let given = |row: Row| GivenConsent { scopes: Scope::list(&row.scopes), client: row.client, at: row.at };
    Ok(rows.into_iter().map(|(_, row)| given(row)).collect())
}

pub(crate) fn withdraw(tx: &mut Transaction, account: AccountId, client: &str) -> Result<(), StoreError> {
    tx.delete(CONSENTS, key(account, client));
    grants::end_of_client(tx, account, client)
}

fn key(account: AccountId, client: &str) -> Vec<u8> {
    [account.as_bytes(), client.as_bytes()].concat()
}
