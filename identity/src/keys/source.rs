//! Where signing keys come from.

use crate::Unavailable;
use signer::{KeyAlgorithm, Signer, SoftwareToken, TokenError};
use std::error::Error as _;
use std::sync::Arc;

/// Where signing keys come from. Keys never leave it.
pub trait KeySource: Send + Sync {
    /// The key of a name.
    ///
    /// # Errors
    /// [`KeyError`] when there is none, or it does not open.
    fn signer(&self, name: &str) -> Result<Arc<dyn Signer>, KeyError>;

    /// Makes a new key on P-256.
    ///
    /// # Errors
    /// [`KeyError`].
    fn generate(&self, name: &str) -> Result<(), KeyError>;
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(pub String);

/// Keys of a software token.
pub struct TokenKeys(pub SoftwareToken);

impl KeySource for TokenKeys {
    fn signer(&self, name: &str) -> Result<Arc<dyn Signer>, KeyError> {
        self.0.signer(name).map_err(|error| said(&error))
    }

    fn generate(&self, name: &str) -> Result<(), KeyError> {
        self.0.generate(name, KeyAlgorithm::P256).map(drop).map_err(|error| said(&error))
    }
}

impl KeyError {
    pub(crate) fn of(self, key: &str) -> Unavailable {
        Unavailable::Key { key: key.to_owned(), reason: self.0 }
    }
}

fn said(error: &TokenError) -> KeyError {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    KeyError(format!("{error}{cause}"))
}
