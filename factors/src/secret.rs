//! The host's secret, what is derived from it, and random values.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use zeroize::Zeroizing;

/// 32 random bytes of the host that nothing else uses, the same after a restart: subjects, seals and codes rest on them.
#[derive(Clone)]
pub struct HostSecret(Zeroizing<[u8; 32]>);

/// There is no randomness, or a key cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library failed")]
pub struct NoRandomness;

/// Seals what browsers and stores keep, so that they can neither read nor change it.
pub struct Seal(RandomizedNonceKey);

/// Bytes of a random value that stands for somebody: 256 bits.
pub const VALUE_BYTES: usize = 32;

impl HostSecret {
    /// The secret.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// A key for one purpose.
    #[must_use]
    pub fn key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(self.mac(&["chakana identity", purpose]).as_ref());
        key
    }

    /// A MAC over texts, each of which stands with its length.
    #[must_use]
    pub fn mac(&self, parts: &[&str]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.0));
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        context.sign()
    }

    /// A seal for one purpose.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn seal(&self, purpose: &str) -> Result<Seal, NoRandomness> {
        RandomizedNonceKey::new(&AES_256_GCM, &*self.key(purpose)).map(Seal).map_err(|_| NoRandomness)
    }
}

impl fmt::Debug for HostSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostSecret(…)")
    }
}

impl Seal {
    /// A value as text, for one context.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn close(&self, value: &impl Serialize, context: &str) -> Result<String, NoRandomness> {
        let mut sealed = serde_json::to_vec(value).map_err(|_| NoRandomness)?;
        let nonce = self.0.seal_in_place_append_tag(Aad::from(context), &mut sealed).map_err(|_| NoRandomness)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// What was sealed for this context; `None` for what was not.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, sealed: &str, context: &str) -> Option<T> {
        if sealed.len() > MAX_SEALED_BYTES {
            return None;
        }
        let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(sealed).ok()?);
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(context), sealed).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

/// Random bytes.
///
/// # Errors
/// When there are none.
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A random value for somebody to keep: 43 letters.
///
/// # Errors
/// When there is no randomness.
pub fn random_value() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<VALUE_BYTES>()?))
}

/// What is stored in a value's place.
#[must_use]
pub fn digest_of(value: impl AsRef<[u8]>) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, value.as_ref()).as_ref());
    bytes
}

/// Compares without telling by its time where they differ.
#[must_use]
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

const MAX_SEALED_BYTES: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_seal_opens_for_its_context_and_key_only() {
        let secret = HostSecret::new([1; 32]);
        let seal = secret.seal("flow").expect("a seal");
        let sealed = seal.close(&"Ana", "one").expect("sealed");
        assert_eq!(seal.open::<String>(&sealed, "one").as_deref(), Some("Ana"));
        assert_eq!(seal.open::<String>(&sealed, "two"), None);
        assert_eq!(secret.seal("totp").expect("a seal").open::<String>(&sealed, "one"), None);
        assert_eq!(format!("{secret:?}"), "HostSecret(…)");
    }

    #[test]
    fn a_mac_says_where_one_text_ends() {
        let secret = HostSecret::new([1; 32]);
        assert_ne!(secret.mac(&["ab", "c"]).as_ref(), secret.mac(&["a", "bc"]).as_ref());
    }

    proptest! {
        #[test]
        fn nothing_else_opens(text in ".{0,200}") {
            let seal = HostSecret::new([1; 32]).seal("flow").expect("a seal");
            prop_assert_eq!(seal.open::<String>(&text, "one"), None);
        }
    }
}
