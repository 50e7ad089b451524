//! Where the keys come from.

use crate::clients::IdTokenAlgorithm;
use clock::Timestamp;
use jiff::tz::TimeZone;
use signer::{KeyAlgorithm, Signer, SoftwareToken, TokenError};
use std::sync::Arc;
use thiserror::Error;

/// Makes and keeps the keys that sign tokens. They never leave it.
pub trait KeySource: Send + Sync {
    /// Makes a key of an algorithm's kind and gives its name. `now` is in seconds since 1970. It may block.
    ///
    /// # Errors
    /// When it cannot be made or kept.
    fn generate(&self, algorithm: IdTokenAlgorithm, now: i64) -> Result<String, KeySourceError>;

    /// The key with a name.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    fn signer(&self, name: &str) -> Result<Arc<dyn Signer>, KeySourceError>;
}

/// Why there is no key.
#[derive(Debug, Error)]
#[error("a key for signing tokens cannot be made or opened")]
pub struct KeySourceError(#[from] TokenError);

/// Keys in the server's software token, by names that begin with `identity-`.
pub struct TokenKeys(pub Arc<SoftwareToken>);

impl KeySource for TokenKeys {
    fn generate(&self, algorithm: IdTokenAlgorithm, now: i64) -> Result<String, KeySourceError> {
        let (kind, of) = match algorithm {
            IdTokenAlgorithm::Es256 => (KeyAlgorithm::P256, ""),
            IdTokenAlgorithm::Rs256 => (KeyAlgorithm::Rsa, "rsa-"),
        };
        let day = Timestamp::from_second(now).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC).date();
        // Two may be made on one day, and names that are taken are not asked for again.
        let mut number = 1;
        loop {
            let name = format!("identity-{of}{day}-{number}");
            match self.0.generate(&name, kind) {
                Ok(_) => return Ok(name),
                Err(TokenError::KeyExists { .. }) if number < MAX_OF_A_DAY => number += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn signer(&self, name: &str) -> Result<Arc<dyn Signer>, KeySourceError> {
        Ok(self.0.signer(name)?)
    }
}

const MAX_OF_A_DAY: u32 = 20;
