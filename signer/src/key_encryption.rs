//! Keys that encrypt other keys: the message log gives each message a data key, and keeps it wrapped.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};
use thiserror::Error;
use zeroize::Zeroizing;

/// A key that wraps data keys.
///
/// It wraps with AES-256-GCM-SIV and a random nonce: one key wraps one data key per message for years, more than plain GCM
/// allows with random nonces, while a nonce that SIV repeats by chance gives nothing away about two random data keys.
pub struct KeyEncryptionKey {
    key: RandomizedNonceKey,
}

/// The key of one piece of data.
pub type DataKey = Zeroizing<[u8; 32]>;

/// Length of a wrapped data key: nonce, key, tag.
pub const WRAPPED_KEY_LENGTH: usize = NONCE_LENGTH + 32 + 16;

/// Why a data key was not wrapped or unwrapped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WrapError {
    /// It was changed, wrapped by another key or for something else.
    #[error("wrapped data key does not open")]
    DoesNotOpen,
    /// The cryptographic library failed.
    #[error("failed to wrap a data key")]
    Failed,
}

impl KeyEncryptionKey {
    /// The key made of these bytes.
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, WrapError> {
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, key).map_err(|_| WrapError::Failed)?;
        Ok(Self { key })
    }

    /// Wraps a data key; only who names the same `associated` bytes can unwrap it.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn wrap(&self, data_key: &[u8; 32], associated: &[u8]) -> Result<[u8; WRAPPED_KEY_LENGTH], WrapError> {
        let mut wrapped = [0; WRAPPED_KEY_LENGTH];
        let (nonce, rest) = wrapped.split_at_mut(NONCE_LENGTH);
        let (body, tag) = rest.split_at_mut(32);
        body.copy_from_slice(data_key);
        let sealed = self.key.seal_in_place_separate_tag(Aad::from(associated), body);
        let Ok((used_nonce, made_tag)) = sealed else {
            body.fill(0);
            return Err(WrapError::Failed);
        };
        nonce.copy_from_slice(used_nonce.as_ref());
        tag.copy_from_slice(made_tag.as_ref());
        Ok(wrapped)
    }

    /// Unwraps a data key.
    ///
    /// # Errors
    /// When it was changed, or wrapped by another key or for other `associated` bytes.
    pub fn unwrap(&self, wrapped: &[u8], associated: &[u8]) -> Result<DataKey, WrapError> {
        let (nonce, rest) = wrapped.split_at_checked(NONCE_LENGTH).ok_or(WrapError::DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| WrapError::DoesNotOpen)?;
        let mut buffer = Zeroizing::new(<[u8; 48]>::try_from(rest).map_err(|_| WrapError::DoesNotOpen)?);
        let opened = self.key.open_in_place(nonce, Aad::from(associated), buffer.as_mut());
        let opened = opened.map_err(|_| WrapError::DoesNotOpen)?;
        let mut data_key = DataKey::default();
        data_key.copy_from_slice(opened);
        Ok(data_key)
    }
}

const NONCE_LENGTH: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> KeyEncryptionKey {
        KeyEncryptionKey::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn unwraps_what_it_wrapped() {
        let wrapped = key(1).wrap(&[7; 32], b"record 5").unwrap();
        assert_eq!(*key(1).unwrap(&wrapped, b"record 5").unwrap(), [7; 32]);
    }

    #[test]
    fn never_wraps_twice_alike() {
        let key = key(1);
        assert_ne!(key.wrap(&[7; 32], b"").unwrap(), key.wrap(&[7; 32], b"").unwrap());
    }

    #[test]
    fn refuses_another_key_and_another_purpose() {
        let wrapped = key(1).wrap(&[7; 32], b"record 5").unwrap();
        assert_eq!(key(2).unwrap(&wrapped, b"record 5").unwrap_err(), WrapError::DoesNotOpen);
        assert_eq!(key(1).unwrap(&wrapped, b"record 6").unwrap_err(), WrapError::DoesNotOpen);
    }

    #[test]
    fn refuses_every_changed_byte_and_every_other_length() {
        let wrapped = key(1).wrap(&[7; 32], b"").unwrap();
        for position in 0..wrapped.len() {
            let mut changed = wrapped;
            changed[position] ^= 1;
            assert_eq!(key(1).unwrap(&changed, b"").unwrap_err(), WrapError::DoesNotOpen);
        }
        for length in 0..wrapped.len() {
            assert_eq!(key(1).unwrap(&wrapped[..length], b"").unwrap_err(), WrapError::DoesNotOpen);
        }
        let longer = [&wrapped[..], &[0]].concat();
        assert_eq!(key(1).unwrap(&longer, b"").unwrap_err(), WrapError::DoesNotOpen);
    }
}
