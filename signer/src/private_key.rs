//! A private key in memory.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use std::sync::Arc;
use zeroize::Zeroizing;

use crate::key_file::plain_pkcs8_from_pem;
use crate::{KeyAlgorithm, SignError, Signer, TokenError};

/// A private key in memory; the library that holds it wipes it when it is dropped.
pub(crate) struct PrivateKey {
    pair: Pair,
    public_key: Vec<u8>,
}

enum Pair {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

/// A private key as DER `PrivateKeyInfo`.
pub(crate) type Pkcs8 = Zeroizing<Vec<u8>>;

impl PrivateKey {
    /// Makes a new key.
    pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<Pkcs8, Unspecified> {
        let random = SystemRandom::new();
        let document = match algorithm {
            KeyAlgorithm::P256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)?,
            KeyAlgorithm::P384 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, &random)?,
            // The first version of the format: openssl does not read the second.
            KeyAlgorithm::Ed25519 => Ed25519KeyPair::generate_pkcs8v1(&random)?,
            KeyAlgorithm::Rsa => {
                let document: Pkcs8V1Der<'_> = RsaKeyPair::generate(RSA_SIZE)?.as_der()?;
                return Ok(Zeroizing::new(document.as_ref().to_vec()));
            }
        };
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// Reads a key of any kind, `None` when it is of none that is supported.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let ecdsa = |curve: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::from_pkcs8(curve, der).ok();
        let pair = ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING)
            .map(Pair::P256)
            .or_else(|| ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING).map(Pair::P384))
            .or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Pair::Ed25519))
            .or_else(|| RsaKeyPair::from_pkcs8(der).ok().filter(has_supported_size).map(Pair::Rsa))?;
        let public_key = pair.public_key().ok()?;
        Some(Self { pair, public_key })
    }
}

/// The signer of a key in PEM: unencrypted PKCS#8, as `openssl pkcs8 -topk8 -nocrypt` writes it. For who keeps a key in a
/// file of their own; servers have tokens.
///
/// # Errors
/// When it is no such key.
pub fn signer_from_pem(pem: &str) -> Result<Arc<dyn Signer>, TokenError> {
    let key = plain_pkcs8_from_pem(pem).and_then(|der| PrivateKey::from_pkcs8(&der));
    key.map(|key| Arc::new(key) as Arc<dyn Signer>).ok_or(TokenError::NotImportable)
}

impl Signer for PrivateKey {
    fn algorithm(&self) -> KeyAlgorithm {
        match &self.pair {
            Pair::P256(_) => KeyAlgorithm::P256,
            Pair::P384(_) => KeyAlgorithm::P384,
            Pair::Ed25519(_) => KeyAlgorithm::Ed25519,
            Pair::Rsa(_) => KeyAlgorithm::Rsa,
        }
    }

    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.pair.sign(message, &RSA_PKCS1_SHA256).map_err(|_| SignError::Failed { algorithm: self.algorithm() })
    }

    fn sign_handshake(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.pair.sign(message, &RSA_PSS_SHA256).map_err(|_| SignError::Failed { algorithm: self.algorithm() })
    }
}

impl Pair {
    fn sign(&self, message: &[u8], rsa_padding: &'static dyn RsaEncoding) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        Ok(match self {
            Self::P256(pair) | Self::P384(pair) => pair.sign(&random, message)?.as_ref().to_vec(),
            Self::Ed25519(pair) => pair.try_sign(message)?.as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(rsa_padding, &random, message, &mut signature)?;
                signature
            }
        })
    }

    fn public_key(&self) -> Result<Vec<u8>, Unspecified> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::P256(pair) | Self::P384(pair) => pair.public_key().as_der()?,
            Self::Ed25519(pair) => pair.public_key().as_der()?,
            Self::Rsa(pair) => pair.public_key().as_der()?,
        };
        Ok(der.as_ref().to_vec())
    }
}

/// Good beyond 2030 (NIST SP 800-57 part 1, table 4).
const RSA_SIZE: KeySize = KeySize::Rsa3072;

fn has_supported_size(pair: &RsaKeyPair) -> bool {
    (2048 / 8..=4096 / 8).contains(&pair.public_modulus_len())
}
