//! The code by which somebody sets her first credentials, or new ones after she lost all.

use super::{Account, AccountError, AccountId, existing, write};
use crate::table::{self, ENROLMENTS, StoreError};
use clock::Timestamp;
use factors::{digest_of, random};
use serde::{Deserialize, Serialize};
use std::fmt;
use storage::Transaction;

/// A code that its citizen gets on paper or in a link; it is stored as a digest only.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

#[derive(Serialize, Deserialize)]
struct Row {
    account: AccountId,
    ends_at: i64,
}

const LASTS_SECONDS: i64 = EnrolmentCode::LASTS_DAYS * 24 * 3600;
/// 80 bits: nobody guesses it, online or from its digest.
const CODE_BYTES: usize = 10;

impl EnrolmentCode {
    /// How long a code can be used, in days.
    pub const LASTS_DAYS: i64 = 14;

    /// The code as it is written: `ABCD-EFGH-JKLM-NPQR`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// A code in a log would be one that somebody else can use.
impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

/// Makes a new code, and the one before worthless. Credentials stay until the new code is used.
///
/// # Errors
/// [`AccountError::NoSuchAccount`], or what the store says.
pub fn renew_enrolment(tx: &mut Transaction, id: AccountId, now: Timestamp) -> Result<EnrolmentCode, AccountError> {
    let mut account = existing(tx, id)?;
    Ok(begin_enrolment(tx, &mut account, now)?)
}

pub(crate) fn begin_enrolment(
    tx: &mut Transaction,
    account: &mut Account,
    now: Timestamp,
) -> Result<EnrolmentCode, StoreError> {
    forget(tx, account);
    let code = factors::grouped(&random::<CODE_BYTES>()?, 4);
    let digest = digest_of(factors::bare(&code));
    let ends_at = now.as_second().saturating_add(LASTS_SECONDS);
    table::put_until(tx, ENROLMENTS, &digest, &Row { account: account.id, ends_at }, ends_at)?;
    account.enrolment = Some(hex::encode(digest));
    write(tx, account)?;
    Ok(EnrolmentCode(code))
}

/// The account that a code is for.
pub(crate) fn enrolling(tx: &mut Transaction, code: &str, now: Timestamp) -> Result<Option<Account>, StoreError> {
    let found = table::row::<Row>(tx, ENROLMENTS, digest_of(factors::bare(code)))?;
    match found.filter(|row| now.as_second() < row.ends_at) {
        Some(row) => super::account(tx, row.account),
        None => Ok(None),
    }
}

/// The account that a code is for, which is used up.
pub(crate) fn spend_enrolment(tx: &mut Transaction, code: &str, now: Timestamp) -> Result<Option<Account>, StoreError> {
    let Some(mut account) = enrolling(tx, code, now)? else { return Ok(None) };
    forget(tx, &account);
    account.enrolment = None;
    write(tx, &account)?;
    Ok(Some(account))
}

fn forget(tx: &mut Transaction, account: &Account) {
    if let Some(before) = account.enrolment.as_ref().and_then(|digest| hex::decode(digest).ok()) {
        tx.delete(ENROLMENTS, before);
    }
}
