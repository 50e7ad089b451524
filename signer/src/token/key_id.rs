//! The name of a key.

use std::fmt;

use crate::TokenError;

/// The name of a key within its token: 1 to 64 lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// The name `id`.
    ///
    /// # Errors
    /// When it cannot name a key.
    pub fn new(id: &str) -> Result<Self, TokenError> {
        let is_letter_or_digit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let begins_well = id.bytes().next().is_some_and(is_letter_or_digit);
        let is_well_formed = id.bytes().all(|byte| is_letter_or_digit(byte) || b"-_.".contains(&byte));
        match begins_well && is_well_formed && id.len() <= 64 {
            true => Ok(Self(id.to_owned())),
            false => Err(TokenError::InvalidKeyId { id: id.chars().take(100).collect() }),
        }
    }

    /// What a key-encryption key of this name is sealed for.
    pub(crate) fn purpose(&self) -> Vec<u8> {
        format!("chakana-key-encryption-key/1 {self}").into_bytes()
    }
}

impl AsRef<str> for KeyId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
