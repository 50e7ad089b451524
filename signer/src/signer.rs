//! What a key can do.

use thiserror::Error;

use crate::KeyAlgorithm;
use crate::pkcs11::HardwareError;

/// A private key that signs without showing itself.
pub trait Signer: Send + Sync {
    /// The kind of the key.
    fn algorithm(&self) -> KeyAlgorithm;

    /// The public key as DER `SubjectPublicKeyInfo`.
    fn public_key(&self) -> &[u8];

    /// Where it signs, and so for how long a call may block.
    fn place(&self) -> Place {
        Place::Memory
    }

    /// Signs `message` in the way its [algorithm](KeyAlgorithm) says: the form X.509 and CMS carry, for ECDSA the DER form.
    /// The hash is part of the algorithm: `message` is not hashed by the caller.
    ///
    /// # Errors
    /// When the token cannot sign.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// Signs the transcript of a TLS handshake, which for RSA keys demands another padding than documents do.
    ///
    /// # Errors
    /// When the token cannot sign in this way.
    fn sign_handshake(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self.algorithm() {
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::Ed25519 => self.sign(message),
            KeyAlgorithm::Rsa => Err(SignError::Padding),
        }
    }
}

/// Where a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In this process: a call takes as long as the arithmetic, 20 µs for P-256.
    Memory,
    /// In a device: a call takes milliseconds, and seconds when the device does not answer. Nothing that must not wait
    /// calls it.
    Device,
}

/// Why there is no signature.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The cryptographic library failed.
    #[error("the {algorithm} key failed to sign")]
    Failed {
        /// The kind of the key.
        algorithm: KeyAlgorithm,
    },
    /// The token has no PSS padding.
    #[error("the token cannot sign a tls handshake with an rsa key")]
    Padding,
    /// The hardware token cannot sign now.
    #[error(transparent)]
    Hardware(#[from] HardwareError),
}
