//! Judging a timestamp token.

use super::{
    TimestampError,
    token::{Token, normalised},
};
use crate::{
    asn1::{algorithm::HashAlgorithm, cms::Attributes, ess::CertificateReference, oid, raw::Raw, time},
    certificate::{Certificate, Role},
    path::{self, Anchors},
    signature::{self, SignatureAlgorithm},
};
use der::asn1::{ObjectIdentifier, OctetStringRef};
use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use std::time::Duration;

/// An authority sends its own certificate and those above it.
const MAX_CERTIFICATES: usize = 8;
/// How far two clocks may be apart: the same bound as for signing times.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// A registered authority says that the content existed at this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedTimestamp {
    time: Timestamp,
    authority: Certificate,
}

impl VerifiedTimestamp {
    /// The time in the token.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The certificate of the authority that issued it.
    #[must_use]
    pub fn authority(&self) -> &Certificate {
        &self.authority
    }
}

/// Verifies that one of the registered `authorities` stamped the content with this digest, and that its certificate was
/// valid under `anchors` at the time it put into the token. `at` is the moment of judgement: the token is not from
/// after it.
/// The status of the authority's certificate is not asked for: the registry takes an authority off its list.
///
/// # Errors
/// [`TimestampError`], in groups by who has to act.
pub fn verify(
    token: &[u8],
    imprint: &Sha256Hash,
    authorities: &[Certificate],
    anchors: &Anchors,
    at: Timestamp,
) -> Result<VerifiedTimestamp, TimestampError> {
    let der = normalised(token)?;
    let token = Token::from_der(&der)?;
    token.check_imprint(imprint)?;
    if time::elapsed(at, token.time) > CLOCK_TOLERANCE {
        return Err(TimestampError::FromTheFuture { time: token.time, at });
    }
    let authority = named_authority(&token, authorities)?;
    check_signature(&token, authority)?;
    let intermediates = intermediates(&token, authority)?;
    path::verify(authority, &intermediates, anchors, Role::TimeStamping, token.time).map_err(|source| {
        TimestampError::Unauthorised {
            authority: authority.subject().to_owned(),
            time: token.time,
            source: Box::new(source),
        }
    })?;
    Ok(VerifiedTimestamp { time: token.time, authority: authority.clone() })
}

/// The registered authority that the signed attributes name (RFC 3161 §2.4.2, RFC 5816).
fn named_authority<'c>(token: &Token<'_>, authorities: &'c [Certificate]) -> Result<&'c Certificate, TimestampError> {
    const NAME: &str = "signing-certificate";
    let attributes = attributes(token)?;
    let v2 = value(&attributes, oid::SIGNING_CERTIFICATE_V2, NAME)?.map(CertificateReference::from_v2);
    let v1 = value(&attributes, oid::SIGNING_CERTIFICATE, NAME)?.map(CertificateReference::from_v1);
    let mut references = Vec::new();
    for reference in [v2, v1].into_iter().flatten() {
        references.push(reference.map_err(|_| TimestampError::Attribute { attribute: NAME })?);
    }
    if references.is_empty() {
        return Err(TimestampError::Attribute { attribute: NAME });
    }
    // A token may carry both attributes; then both must name the authority.
    let named = authorities.iter().find(|authority| references.iter().all(|one| one.names(authority.der())));
    named.ok_or(TimestampError::UnknownAuthority)
}

fn check_signature(token: &Token<'_>, authority: &Certificate) -> Result<(), TimestampError> {
    let signer = &token.signer_info;
    let hash = HashAlgorithm::from_identifier(signer.digest_algorithm).filter(|hash| hash.is_strong());
    let hash = hash.ok_or(TimestampError::Unsupported { what: "a hash algorithm" })?;
    let algorithm = SignatureAlgorithm::from_cms(signer.signature_algorithm, hash)
        .ok_or(TimestampError::Unsupported { what: "a signature algorithm" })?;

    let attributes = attributes(token)?;
    let content_type = value(&attributes, oid::CONTENT_TYPE, "content-type")?.map(Raw::decode_as::<ObjectIdentifier>);
    if content_type != Some(Ok(oid::TST_INFO)) {
        return Err(TimestampError::Attribute { attribute: "content-type" });
    }
    let digest = value(&attributes, oid::MESSAGE_DIGEST, "message-digest")?.map(Raw::decode_as::<&OctetStringRef>);
    if !matches!(digest, Some(Ok(digest)) if digest.as_bytes() == hash.digest(token.content).as_ref()) {
        return Err(TimestampError::Attribute { attribute: "message-digest" });
    }
    let signed = signer.signed_bytes().ok_or(TimestampError::Malformed)?;
    signature::verify(authority, algorithm, &signed, signer.signature.as_bytes())
        .map_err(|source| TimestampError::Signature { authority: authority.subject().to_owned(), source })
}

fn attributes<'a>(token: &Token<'a>) -> Result<Attributes<'a>, TimestampError> {
    token.signer_info.attributes().map_err(|_| TimestampError::Malformed)
}

fn value<'a>(
    attributes: &Attributes<'a>,
    kind: ObjectIdentifier,
    attribute: &'static str,
) -> Result<Option<Raw<'a>>, TimestampError> {
    attributes.value(kind).map_err(|_| TimestampError::Attribute { attribute })
}

/// The other certificates in the token. One that cannot be read leads nowhere; that is the path's business.
fn intermediates(token: &Token<'_>, authority: &Certificate) -> Result<Vec<Certificate>, TimestampError> {
    let Some(set) = token.signed_data.certificates else { return Ok(Vec::new()) };
    let elements = set.elements(MAX_CERTIFICATES).map_err(|_| TimestampError::Unsupported { what: "certificates" })?;
    let others = elements.into_iter().map(Raw::bytes).filter(|der| *der != authority.der());
    Ok(others.filter_map(|der| Certificate::from_der(der).ok()).collect())
}
