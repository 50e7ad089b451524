//! For whom somebody may act: a company, or a person in her care.

use super::{AccountError, account};
use crate::Unavailable;
use crate::tables::{self, REPRESENTATIONS};
use serde::{Deserialize, Serialize};
use storage::{Direction, Transaction};

/// Others that one account acts for, at most.
pub const MOST_REPRESENTED: usize = 100;

/// Somebody, or something, that an account may act for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representation {
    /// What the represented is known by: the number of a company, or of a document.
    pub represented: String,
    /// What it is called.
    pub name: String,
    /// As what she acts, such as `representante-legal` or `tutor`.
    pub role: String,
    /// Until when, in seconds since 1970; for good where it is `None`.
    pub until: Option<i64>,
}

/// Lets an account act for somebody; what it was for the same one before is replaced.
///
/// # Errors
/// [`AccountError`].
pub fn grant(tx: &mut Transaction, id: &str, representation: &Representation) -> Result<(), AccountError> {
    account(tx, id)?.ok_or_else(|| AccountError::none(id))?;
    let fits = |text: &str, most| (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let (field, rule) = ("a representation", "a number of 1 to 60 letters, a name of 1 to 200, a role of 1 to 60");
    if !(fits(&representation.represented, 60) && fits(&representation.name, 200) && fits(&representation.role, 60)) {
        return Err(AccountError::Invalid { field, rule });
    }
    let key = key(id, &representation.represented);
    let is_new = tx.get(REPRESENTATIONS, &key).map_err(Unavailable::from)?.is_none();
    if is_new && all(tx, id)?.len() >= MOST_REPRESENTED {
        return Err(AccountError::TooManyRepresented { id: id.to_owned(), limit: MOST_REPRESENTED });
    }
    Ok(tables::put(tx, REPRESENTATIONS, key, representation)?)
}

/// Ends that an account acts for somebody.
pub fn revoke(tx: &mut Transaction, id: &str, represented: &str) {
    tx.delete(REPRESENTATIONS, key(id, represented));
}

/// For whom an account may act at a time.
///
/// # Errors
/// [`Unavailable`].
pub fn representations(
    tx: &mut Transaction,
    id: &str,
    now: clock::Timestamp,
) -> Result<Vec<Representation>, Unavailable> {
    let mut found = all(tx, id)?;
    found.retain(|found| found.until.is_none_or(|until| until > now.as_second()));
    Ok(found)
}

fn all(tx: &mut Transaction, id: &str) -> Result<Vec<Representation>, Unavailable> {
    let found = tables::list(tx, REPRESENTATIONS, &format!("{id}/"), Direction::Ascending, MOST_REPRESENTED)?;
    Ok(found.into_iter().map(|(_, representation)| representation).collect())
}

fn key(id: &str, represented: &str) -> Vec<u8> {
    format!("{id}/{represented}").into_bytes()
}
