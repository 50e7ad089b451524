//! Public keys of tokens: their kind, and whether a signature is by them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};
use pkcs8::der::Decode as _;
use pkcs8::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::wire::Purpose;
use crate::KeyAlgorithm;

/// A public key by which signatures of a token are verified before they are given out.
pub(super) struct PublicKey {
    der: Vec<u8>,
    algorithm: KeyAlgorithm,
    document: ParsedPublicKey,
    handshake: ParsedPublicKey,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`; `None` when it is none of a kind that signs here.
    pub(super) fn new(der: &[u8]) -> Option<Self> {
        let algorithm = algorithm_of(der)?;
        let parsed = |algorithm| ParsedPublicKey::new(algorithm, der).ok();
        let (document, handshake): (&'static dyn VerificationAlgorithm, &'static dyn VerificationAlgorithm) =
            match algorithm {
                KeyAlgorithm::P256 => (&ECDSA_P256_SHA256_ASN1, &ECDSA_P256_SHA256_ASN1),
                KeyAlgorithm::P384 => (&ECDSA_P384_SHA384_ASN1, &ECDSA_P384_SHA384_ASN1),
                KeyAlgorithm::Ed25519 => (&ED25519, &ED25519),
                KeyAlgorithm::Rsa => (&RSA_PKCS1_2048_8192_SHA256, &RSA_PSS_2048_8192_SHA256),
            };
        Some(Self { der: der.to_vec(), algorithm, document: parsed(document)?, handshake: parsed(handshake)? })
    }

    /// The kind of the key.
    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// DER `SubjectPublicKeyInfo`.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// Gives a signature on, if it is one by this key over `message`.
    pub(super) fn verified(&self, purpose: Purpose, message: &[u8], signature: Vec<u8>) -> Option<Vec<u8>> {
        let key = match purpose {
            Purpose::Document => &self.document,
            Purpose::Handshake => &self.handshake,
        };
        key.verify_sig(message, &signature).is_ok().then_some(signature)
    }
}

/// The kind of a key, by its DER `SubjectPublicKeyInfo`.
fn algorithm_of(der: &[u8]) -> Option<KeyAlgorithm> {
    let key = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    match key.algorithm.oid {
        EC => match key.algorithm.parameters_oid().ok()? {
            P256 => Some(KeyAlgorithm::P256),
            P384 => Some(KeyAlgorithm::P384),
            _ => None,
        },
        ED25519_KEY => Some(KeyAlgorithm::Ed25519),
        RSA => Some(KeyAlgorithm::Rsa),
        _ => None,
    }
}

/// RFC 5480 §2.1.1.
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// RFC 5480 §2.1.1.1.
pub(super) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// RFC 5480 §2.1.1.1.
pub(super) const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// RFC 8410 §3.
pub(super) const ED25519_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// RFC 8017 appendix A.1.
pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
