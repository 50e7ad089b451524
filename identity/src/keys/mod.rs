//! The keys that sign tokens: published before they sign, and until nothing that they signed is valid.

mod jwk;
mod source;

pub use source::{KeySource, KeySourceError, TokenKeys};

use crate::clients::IdTokenAlgorithm;
use crate::secret::NoRandomness;
use crate::table::{self, KEYS, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::{SharedClock, Timestamp};
use jwk::Published;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use signer::Signer;
use std::sync::{Arc, PoisonError, RwLock};
use storage::Store;
use thiserror::Error;

/// The keys of a provider.
pub(crate) struct KeyRing {
    source: Arc<dyn KeySource>,
    rsa: Option<Published>,
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
    /// A key is of a kind that tokens cannot be signed with.
    #[error("the key {0} is not one of the kind that signs tokens: P-256, or RSA where RS256 is asked for")]
    Kind(String),
    /// A client wants RS256.
    #[error("there is no RSA key, which RS256 needs")]
    NoRsa,
    /// There is no key.
    #[error("there is no key that signs: the keys were not rotated yet")]
    NoKey,
    /// It does not sign.
    #[error("a token could not be signed")]
    Sign,
}

impl KeyRing {
    /// The keys that are kept, at least one of which signs afterwards.
    pub(crate) async fn open(
        store: &Store,
        clock: &SharedClock,
        source: Arc<dyn KeySource>,
        rsa: Option<Arc<dyn Signer>>,
    ) -> Result<Self, KeyError> {
        let rsa =
            rsa.map(|signer| Published::rsa(signer).ok_or_else(|| KeyError::Kind("rsa".to_owned()))).transpose()?;
        let ring = Self { source, rsa, keys: RwLock::default() };
        ring.rotate(store, clock.now()).await?;
        Ok(ring)
    }

    /// Has the next key sign when it is time, publishes another, and forgets those that nobody needs any more.
    pub(crate) async fn rotate(&self, store: &Store, now: Timestamp) -> Result<(), KeyError> {
        let now = now.as_second();
        let snapshot_rows = table::transact(store, |tx| table::rows::<Row>(tx, KEYS, b"", MAX_KEYS)).await?;
        let mut rows: Vec<(String, Row)> =
            snapshot_rows.into_iter().map(|(key, row)| (String::from_utf8_lossy(&key).into_owned(), row)).collect();
        let before = rows.len();
        rows.retain(|(_, row)| row.retired_at.is_none_or(|at| now < at.saturating_add(KEPT_SECONDS)));
        let mut is_changed = rows.len() < before;
        is_changed |= self.complete(&mut rows, now)?;
        if is_changed {
            table::transact(store, |tx| {
                for (name, _) in table::rows::<Row>(tx, KEYS, b"", MAX_KEYS)? {
                    tx.delete(KEYS, name);
                }
                rows.iter().try_for_each(|(name, row)| table::put(tx, KEYS, name.as_bytes(), row))
            })
            .await?;
        }
        let keys = rows.into_iter().map(|(name, row)| {
            let published = Published::ec(self.source.signer(&name)?).ok_or(KeyError::Kind(name))?;
            Ok(Key { published, row })
        });
        let keys = keys.collect::<Result<Vec<_>, KeyError>>()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// One that signs, and one that is published to sign next.
    fn complete(&self, rows: &mut Vec<(String, Row)>, now: i64) -> Result<bool, KeyError> {
        let signing = rows.iter().position(|(_, row)| row.signs_since.is_some() && row.retired_at.is_none());
        let next = rows.iter().position(|(_, row)| row.signs_since.is_none());
        let is_known = |row: &Row| now.saturating_sub(row.published_at) >= KNOWN_SECONDS;
        let new = || {
            Ok::<_, KeyError>((
                self.source.generate(now)?,
                Row { published_at: now, signs_since: None, retired_at: None },
            ))
        };
        match (signing, next) {
            (None, None) => {
                let (name, row) = new()?;
                rows.push((name, Row { signs_since: Some(now), ..row }));
                Ok(true)
            }
            // The first keys: nobody knows another yet.
            (None, Some(next)) => {
                rows[next].1.signs_since = Some(now);
                Ok(true)
            }
            (Some(_), None) => {
                rows.push(new()?);
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

    /// The JWK set (RFC 7517 §5).
    pub(crate) fn published(&self) -> Value {
        let keys = self.keys();
        let all = keys.iter().map(|key| &key.published).chain(&self.rsa);
        json!({ "keys": all.map(|key| key.jwk.clone()).collect::<Vec<_>>() })
    }

    /// Signs a token of a type (RFC 7515 §7.1).
    pub(crate) fn sign(&self, algorithm: IdTokenAlgorithm, typ: &str, claims: &Value) -> Result<String, KeyError> {
        let keys = self.keys();
        let key = match algorithm {
            IdTokenAlgorithm::Rs256 => self.rsa.as_ref().ok_or(KeyError::NoRsa)?,
            IdTokenAlgorithm::Es256 => {
                let signing = keys.iter().find(|key| key.row.signs_since.is_some() && key.row.retired_at.is_none());
                &signing.ok_or(KeyError::NoKey)?.published
            }
        };
        let header = json!({ "alg": key.algorithm, "kid": key.id, "typ": typ });
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", encoded(&header), encoded(claims));
        let signature = key.sign(said.as_bytes()).ok_or(KeyError::Sign)?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    pub(crate) fn has_rsa(&self) -> bool {
        self.rsa.is_some()
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
