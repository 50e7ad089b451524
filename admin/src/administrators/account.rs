//! The account of an administrator.

use super::rows::{self, ACCOUNTS, ENROLMENTS, RowError, row, rows, transact};
use super::{AdministratorError, Administrators, MAX_ADMINISTRATORS};
use crate::{ApiError, Roles};
use clock::Timestamp;
use factors::{Authenticator, RecoveryCodes};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use storage::Transaction;

/// What an administrator is called: 1 to 60 small letters, digits, `.`, `_`, `-` and `@`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct AdministratorName(String);

/// An administrator.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) name: AdministratorName,
    pub(crate) roles: Roles,
    pub(crate) added_at: Timestamp,
    pub(crate) added_by: String,
    pub(crate) signed_in_at: Option<Timestamp>,
    /// The enrolment code that she may use.
    pub(super) enrolment: Option<Enrolment>,
    /// The password's hash, in the PHC string format.
    pub(super) password: Option<String>,
    pub(super) authenticator: Option<Authenticator>,
    pub(super) recovery: RecoveryCodes,
    /// Counts changes of what she signs in with: a session that began before one does not go on after it.
    pub(super) version: u64,
}

/// An enrolment code, as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Enrolment {
    pub(super) digest: String,
    pub(super) ends_at: Timestamp,
}

impl AdministratorName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AdministratorName {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let is_letter = |letter: u8| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'@');
        if (1..=MAX_NAME_BYTES).contains(&text.len()) && text.bytes().all(is_letter) {
            return Ok(Self(text.to_owned()));
        }
        let named: String = text.chars().take(MAX_NAME_BYTES).collect();
        let next = format!("use 1 to {MAX_NAME_BYTES} small letters, digits, and . _ - @");
        Err(ApiError::invalid(format!("{named:?} is not the name of an administrator"), next))
    }
}

impl fmt::Display for AdministratorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Account {
    pub(super) fn of(tx: &mut Transaction, name: &str) -> Result<Option<Self>, RowError> {
        row(tx, ACCOUNTS, name)
    }

    pub(super) fn existing(tx: &mut Transaction, name: &str) -> Result<Self, AdministratorError> {
        Self::of(tx, name)?
            .ok_or_else(|| AdministratorError::Unknown { name: name.chars().take(MAX_NAME_BYTES).collect() })
    }

    pub(super) fn write(&self, tx: &mut Transaction) -> Result<(), RowError> {
        rows::put(tx, ACCOUNTS, self.name.as_str(), self)
    }

    /// Whether she has what one signs in with.
    pub(crate) fn is_enrolled(&self) -> bool {
        self.password.is_some() && self.authenticator.is_some()
    }

    /// When the code ends that she may enrol with.
    pub(crate) fn invited_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.enrolment.as_ref().map(|enrolment| enrolment.ends_at).filter(|ends_at| now < *ends_at)
    }
}

impl Administrators {
    /// Everybody, by name.
    pub(crate) fn accounts(&self) -> Result<Vec<Account>, AdministratorError> {
        let mut tx = self.store.begin().map_err(RowError::from)?;
        Ok(rows(&mut tx, ACCOUNTS, MAX_ADMINISTRATORS)?.into_iter().map(|(_, account)| account).collect())
    }

    /// Adds somebody, and returns the code by which she enrols.
    pub(crate) async fn add(
        &self,
        name: &AdministratorName,
        roles: Roles,
        author: &str,
    ) -> Result<super::EnrolmentCode, AdministratorError> {
        if roles.is_empty() {
            return Err(AdministratorError::NoRole);
        }
        let now = self.now();
        transact(&self.store, |tx| {
            if Account::of(tx, name.as_str())?.is_some() {
                return Err(AdministratorError::Exists { name: name.to_string() });
            }
            if rows::<serde::de::IgnoredAny>(tx, ACCOUNTS, MAX_ADMINISTRATORS)?.len() == MAX_ADMINISTRATORS {
                return Err(AdministratorError::TooMany { what: "administrators", limit: MAX_ADMINISTRATORS });
            }
            let mut account = Account {
                name: name.clone(),
                roles,
                added_at: now,
                added_by: author.to_owned(),
                signed_in_at: None,
                enrolment: None,
                password: None,
                authenticator: None,
                recovery: RecoveryCodes::default(),
                version: 0,
            };
            account.invite(tx, now)
        })
        .await
    }

    /// Gives somebody these roles and no others. They count at her next request.
    pub(crate) async fn set_roles(&self, name: &str, roles: Roles) -> Result<(), AdministratorError> {
        if roles.is_empty() {
            return Err(AdministratorError::NoRole);
        }
        transact(&self.store, |tx| {
            let mut account = Account::existing(tx, name)?;
            account.roles = roles;
            Ok(account.write(tx)?)
        })
        .await
    }

    /// Removes somebody; her sessions end with her account.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), AdministratorError> {
        transact(&self.store, |tx| {
            let account = Account::existing(tx, name)?;
            account.forget_enrolment(tx);
            tx.delete(ACCOUNTS, account.name.as_str());
            Ok(())
        })
        .await
    }
}

impl Account {
    /// Takes the code away that she could enrol with.
    pub(super) fn forget_enrolment(&self, tx: &mut Transaction) {
        if let Some(digest) = self.enrolment.as_ref().and_then(|enrolment| hex::decode(&enrolment.digest).ok()) {
            tx.delete(ENROLMENTS, digest);
        }
    }
}

pub(crate) const MAX_NAME_BYTES: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_can_be_typed_and_said() {
        for good in ["ana", "maria.quispe@minsalud", "a-1_b"] {
            assert_eq!(good.parse::<AdministratorName>().unwrap().as_str(), good);
        }
        for bad in ["", "Ana", "ana maría", "a/b", &"a".repeat(MAX_NAME_BYTES + 1)] {
            assert!(bad.parse::<AdministratorName>().is_err(), "{bad}");
        }
    }
}
