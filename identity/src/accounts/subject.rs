//! What an account is called at a sector: another name at each, so that two entities cannot compare (OpenID Connect Core 1.0 §8.1).

use super::AccountId;
use crate::table::{self, SUBJECTS, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use factors::HostSecret;
use storage::Transaction;

/// The subject of an account at a sector.
pub(crate) fn subject(secret: &HostSecret, sector: &str, id: AccountId) -> String {
    URL_SAFE_NO_PAD.encode(secret.mac(&["subject", sector, &id.to_string()]))
}

/// The subject of an account at a sector, which can be resolved from now on.
pub(crate) fn tell_subject(
    tx: &mut Transaction,
    secret: &HostSecret,
    sector: &str,
    id: AccountId,
) -> Result<String, StoreError> {
    let subject = subject(secret, sector, id);
    let key = table::joined(sector, &subject);
    // It never changes, so sign-ins at once do not hinder each other.
    if tx.get_unvalidated(SUBJECTS, &key)?.is_none() {
        table::put(tx, SUBJECTS, key, &id)?;
    }
    Ok(subject)
}

/// Whose subject it is at a sector; `None` where it was never told.
///
/// # Errors
/// What the store says.
pub fn resolve_subject(tx: &mut Transaction, sector: &str, subject: &str) -> Result<Option<AccountId>, StoreError> {
    table::row(tx, SUBJECTS, table::joined(sector, subject))
}
