//! The keys that sign tokens: published before they sign, and until nothing that they signed is valid.

mod jwk;
mod source;

pub use source::{KeySource, KeySourceError, TokenKeys};

use crate::clients::IdTokenAlgorithm;
use crate::table::{self, KEYS, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::{SharedClock, Timestamp};
use factors::NoRandomness;
use jwk::Published;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Arc, PoisonError, RwLock};
use storage::Store;
use thiserror::Error;

/// The keys of a provider, some for each algorithm.
pub(crate) struct KeyRing {
    source: Arc<dyn KeySource>,
    // Read at each token, replaced as a whole by a rotation.
    keys: RwLock<Arc<Vec<Key>>>,
}

/// A key with its times.
struct Key {
    published: Published,
    row: Row,
}

#[derive(Clone, Serialize, Deserialize)]
struct Row {
    // Keys that were made before there were others have none.
    #[serde(default)]
    algorithm: IdTokenAlgorithm,
    published_at: i64,
    /// When it began to sign.
    signs_since: Option<i64>,
    /// When another began to sign in its place.
    retired_at: Option<i64>,
}

/// Why there is no token, or no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Where keys are kept.
    #[error(transparent)]
    Source(#[from] KeySourceError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key is of a kind that its tokens cannot be signed with.
    #[error("the key {0} is not of the kind that its tokens are signed with: P-256 for ES256, RSA for RS256")]
    Kind(String),
    /// There is no key.
    #[error("there is no key that signs: the keys were not rotated yet")]
    NoKey,
    /// It does not sign.
    #[error("a token could not be signed")]
    Sign,
    /// The server is going down.
    #[error("the work on the keys was ended before it was done")]
    Ended,
}

impl KeyRing {
    /// The keys that are kept, at least one of which signs for each algorithm afterwards.
    pub(crate) async fn open(store: &Store, clock: &SharedClock, source: Arc<dyn KeySource>) -> Result<Self, KeyError> {
        let ring = Self { source, keys: RwLock::default() };
        ring.rotate(store, clock.now()).await?;
        Ok(ring)
    }

    /// Has the next keys sign when it is time, publishes others, and forgets those that nobody needs any more.
    pub(crate) async fn rotate(&self, store: &Store, now: Timestamp) -> Result<(), KeyError> {
        let now = now.as_second();
        let found = table::transact(store, |tx| table::rows::<Row>(tx, KEYS, b"", MAX_KEYS)).await?;
        let mut rows: Vec<(String, Row)> =
            found.into_iter().map(|(key, row)| (String::from_utf8_lossy(&key).into_owned(), row)).collect();
        let before = rows.len();
        rows.retain(|(_, row)| row.retired_at.is_none_or(|at| now < at.saturating_add(KEPT_SECONDS)));
        let is_forgotten = rows.len() < before;
        let source = self.source.clone();
        let completed = aside(move || {
            let mut is_changed = is_forgotten;
            for algorithm in IdTokenAlgorithm::ALL {
                is_changed |= complete(&*source, algorithm, &mut rows, now)?;
            }
            Ok((rows, is_changed))
        });
        let (rows, is_changed) = completed.await?;
        if is_changed {
            table::transact(store, |tx| {
                for (name, _) in table::rows::<Row>(tx, KEYS, b"", MAX_KEYS)? {
                    tx.delete(KEYS, name);
                }
                rows.iter().try_for_each(|(name, row)| table::put(tx, KEYS, name.as_bytes(), row))
            })
            .await?;
        }
        let source = self.source.clone();
        let opened = aside(move || {
            let open = |(name, row): (String, Row)| {
                let published = Published::of(row.algorithm, source.signer(&name)?).ok_or(KeyError::Kind(name))?;
                Ok(Key { published, row })
            };
            rows.into_iter().map(open).collect::<Result<Vec<_>, KeyError>>()
        });
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(opened.await?);
        Ok(())
    }

