//! Lets rcgen sign certificates and requests with a key it never sees.

use std::sync::Arc;

use pkcs8::SubjectPublicKeyInfoRef;
use pkcs8::der::Decode;
use rcgen::{PublicKeyData, SignatureAlgorithm, SigningKey};

use crate::{KeyAlgorithm, Signer};

/// A signer as rcgen wants it.
#[derive(Clone)]
pub struct RcgenKey {
    signer: Arc<dyn Signer>,
    public_key_bits: Vec<u8>,
}

impl RcgenKey {
    /// Wraps `signer`; `None` when its public key is no `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn new(signer: Arc<dyn Signer>) -> Option<Self> {
        let public_key = SubjectPublicKeyInfoRef::from_der(signer.public_key()).ok()?;
        let public_key_bits = public_key.subject_public_key.as_bytes()?.to_vec();
        Some(Self { signer, public_key_bits })
    }
}

impl PublicKeyData for RcgenKey {
    fn der_bytes(&self) -> &[u8] {
        &self.public_key_bits
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self.signer.algorithm() {
            KeyAlgorithm::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            KeyAlgorithm::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            KeyAlgorithm::Ed25519 => &rcgen::PKCS_ED25519,
            KeyAlgorithm::Rsa => &rcgen::PKCS_RSA_SHA256,
        }
    }
}

impl SigningKey for RcgenKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.signer.sign(message).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}
