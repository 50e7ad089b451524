//! API keys: what programs show that act for administrators. A key has roles and an end, and is kept as a digest only.

use super::rows::{self, API_KEYS, RowError, row, rows as all, transact};
use super::{AdministratorError, Administrators, MAX_API_KEYS};
use crate::Roles;
use crate::caller::{Caller, Means};
use clock::Timestamp;
use factors::{digest_of, is_same, random, random_value};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// An API key, without what it is shown by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    /// What it is for.
    pub(crate) label: String,
    pub(crate) roles: Roles,
    pub(crate) made_at: Timestamp,
    pub(crate) made_by: String,
    pub(crate) ends_at: Timestamp,
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(flatten)]
    key: ApiKey,
    digest: String,
}

/// So long a key lasts at most, in days.
pub(crate) const MAX_DAYS: u32 = 366;
const PREFIX: &str = "chk_";
const ID_BYTES: usize = 5;

impl Administrators {
    /// Every key, those that have ended too.
    pub(crate) fn api_keys(&self) -> Result<Vec<ApiKey>, AdministratorError> {
        let mut tx = self.store.begin().map_err(RowError::from)?;
        Ok(all::<Row>(&mut tx, API_KEYS, MAX_API_KEYS)?.into_iter().map(|(_, row)| row.key).collect())
    }

    /// Makes a key, and returns what it is shown by, which nobody can see again.
    pub(crate) async fn make_api_key(
        &self,
        label: &str,
        roles: Roles,
        days: u32,
        author: &str,
    ) -> Result<(ApiKey, String), AdministratorError> {
        if roles.is_empty() {
            return Err(AdministratorError::NoRole);
        }
        let now = self.now();
        let (id, secret) = (hex::encode(random::<ID_BYTES>()?), random_value()?);
        let shown = format!("{PREFIX}{id}_{secret}");
        let lasts = SignedDuration::from_hours(i64::from(days.min(MAX_DAYS)) * 24);
        let key = ApiKey {
            id,
            label: label.to_owned(),
            roles,
            made_at: now,
            made_by: author.to_owned(),
            ends_at: now.saturating_add(lasts).unwrap_or(Timestamp::MAX),
        };
        let row = Row { key, digest: hex::encode(digest_of(&shown)) };
        transact(&self.store, |tx| {
            if all::<serde::de::IgnoredAny>(tx, API_KEYS, MAX_API_KEYS)?.len() == MAX_API_KEYS {
                return Err(AdministratorError::TooMany { what: "API keys", limit: MAX_API_KEYS });
            }
            Ok(rows::put(tx, API_KEYS, row.key.id.as_str(), &row)?)
        })
        .await?;
        Ok((row.key, shown))
    }

    /// Ends a key now.
    pub(crate) async fn revoke_api_key(&self, id: &str) -> Result<(), AdministratorError> {
        transact(&self.store, |tx| {
            if tx.get(API_KEYS, id).map_err(RowError::from)?.is_none() {
                return Err(AdministratorError::UnknownKey { id: id.chars().take(MAX_SHOWN).collect() });
            }
            tx.delete(API_KEYS, id);
            Ok(())
        })
        .await
    }

    /// Who shows a key; `None` where it is none, was revoked or has ended.
    pub(crate) fn by_api_key(&self, shown: &str) -> Result<Option<Caller>, AdministratorError> {
        let id = shown.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).map(|(id, _)| id);
        let Some(id) = id.filter(|_| shown.len() <= MAX_SHOWN) else { return Ok(None) };
        let mut tx = self.store.begin().map_err(RowError::from)?;
        let found: Option<Row> = row(&mut tx, API_KEYS, id)?;
        let is_it = |row: &Row| {
            is_same(hex::encode(digest_of(shown)).as_bytes(), row.digest.as_bytes()) && self.now() < row.key.ends_at
        };
        let caller = |Row { key, .. }| Caller { name: key.label, roles: key.roles, means: Means::ApiKey(key.id) };
        Ok(found.filter(is_it).map(caller))
    }
}

const MAX_SHOWN: usize = 100;
