//! The other side: reading requests and issuing tokens, for a time-stamping authority that holds the key elsewhere.

use super::FailureReason;
use crate::{
    asn1::{algorithm::HashAlgorithm, cms, oid, time, tsp::TimeStampRequest, write},
    certificate::Certificate,
    signed_attributes::SignedAttributes,
};
use const_oid::ObjectIdentifier;
use der::{Decode, Encode};
use jiff::Timestamp;
use std::time::Duration;

/// A request has some 70 bytes; one with a policy, a long nonce and extensions still fits.
const MAX_REQUEST_BYTES: usize = 1024;
/// RFC 3161 sets no bound; clients send 8 bytes.
const MAX_NONCE_BYTES: usize = 32;

/// What was asked: to stamp the content with this digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `MessageImprint` as it was received, to be sent back unchanged.
    imprint: Vec<u8>,
    policy: Option<ObjectIdentifier>,
    /// The whole DER INTEGER.
    nonce: Option<Vec<u8>>,
    certificates: Certificates,
}

/// Whether the token is to carry the authority's certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certificates {
    Wanted,
    NotWanted,
}

/// Reads a request.
///
/// # Errors
/// The [`FailureReason`] to answer with: [`rejection`] makes the response.
pub fn parse_request(bytes: &[u8]) -> Result<Request, FailureReason> {
    if bytes.len() > MAX_REQUEST_BYTES {
        return Err(FailureReason::BadFormat);
    }
    let request = TimeStampRequest::from_der(bytes).map_err(|_| FailureReason::BadFormat)?;
    if request.version != 1 {
        return Err(FailureReason::BadRequest);
    }
    if request.extensions.is_some() {
        return Err(FailureReason::UnacceptedExtension);
    }
    let hash = HashAlgorithm::from_identifier(request.imprint.hash_algorithm).filter(|hash| hash.is_strong());
    let hash = hash.ok_or(FailureReason::BadAlgorithm)?;
    if request.imprint.hashed_message.as_bytes().len() != hash.size_bytes() {
        return Err(FailureReason::BadFormat);
    }
    if request.nonce.is_some_and(|nonce| nonce.as_bytes().len() > MAX_NONCE_BYTES) {
        return Err(FailureReason::BadFormat);
    }
    let nonce = request.nonce.map(|nonce| nonce.to_der()).transpose().map_err(|_| FailureReason::BadFormat)?;
    Ok(Request {
        imprint: request.imprint.to_der().map_err(|_| FailureReason::BadFormat)?,
        policy: request.policy,
        nonce,
        certificates: if request.certificate_wanted { Certificates::Wanted } else { Certificates::NotWanted },
    })
}

/// The policy under which an authority stamps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    oid: ObjectIdentifier,
    accuracy: Duration,
}

/// A text that is not an object identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an object identifier")]
pub struct PolicyError(String);

impl Policy {
    /// The policy with this object identifier in dotted form, and how far the clock may be off, in whole milliseconds.
    ///
    /// # Errors
    /// [`PolicyError`] if the text is not an object identifier.
    pub fn new(oid: &str, accuracy: Duration) -> Result<Self, PolicyError> {
        let oid = ObjectIdentifier::new(oid).map_err(|_| PolicyError(oid.to_owned()))?;
        Ok(Self { oid, accuracy })
    }

    /// `Accuracy`: seconds and milliseconds, each left out if zero.
    fn accuracy(&self) -> Vec<u8> {
        if self.accuracy < Duration::from_millis(1) {
            return Vec::new();
        }
        let seconds = self.accuracy.as_secs();
        let seconds = if seconds == 0 { Vec::new() } else { write::integer(seconds) };
        // [0] IMPLICIT INTEGER (1..999): the tag of the universal INTEGER is replaced.
        let mut millis = write::integer(u64::from(self.accuracy.subsec_millis()));
        millis[0] = 0x80;
        let millis = if self.accuracy.subsec_millis() == 0 { Vec::new() } else { millis };
        write::sequence(&[&seconds, &millis])
    }
}

