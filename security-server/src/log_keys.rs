//! The message log's keys: its checkpoints are signed, and its data keys wrapped, by the server's token.

use message_log::{CheckpointSigner, CheckpointSignerError, DataKey, KeyWrap, KeyWrapError, WrappedKey};
use protocol::identifier::ServerId;
use signer::{KeyEncryptionKey, Signer};
use std::sync::Arc;
use trust::checkpoint::Checkpoint;
use trust::note::NoteKey;

/// The log key, as checkpoints are signed by it.
pub struct LogSigner {
    key: Arc<dyn Signer>,
    verifier: NoteKey,
}

/// The log key is not one that signs notes.
#[derive(Debug, thiserror::Error)]
pub enum LogKeyError {
    /// Notes are signed with Ed25519 alone.
    #[error("the log key must be an ed25519 key, this is {0}")]
    Algorithm(signer::KeyAlgorithm),
    /// The public key cannot be read.
    #[error("the log key's public part is malformed")]
    Malformed,
}

impl LogSigner {
    /// Signs the checkpoints of the log of `server`.
    ///
    /// # Errors
    /// When the key is not an Ed25519 key.
    pub fn new(server: &ServerId, key: Arc<dyn Signer>) -> Result<Self, LogKeyError> {
        if key.algorithm() != signer::KeyAlgorithm::Ed25519 {
            return Err(LogKeyError::Algorithm(key.algorithm()));
        }
        // RFC 8410 §4: the SubjectPublicKeyInfo of an Ed25519 key ends with its 32 bytes.
        let public = key.public_key().last_chunk::<32>().ok_or(LogKeyError::Malformed)?;
        let verifier = NoteKey::new(&Checkpoint::origin_of(server), *public).map_err(|_| LogKeyError::Malformed)?;
        Ok(Self { key, verifier })
    }

    /// The key by which others verify: what the registry publishes.
    #[must_use]
    pub fn verifier(&self) -> &NoteKey {
        &self.verifier
    }
}

impl CheckpointSigner for LogSigner {
    fn verifier_key(&self) -> &NoteKey {
        &self.verifier
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, CheckpointSignerError> {
        self.key.sign(text).map_err(|error| CheckpointSignerError(error.into()))
    }
}

/// The token's key-encryption key, as the log's data keys are wrapped by it.
#[derive(Clone)]
pub struct TokenKeyWrap(Arc<KeyEncryptionKey>);

impl TokenKeyWrap {
    /// Wraps by this key.
    #[must_use]
    pub fn new(key: Arc<KeyEncryptionKey>) -> Self {
        Self(key)
    }
}

/// What a wrapped key is bound to, so that it opens nothing else.
const PURPOSE: &[u8] = b"chakana-message-log/1";

impl KeyWrap for TokenKeyWrap {
    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyWrapError> {
        self.0.wrap(key.as_bytes(), PURPOSE).map_err(|_| KeyWrapError::Unavailable)
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyWrapError> {
        let key = self.0.unwrap(wrapped, PURPOSE).map_err(|_| KeyWrapError::NotOurs)?;
        Ok(DataKey::from_bytes(*key))
    }
}
