//! The keys that tokens are signed with: which one signs now, which comes next, which ones are still shown.

mod jwk;
mod source;

pub use source::{KeyError, KeySource, TokenKeys};

use crate::client::SigningAlgorithm;
use crate::tables::{self, KEYS};
use crate::{Unavailable, random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use jwk::jws_signature;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signer::{KeyAlgorithm, Signer};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use storage::Store;

/// A key signs for so long.
pub(crate) const SIGNS_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// A key is shown for so long before it signs, so that nobody meets a token whose key she does not have.
const SHOWN_BEFORE: Duration = Duration::from_secs(24 * 3600);
/// And for so long after: longer than any token lasts that it signed.
const SHOWN_AFTER: Duration = Duration::from_secs(24 * 3600);

/// The ring as it is stored: names of keys and times.
#[derive(Clone, Serialize, Deserialize)]
struct Ring {
    current: Named,
    next: Named,
    old: Vec<Named>,
}

/// A key and since when it has its place; of an old one, until when.
#[derive(Clone, Serialize, Deserialize)]
struct Named {
    name: String,
    at: i64,
}

/// A key that is there.
struct Known {
    signer: Arc<dyn Signer>,
    jwk: Value,
    kid: String,
}

/// What signs now, and what is shown.
struct Shown {
    current: Known,
    others: Vec<Value>,
}

/// The provider's keys.
pub(crate) struct Keys {
    source: Arc<dyn KeySource>,
    store: Store,
    rsa: Option<Known>,
    // Swapped whole when keys change.
    shown: RwLock<Arc<Shown>>,
}

impl Keys {
    pub(crate) async fn open(
        store: Store,
        source: Arc<dyn KeySource>,
        rsa: Option<Arc<dyn Signer>>,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let rsa = rsa.map(|signer| Known::of(signer, "rsa")).transpose()?;
        let ring = match stored(&store)? {
            Some(ring) => ring,
            None => begin(&store, &*source, now).await?,
        };
        let shown = RwLock::new(Arc::new(show(&*source, &ring)?));
        Ok(Self { source, store, rsa, shown })
    }

    /// Has the next key sign where it is time, and takes old ones away.
    pub(crate) async fn rotate(&self, now: Timestamp) -> Result<(), Unavailable> {
        let Some(mut ring) = stored(&self.store)? else { return Ok(()) };
        let before = (ring.current.name.clone(), ring.old.len());
        let (second, seconds) = (now.as_second(), |time: Duration| time.as_secs().cast_signed());
        ring.old.retain(|old| old.at > second);
        let is_over = second >= ring.current.at.saturating_add(seconds(SIGNS_FOR));
        if is_over && second >= ring.next.at.saturating_add(seconds(SHOWN_BEFORE)) {
            let next = generate(&*self.source, now)?;
            let mut current = std::mem::replace(&mut ring.next, next);
            current.at = second;
            let mut old = std::mem::replace(&mut ring.current, current);
            old.at = tables::after(now, SHOWN_AFTER);
            ring.old.push(old);
        }
        if before == (ring.current.name.clone(), ring.old.len()) {
            return Ok(());
        }
        let shown = Arc::new(show(&*self.source, &ring)?);
        tables::decide(&self.store, |tx| tables::put(tx, KEYS, "ring", &ring)).await?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
        Ok(())
    }

    /// The public keys (RFC 7517 §5).
    pub(crate) fn set(&self) -> Value {
        let shown = self.shown();
        let keys = [&shown.current.jwk].into_iter().chain(&shown.others).chain(self.rsa.as_ref().map(|rsa| &rsa.jwk));
        serde_json::json!({ "keys": keys.collect::<Vec<_>>() })
    }

    pub(crate) fn algorithms(&self) -> Vec<&'static str> {
        let rsa = self.rsa.as_ref().map(|_| SigningAlgorithm::Rs256.name());
        [SigningAlgorithm::Es256.name()].into_iter().chain(rsa).collect()
    }

    /// A signed token (RFC 7519, RFC 7515 §7.1).
    pub(crate) fn sign(&self, typ: &str, algorithm: SigningAlgorithm, claims: &Value) -> Result<String, Unavailable> {
        let shown = self.shown();
        let key = match algorithm {
            SigningAlgorithm::Es256 => &shown.current,
            SigningAlgorithm::Rs256 => self.rsa.as_ref().ok_or_else(|| Unavailable::Key {
                key: "rsa".to_owned(),
                reason: "a client asks for RS256, and no RSA key was imported".to_owned(),
            })?,
        };
        let head = serde_json::json!({ "alg": algorithm.name(), "kid": key.kid, "typ": typ });
        let said =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(head.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let failed = || Unavailable::Sign { key: key.kid.clone() };
        let signature = key.signer.sign(said.as_bytes()).map_err(|_| failed())?;
        let signature = jws_signature(algorithm, signature).ok_or_else(failed)?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What a token says that one of these keys signed, whenever that was (an `id_token_hint`).
    pub(crate) fn read(&self, token: &str) -> Option<Value> {
        let head = jsonwebtoken::decode_header(token).ok()?;
        if !matches!(head.alg, Algorithm::ES256 | Algorithm::RS256) {
            return None;
        }
        let keys: JwkSet = serde_json::from_value(self.set()).ok()?;
        let key: &Jwk = keys.find(head.kid.as_deref()?)?;
        let mut rules = Validation::new(head.alg);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).ok()?, &rules).ok().map(|read| read.claims)
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn of(signer: Arc<dyn Signer>, name: &str) -> Result<Self, Unavailable> {
        let jwk = jwk::of(&*signer).ok_or_else(|| Unavailable::Key {
            key: name.to_owned(),
            reason: "it is neither on P-256 nor RSA".to_owned(),
        })?;
        let kid = jwk["kid"].as_str().unwrap_or_default().to_owned();
        Ok(Self { signer, jwk, kid })
    }
}

fn stored(store: &Store) -> Result<Option<Ring>, Unavailable> {
    tables::get(&mut store.begin()?, KEYS, "ring")
}

async fn begin(store: &Store, source: &dyn KeySource, now: Timestamp) -> Result<Ring, Unavailable> {
    let ring = Ring { current: generate(source, now)?, next: generate(source, now)?, old: Vec::new() };
    tables::decide(store, |tx| tables::put(tx, KEYS, "ring", &ring)).await?;
    Ok(ring)
}

fn generate(source: &dyn KeySource, now: Timestamp) -> Result<Named, Unavailable> {
    let name = format!("identity-{}", random::id()?);
    source.generate(&name).map_err(|error| error.of(&name))?;
    Ok(Named { name, at: now.as_second() })
}

fn show(source: &dyn KeySource, ring: &Ring) -> Result<Shown, Unavailable> {
    let known = |named: &Named| {
        let signer = source.signer(&named.name).map_err(|error| error.of(&named.name))?;
        if signer.algorithm() == KeyAlgorithm::P256 {
            Known::of(signer, &named.name)
        } else {
            let reason = "it is not on P-256".to_owned();
            Err(Unavailable::Key { key: named.name.clone(), reason })
        }
    };
    let others = [&ring.next].into_iter().chain(&ring.old).map(|named| known(named).map(|known| known.jwk));
    Ok(Shown { current: known(&ring.current)?, others: others.collect::<Result<_, _>>()? })
}