/// A token before the authority's key has signed it.
#[derive(Clone, Debug)]
pub struct ToBeSigned {
    attributes: SignedAttributes,
    certificates: Certificates,
    /// `TSTInfo`.
    content: Vec<u8>,
}

impl ToBeSigned {
    /// Prepares the token for `request`. The `serial` number must never be used again; `time` is kept to the
    /// millisecond.
    ///
    /// # Errors
    /// [`FailureReason::UnacceptedPolicy`] if the request wants another policy.
    pub fn new(
        request: &Request,
        authority: &Certificate,
        policy: &Policy,
        serial: u64,
        time: Timestamp,
    ) -> Result<Self, FailureReason> {
        if request.policy.is_some_and(|wanted| wanted != policy.oid) {
            return Err(FailureReason::UnacceptedPolicy);
        }
        let content = tst_info(request, authority, policy, serial, time);
        let attributes = SignedAttributes::new(oid::TST_INFO, &content, authority, time);
        Ok(Self { attributes, certificates: request.certificates, content })
    }

    /// The bytes the authority's key has to sign, with [`crate::signature::SignatureAlgorithm::of_key`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.attributes.bytes()
    }

    /// The whole response. `chain` is the authority's own certificate and those above it; it is sent only if the
    /// request wants it.
    #[must_use]
    pub fn complete(&self, signature_value: &[u8], chain: &[Certificate]) -> Vec<u8> {
        let certificates = match self.certificates {
            Certificates::NotWanted => Vec::new(),
            Certificates::Wanted => write::implicit_set_of(0, chain.iter().map(|one| one.der().to_vec()).collect()),
        };
        let token = cms::content_info(&write::sequence(&[
            &write::integer(WITH_OTHER_CONTENT),
            &write::set_of_one(&self.attributes.hash_identifier()),
            &write::sequence(&[&write::oid(oid::TST_INFO), &write::context(0, &[&write::octet_string(&self.content)])]),
            &certificates,
            &write::set_of_one(&self.attributes.signer_info(signature_value)),
        ]));
        write::sequence(&[&write::sequence(&[&write::integer(GRANTED)]), &token])
    }
}

/// `SignedData.version` for content that is not plain data (RFC 5652 §5.1).
const WITH_OTHER_CONTENT: u64 = 3;
const GRANTED: u64 = 0;
const REJECTION: u64 = 2;
const DIRECTORY_NAME: u8 = 4;

fn tst_info(request: &Request, authority: &Certificate, policy: &Policy, serial: u64, time: Timestamp) -> Vec<u8> {
    let name = write::context(DIRECTORY_NAME, &[authority.subject_der()]);
    // `ordering` stays at its default FALSE: tokens of one millisecond are not ordered by their time.
    write::sequence(&[
        &write::integer(1),
        &write::oid(policy.oid),
        &request.imprint,
        &write::integer(serial),
        &time::generalized_millis(time),
        &policy.accuracy(),
        request.nonce.as_deref().unwrap_or_default(),
        &write::context(0, &[&name]),
    ])
}

/// The response that refuses a request.
#[must_use]
pub fn rejection(reason: FailureReason) -> Vec<u8> {
    let failure = match reason {
        FailureReason::Unspecified => Vec::new(),
        reason => failure_info(reason),
    };
    let text = write::sequence(&[&write::utf8_string(&reason.to_string())]);
    write::sequence(&[&write::sequence(&[&write::integer(REJECTION), &text, &failure])])
}

/// `PKIFailureInfo`: a named bit list, so DER cuts it after the bit that is set.
fn failure_info(reason: FailureReason) -> Vec<u8> {
    let bit = reason as u8;
    let mut octets = vec![0; usize::from(bit / 8) + 1];
    if let Some(last) = octets.last_mut() {
        *last = 0x80 >> (bit % 8);
    }
    write::named_bits(7 - bit % 8, &octets)
}
