//! ESS signing-certificate attributes (RFC 2634, RFC 5035): which certificate the signer meant.

use super::{algorithm::HashAlgorithm, raw::Raw, write};
use der::{
    Sequence,
    asn1::{AnyRef, OctetStringRef},
};
use protocol::hash::CertificateHash;
use spki::AlgorithmIdentifierRef;

/// `SigningCertificateV2`: the first entry identifies the signer's certificate.
#[derive(Clone, Debug, Sequence)]
struct SigningCertificateV2<'a> {
    certs: Vec<EssCertIdV2<'a>>,
    #[asn1(optional = "true")]
    policies: Option<AnyRef<'a>>,
}

/// `ESSCertIDv2`; an absent algorithm means SHA-256.
#[derive(Clone, Debug, Sequence)]
struct EssCertIdV2<'a> {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierRef<'a>>,
    cert_hash: &'a OctetStringRef,
    #[asn1(optional = "true")]
    issuer_serial: Option<AnyRef<'a>>,
}

/// `SigningCertificate`, the SHA-1 predecessor that RFC 3161 tokens still carry.
#[derive(Clone, Debug, Sequence)]
struct SigningCertificate<'a> {
    certs: Vec<EssCertId<'a>>,
    #[asn1(optional = "true")]
    policies: Option<AnyRef<'a>>,
}

/// `ESSCertID`: always SHA-1.
#[derive(Clone, Debug, Sequence)]
struct EssCertId<'a> {
    cert_hash: &'a OctetStringRef,
    #[asn1(optional = "true")]
    issuer_serial: Option<AnyRef<'a>>,
}

/// The certificate an attribute names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CertificateReference<'a> {
    algorithm: HashAlgorithm,
    hash: &'a [u8],
}

impl<'a> CertificateReference<'a> {
    /// Reads the value of a signing-certificate-v2 attribute.
    pub(crate) fn from_v2(value: Raw<'a>) -> der::Result<Self> {
        let certs = value.decode_as::<SigningCertificateV2<'a>>()?.certs;
        let first = certs.into_iter().next().ok_or(der::ErrorKind::Failed)?;
        let algorithm = match first.hash_algorithm {
            None => HashAlgorithm::Sha256,
            Some(identifier) => HashAlgorithm::from_identifier(identifier).ok_or(der::ErrorKind::Failed)?,
        };
        Ok(Self { algorithm, hash: first.cert_hash.as_bytes() })
    }

    /// Reads the value of a signing-certificate attribute.
    pub(crate) fn from_v1(value: Raw<'a>) -> der::Result<Self> {
        let certs = value.decode_as::<SigningCertificate<'a>>()?.certs;
        let first = certs.into_iter().next().ok_or(der::ErrorKind::Failed)?;
        Ok(Self { algorithm: HashAlgorithm::Sha1, hash: first.cert_hash.as_bytes() })
    }

    /// Does it name the certificate with this DER form?
    pub(crate) fn names(self, certificate: &[u8]) -> bool {
        self.algorithm.digest(certificate).as_ref() == self.hash
    }
}

/// The value of our signing-certificate-v2 attribute: the SHA-256 of the certificate and nothing else.
pub(crate) fn signing_certificate_v2(hash: &CertificateHash) -> Vec<u8> {
    let cert_id = write::sequence(&[&write::octet_string(hash.as_bytes())]);
    write::sequence(&[&write::sequence(&[&cert_id])])
}
