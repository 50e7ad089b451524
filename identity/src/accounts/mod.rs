//! Accounts, for whoever registers people: functions over a transaction, so that what a plugin decides and what it does to an
//! account are one change.

mod date;
mod enrolment;
mod history;
mod record;
mod representation;

pub use date::Date;
pub use enrolment::{ENROLMENT_LASTS, EnrolmentCode, renew_enrolment};
pub use history::{HISTORY_LASTS, Outcome, SignIn, sign_ins};
pub use record::{Account, AccountError, Changes, Document, NewAccount};
pub use representation::{MOST_REPRESENTED, Representation, grant, representations, revoke};

pub(crate) use enrolment::{account_of_code, used};
pub(crate) use history::note;

/// Codes that people type.
pub(crate) mod codes {
    pub(crate) use super::enrolment::{as_shown, grouped, letters};
}

use crate::tables::{self, ACCOUNTS, DOCUMENTS, SUBJECTS};
use crate::{Assurance, Unavailable, random};
use clock::Timestamp;
use storage::Transaction;

/// Makes an account for somebody who has none, and the code by which she sets up how she signs in.
///
/// # Errors
/// [`AccountError`]: the document has an account already, or something of it cannot be so.
pub fn create(tx: &mut Transaction, new: NewAccount, now: Timestamp) -> Result<(Account, EnrolmentCode), AccountError> {
    let account = new.checked(random::id()?)?;
    let key = account.document.key();
    if tx.get(DOCUMENTS, &key).map_err(Unavailable::from)?.is_some() {
        return Err(AccountError::DocumentTaken { document: account.document });
    }
    tx.put(DOCUMENTS, key, account.id.clone().into_bytes());
    tables::put(tx, ACCOUNTS, account.id.as_str(), &account)?;
    let code = renew_enrolment(tx, &account.id, now)?;
    Ok((account, code))
}

/// The account with this id.
///
/// # Errors
/// [`Unavailable`].
pub fn account(tx: &mut Transaction, id: &str) -> Result<Option<Account>, Unavailable> {
    tables::get(tx, ACCOUNTS, id)
}

/// The account of whom a document names.
///
/// # Errors
/// [`Unavailable`].
pub fn by_document(tx: &mut Transaction, document: &Document) -> Result<Option<Account>, Unavailable> {
    let Some(id) = tx.get(DOCUMENTS, document.key())? else { return Ok(None) };
    tables::get(tx, ACCOUNTS, id)
}

/// Changes what is known of somebody. The document stays: by it she is found.
///
/// # Errors
/// [`AccountError`].
pub fn change(tx: &mut Transaction, id: &str, changes: Changes) -> Result<Account, AccountError> {
    let account = account(tx, id)?.ok_or_else(|| AccountError::none(id))?.changed(changes)?;
    tables::put(tx, ACCOUNTS, id, &account)?;
    Ok(account)
}

/// Raises how well somebody is known; it is never lowered by this.
///
/// # Errors
/// [`AccountError`].
pub fn raise_assurance(tx: &mut Transaction, id: &str, to: Assurance) -> Result<Account, AccountError> {
    let mut account = account(tx, id)?.ok_or_else(|| AccountError::none(id))?;
    account.assurance = account.assurance.max(to);
    tables::put(tx, ACCOUNTS, id, &account)?;
    Ok(account)
}

/// The account that a sector knows by a subject, if she ever signed in there.
///
/// # Errors
/// [`Unavailable`].
pub fn resolve_subject(tx: &mut Transaction, sector: &str, subject: &str) -> Result<Option<Account>, Unavailable> {
    let Some(id) = tx.get(SUBJECTS, subject_key(sector, subject))? else { return Ok(None) };
    tables::get(tx, ACCOUNTS, id)
}

/// Remembers what somebody is called in a sector.
pub(crate) fn note_subject(
    tx: &mut Transaction,
    sector: &str,
    subject: &str,
    account: &str,
) -> Result<(), Unavailable> {
    let key = subject_key(sector, subject);
    if tx.get(SUBJECTS, &key)?.is_none() {
        tx.put(SUBJECTS, key, account.as_bytes());
    }
    Ok(())
}

fn subject_key(sector: &str, subject: &str) -> Vec<u8> {
    [sector.as_bytes(), b"\0", subject.as_bytes()].concat()
}
