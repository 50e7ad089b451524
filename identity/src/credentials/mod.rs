//! What somebody signs in with: a password with a second factor, or passkeys.

pub(crate) mod failures;
pub(crate) mod passkey;

use crate::accounts::AccountId;
use crate::table::{self, CREDENTIALS, PASSKEYS, StoreError};
use factors::{Authenticator, RecoveryCodes};
use passkey::Passkey;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// The credentials of one account.
#[derive(Default, Clone, Serialize, Deserialize)]
pub(crate) struct Credentials {
    /// The password's hash, in the PHC string format.
    pub(crate) password: Option<String>,
    pub(crate) authenticator: Option<Authenticator>,
    pub(crate) recovery: RecoveryCodes,
    pub(crate) passkeys: Vec<Passkey>,
    /// Counts what was changed: what began before a change does not go on after it.
    pub(crate) version: u64,
}

/// Passkeys that one account has at most.
pub(crate) const MAX_PASSKEYS: usize = 10;

impl Credentials {
    pub(crate) fn of(tx: &mut Transaction, account: AccountId) -> Result<Option<Self>, StoreError> {
        table::row(tx, CREDENTIALS, account.as_bytes())
    }

    /// Writes them after something was used up.
    pub(crate) fn write(&self, tx: &mut Transaction, account: AccountId) -> Result<(), StoreError> {
        table::put(tx, CREDENTIALS, account.as_bytes(), self)
    }

    /// Writes them after she changed them.
    pub(crate) fn change(&mut self, tx: &mut Transaction, account: AccountId) -> Result<(), StoreError> {
        self.version += 1;
        self.write(tx, account)
    }

    /// Replaces all that an account had: what she lost may be in other hands.
    pub(crate) fn replace(mut self, tx: &mut Transaction, account: AccountId) -> Result<(), StoreError> {
        let before = Self::of(tx, account)?.unwrap_or_default();
        for passkey in &before.passkeys {
            tx.delete(PASSKEYS, passkey.key());
        }
        for passkey in &self.passkeys {
            table::put(tx, PASSKEYS, passkey.key(), &account)?;
        }
        self.version = before.version + 1;
        self.write(tx, account)
    }

    /// Whether a password can be used, with its second factor.
    pub(crate) fn has_password(&self) -> bool {
        self.password.is_some() && self.authenticator.is_some()
    }
}
