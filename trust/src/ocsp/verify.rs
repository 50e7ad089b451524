//! Judging an OCSP response.

use super::{CertificateId, ErrorStatus, OcspError, delegation};
use crate::{
    asn1::{
        ocsp::{BasicResponse, OcspResponse, ResponseData, SingleResponse},
        oid, time,
    },
    certificate::Certificate,
};
use der::{
    Decode, Tag, TagNumber, Tagged,
    asn1::{AnyRef, OctetStringRef},
};
use jiff::Timestamp;
use std::time::Duration;
use x509_cert::ext::Extensions;

/// Longer than a response with a chain of RSA-4096 certificates.
const MAX_RESPONSE_BYTES: usize = 32 * 1024;
/// A responder may answer for several certificates at once, not for a whole list.
const MAX_SINGLE_RESPONSES: usize = 16;
/// How far two clocks may be apart: the same bound as for signing times.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// The authority says that the certificate was good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodStatus {
    produced_at: Timestamp,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
}

impl GoodStatus {
    /// When the response was signed.
    #[must_use]
    pub fn produced_at(&self) -> Timestamp {
        self.produced_at
    }

    /// When the status was known to be right.
    #[must_use]
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When newer information will be available, if the responder says so.
    #[must_use]
    pub fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }
}

/// Verifies that `response` shows `certificate`, issued by `issuer`, to be good at the moment `at`: it is signed by the
/// issuer or a responder delegated by it, not older than `max_age`, and, if a `nonce` was sent, made for that question.
///
/// `issuer` must come from a verified path ([`crate::path::ValidPath::issuer`]).
///
/// # Errors
/// [`OcspError`], in groups by who has to act.
pub fn verify(
    response: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    at: Timestamp,
    max_age: Duration,
    nonce: Option<&[u8]>,
) -> Result<GoodStatus, OcspError> {
    if certificate.issuer_der() != issuer.subject_der() {
        return Err(OcspError::NotTheIssuer {
            subject: certificate.subject().to_owned(),
            issuer: issuer.subject().to_owned(),
        });
    }
    let basic = basic_response(response)?;
    let basic = BasicResponse::from_der(basic).map_err(OcspError::Malformed)?;
    let tbs = basic.tbs.decode_as::<ResponseData<'_>>().map_err(OcspError::Malformed)?;
    delegation::check_signature(&basic, &tbs, issuer, at)?;
    check_extensions(&tbs, nonce)?;
    let single = the_single_response(&tbs, certificate, issuer)?;
    let good = check_times(&tbs, single, at, max_age)?;
    check_status(single, certificate)?;
    Ok(good)
}

/// Verifies the answer to a question that had `nonce` in it, as [`verify`] does. A responder that answers from a cache puts
/// none in: then the age of the answer alone says that it is not an old one. Another nonce than ours is refused.
///
/// # Errors
/// [`OcspError`], in groups by who has to act.
pub fn verify_answer(
    response: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    at: Timestamp,
    max_age: Duration,
    nonce: &[u8],
) -> Result<GoodStatus, OcspError> {
    let sent = if has_nonce(response) { Some(nonce) } else { None };
    verify(response, certificate, issuer, at, max_age, sent)
}

/// Whether there is any nonce in a response, however formed.
fn has_nonce(response: &[u8]) -> bool {
    let Some(basic) = basic_response(response).ok().and_then(|basic| BasicResponse::from_der(basic).ok()) else {
        return false;
    };
    let Ok(tbs) = basic.tbs.decode_as::<ResponseData<'_>>() else { return false };
    tbs.extensions.iter().flatten().any(|extension| extension.extn_id == oid::OCSP_NONCE)
}

fn basic_response(response: &[u8]) -> Result<&[u8], OcspError> {
    if response.len() > MAX_RESPONSE_BYTES {
        return Err(OcspError::TooLarge { size_bytes: response.len(), limit_bytes: MAX_RESPONSE_BYTES });
    }
    let response = OcspResponse::from_der(response).map_err(OcspError::Malformed)?;
    let status = AnyRef::from_der(response.status.bytes()).map_err(OcspError::Malformed)?;
    if (status.tag(), status.value()) != (Tag::Enumerated, &[SUCCESSFUL]) {
        let refused = ErrorStatus::ALL.into_iter().find(|error| status.value() == [*error as u8]);
        return Err(refused.map_or(OcspError::Unsupported { what: "a status" }, OcspError::Refused));
    }
    let bytes = response.bytes.ok_or(OcspError::Malformed(der::ErrorKind::Failed.into()))?;
    if bytes.kind != oid::OCSP_BASIC {
        return Err(OcspError::Unsupported { what: "a type of response" });
    }
    Ok(bytes.response.as_bytes())
}

