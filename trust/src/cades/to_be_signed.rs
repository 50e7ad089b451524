//! Making the short form: what the key signs, and the message around the signature value.

use super::SignatureError;
use crate::{
    asn1::{cms, oid, write},
    certificate::{Certificate, Role},
    signature::SignatureAlgorithm,
    signed_attributes::SignedAttributes,
};
use jiff::Timestamp;

/// The signed attributes of a message's signature, before the key has signed them.
#[derive(Clone, Debug)]
pub struct ToBeSigned(SignedAttributes);

impl ToBeSigned {
    /// Prepares the signature of `signer` over `manifest`. Of the signing time whole seconds are kept.
    ///
    /// # Errors
    /// [`SignatureError::NotASigner`] if the certificate is not a signing certificate.
    pub fn new(manifest: &[u8], signer: &Certificate, signing_time: Timestamp) -> Result<Self, SignatureError> {
        check_signer(signer)?;
        Ok(Self::of_signer(manifest, signer, signing_time))
    }

    /// As [`Self::new`], when the role of the signer is known to be right.
    pub(super) fn of_signer(manifest: &[u8], signer: &Certificate, signing_time: Timestamp) -> Self {
        Self(SignedAttributes::new(oid::DATA, manifest, signer, signing_time))
    }

    /// The bytes the key has to sign, with [`SignatureAlgorithm::of_key`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The algorithm the key has to sign them with.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    /// The short form, given the signature value (in DER form for ECDSA).
    #[must_use]
    pub fn complete(&self, signature_value: &[u8]) -> Vec<u8> {
        cms::content_info(&write::sequence(&[
            &write::integer(WITHOUT_OTHER_FORMATS),
            &write::set_of_one(&self.0.hash_identifier()),
            &write::sequence(&[&write::oid(oid::DATA)]),
            &write::set_of_one(&self.0.signer_info(signature_value)),
        ]))
    }
}

/// `SignedData.version` for plain data without OCSP responses (RFC 5652 §5.1).
pub(super) const WITHOUT_OTHER_FORMATS: u64 = 1;

pub(super) fn check_signer(signer: &Certificate) -> Result<(), SignatureError> {
    match signer.role() {
        Ok(Role::Signing) => Ok(()),
        role => Err(SignatureError::NotASigner { subject: signer.subject().to_owned(), role: role.ok() }),
    }
}
