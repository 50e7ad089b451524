//! Which keys and signature algorithms are believed, and the one place where a signature value is checked.
//!
//! What we sign ourselves has exactly one algorithm per kind of key ([`SignatureAlgorithm::of_key`]). Certification
//! authorities, OCSP responders and time-stamping authorities may combine their keys with other strong hashes.

use crate::{
    asn1::{algorithm::HashAlgorithm, oid, write},
    certificate::Certificate,
};
use aws_lc_rs::signature::{self as primitive, ParsedPublicKey, VerificationAlgorithm};
use der::{
    Decode,
    asn1::{IntRef, ObjectIdentifier},
};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use std::fmt;

/// The kinds of key a certificate may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// ECDSA on the curve P-256: what we generate unless told otherwise.
    P256,
    /// ECDSA on the curve P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// RSA with a modulus of 2048 to 4096 bits, for existing infrastructures.
    Rsa,
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Ed25519 => "Ed25519",
            Self::Rsa => "RSA",
        })
    }
}

/// The signature algorithms that are believed; the curve is that of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// ECDSA with SHA-256.
    EcdsaSha256,
    /// ECDSA with SHA-384.
    EcdsaSha384,
    /// ECDSA with SHA-512.
    EcdsaSha512,
    /// Ed25519 (RFC 8032, the pure variant).
    Ed25519,
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaSha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaSha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaSha512,
}

/// Why a signature is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The signature was made with another kind of key.
    #[error("{algorithm:?} does not go with a {key} key")]
    AlgorithmMismatch {
        /// The algorithm the signature claims.
        algorithm: SignatureAlgorithm,
        /// The key in the certificate.
        key: KeyAlgorithm,
    },
    /// Another key signed, or other bytes were signed.
    #[error("the {key} signature does not fit the signed bytes and the key")]
    Invalid {
        /// The key in the certificate.
        key: KeyAlgorithm,
    },
}

/// Checks that the owner of the key in `certificate` signed `message`. ECDSA signatures are in DER form.
///
/// # Errors
/// [`VerifyError`] if the algorithm does not go with the key or the signature is not valid.
pub fn verify(
    certificate: &Certificate,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    certificate.verifying_key().verify(algorithm, message, signature)
}

impl SignatureAlgorithm {
    /// The one algorithm we sign with, given the key.
    #[must_use]
    pub const fn of_key(key: KeyAlgorithm) -> Self {
        match key {
            KeyAlgorithm::P256 => Self::EcdsaSha256,
            KeyAlgorithm::P384 => Self::EcdsaSha384,
            KeyAlgorithm::Ed25519 => Self::Ed25519,
            KeyAlgorithm::Rsa => Self::RsaSha256,
        }
    }

    /// The hash of a CMS message under this algorithm; RFC 8419 §3 fixes SHA-512 for Ed25519.
    pub(crate) const fn hash(self) -> HashAlgorithm {
        match self {
            Self::EcdsaSha256 | Self::RsaSha256 => HashAlgorithm::Sha256,
            Self::EcdsaSha384 | Self::RsaSha384 => HashAlgorithm::Sha384,
            Self::EcdsaSha512 | Self::RsaSha512 | Self::Ed25519 => HashAlgorithm::Sha512,
        }
    }

    /// `AlgorithmIdentifier`, parameters as RFC 5754 and RFC 8410 demand.
    pub(crate) fn identifier(self) -> Vec<u8> {
        match self {
            Self::RsaSha256 | Self::RsaSha384 | Self::RsaSha512 => {
                write::sequence(&[&write::oid(self.oid()), &write::null()])
            }
            _ => write::sequence(&[&write::oid(self.oid())]),
        }
    }

    /// The algorithm an identifier names, if it is believed and has the right parameters.
    pub(crate) fn from_identifier(identifier: AlgorithmIdentifierRef<'_>) -> Option<Self> {
        let algorithm = Self::ALL.into_iter().find(|algorithm| algorithm.oid() == identifier.oid)?;
        let parameters_fit = match identifier.parameters {
            None => true,
            Some(parameters) => parameters.is_null() && algorithm.is_rsa(),
        };
        parameters_fit.then_some(algorithm)
    }

