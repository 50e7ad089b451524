//! Who signed an OCSP response, and whether the authority lets it.

use super::OcspError;
use crate::{
    asn1::{
        algorithm::HashAlgorithm,
        ocsp::{BasicResponse, ResponseData},
    },
    certificate::{Certificate, Role},
    path::{self, Anchors},
    signature::{self, SignatureAlgorithm},
};
use der::{
    Decode, Tag, TagNumber, Tagged,
    asn1::{AnyRef, OctetStringRef},
};
use jiff::Timestamp;

/// A responder sends its own certificate and perhaps some above it.
const MAX_RESPONDER_CERTIFICATES: usize = 8;

/// Checks that `issuer` or a responder delegated by it signed the response (RFC 6960 §4.2.2.2).
pub(super) fn check_signature(
    response: &BasicResponse<'_>,
    tbs: &ResponseData<'_>,
    issuer: &Certificate,
    at: Timestamp,
) -> Result<(), OcspError> {
    let id = ResponderId::read(tbs.responder).map_err(OcspError::Malformed)?;
    let responder = if id.is_of(issuer) { issuer.clone() } else { delegated(response, id, issuer, at)? };
    let algorithm = SignatureAlgorithm::from_identifier(response.signature_algorithm)
        .ok_or(OcspError::Unsupported { what: "a signature algorithm" })?;
    let value = response.signature.as_bytes().ok_or(OcspError::Malformed(der::ErrorKind::Failed.into()))?;
    signature::verify(&responder, algorithm, response.tbs.bytes(), value)
        .map_err(|source| OcspError::Signature { responder: responder.subject().to_owned(), source })
}

/// The responder among the certificates in the response, if `issuer` itself issued a certificate for this purpose to it.
fn delegated(
    response: &BasicResponse<'_>,
    id: ResponderId<'_>,
    issuer: &Certificate,
    at: Timestamp,
) -> Result<Certificate, OcspError> {
    let certificates = response.certificates.as_deref().unwrap_or_default();
    if certificates.len() > MAX_RESPONDER_CERTIFICATES {
        return Err(OcspError::Unsupported { what: "more certificates" });
    }
    let mut unreadable = None;
    for raw in certificates {
        let responder = match Certificate::from_der(raw.bytes()) {
            Ok(responder) if id.is_of(&responder) => responder,
            Ok(_) => continue,
            Err(error) => {
                unreadable = Some(error);
                continue;
            }
        };
        // The issuer is the only anchor: a responder of another authority, approved or not, has no say here.
        let authority = Anchors::new(vec![issuer.clone()]);
        return match path::verify(&responder, &[], &authority, Role::OcspResponder, at) {
            Ok(_) => Ok(responder),
            Err(source) => Err(OcspError::Unauthorised {
                responder: responder.subject().to_owned(),
                issuer: issuer.subject().to_owned(),
                source: Box::new(source),
            }),
        };
    }
    // It may have been the one that cannot be read.
    match unreadable {
        Some(error) => Err(OcspError::ResponderCertificate(error)),
        None => Err(OcspError::UnknownResponder { issuer: issuer.subject().to_owned() }),
    }
}

/// `ResponderID`.
#[derive(Clone, Copy)]
enum ResponderId<'a> {
    /// The subject of its certificate in DER form.
    Name(&'a [u8]),
    /// The SHA-1 of its key: a name, not a proof.
    KeyHash(&'a [u8]),
}

impl<'a> ResponderId<'a> {
    fn read(choice: AnyRef<'a>) -> der::Result<Self> {
        match choice.tag() {
            Tag::ContextSpecific { constructed: true, number: TagNumber(1) } => Ok(Self::Name(choice.value())),
            Tag::ContextSpecific { constructed: true, number: TagNumber(2) } => {
                Ok(Self::KeyHash(<&OctetStringRef>::from_der(choice.value())?.as_bytes()))
            }
            tag => Err(der::ErrorKind::TagUnexpected { expected: None, actual: tag }.into()),
        }
    }

    fn is_of(self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => certificate.subject_der() == name,
            Self::KeyHash(hash) => HashAlgorithm::Sha1.digest(certificate.verifying_key().bits()).as_ref() == hash,
        }
    }
}
