//! Citizens' accounts: who somebody is, as registration found it.
//!
//! These functions work in the caller's transaction, so that what registration decides and what is kept here happen together.

mod enrolment;
mod history;
mod person;
mod representation;
mod subject;

pub use enrolment::{EnrolmentCode, renew_enrolment};
pub(crate) use enrolment::{begin_enrolment, enrolling, spend_enrolment};
pub(crate) use history::note;
pub use history::{Outcome, SignIn, sign_ins};
pub use person::{Document, FieldProblem, InvalidPerson, Names, Person};
pub use representation::{Representation, Represented, grant, representations, revoke};
pub use subject::resolve_subject;
pub(crate) use subject::{subject, tell_subject};

use crate::table::{self, ACCOUNTS, CREDENTIALS, DOCUMENTS, StoreError};
use clock::Timestamp;
use factors::random;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use storage::Transaction;
use thiserror::Error;

/// What an account is called here; no client ever sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId([u8; 16]);

/// The text is no account's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an account's id has 32 hexadecimal digits")]
pub struct NotAnAccountId;

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What it is called here.
    pub id: AccountId,
    /// Who it is.
    pub person: Person,
    /// How well that is known.
    pub assurance: Assurance,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
    /// The digest of the enrolment code that can be used now.
    enrolment: Option<String>,
}

/// How well it is known who somebody is (after ISO/IEC 29115 and eIDAS): a claim of her own, a checked one, one checked in presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assurance {
    /// She says so.
    Low,
    /// The identity register says so.
    Substantial,
    /// Somebody saw her with her document.
    High,
}

/// Why an account is not made or changed.
#[derive(Debug, Error)]
pub enum AccountError {
    /// Another account has the document.
    #[error("there is an account for this document already: change that one")]
    DocumentTaken,
    /// There is no such account.
    #[error("there is no account {0}")]
    NoSuchAccount(AccountId),
    /// What is said of the person cannot be so.
    #[error(transparent)]
    Person(#[from] InvalidPerson),
    /// A representation cannot be so.
    #[error("a representation names whom it is for, in at most 200 letters without control characters")]
    Representation,
    /// An account has as many of them as it may.
    #[error("an account has at most {most} representations: end one first")]
    TooManyRepresentations {
        /// How many it may have.
        most: usize,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an account, and the code by which its citizen sets her credentials.
///
/// # Errors
/// [`AccountError::DocumentTaken`], [`AccountError::Person`], or what the store says.
pub fn create(
    tx: &mut Transaction,
    person: Person,
    assurance: Assurance,
    now: Timestamp,
) -> Result<(Account, EnrolmentCode), AccountError> {
    let person = person.checked()?;
    let document = person.document.key();
    if tx.get(DOCUMENTS, &document).map_err(StoreError::from)?.is_some() {
        return Err(AccountError::DocumentTaken);
    }
    let id = AccountId(random().map_err(StoreError::from)?);
    let mut account = Account { id, person, assurance, created_at: now.as_second(), enrolment: None };
    let code = begin_enrolment(tx, &mut account, now)?;
    table::put(tx, DOCUMENTS, document, &id)?;
    Ok((account, code))
}

/// The account with an id.
///
/// # Errors
/// What the store says.
pub fn account(tx: &mut Transaction, id: AccountId) -> Result<Option<Account>, StoreError> {
    table::row(tx, ACCOUNTS, id.as_bytes())
}

/// The account of whom a document names.
///
/// # Errors
/// What the store says.
pub fn by_document(tx: &mut Transaction, document: &Document) -> Result<Option<Account>, StoreError> {
    match table::row::<AccountId>(tx, DOCUMENTS, document.key())? {
        Some(id) => account(tx, id),
        None => Ok(None),
    }
}

/// Says anew who somebody is. What she is known by to clients stays.
///
/// # Errors
/// As [`create`], and [`AccountError::NoSuchAccount`].
pub fn change(tx: &mut Transaction, id: AccountId, person: Person) -> Result<Account, AccountError> {
    let mut account = existing(tx, id)?;
    let person = person.checked()?;
    let (before, after) = (account.person.document.key(), person.document.key());
    if before != after {
        if tx.get(DOCUMENTS, &after).map_err(StoreError::from)?.is_some() {
            return Err(AccountError::DocumentTaken);
        }
        tx.delete(DOCUMENTS, before);
        table::put(tx, DOCUMENTS, after, &id)?;
    }
    account.person = person;
    write(tx, &account)?;
    Ok(account)
}

/// Notes that it is known better who somebody is. What is lower than before changes nothing.
///
/// # Errors
/// [`AccountError::NoSuchAccount`], or what the store says.
pub fn raise_assurance(tx: &mut Transaction, id: AccountId, to: Assurance) -> Result<Account, AccountError> {
    let mut account = existing(tx, id)?;
    if to > account.assurance {
        account.assurance = to;
        write(tx, &account)?;
    }
    Ok(account)
}

pub(crate) fn existing(tx: &mut Transaction, id: AccountId) -> Result<Account, AccountError> {
    account(tx, id)?.ok_or(AccountError::NoSuchAccount(id))
}

pub(crate) fn write(tx: &mut Transaction, account: &Account) -> Result<(), StoreError> {
    table::put(tx, ACCOUNTS, account.id.as_bytes(), account)
}

/// Whether she has set credentials.
///
/// # Errors
/// What the store says.
pub fn is_enrolled(tx: &mut Transaction, id: AccountId) -> Result<bool, StoreError> {
    Ok(tx.get(CREDENTIALS, id.as_bytes())?.is_some())
}

impl AccountId {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl Assurance {
    /// Its name as an `acr` value (OpenID Connect Core 1.0 §2).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }

    /// The level of an `acr` value: by our name, or by that of eIDAS (Implementing Regulation 2015/1502).
    #[must_use]
    pub fn of(acr: &str) -> Option<Self> {
        let name = acr.strip_prefix("http://eidas.europa.eu/LoA/").unwrap_or(acr);
        [Self::Low, Self::Substantial, Self::High].into_iter().find(|level| level.name() == name)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}

impl FromStr for AccountId {
    type Err = NotAnAccountId;

    fn from_str(text: &str) -> Result<Self, NotAnAccountId> {
        let mut id = [0; 16];
        hex::decode_to_slice(text, &mut id).map(|()| Self(id)).map_err(|_| NotAnAccountId)
    }
}

impl TryFrom<String> for AccountId {
    type Error = NotAnAccountId;

    fn try_from(text: String) -> Result<Self, NotAnAccountId> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.to_string()
    }
}
