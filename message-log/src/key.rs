//! Data keys, and the seam to the key-encryption key that wraps them.
//!
//! Each message has its own data key. Only its wrapped form is kept, so that destroying 60 bytes erases the message.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroize;

/// Length of a wrapped data key: nonce, encrypted key, tag.
pub const WRAPPED_KEY_BYTES: usize = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/// A data key in the form that is kept.
pub type WrappedKey = [u8; WRAPPED_KEY_BYTES];

pub(crate) const KEY_BYTES: usize = 32;
pub(crate) const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;

/// The AES-256 key of one message.
pub struct DataKey([u8; KEY_BYTES]);

/// The key-encryption key that the token unsealed at start, as far as the log needs it.
pub trait KeyWrap: Send + Sync {
    /// Wraps a data key.
    ///
    /// # Errors
    /// When the key-encryption key is not at hand.
    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyWrapError>;

    /// Takes a data key out of its wrapped form.
    ///
    /// # Errors
    /// When it was wrapped by another key, or was changed.
    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyWrapError>;
}

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Why a data key could not be wrapped or unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyWrapError {
    /// The key-encryption key cannot be used.
    #[error("the key-encryption key is not at hand")]
    Unavailable,
    /// Authentication failed.
    #[error("the data key was wrapped by another key-encryption key, or was changed")]
    NotOurs,
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    Random,
}

/// A key-encryption key held in memory: AES-256-GCM with a random nonce.
pub struct MemoryKeyWrap(LessSafeKey);

impl DataKey {
    /// Draws a fresh key.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, KeyWrapError> {
        let mut bytes = [0; KEY_BYTES];
        rand::fill(&mut bytes).map_err(|_| KeyWrapError::Random)?;
        Ok(Self(bytes))
    }

    /// A key that was unwrapped elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The key's bytes, for the one who wraps it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    pub(crate) fn cipher(&self) -> LessSafeKey {
        cipher(&self.0)
    }
}

impl MemoryKeyWrap {
    /// Wraps with this key.
    #[must_use]
    pub fn new(key: &DataKey) -> Self {
        Self(key.cipher())
    }
}

impl KeyWrap for MemoryKeyWrap {
    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyWrapError> {
        let mut wrapped = [0; WRAPPED_KEY_BYTES];
        let (nonce, rest) = wrapped.split_at_mut(NONCE_BYTES);
        let (body, tag) = rest.split_at_mut(KEY_BYTES);
        rand::fill(nonce).map_err(|_| KeyWrapError::Random)?;
        body.copy_from_slice(&key.0);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyWrapError::Random)?;
        let computed = self.0.seal_in_place_separate_tag(nonce, Aad::empty(), body);
        tag.copy_from_slice(computed.map_err(|_| KeyWrapError::Unavailable)?.as_ref());
        Ok(wrapped)
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyWrapError> {
        let (nonce, rest) = wrapped.split_at(NONCE_BYTES);
        let mut buffer = [0; KEY_BYTES + TAG_BYTES];
        buffer.copy_from_slice(rest);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyWrapError::NotOurs)?;
        let opened = self.0.open_in_place(nonce, Aad::empty(), &mut buffer);
        let mut key = [0; KEY_BYTES];
        key.copy_from_slice(opened.map_err(|_| KeyWrapError::NotOurs)?);
        buffer.zeroize();
        Ok(DataKey(key))
    }
}

fn cipher(key: &[u8; KEY_BYTES]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("AES-256 takes keys of 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_and_unwraps_a_key() {
        let wrap = MemoryKeyWrap::new(&DataKey::generate().unwrap());
        let key = DataKey::generate().unwrap();
        let wrapped = wrap.wrap(&key).unwrap();
        assert_eq!(wrap.unwrap(&wrapped).unwrap().as_bytes(), key.as_bytes());
    }

    #[test]
    fn refuses_a_key_wrapped_by_another_or_changed() {
        let wrap = MemoryKeyWrap::new(&DataKey::generate().unwrap());
        let other = MemoryKeyWrap::new(&DataKey::generate().unwrap());
        let wrapped = wrap.wrap(&DataKey::generate().unwrap()).unwrap();
        assert!(other.unwrap(&wrapped).is_err());
        for position in 0..WRAPPED_KEY_BYTES {
            let mut changed = wrapped;
            changed[position] ^= 1;
            assert_eq!(wrap.unwrap(&changed).err(), Some(KeyWrapError::NotOurs));
        }
    }
}
