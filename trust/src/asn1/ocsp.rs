//! Online Certificate Status Protocol (RFC 6960).

use super::raw::Raw;
use der::{
    Sequence,
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;
use x509_cert::ext::Extensions;

/// `OCSPRequest`; an optional signature of the requester is of no interest to us.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct OcspRequest<'a> {
    pub(crate) tbs: TbsRequest<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) signature: Option<AnyRef<'a>>,
}

/// `TBSRequest`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct TbsRequest<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) version: Option<u8>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) requestor: Option<AnyRef<'a>>,
    pub(crate) requests: Vec<SingleRequest<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}

/// `Request`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct SingleRequest<'a> {
    pub(crate) certificate: Raw<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}

/// `CertID`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct CertId<'a> {
    pub(crate) hash_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) issuer_name_hash: &'a OctetStringRef,
    pub(crate) issuer_key_hash: &'a OctetStringRef,
    pub(crate) serial: Raw<'a>,
}

/// `OCSPResponse`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct OcspResponse<'a> {
    pub(crate) status: Raw<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) bytes: Option<ResponseBytes<'a>>,
}

/// `ResponseBytes`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct ResponseBytes<'a> {
    pub(crate) kind: ObjectIdentifier,
    pub(crate) response: &'a OctetStringRef,
}

/// `BasicOCSPResponse`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct BasicResponse<'a> {
    pub(crate) tbs: Raw<'a>,
    pub(crate) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) signature: BitStringRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) certificates: Option<Vec<Raw<'a>>>,
}

/// `ResponseData`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct ResponseData<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) version: Option<u8>,
    /// `ResponderID`: a choice by tag.
    pub(crate) responder: AnyRef<'a>,
    pub(crate) produced_at: AnyRef<'a>,
    pub(crate) responses: Vec<SingleResponse<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}

/// `SingleResponse`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct SingleResponse<'a> {
    /// `CertID`.
    pub(crate) certificate: Raw<'a>,
    /// `CertStatus`: a choice by tag.
    pub(crate) status: AnyRef<'a>,
    pub(crate) this_update: AnyRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) next_update: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Extensions>,
}
