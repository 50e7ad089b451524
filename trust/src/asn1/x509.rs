//! The fields of an X.509 certificate (RFC 5280), with the pieces that are compared or hashed kept as received.

use super::raw::Raw;
use der::{
    Sequence,
    asn1::{AnyRef, BitStringRef},
};
use spki::AlgorithmIdentifierRef;
use x509_cert::ext::Extensions;

/// `Certificate`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct CertificateFields<'a> {
    /// `TBSCertificate`: what the issuer signed.
    pub(crate) tbs: Raw<'a>,
    pub(crate) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) signature: BitStringRef<'a>,
}

/// `TBSCertificate`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct TbsCertificate<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) version: Option<u8>,
    pub(crate) serial: Raw<'a>,
    pub(crate) signature: AlgorithmIdentifierRef<'a>,
    pub(crate) issuer: Raw<'a>,
    pub(crate) validity: Validity<'a>,
    pub(crate) subject: Raw<'a>,
    pub(crate) public_key: Raw<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}

/// `Validity`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Validity<'a> {
    pub(crate) not_before: AnyRef<'a>,
    pub(crate) not_after: AnyRef<'a>,
}