    /// The JWK set (RFC 7517 §5).
    pub(crate) fn published(&self) -> Value {
        json!({ "keys": self.keys().iter().map(|key| key.published.jwk.clone()).collect::<Vec<_>>() })
    }

    /// Signs a token of a type (RFC 7515 §7.1).
    pub(crate) fn sign(&self, algorithm: IdTokenAlgorithm, typ: &str, claims: &Value) -> Result<String, KeyError> {
        let keys = self.keys();
        let key = keys.iter().find(|key| key.row.algorithm == algorithm && key.row.signs()).ok_or(KeyError::NoKey)?;
        let header = json!({ "alg": algorithm.name(), "kid": key.published.id, "typ": typ });
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", encoded(&header), encoded(claims));
        let signature = key.published.sign(said.as_bytes()).ok_or(KeyError::Sign)?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What a token of ours says, whether or not its time is over; `None` for what we did not sign.
    pub(crate) fn read(&self, token: &str) -> Option<Value> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(self.published()).ok()?;
        let jwk = set.find(header.kid.as_deref()?)?;
        let mut rules = jsonwebtoken::Validation::new(header.alg);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        let key = jsonwebtoken::DecodingKey::from_jwk(jwk).ok()?;
        jsonwebtoken::decode::<Value>(token, &key, &rules).ok().map(|said| said.claims)
    }

    fn keys(&self) -> Arc<Vec<Key>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Row {
    fn signs(&self) -> bool {
        self.signs_since.is_some() && self.retired_at.is_none()
    }
}

/// What takes its time, as making an RSA key and opening any does, keeps nobody else waiting.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, KeyError> + Send + 'static) -> Result<T, KeyError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| KeyError::Ended)?
}

/// One key of an algorithm that signs, and one that is published to sign next.
fn complete(
    source: &dyn KeySource,
    algorithm: IdTokenAlgorithm,
    rows: &mut Vec<(String, Row)>,
    now: i64,
) -> Result<bool, KeyError> {
    let find = |is: &dyn Fn(&Row) -> bool| rows.iter().position(|(_, row)| row.algorithm == algorithm && is(row));
    let signing = find(&Row::signs);
    let next = find(&|row| row.signs_since.is_none());
    let is_known = |row: &Row| now.saturating_sub(row.published_at) >= KNOWN_SECONDS;
    let new = |signs_since| {
        let row = Row { algorithm, published_at: now, signs_since, retired_at: None };
        Ok::<_, KeyError>((source.generate(algorithm, now)?, row))
    };
    match (signing, next) {
        (None, None) => {
            rows.push(new(Some(now))?);
            Ok(true)
        }
        // The first keys: nobody knows another yet.
        (None, Some(next)) => {
            rows[next].1.signs_since = Some(now);
            Ok(true)
        }
        (Some(_), None) => {
            rows.push(new(None)?);
            Ok(true)
        }
        (Some(signing), Some(next)) => {
            let since = rows[signing].1.signs_since.unwrap_or(now);
            let is_due = now.saturating_sub(since) >= SIGNS_SECONDS && is_known(&rows[next].1);
            if is_due {
                rows[signing].1.retired_at = Some(now);
                rows[next].1.signs_since = Some(now);
            }
            Ok(is_due)
        }
    }
}

impl From<NoRandomness> for KeyError {
    fn from(_: NoRandomness) -> Self {
        Self::Sign
    }
}

/// A key signs for ninety days.
const SIGNS_SECONDS: i64 = 90 * 24 * 3600;
/// It is published for two days before: longer than any client keeps the set without asking.
const KNOWN_SECONDS: i64 = 2 * 24 * 3600;
/// It is published for two days after: its tokens last minutes, and a client may have been away.
const KEPT_SECONDS: i64 = 2 * 24 * 3600;
const MAX_KEYS: usize = 64;
const MAX_TOKEN_BYTES: usize = 16 << 10;
