//! `CertID`: how OCSP names a certificate without containing it.

use crate::{
    asn1::{algorithm::HashAlgorithm, ocsp::CertId, raw::Raw, write},
    certificate::{Certificate, hex_of_integer},
};
use der::{Decode, asn1::IntRef};

/// The name of a certificate in OCSP: hashes of its issuer's name and key, and its serial number.
///
/// The hashes only tell issuers apart. SHA-1, which most OCSP software uses here, is good enough for that and is
/// accepted nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateId {
    algorithm: HashAlgorithm,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    /// The whole DER INTEGER.
    serial: Vec<u8>,
    /// As it was received, to be sent back unchanged.
    der: Vec<u8>,
}

/// RFC 5280 §4.1.2.2 allows 20 octets; some authorities add one for the sign.
const MAX_SERIAL_BYTES: usize = 21;

impl CertificateId {
    /// The name of `certificate`, issued by `issuer`.
    pub(super) fn of(certificate: &Certificate, issuer: &Certificate, algorithm: HashAlgorithm) -> Self {
        let issuer_name_hash = algorithm.digest(issuer.subject_der()).as_ref().to_vec();
        let issuer_key_hash = algorithm.digest(issuer.verifying_key().bits()).as_ref().to_vec();
        let serial = certificate.serial_der().to_vec();
        let der = write::sequence(&[
            &algorithm.identifier_with_null(),
            &write::octet_string(&issuer_name_hash),
            &write::octet_string(&issuer_key_hash),
            &serial,
        ]);
        Self { algorithm, issuer_name_hash, issuer_key_hash, serial, der }
    }

    /// Reads a `CertID`; none if it is malformed or uses an unknown hash.
    pub(super) fn read(raw: Raw<'_>) -> Option<Self> {
        let id = raw.decode_as::<CertId<'_>>().ok()?;
        let algorithm = HashAlgorithm::from_identifier(id.hash_algorithm)?;
        let (name, key) = (id.issuer_name_hash.as_bytes(), id.issuer_key_hash.as_bytes());
        let serial = IntRef::from_der(id.serial.bytes()).ok()?;
        let well_formed = name.len() == algorithm.size_bytes()
            && key.len() == algorithm.size_bytes()
            && serial.as_bytes().len() <= MAX_SERIAL_BYTES;
        well_formed.then(|| Self {
            algorithm,
            issuer_name_hash: name.to_vec(),
            issuer_key_hash: key.to_vec(),
            serial: id.serial.bytes().to_vec(),
            der: raw.bytes().to_vec(),
        })
    }

    /// Does it name a certificate that `issuer` issued?
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        self.algorithm.digest(issuer.subject_der()).as_ref() == self.issuer_name_hash
            && self.algorithm.digest(issuer.verifying_key().bits()).as_ref() == self.issuer_key_hash
    }

    /// The serial number in hexadecimal, as [`Certificate::serial_hex`] writes it.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        hex_of_integer(&self.serial)
    }

    pub(super) fn names(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.serial == certificate.serial_der() && self.is_issued_by(issuer)
    }

    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }
}
