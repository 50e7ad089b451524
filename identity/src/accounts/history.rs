//! Who signed in as somebody, and who tried to.

use crate::tables::{self, HISTORY};
use crate::{Unavailable, random};
use clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use storage::{Direction, Transaction};

/// So long somebody sees who signed in as her.
pub const HISTORY_LASTS: Duration = Duration::from_secs(365 * 24 * 3600);
/// Entries of one account, at most: of more, the oldest go.
const MOST_ENTRIES: usize = 500;

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// She is in.
    SignedIn,
    /// The password was wrong.
    WrongPassword,
    /// The code of the authenticator app was wrong, or was used before.
    WrongCode,
}

/// An entry: somebody signed in as her, or tried to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// When, in seconds since 1970.
    pub at: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// By which means: `pwd`, `otp`, `hwk`, `kba` (RFC 8176).
    pub means: Vec<String>,
    /// The browser, as it calls itself.
    pub browser: String,
    until: i64,
}

/// Who signed in as somebody, newest first.
///
/// # Errors
/// [`Unavailable`].
pub fn sign_ins(tx: &mut Transaction, id: &str, limit: usize) -> Result<Vec<SignIn>, Unavailable> {
    let found = tables::list(tx, HISTORY, &prefix(id), Direction::Descending, limit.min(MOST_ENTRIES))?;
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

/// Notes a sign-in.
pub(crate) fn note(
    tx: &mut Transaction,
    id: &str,
    (outcome, means): (Outcome, &[&str]),
    browser: &str,
    now: Timestamp,
) -> Result<(), Unavailable> {
    let until = tables::after(now, HISTORY_LASTS);
    let means = means.iter().map(|means| (*means).to_owned()).collect();
    let entry = SignIn { at: now.as_second(), outcome, means, browser: browser.to_owned(), until };
    let key = format!("{}{:020}/{}", prefix(id), now.as_microsecond().max(0), random::id()?);
    tables::put_until(tx, HISTORY, key, &entry, until)?;
    // Keys only: one more read for each sign-in, and the list never grows beyond its bound by more than one at a time.
    let first = tx.scan_unvalidated(HISTORY, storage::KeyRange::prefix(prefix(id)), Direction::Ascending)?;
    let first = { first }.page(MOST_ENTRIES + 1)?;
    if first.len() > MOST_ENTRIES {
        tx.delete(HISTORY, first[0].0.clone());
    }
    Ok(())
}

fn prefix(id: &str) -> String {
    format!("{id}/")
}
