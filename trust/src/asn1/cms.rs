//! Cryptographic Message Syntax (RFC 5652), as far as signatures need it.

use super::{
    oid,
    raw::{Raw, RawSet},
    write,
};
use der::{
    Decode, Reader, Sequence, SliceReader, Tag, TagNumber, Tagged,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};
use spki::AlgorithmIdentifierRef;

/// `ContentInfo`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct ContentInfo<'a> {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: AnyRef<'a>,
}

/// `SignedData`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct SignedData<'a> {
    pub(crate) version: u8,
    pub(crate) digest_algorithms: RawSet<'a>,
    pub(crate) encapsulated: EncapsulatedContentInfo<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) certificates: Option<RawSet<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) revocation_infos: Option<RawSet<'a>>,
    pub(crate) signer_infos: RawSet<'a>,
}

/// `EncapsulatedContentInfo`; without content the signature is detached.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct EncapsulatedContentInfo<'a> {
    pub(crate) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) content: Option<&'a OctetStringRef>,
}

/// `SignerInfo`.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct SignerInfo<'a> {
    pub(crate) version: u8,
    pub(crate) signer: Raw<'a>,
    pub(crate) digest_algorithm: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) signed_attributes: Option<RawSet<'a>>,
    pub(crate) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) signature: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) unsigned_attributes: Option<RawSet<'a>>,
}

/// `Attribute`.
#[derive(Clone, Copy, Debug, Sequence)]
pub(crate) struct Attribute<'a> {
    pub(crate) kind: ObjectIdentifier,
    pub(crate) values: RawSet<'a>,
}

/// The tag under which signed attributes are sent; under the signature they have that of a SET (RFC 5652 §5.4).
pub(crate) const SIGNED_ATTRIBUTES: u8 = 0xa0;
/// `SignerInfo.version` for a signer named by issuer and serial number.
pub(crate) const SIGNER_BY_ISSUER_AND_SERIAL: u64 = 1;

/// More attributes than any signature in use has.
const MAX_ATTRIBUTES: usize = 32;

impl<'a> SignedData<'a> {
    /// Reads a `ContentInfo` that holds a `SignedData`, all in DER.
    pub(crate) fn from_content_info(bytes: &'a [u8]) -> der::Result<Self> {
        let info = ContentInfo::from_der(bytes)?;
        if info.content_type != oid::SIGNED_DATA {
            return Err(der::ErrorKind::OidUnknown { oid: info.content_type }.into());
        }
        info.content.decode_as()
    }

    /// The only signer of the message.
    pub(crate) fn only_signer(&self) -> der::Result<(Raw<'a>, SignerInfo<'a>)> {
        let raw = self.signer_infos.only()?;
        Ok((raw, raw.decode_as()?))
    }
}

impl<'a> SignerInfo<'a> {
    /// The signed attributes.
    pub(crate) fn attributes(&self) -> der::Result<Attributes<'a>> {
        Attributes::from_set(self.signed_attributes)
    }

    /// The bytes under the signature: the signed attributes with their universal tag (RFC 5652 §5.4).
    pub(crate) fn signed_bytes(&self) -> Option<Vec<u8>> {
        self.signed_attributes.map(|attributes| write::set_of_one(attributes.contents()))
    }
}

/// The attributes of a signature, each kind once with one value.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a>(Vec<Attribute<'a>>);

impl<'a> Attributes<'a> {
    /// Reads a set of attributes; an absent set has none.
    pub(crate) fn from_set(set: Option<RawSet<'a>>) -> der::Result<Self> {
        let elements = set.map_or_else(|| Ok(Vec::new()), |set| set.elements(MAX_ATTRIBUTES))?;
        let attributes: Vec<Attribute<'a>> = elements.into_iter().map(Raw::decode_as).collect::<Result<_, _>>()?;
        for (index, attribute) in attributes.iter().enumerate() {
            if attributes[..index].iter().any(|earlier| earlier.kind == attribute.kind) {
                return Err(der::ErrorKind::Failed.into());
            }
        }
        Ok(Self(attributes))
    }

    /// The only value of the attribute of this kind, if there is such an attribute.
    pub(crate) fn value(&self, kind: ObjectIdentifier) -> der::Result<Option<Raw<'a>>> {
        let attribute = self.0.iter().find(|attribute| attribute.kind == kind);
        attribute.map(|attribute| attribute.values.only()).transpose()
    }

    /// How many attributes there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// `Attribute` with one value.
pub(crate) fn attribute(kind: ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::oid(kind), &write::set_of_one(value)])
}

/// `ContentInfo` around a finished `SignedData`.
pub(crate) fn content_info(signed_data: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::oid(oid::SIGNED_DATA), &write::context(0, &[signed_data])])
}

const OTHER_REVOCATION_INFO: u8 = 1;

/// `RevocationInfoChoice` with an OCSP response in it (RFC 5940). RFC 5652 §10.2.1 wants a bare OBJECT IDENTIFIER
/// before the response, not an `AlgorithmIdentifier`.
pub(crate) fn revocation_info(ocsp_response: &[u8]) -> Vec<u8> {
    write::context(OTHER_REVOCATION_INFO, &[&write::oid(oid::RI_OCSP_RESPONSE), ocsp_response])
}

/// The OCSP response in a `RevocationInfoChoice`, if that is what it holds.
pub(crate) fn ocsp_response(choice: Raw<'_>) -> Option<&[u8]> {
    let choice = choice.decode_as::<AnyRef<'_>>().ok()?;
    let other = Tag::ContextSpecific { constructed: true, number: TagNumber(u32::from(OTHER_REVOCATION_INFO)) };
    let mut fields = SliceReader::new(choice.value()).ok().filter(|_| choice.tag() == other)?;
    let format = ObjectIdentifier::decode(&mut fields).ok()?;
    let response = Raw::decode(&mut fields).ok()?;
    (format == oid::RI_OCSP_RESPONSE && fields.finish().is_ok()).then_some(response.bytes())
}
