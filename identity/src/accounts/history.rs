//! Who signed in as somebody, and who tried: what she sees under "who signed in as me".

use super::AccountId;
use crate::table::{self, HISTORY, StoreError};
use clock::Timestamp;
use factors::random;
use serde::{Deserialize, Serialize};
use storage::{Direction, KeyRange, Transaction};

/// A sign-in, or a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// When, in seconds since 1970.
    pub at: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// With what (RFC 8176): `pwd`, `otp`, `hwk`.
    pub methods: Vec<String>,
    /// From which address.
    pub address: String,
    /// What the browser says that it is.
    pub agent: String,
}

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// She signed in.
    SignedIn,
    /// The password was wrong.
    WrongPassword,
    /// The password was right, the second factor wrong.
    WrongSecondFactor,
    /// A passkey was refused.
    WrongPasskey,
}

/// The newest sign-ins and tries of an account, at most so many.
///
/// # Errors
/// What the store says.
pub fn sign_ins(tx: &mut Transaction, id: AccountId, most: usize) -> Result<Vec<SignIn>, StoreError> {
    let range = KeyRange::prefix(id.as_bytes());
    let entries = tx.scan_unvalidated(HISTORY, range, Direction::Descending)?.take(most);
    entries.map(|entry| table::decode(HISTORY, &entry?.1)).collect()
}

/// Notes one more; the oldest go.
pub(crate) fn note(tx: &mut Transaction, id: AccountId, sign_in: &SignIn) -> Result<(), StoreError> {
    let at = u64::try_from(sign_in.at).unwrap_or_default().to_be_bytes();
    let key = [id.as_bytes(), &at, &random::<4>()?].concat();
    table::put(tx, HISTORY, key, sign_in)?;
    // Nobody decides anything by what is forgotten here, so nobody has to wait for it.
    let newest_first = tx.scan_unvalidated(HISTORY, KeyRange::prefix(id.as_bytes()), Direction::Descending)?;
    let mut old = Vec::new();
    for entry in newest_first.skip(KEPT).take(REMOVED_AT_ONCE) {
        old.push(entry?.0);
    }
    for key in old {
        tx.delete(HISTORY, key);
    }
    Ok(())
}

impl SignIn {
    pub(crate) fn new(outcome: Outcome, methods: &[&str], visitor: (&str, &str), now: Timestamp) -> Self {
        let shortened = |text: &str| text.chars().filter(|letter| !letter.is_control()).take(MAX_LETTERS).collect();
        Self {
            at: now.as_second(),
            outcome,
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            address: shortened(visitor.0),
            agent: shortened(visitor.1),
        }
    }
}

/// Sign-ins and tries that are kept of one account.
const KEPT: usize = 100;
const REMOVED_AT_ONCE: usize = 20;
const MAX_LETTERS: usize = 200;
