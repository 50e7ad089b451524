//! What citizens are told of their accounts.

use crate::accounts::Account;
use notices::{Listed, NoticesError};
use storage::{ReadError, Transaction};

/// Tells people what was done to their account. It is called in the transaction that does it: both happen, or none.
pub trait Notify: Send + Sync {
    /// Notes what somebody is to be told.
    ///
    /// # Errors
    /// When the store cannot be read: then what she would be told of does not happen either.
    fn tell(&self, tx: &mut Transaction, account: &Account, event: SecurityEvent) -> Result<(), ReadError>;

    /// What somebody was told, the newest first, at most so much.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn told(&self, account: &Account, most: usize) -> Result<Vec<Listed>, NoticesError>;
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityEvent {
    /// Credentials were set with an enrolment code; those before are worthless.
    Enrolled,
    /// The password was changed.
    PasswordChanged,
    /// Another authenticator app gives the codes.
    AuthenticatorReplaced,
    /// A passkey was added.
    PasskeyAdded {
        /// What she called it.
        name: String,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// What she called it.
        name: String,
    },
    /// Somebody signed in with a recovery code.
    RecoveryCodeUsed {
        /// How many are left.
        left: usize,
    },
    /// There are new recovery codes; those before are worthless.
    RecoveryCodesRenewed,
    /// All sessions were ended.
    SignedOutEverywhere,
}

/// Tells nobody: for tests, and for servers that have nobody to tell.
pub struct NoNotices;

impl Notify for NoNotices {
    fn tell(&self, _: &mut Transaction, _: &Account, _: SecurityEvent) -> Result<(), ReadError> {
        Ok(())
    }

    fn told(&self, _: &Account, _: usize) -> Result<Vec<Listed>, NoticesError> {
        Ok(Vec::new())
    }
}