    /// As [`Self::from_identifier`], for CMS, where RSA may leave the hash to `digestAlgorithm`.
    pub(crate) fn from_cms(identifier: AlgorithmIdentifierRef<'_>, digest: HashAlgorithm) -> Option<Self> {
        if identifier.oid == oid::RSA && identifier.parameters.is_none_or(|parameters| parameters.is_null()) {
            return match digest {
                HashAlgorithm::Sha256 => Some(Self::RsaSha256),
                HashAlgorithm::Sha384 => Some(Self::RsaSha384),
                HashAlgorithm::Sha512 => Some(Self::RsaSha512),
                HashAlgorithm::Sha1 => None,
            };
        }
        Self::from_identifier(identifier).filter(|algorithm| algorithm.hash() == digest)
    }

    const ALL: [Self; 7] = [
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::EcdsaSha512,
        Self::Ed25519,
        Self::RsaSha256,
        Self::RsaSha384,
        Self::RsaSha512,
    ];

    const fn is_rsa(self) -> bool {
        matches!(self, Self::RsaSha256 | Self::RsaSha384 | Self::RsaSha512)
    }

    const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::EcdsaSha256 => oid::ECDSA_SHA256,
            Self::EcdsaSha384 => oid::ECDSA_SHA384,
            Self::EcdsaSha512 => oid::ECDSA_SHA512,
            Self::Ed25519 => oid::ED25519,
            Self::RsaSha256 => oid::RSA_SHA256,
            Self::RsaSha384 => oid::RSA_SHA384,
            Self::RsaSha512 => oid::RSA_SHA512,
        }
    }

    fn primitive(self, key: KeyAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
        Some(match (key, self) {
            (KeyAlgorithm::P256, Self::EcdsaSha256) => &primitive::ECDSA_P256_SHA256_ASN1,
            (KeyAlgorithm::P256, Self::EcdsaSha384) => &primitive::ECDSA_P256_SHA384_ASN1,
            (KeyAlgorithm::P256, Self::EcdsaSha512) => &primitive::ECDSA_P256_SHA512_ASN1,
            (KeyAlgorithm::P384, Self::EcdsaSha256) => &primitive::ECDSA_P384_SHA256_ASN1,
            (KeyAlgorithm::P384, Self::EcdsaSha384) => &primitive::ECDSA_P384_SHA384_ASN1,
            (KeyAlgorithm::P384, Self::EcdsaSha512) => &primitive::ECDSA_P384_SHA512_ASN1,
            (KeyAlgorithm::Ed25519, Self::Ed25519) => &primitive::ED25519,
            (KeyAlgorithm::Rsa, Self::RsaSha256) => &primitive::RSA_PKCS1_2048_8192_SHA256,
            (KeyAlgorithm::Rsa, Self::RsaSha384) => &primitive::RSA_PKCS1_2048_8192_SHA384,
            (KeyAlgorithm::Rsa, Self::RsaSha512) => &primitive::RSA_PKCS1_2048_8192_SHA512,
            _ => return None,
        })
    }
}

/// A public key that was parsed once, ready to check many signatures.
#[derive(Debug)]
pub(crate) struct VerifyingKey {
    algorithm: KeyAlgorithm,
    /// The contents of the BIT STRING in `SubjectPublicKeyInfo`.
    bits: Box<[u8]>,
    /// Parsed for [`SignatureAlgorithm::of_key`], the algorithm of nearly every signature.
    parsed: ParsedPublicKey,
}

/// Why a public key is not usable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// `SubjectPublicKeyInfo` is not DER, or the key in it is not a valid one of its kind.
    #[error("malformed public key")]
    Malformed,
    /// Another kind of key, or another curve, than those of [`KeyAlgorithm`].
    #[error("unsupported public key algorithm {0}")]
    Unsupported(String),
    /// An RSA key that is too short to be safe or too long to be usable.
    #[error("an RSA key of {0} bits, not of 2048 to 4096")]
    RsaSize(usize),
}

const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

