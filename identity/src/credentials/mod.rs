//! By what somebody shows that it is her: the record of an account's credentials, and who changes it.

pub(crate) mod password;
pub(crate) mod recovery;
pub(crate) mod totp;
pub(crate) mod tries;

use crate::tables::{self, CREDENTIALS};
use crate::{Assurance, Unavailable};
use password::PasswordHash;
use recovery::RecoveryCodes;
use serde::{Deserialize, Serialize};
use storage::Transaction;
use totp::Authenticator;

/// What an account signs in with.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) password: Option<PasswordHash>,
    pub(crate) authenticator: Option<Authenticator>,
    #[serde(default)]
    pub(crate) recovery: RecoveryCodes,
}

/// By which means a second factor was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    /// Password and the authenticator app's code.
    Authenticator,
    /// Password and a recovery code.
    RecoveryCode,
}

impl Means {
    /// `amr` (RFC 8176 §2).
    pub(crate) fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Authenticator => &["pwd", "otp", "mfa"],
            // Two things that she knows.
            Self::RecoveryCode => &["pwd", "kba"],
        }
    }

    /// How well it shows that it is her.
    pub(crate) fn assurance(self) -> Assurance {
        match self {
            Self::Authenticator => Assurance::Substantial,
            Self::RecoveryCode => Assurance::Low,
        }
    }
}

impl Credentials {
    pub(crate) fn of(tx: &mut Transaction, account: &str) -> Result<Self, Unavailable> {
        Ok(tables::get(tx, CREDENTIALS, account)?.unwrap_or_default())
    }

    pub(crate) fn keep(&self, tx: &mut Transaction, account: &str) -> Result<(), Unavailable> {
        tables::put(tx, CREDENTIALS, account, self)
    }

    /// The highest level that a sign-in with them can have.
    pub(crate) fn best(&self) -> Assurance {
        match (&self.password, &self.authenticator) {
            (Some(_), Some(_)) => Means::Authenticator.assurance(),
            _ => Means::RecoveryCode.assurance(),
        }
    }
}
