//! Asking for the status of one certificate.

use super::CertificateId;
use crate::{
    asn1::{algorithm::HashAlgorithm, oid, write},
    certificate::Certificate,
};

/// The request for the status of `certificate`, issued by `issuer`. A nonce of 1 to 32 bytes (RFC 8954) makes sure that
/// the answer was made for this question; responders that answer from a cache ignore it.
#[must_use]
pub fn request(certificate: &Certificate, issuer: &Certificate, nonce: Option<&[u8]>) -> Vec<u8> {
    // SHA-1: the one hash every responder knows for this purpose (RFC 5019 §2.1.1), and what stock tools look for.
    let id = CertificateId::of(certificate, issuer, HashAlgorithm::Sha1);
    let list = write::sequence(&[&write::sequence(&[id.der()])]);
    let extensions =
        nonce.map_or_else(Vec::new, |nonce| write::context(REQUEST_EXTENSIONS, &[&nonce_extensions(nonce)]));
    write::sequence(&[&write::sequence(&[&list, &extensions])])
}

const REQUEST_EXTENSIONS: u8 = 2;

/// `Extensions` with the nonce in it, for requests and responses.
pub(super) fn nonce_extensions(nonce: &[u8]) -> Vec<u8> {
    let value = write::octet_string(&write::octet_string(nonce));
    write::sequence(&[&write::sequence(&[&write::oid(oid::OCSP_NONCE), &value])])
}
