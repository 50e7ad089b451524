//! `SignerInfo` as we write it: the one way in which messages are signed and timestamps are issued.

use crate::{
    asn1::{cms, ess, oid, time, write},
    certificate::Certificate,
    signature::SignatureAlgorithm,
};
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// The signed attributes of a signature, before the key has signed them.
#[derive(Clone, Debug)]
pub(crate) struct SignedAttributes {
    signer: Certificate,
    algorithm: SignatureAlgorithm,
    /// A DER SET, as it is signed.
    bytes: Vec<u8>,
}

impl SignedAttributes {
    /// The attributes for the signature of `signer` over `content`. Of the signing time whole seconds are kept.
    pub(crate) fn new(kind: ObjectIdentifier, content: &[u8], signer: &Certificate, signing_time: Timestamp) -> Self {
        let algorithm = SignatureAlgorithm::of_key(signer.key_algorithm());
        let digest = algorithm.hash().digest(content);
        let bytes = write::set_of(vec![
            cms::attribute(oid::CONTENT_TYPE, &write::oid(kind)),
            cms::attribute(oid::SIGNING_TIME, &time::time(signing_time)),
            cms::attribute(oid::MESSAGE_DIGEST, &write::octet_string(digest.as_ref())),
            cms::attribute(oid::SIGNING_CERTIFICATE_V2, &ess::signing_certificate_v2(&signer.hash())),
        ]);
        Self { signer: signer.clone(), algorithm, bytes }
    }

    /// The bytes the key has to sign.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The algorithm the key has to sign them with.
    pub(crate) fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// `AlgorithmIdentifier` of the hash over the content.
    pub(crate) fn hash_identifier(&self) -> Vec<u8> {
        self.algorithm.hash().identifier()
    }

    /// `SignerInfo` with the signature value.
    pub(crate) fn signer_info(&self, signature_value: &[u8]) -> Vec<u8> {
        let mut attributes = self.bytes.clone();
        // RFC 5652 §5.4: signed with the tag of a SET, sent with the tag [0].
        attributes[0] = cms::SIGNED_ATTRIBUTES;
        write::sequence(&[
            &write::integer(cms::SIGNER_BY_ISSUER_AND_SERIAL),
            &write::sequence(&[self.signer.issuer_der(), self.signer.serial_der()]),
            &self.hash_identifier(),
            &attributes,
            &self.algorithm.identifier(),
            &write::octet_string(signature_value),
        ])
    }
}
