//! Hash algorithms and their identifiers.

use super::{oid, write};
use aws_lc_rs::digest::{self, Digest};
use der::asn1::ObjectIdentifier;
use spki::AlgorithmIdentifierRef;

/// A hash algorithm that some structure may name. SHA-1 is for OCSP `CertID`, key identifiers and `ESSCertID` only,
/// where it names something and proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashAlgorithm {
    /// Names, never proofs.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl HashAlgorithm {
    /// The algorithm an identifier names, if it is known and its parameters are absent or NULL (RFC 5754 §2).
    pub(crate) fn from_identifier(identifier: AlgorithmIdentifierRef<'_>) -> Option<Self> {
        if identifier.parameters.is_some_and(|parameters| !parameters.is_null()) {
            return None;
        }
        [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512]
            .into_iter()
            .find(|algorithm| algorithm.oid() == identifier.oid)
    }

    /// The digest of `message`.
    pub(crate) fn digest(self, message: &[u8]) -> Digest {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, message)
    }

    /// Is the algorithm strong enough to prove something?
    pub(crate) fn is_strong(self) -> bool {
        self != Self::Sha1
    }

    /// The length of a digest.
    pub(crate) fn size_bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => oid::SHA1,
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
        }
    }

    /// `AlgorithmIdentifier` with absent parameters, as RFC 5754 wants it written.
    pub(crate) fn identifier(self) -> Vec<u8> {
        write::sequence(&[&write::oid(self.oid())])
    }

    /// `AlgorithmIdentifier` with NULL parameters, as OCSP and RFC 3161 software expects it.
    pub(crate) fn identifier_with_null(self) -> Vec<u8> {
        write::sequence(&[&write::oid(self.oid()), &write::null()])
    }
}
