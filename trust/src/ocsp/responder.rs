//! The other side: reading requests and writing responses, for an OCSP responder that holds the key elsewhere.

use super::{CertificateId, ErrorStatus, request::nonce_extensions, verify::nonce_of};
use crate::{
    asn1::{algorithm::HashAlgorithm, ocsp::OcspRequest, oid, time, write},
    certificate::Certificate,
    signature::SignatureAlgorithm,
};
use der::Decode;
use jiff::Timestamp;
use x509_cert::ext::Extensions;

/// A request for one certificate has some 100 bytes; a signed one for several still fits.
const MAX_REQUEST_BYTES: usize = 8 * 1024;
/// Nobody asks for the status of a whole list at once.
const MAX_CERTIFICATES: usize = 16;
/// RFC 9654 §2.1.
const MAX_NONCE_BYTES: usize = 128;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    certificates: Vec<CertificateId>,
    nonce: Option<Vec<u8>>,
}

impl Request {
    /// The certificates whose status was asked, at least one.
    #[must_use]
    pub fn certificates(&self) -> &[CertificateId] {
        &self.certificates
    }

    /// What the requester wants to see in the response.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }
}

/// Why a request is answered with [`ErrorStatus::MalformedRequest`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Longer than any request in use.
    #[error("a request of {size_bytes} bytes, more than the limit of {limit_bytes}")]
    TooLarge {
        /// Its length.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Not an OCSP request in DER form.
    #[error("not an OCSP request in DER form")]
    Malformed(#[source] der::Error),
    /// Something that must be understood and is not.
    #[error("the request has {what} that we do not support")]
    Unsupported {
        /// What.
        what: &'static str,
    },
}

/// Reads a request. A signature of the requester is neither demanded nor looked at.
///
/// # Errors
/// [`RequestError`] if it is not a request for 1 to 16 certificates.
pub fn parse_request(bytes: &[u8]) -> Result<Request, RequestError> {
    if bytes.len() > MAX_REQUEST_BYTES {
        return Err(RequestError::TooLarge { size_bytes: bytes.len(), limit_bytes: MAX_REQUEST_BYTES });
    }
    let tbs = OcspRequest::from_der(bytes).map_err(RequestError::Malformed)?.tbs;
    if tbs.version.is_some_and(|version| version != 0) {
        return Err(RequestError::Unsupported { what: "a version" });
    }
    if !(1..=MAX_CERTIFICATES).contains(&tbs.requests.len()) {
        return Err(RequestError::Unsupported { what: "a number of certificates" });
    }
    let mut extensions = tbs.requests.iter().filter_map(|request| request.extensions.as_ref());
    if extensions.any(has_critical) || tbs.extensions.as_ref().is_some_and(has_critical) {
        return Err(RequestError::Unsupported { what: "a critical extension" });
    }
    let certificates = tbs.requests.iter().map(|request| CertificateId::read(request.certificate));
    let certificates = certificates.collect::<Option<_>>();
    Ok(Request {
        certificates: certificates.ok_or(RequestError::Unsupported { what: "a certificate identifier" })?,
        nonce: requested_nonce(tbs.extensions.as_ref())?,
    })
}

fn has_critical(extensions: &Extensions) -> bool {
    extensions.iter().any(|extension| extension.critical && extension.extn_id != oid::OCSP_NONCE)
}

fn requested_nonce(extensions: Option<&Extensions>) -> Result<Option<Vec<u8>>, RequestError> {
    if !extensions.is_some_and(|all| all.iter().any(|extension| extension.extn_id == oid::OCSP_NONCE)) {
        return Ok(None);
    }
    let nonce = nonce_of(extensions).filter(|nonce| (1..=MAX_NONCE_BYTES).contains(&nonce.len()));
    nonce.map(|nonce| Some(nonce.to_vec())).ok_or(RequestError::Unsupported { what: "a nonce" })
}

/// The status of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Issued and not revoked.
    Good,
    /// Taken back.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// Why, if the authority says so.
        reason: Option<RevocationReason>,
    },
    /// The issuer is ours, the serial number is not.
    Unknown,
}

