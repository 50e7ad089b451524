//! Time-Stamp Protocol (RFC 3161).

use super::raw::Raw;
use der::{
    Sequence,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;
use x509_cert::ext::Extensions;

/// `TimeStampReq`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct TimeStampRequest<'a> {
    pub(crate) version: u8,
    pub(crate) imprint: MessageImprint<'a>,
    #[asn1(optional = "true")]
    pub(crate) policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub(crate) nonce: Option<der::asn1::IntRef<'a>>,
    #[asn1(default = "Default::default")]
    pub(crate) certificate_wanted: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}

/// `MessageImprint`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct MessageImprint<'a> {
    pub(crate) hash_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) hashed_message: &'a OctetStringRef,
}

/// `TimeStampResp`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct TimeStampResponse<'a> {
    pub(crate) status: StatusInfo<'a>,
    #[asn1(optional = "true")]
    pub(crate) token: Option<AnyRef<'a>>,
}

/// `PKIStatusInfo`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct StatusInfo<'a> {
    pub(crate) status: u8,
    #[asn1(optional = "true")]
    pub(crate) text: Option<Vec<der::asn1::Utf8StringRef<'a>>>,
    #[asn1(optional = "true")]
    pub(crate) failure: Option<BitStringRef<'a>>,
}

/// `TSTInfo`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct TstInfo<'a> {
    pub(crate) version: u8,
    pub(crate) policy: ObjectIdentifier,
    pub(crate) imprint: MessageImprint<'a>,
    pub(crate) serial: der::asn1::IntRef<'a>,
    /// `GeneralizedTime`, often with a fraction that `der` itself refuses.
    pub(crate) time: Raw<'a>,
    #[asn1(optional = "true")]
    pub(crate) accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub(crate) ordering: bool,
    #[asn1(optional = "true")]
    pub(crate) nonce: Option<der::asn1::IntRef<'a>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) authority: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}

/// `Accuracy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Sequence)]
pub(crate) struct Accuracy {
    #[asn1(optional = "true")]
    pub(crate) seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) micros: Option<u16>,
}