impl VerifyingKey {
    pub(crate) fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_| KeyError::Malformed)?;
        let algorithm = key_algorithm(spki.algorithm)?;
        let bits = spki.subject_public_key.as_bytes().ok_or(KeyError::Malformed)?;
        if algorithm == KeyAlgorithm::Rsa {
            check_rsa_size(bits)?;
        }
        let primitive = SignatureAlgorithm::of_key(algorithm).primitive(algorithm).ok_or(KeyError::Malformed)?;
        let parsed = ParsedPublicKey::new(primitive, bits).map_err(|_| KeyError::Malformed)?;
        Ok(Self { algorithm, bits: bits.into(), parsed })
    }

    pub(crate) fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    pub(crate) fn bits(&self) -> &[u8] {
        &self.bits
    }

    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let key = self.algorithm;
        let verified = if algorithm == SignatureAlgorithm::of_key(key) {
            self.parsed.verify_sig(message, signature)
        } else {
            let primitive = algorithm.primitive(key).ok_or(VerifyError::AlgorithmMismatch { algorithm, key })?;
            primitive.verify_sig(&self.bits, message, signature)
        };
        verified.map_err(|_| VerifyError::Invalid { key })
    }
}

fn key_algorithm(identifier: AlgorithmIdentifierRef<'_>) -> Result<KeyAlgorithm, KeyError> {
    let parameters = identifier.parameters;
    let unsupported = || KeyError::Unsupported(identifier.oid.to_string());
    match identifier.oid {
        oid::EC_PUBLIC_KEY => {
            let curve = identifier.parameters_oid().map_err(|_| unsupported())?;
            match curve {
                oid::P256 => Ok(KeyAlgorithm::P256),
                oid::P384 => Ok(KeyAlgorithm::P384),
                _ => Err(KeyError::Unsupported(curve.to_string())),
            }
        }
        oid::ED25519 if parameters.is_none() => Ok(KeyAlgorithm::Ed25519),
        oid::RSA if parameters.is_some_and(|parameters| parameters.is_null()) => Ok(KeyAlgorithm::Rsa),
        _ => Err(unsupported()),
    }
}

#[derive(der::Sequence)]
struct RsaPublicKey<'a> {
    modulus: IntRef<'a>,
    exponent: IntRef<'a>,
}

fn check_rsa_size(bits: &[u8]) -> Result<(), KeyError> {
    let key = RsaPublicKey::from_der(bits).map_err(|_| KeyError::Malformed)?;
    let modulus = key.modulus.as_bytes();
    let first = modulus.iter().position(|octet| *octet != 0).ok_or(KeyError::Malformed)?;
    let zeros = usize::try_from(modulus[first].leading_zeros()).map_err(|_| KeyError::Malformed)?;
    let size = (modulus.len() - first) * 8 - zeros;
    if key.exponent.as_bytes().is_empty() || !RSA_BITS.contains(&size) {
        return Err(KeyError::RsaSize(size));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rsa_key(modulus_bits: usize) -> Vec<u8> {
        let mut modulus = vec![0; modulus_bits.div_ceil(8)];
        modulus[0] = 1 << ((modulus_bits - 1) % 8);
        let sign: &[u8] = if modulus[0] >= 0x80 { &[0] } else { &[] };
        let key = write::sequence(&[&write::tlv(2, &[sign, &modulus]), &write::integer(65_537)]);
        let algorithm = write::sequence(&[&write::oid(oid::RSA), &write::null()]);
        write::sequence(&[&algorithm, &write::bit_string(&key)])
    }

    #[test]
    fn an_rsa_key_of_the_wrong_size_is_refused() {
        for bits in [1024, 2047, 4097, 8192] {
            assert_eq!(VerifyingKey::from_spki(&rsa_key(bits)).err(), Some(KeyError::RsaSize(bits)));
        }
    }

    #[test]
    fn only_a_matching_algorithm_is_looked_for_in_cms() {
        let identifier = |oid| AlgorithmIdentifierRef { oid, parameters: None };
        let from_cms = |oid, digest| SignatureAlgorithm::from_cms(identifier(oid), digest);
        assert_eq!(from_cms(oid::RSA, HashAlgorithm::Sha384), Some(SignatureAlgorithm::RsaSha384));
        assert_eq!(from_cms(oid::RSA, HashAlgorithm::Sha1), None);
        assert_eq!(from_cms(oid::ECDSA_SHA256, HashAlgorithm::Sha256), Some(SignatureAlgorithm::EcdsaSha256));
        assert_eq!(from_cms(oid::ECDSA_SHA256, HashAlgorithm::Sha512), None);
        assert_eq!(from_cms(oid::SHA256, HashAlgorithm::Sha256), None);
    }
}