/// Why a certificate was revoked (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RevocationReason {
    /// The key is in other hands.
    KeyCompromise = 1,
    /// The subject has changed.
    AffiliationChanged = 3,
    /// Another certificate takes its place.
    Superseded = 4,
    /// Not needed any more.
    CessationOfOperation = 5,
    /// For the time being.
    CertificateHold = 6,
}

/// The answer for one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which certificate, as it was asked for.
    pub certificate: CertificateId,
    /// Its status.
    pub status: CertificateStatus,
    /// When the status is known to be right.
    pub this_update: Timestamp,
    /// When newer information will be available.
    pub next_update: Option<Timestamp>,
}

/// A response before the responder's key has signed it.
#[derive(Clone, Debug)]
pub struct ToBeSignedResponse {
    algorithm: SignatureAlgorithm,
    bytes: Vec<u8>,
}

impl ToBeSignedResponse {
    /// Prepares the response of `responder` (the authority itself or its delegate) with these answers. The `nonce` is
    /// that of the request.
    #[must_use]
    pub fn new(responder: &Certificate, produced_at: Timestamp, answers: &[Answer], nonce: Option<&[u8]>) -> Self {
        let key_hash = HashAlgorithm::Sha1.digest(responder.verifying_key().bits());
        let answers: Vec<u8> = answers.iter().flat_map(single_response).collect();
        let extensions = nonce.map(|nonce| write::context(1, &[&nonce_extensions(nonce)]));
        let bytes = write::sequence(&[
            &write::context(2, &[&write::octet_string(key_hash.as_ref())]),
            &time::generalized(produced_at),
            &write::sequence(&[&answers]),
            &extensions.unwrap_or_default(),
        ]);
        Self { algorithm: SignatureAlgorithm::of_key(responder.key_algorithm()), bytes }
    }

    /// The bytes the responder's key has to sign, with [`SignatureAlgorithm::of_key`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole response. `responder_chain` is what a reader needs to recognise the responder: its own certificate
    /// first; empty if the authority itself signs.
    #[must_use]
    pub fn complete(&self, signature_value: &[u8], responder_chain: &[Certificate]) -> Vec<u8> {
        let certificates: Vec<&[u8]> = responder_chain.iter().map(Certificate::der).collect();
        let certificates = match certificates.as_slice() {
            [] => Vec::new(),
            certificates => write::context(0, &[&write::sequence(certificates)]),
        };
        let basic = write::sequence(&[
            &self.bytes,
            &self.algorithm.identifier(),
            &write::bit_string(signature_value),
            &certificates,
        ]);
        let bytes = write::sequence(&[&write::oid(oid::OCSP_BASIC), &write::octet_string(&basic)]);
        write::sequence(&[&write::enumerated(SUCCESSFUL), &write::context(0, &[&bytes])])
    }
}

const SUCCESSFUL: u8 = 0;

fn single_response(answer: &Answer) -> Vec<u8> {
    let next_update = answer.next_update.map(|time| write::context(0, &[&time::generalized(time)]));
    write::sequence(&[
        answer.certificate.der(),
        &certificate_status(answer.status),
        &time::generalized(answer.this_update),
        &next_update.unwrap_or_default(),
    ])
}

fn certificate_status(status: CertificateStatus) -> Vec<u8> {
    match status {
        CertificateStatus::Good => write::context_primitive(0, &[]),
        CertificateStatus::Revoked { at, reason } => {
            let reason = reason.map(|reason| write::context(0, &[&write::enumerated(reason as u8)]));
            write::context(1, &[&time::generalized(at), &reason.unwrap_or_default()])
        }
        CertificateStatus::Unknown => write::context_primitive(2, &[]),
    }
}

/// The response that says why there is no answer. It is not signed.
#[must_use]
pub fn error_response(status: ErrorStatus) -> Vec<u8> {
    write::sequence(&[&write::enumerated(status as u8)])
}
