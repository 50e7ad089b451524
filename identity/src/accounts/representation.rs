//! Whom somebody may represent: a company, or somebody in her care.

use super::{AccountError, AccountId, existing};
use crate::table::{self, REPRESENTATIONS, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use factors::HostSecret;
use serde::{Deserialize, Serialize};
use storage::Transaction;

/// That somebody may act for somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representation {
    /// For whom.
    pub represented: Represented,
    /// What they are called.
    pub name: String,
    /// For what, in the words of whoever granted it; empty where it is for everything.
    pub scope: String,
    /// Until when, in seconds since 1970; without, until it is revoked.
    pub until: Option<i64>,
}

/// Who is represented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "lowercase")]
pub enum Represented {
    /// A company, by its number in the company register.
    Company(String),
    /// A person, by her document: its kind, a space, its number.
    Person(String),
}

/// Lets somebody act for somebody else.
///
/// # Errors
/// [`AccountError::NoSuchAccount`], [`AccountError::Representation`], [`AccountError::TooManyRepresentations`], or what the
/// store says.
pub fn grant(tx: &mut Transaction, by: AccountId, representation: &Representation) -> Result<(), AccountError> {
    existing(tx, by)?;
    let texts = [representation.represented.id(), &representation.name, &representation.scope];
    let fits = texts.iter().all(|text| text.chars().count() <= MAX_LETTERS && !text.chars().any(char::is_control));
    if !fits || representation.represented.id().is_empty() {
        return Err(AccountError::Representation);
    }
    let key = key(by, &representation.represented);
    let others = table::rows::<Representation>(tx, REPRESENTATIONS, by.as_bytes(), MAX_OF_ONE)?;
    if others.len() >= MAX_OF_ONE && !others.iter().any(|(other, _)| *other == key) {
        return Err(AccountError::TooManyRepresentations { most: MAX_OF_ONE });
    }
    Ok(table::put(tx, REPRESENTATIONS, key, representation)?)
}

/// Ends it.
pub fn revoke(tx: &mut Transaction, by: AccountId, represented: &Represented) {
    tx.delete(REPRESENTATIONS, key(by, represented));
}

/// Whom somebody may represent now.
///
/// # Errors
/// What the store says.
pub fn representations(tx: &mut Transaction, by: AccountId, now: Timestamp) -> Result<Vec<Representation>, StoreError> {
    let rows = table::rows::<Representation>(tx, REPRESENTATIONS, by.as_bytes(), MAX_OF_ONE)?;
    let goes_on = |row: &Representation| row.until.is_none_or(|until| now.as_second() < until);
    Ok(rows.into_iter().map(|(_, row)| row).filter(goes_on).collect())
}

impl Represented {
    /// What identifies it.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Company(id) | Self::Person(id) => id,
        }
    }

    /// What it is called at a sector: another name at each, as with accounts (OpenID Connect Core 1.0 §8.1). Whoever has an
    /// account of her own has another subject there: what somebody did for her is not what she did.
    pub(crate) fn subject(&self, secret: &HostSecret, sector: &str) -> String {
        let kind = match self {
            Self::Company(_) => "company",
            Self::Person(_) => "person",
        };
        URL_SAFE_NO_PAD.encode(secret.mac(&["represented", sector, kind, self.id()]))
    }
}

fn key(by: AccountId, represented: &Represented) -> Vec<u8> {
    let kind = match represented {
        Represented::Company(_) => b'c',
        Represented::Person(_) => b'p',
    };
    [by.as_bytes(), &[kind], represented.id().as_bytes()].concat()
}

const MAX_LETTERS: usize = 200;
const MAX_OF_ONE: usize = 50;
