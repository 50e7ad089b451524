//! How somebody hears what happened to her account.

use crate::Unavailable;
use crate::accounts::Account;
use storage::Transaction;

/// Tells people what happened to their accounts.
pub trait Notify: Send + Sync {
    /// Queues a notice in the transaction of what it is about: both happen, or neither.
    ///
    /// # Errors
    /// [`Unavailable::Notify`]; then nothing happens.
    fn tell(&self, tx: &mut Transaction, account: &Account, event: SecurityEvent) -> Result<(), Unavailable>;
}

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityEvent {
    /// She set up how she signs in.
    Enrolled,
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// How many are left.
        left: usize,
    },
    /// There is another password.
    PasswordChanged,
    /// There are new recovery codes, and the old ones work no more.
    RecoveryCodesRenewed,
}
