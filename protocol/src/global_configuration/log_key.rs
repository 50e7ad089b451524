//! The published key of a server's message log.

use crate::hash::Sha256Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A note verifier (C2SP signed-note): name, key hash and Ed25519 key, as one text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogKey(Arc<str>);

/// A text that is no note verifier with an Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log key is the text `name+hash+key` of a signed-note verifier with an Ed25519 key")]
pub struct LogKeyError;

impl LogKey {
    /// The whole verifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name that the log's checkpoints carry.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split('+').next().unwrap_or_default()
    }
}

impl FromStr for LogKey {
    type Err = LogKeyError;

    fn from_str(text: &str) -> Result<Self, LogKeyError> {
        if text.len() > MAX_BYTES {
            return Err(LogKeyError);
        }
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(LogKeyError);
        };
        let named = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control());
        let key = STANDARD.decode(encoded).map_err(|_| LogKeyError)?;
        let ed25519 = key.len() == 1 + ED25519_KEY_BYTES && key.first() == Some(&ALGORITHM_ED25519);
        // C2SP signed-note: the key hash is the beginning of SHA-256(name ‖ "\n" ‖ key).
        let expected = hex::encode(&Sha256Hash::of_parts(&[name.as_bytes(), b"\n", &key]).as_bytes()[..4]);
        if !named || !ed25519 || hash != expected {
            return Err(LogKeyError);
        }
        Ok(Self(Arc::from(text)))
    }
}

impl fmt::Display for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const ALGORITHM_ED25519: u8 = 1;
const ED25519_KEY_BYTES: usize = 32;
const MAX_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of golang.org/x/mod/sumdb/note.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn reads_the_example_of_the_specification() {
        let key: LogKey = PETER.parse().unwrap();
        assert_eq!(key.name(), "PeterNeumann");
        assert_eq!(key.to_string(), PETER);
    }

    #[test]
    fn refuses_a_key_whose_hash_is_of_another_name() {
        for bad in
            [PETER.replace("Peter", "Paul"), PETER.replace("c74f", "C74F"), PETER[..40].to_owned(), String::new()]
        {
            assert_eq!(bad.parse::<LogKey>(), Err(LogKeyError), "{bad}");
        }
    }
}
