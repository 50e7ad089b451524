//! A sign-in that has begun: what the browser keeps of it until the issuer sends it back.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Seals what browsers keep, so that they can neither read nor change it.
pub(crate) struct AttemptKey(RandomizedNonceKey);

/// A sign-in that has begun.
#[derive(Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// RFC 6749 §10.12: answers to nothing that was asked here are refused.
    pub(crate) state: String,
    /// OpenID Connect Core 1.0 §3.1.2.1.
    pub(crate) nonce: String,
    /// RFC 7636 §4.1.
    pub(crate) verifier: String,
    /// The path that she was on her way to.
    pub(crate) to: String,
    begun_at: i64,
}

/// How long somebody may take to sign in.
pub(crate) const LASTS: SignedDuration = SignedDuration::from_mins(30);
/// A longer path is not kept: the cookie would be too large.
const MAX_PATH_BYTES: usize = 300;
const RANDOM_BYTES: usize = 24;
/// Digits of the state in the name of its cookie: sign-ins in several tabs do not know each other.
const NAME_DIGITS: usize = 8;

impl Attempt {
    /// Begins a sign-in that leads to a path. `None` without randomness.
    pub(crate) fn begin(to: &str, now: Timestamp) -> Option<Self> {
        let to = if to.len() <= MAX_PATH_BYTES { to } else { "/" };
        Some(Self {
            state: random()?,
            nonce: random()?,
            // 43 characters are the least that RFC 7636 allows.
            verifier: random()? + &random()?,
            to: to.to_owned(),
            begun_at: now.as_second(),
        })
    }

    /// RFC 7636 §4.2, `S256`.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.verifier.as_bytes()))
    }

    /// The name of the cookie that holds the attempt with this state. `None` for what is no state of ours.
    pub(crate) fn cookie(state: &str) -> Option<String> {
        let is_ours = URL_SAFE_NO_PAD.decode(state).is_ok_and(|bytes| bytes.len() == RANDOM_BYTES);
        is_ours.then(|| format!("__Host-sign-in-{}", &state[..NAME_DIGITS]))
    }
}

impl AttemptKey {
    pub(crate) fn new(secret: &[u8; 32]) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, secret).ok().map(Self)
    }

    /// An attempt as its cookie's value, for one plugin's origin.
    pub(crate) fn seal(&self, attempt: &Attempt, plugin: &str) -> Option<String> {
        let mut sealed = serde_json::to_vec(attempt).ok()?;
        let nonce = self.0.seal_in_place_append_tag(Aad::from(plugin), &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// The attempt with a state that a cookie's value holds, if it is not too long ago.
    pub(crate) fn open(&self, sealed: &str, plugin: &str, state: &str, now: Timestamp) -> Option<Attempt> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(plugin), sealed).ok()?;
        let attempt: Attempt = serde_json::from_slice(opened).ok()?;
        let age = now.as_second().saturating_sub(attempt.begun_at);
        (attempt.state == state && age < LASTS.as_secs()).then_some(attempt)
    }
}

fn random() -> Option<String> {
    let mut bytes = [0; RANDOM_BYTES];
    rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    #[test]
    fn an_attempt_is_known_by_its_state_at_its_plugin_for_half_an_hour() {
        let key = AttemptKey::new(&[1; 32]).expect("a key");
        let attempt = Attempt::begin("/cases/1?a=b", at(0)).expect("an attempt");
        let sealed = key.seal(&attempt, "portal").expect("a cookie");
        assert!(!sealed.contains("cases") && sealed.len() <= 1_024, "{}", sealed.len());
        let opened = key.open(&sealed, "portal", &attempt.state, at(1_799)).expect("the attempt");
        assert_eq!((opened.to.as_str(), opened.verifier.len()), ("/cases/1?a=b", 64));
        assert!(key.open(&sealed, "portal", &attempt.state, at(1_800)).is_none(), "too late");
        assert!(key.open(&sealed, "voting", &attempt.state, at(0)).is_none(), "another origin");
        assert!(key.open(&sealed, "portal", &attempt.nonce, at(0)).is_none(), "another state");
        let other = AttemptKey::new(&[2; 32]).expect("a key");
        assert!(other.open(&sealed, "portal", &attempt.state, at(0)).is_none(), "another gateway");
        for bad in ["", "AAAA", "ñ", &sealed[1..]] {
            assert!(key.open(bad, "portal", &attempt.state, at(0)).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_longest_attempt_fits_into_a_cookie() {
        let key = AttemptKey::new(&[1; 32]).expect("a key");
        let attempt = Attempt::begin(&format!("/{}", "x".repeat(299)), at(0)).expect("an attempt");
        assert!(key.seal(&attempt, "portal").expect("a cookie").len() <= 1_024);
        assert_eq!(Attempt::begin(&"/x".repeat(1_000), at(0)).expect("an attempt").to, "/");
    }

    #[test]
    fn only_a_state_of_ours_names_a_cookie() {
        let attempt = Attempt::begin("/", at(0)).expect("an attempt");
        assert_eq!(Attempt::cookie(&attempt.state).map(|name| name.len()), Some("__Host-sign-in-".len() + 8));
        for state in ["", "short", "a; Domain=.bo", &"ñ".repeat(24)] {
            assert_eq!(Attempt::cookie(state), None, "{state}");
        }
    }
}