/// Nothing in the response may be critical but the nonce; the nonce must be ours if we sent one.
fn check_extensions(tbs: &ResponseData<'_>, nonce: Option<&[u8]>) -> Result<(), OcspError> {
    if tbs.version.is_some_and(|version| version != 0) {
        return Err(OcspError::Unsupported { what: "a version" });
    }
    let singles = tbs.responses.iter().map(|single| single.extensions.as_ref());
    for extensions in singles.chain([tbs.extensions.as_ref()]).flatten() {
        if extensions.iter().any(|extension| extension.critical && extension.extn_id != oid::OCSP_NONCE) {
            return Err(OcspError::Unsupported { what: "a critical extension" });
        }
    }
    match nonce {
        Some(sent) if nonce_of(tbs.extensions.as_ref()) != Some(sent) => Err(OcspError::Nonce),
        _ => Ok(()),
    }
}

/// The nonce among the extensions, if there is exactly one and it is well-formed.
pub(super) fn nonce_of(extensions: Option<&Extensions>) -> Option<&[u8]> {
    let mut nonces = extensions?.iter().filter(|extension| extension.extn_id == oid::OCSP_NONCE);
    let nonce = nonces.next().filter(|_| nonces.next().is_none())?;
    <&OctetStringRef>::from_der(nonce.extn_value.as_bytes()).ok().map(OctetStringRef::as_bytes)
}

fn the_single_response<'r, 'a>(
    tbs: &'r ResponseData<'a>,
    certificate: &Certificate,
    issuer: &Certificate,
) -> Result<&'r SingleResponse<'a>, OcspError> {
    if tbs.responses.len() > MAX_SINGLE_RESPONSES {
        return Err(OcspError::Unsupported { what: "more answers" });
    }
    let mut matching = tbs
        .responses
        .iter()
        .filter(|single| CertificateId::read(single.certificate).is_some_and(|id| id.names(certificate, issuer)));
    match (matching.next(), matching.next()) {
        (Some(single), None) => Ok(single),
        (None, _) => Err(OcspError::OtherCertificate { subject: certificate.subject().to_owned() }),
        // Two answers could contradict each other.
        (Some(_), Some(_)) => Err(OcspError::Unsupported { what: "two answers for one certificate" }),
    }
}

fn check_times(
    tbs: &ResponseData<'_>,
    single: &SingleResponse<'_>,
    at: Timestamp,
    max_age: Duration,
) -> Result<GoodStatus, OcspError> {
    let read = |value| time::read(value).map_err(OcspError::Malformed);
    let produced_at = read(tbs.produced_at)?;
    let this_update = read(single.this_update)?;
    let next_update = single.next_update.map(read).transpose()?;
    for from in [this_update, produced_at] {
        if time::elapsed(at, from) > CLOCK_TOLERANCE {
            return Err(OcspError::FromTheFuture { from, at });
        }
    }
    if time::elapsed(this_update, at) > max_age {
        return Err(OcspError::Stale { this_update, at, max_age });
    }
    match next_update {
        Some(next_update) if next_update < at => Err(OcspError::Expired { next_update, at }),
        _ => Ok(GoodStatus { produced_at, this_update, next_update }),
    }
}

fn check_status(single: &SingleResponse<'_>, certificate: &Certificate) -> Result<(), OcspError> {
    let subject = || certificate.subject().to_owned();
    let Tag::ContextSpecific { number, constructed } = single.status.tag() else {
        return Err(OcspError::Malformed(der::ErrorKind::Failed.into()));
    };
    match (number, constructed) {
        (GOOD, false) if single.status.value().is_empty() => Ok(()),
        (REVOKED, true) => Err(revoked(single.status, subject())),
        (UNKNOWN, false) => Err(OcspError::Unknown { subject: subject() }),
        _ => Err(OcspError::Malformed(der::ErrorKind::Failed.into())),
    }
}

const SUCCESSFUL: u8 = 0;
const GOOD: TagNumber = TagNumber(0);
const REVOKED: TagNumber = TagNumber(1);
const UNKNOWN: TagNumber = TagNumber(2);

/// The first field of `RevokedInfo` is the time; the reason changes nothing for us.
fn revoked(status: AnyRef<'_>, subject: String) -> OcspError {
    let time = der::SliceReader::new(status.value()).and_then(|mut fields| AnyRef::decode(&mut fields));
    match time.and_then(time::read) {
        Ok(at) => OcspError::Revoked { subject, at },
        Err(error) => OcspError::Malformed(error),
    }
}
