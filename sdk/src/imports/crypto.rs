//! Cryptography with keys that never enter a sandbox.

use super::raw::crypto as raw;

pub use crate::bindings::crypto::Algorithm;

/// The SHA-256 digest.
#[must_use]
pub fn sha256(data: &[u8]) -> Vec<u8> {
    raw::sha256(data)
}

/// Whether a signature is good; the public key is a `SubjectPublicKeyInfo` in DER, and so is a signature of ECDSA.
#[must_use]
pub fn verify(algorithm: Algorithm, public_key: &[u8], data: &[u8], signature: &[u8]) -> bool {
    raw::verify(algorithm, public_key, data, signature)
}

/// HMAC-SHA-256 under the plugin's key `name`, which nobody else has.
#[must_use]
pub fn mac(name: &str, data: &[u8]) -> Vec<u8> {
    raw::mac(name, data)
}

/// Encrypts and authenticates under the plugin's key `name`, for a context that is authenticated too and not kept: a
/// person's id, so that nothing that was sealed for one can be passed off as another's.
#[must_use]
pub fn seal(name: &str, context: &[u8], data: &[u8]) -> Vec<u8> {
    raw::seal(name, context, data)
}

/// What was sealed, unless it was changed, or sealed under another key or for another context.
#[must_use]
pub fn open(name: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    raw::open(name, context, sealed)
}
