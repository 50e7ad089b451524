//! Checking a signature, in either form, against the manifest and the signer's certificate.

use super::{
    long_form,
    to_be_signed::{ToBeSigned, check_signer},
};
use crate::{
    asn1::{
        cms::{Attributes, SignedData, SignerInfo},
        ess::CertificateReference,
        oid,
        raw::Raw,
        time,
    },
    certificate::{Certificate, Role},
    signature::{self, SignatureAlgorithm, VerifyError},
};
use der::asn1::{AnyRef, OctetStringRef};
use jiff::Timestamp;

/// The longest short form: a 4096-bit signature value and long names fit several times.
const MAX_SHORT_BYTES: usize = 8 * 1024;
/// The longest long form: a chain, its OCSP responses and a timestamp fit several times.
pub(super) const MAX_LONG_BYTES: usize = 256 * 1024;

/// A signature that is valid for the manifest and the signer it was checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSignature {
    signing_time: Timestamp,
    signature_value: Vec<u8>,
}

impl VerifiedSignature {
    /// When the signer claims to have signed, in whole seconds.
    #[must_use]
    pub fn signing_time(&self) -> Timestamp {
        self.signing_time
    }

    /// The signature value: what a signature timestamp stamps.
    #[must_use]
    pub fn signature_value(&self) -> &[u8] {
        &self.signature_value
    }
}

/// Why a signature is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The certificate is not one for signing messages.
    #[error("the certificate of {subject} is for {}, not for signing", role_text(*role))]
    NotASigner {
        /// Whose certificate.
        subject: String,
        /// What it is for, if for exactly one thing.
        role: Option<Role>,
    },
    /// Longer than any signature of this form.
    #[error("a signature of {size_bytes} bytes, more than the limit of {limit_bytes}")]
    TooLarge {
        /// Its length.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// Not a CMS signature of one signer in DER form.
    #[error("not a CMS signature in DER form")]
    Malformed(#[source] der::Error),
    /// A signed attribute is absent or not of our profile.
    #[error("the signed attribute {attribute} is missing or malformed")]
    Attribute {
        /// Which attribute.
        attribute: &'static str,
    },
    /// The signature is over another manifest.
    #[error("the signature is over another manifest")]
    OtherManifest,
    /// The signature names another certificate than the signer's.
    #[error("the signature was not made for the certificate of {subject}")]
    OtherSigner {
        /// Whose certificate it was checked with.
        subject: String,
    },
    /// The same content in another encoding than ours: bytes outside the signed ones were changed.
    #[error("the signature is not in its only permitted encoding")]
    NotCanonical,
    /// The signature value does not fit.
    #[error("the signature value of {subject} is not valid")]
    Value {
        /// Whose certificate it was checked with.
        subject: String,
        /// Why.
        source: VerifyError,
    },
}

fn role_text(role: Option<Role>) -> String {
    role.map_or_else(|| "nothing we know".to_owned(), |role| role.to_string())
}

/// Verifies a signature in short or long form: that it is over `manifest`, that it was made with the key of `signer`,
/// and that it has its only permitted encoding. Whether the signer is to be believed is a question for
/// [`crate::path`] and [`crate::ocsp`]; what the long form embeds is checked by whoever takes it out.
///
/// # Errors
/// [`SignatureError`], which says what does not fit.
pub fn verify(signature: &[u8], manifest: &[u8], signer: &Certificate) -> Result<VerifiedSignature, SignatureError> {
    check_signer(signer)?;
    let parsed = Parsed::from_der(signature)?;
    let to_be_signed = ToBeSigned::of_signer(manifest, signer, parsed.signing_time);
    let value = parsed.signer_info.signature.as_bytes();
    if !parsed.is_written_as(signature, &to_be_signed.complete(value)) {
        return Err(parsed.difference(manifest, signer));
    }
    signature::verify(signer, to_be_signed.algorithm(), to_be_signed.bytes(), value)
        .map_err(|source| SignatureError::Value { subject: signer.subject().to_owned(), source })?;
    Ok(VerifiedSignature { signing_time: parsed.signing_time, signature_value: value.to_vec() })
}

/// The signature value in a signature of either form: what a signature timestamp stamps. It proves nothing by having been
/// taken out.
///
/// # Errors
/// [`SignatureError`] if the signature cannot be read.
pub fn signature_value(signature: &[u8]) -> Result<Vec<u8>, SignatureError> {
    Ok(Parsed::from_der(signature)?.signer_info.signature.as_bytes().to_vec())
}

/// A signature taken apart; nothing of it is believed yet.
pub(super) struct Parsed<'a> {
    pub(super) signed_data: SignedData<'a>,
    pub(super) raw_signer_info: Raw<'a>,
    pub(super) signer_info: SignerInfo<'a>,
    attributes: Attributes<'a>,
    signing_time: Timestamp,
}

impl<'a> Parsed<'a> {
    pub(super) fn from_der(signature: &'a [u8]) -> Result<Self, SignatureError> {
        check_size(signature, MAX_LONG_BYTES)?;
        let signed_data = SignedData::from_content_info(signature).map_err(SignatureError::Malformed)?;
        let (raw_signer_info, signer_info) = signed_data.only_signer().map_err(SignatureError::Malformed)?;
        let attributes = signer_info.attributes().map_err(SignatureError::Malformed)?;
        let signing_time = attributes
            .value(oid::SIGNING_TIME)
            .and_then(|value| value.map(Raw::decode_as::<AnyRef<'_>>).transpose())
            .and_then(|value| value.map(time::read).transpose());
        let signing_time = present(signing_time, "signing-time")?;
        let parsed = Self { signed_data, raw_signer_info, signer_info, attributes, signing_time };
        if parsed.is_short() {
            check_size(signature, MAX_SHORT_BYTES)?;
        }
        Ok(parsed)
    }

    pub(super) fn is_short(&self) -> bool {
        let SignedData { certificates: None, revocation_infos: None, .. } = self.signed_data else { return false };
        self.signer_info.unsigned_attributes.is_none()
    }

    /// Is `received` what we would have written, given the short form with the same time and signature value?
    fn is_written_as(&self, received: &[u8], short: &[u8]) -> bool {
        if self.is_short() {
            return received == short;
        }
        long_form::rewritten(self, short).is_some_and(|rewritten| rewritten == received)
    }

    /// The certificate that the signed attributes name.
    pub(super) fn named_certificate(&self) -> Result<CertificateReference<'a>, SignatureError> {
        let value = self.attributes.value(oid::SIGNING_CERTIFICATE_V2);
        let reference = value.and_then(|value| value.map(CertificateReference::from_v2).transpose());
        present(reference, "signing-certificate-v2")
    }

    /// Why the bytes are not those we would have written: the first reason that a reader would want to know.
    fn difference(&self, manifest: &[u8], signer: &Certificate) -> SignatureError {
        let named = match self.named_certificate() {
            Ok(named) => named,
            Err(error) => return error,
        };
        if !named.names(signer.der()) {
            return SignatureError::OtherSigner { subject: signer.subject().to_owned() };
        }
        let digest = self.attributes.value(oid::MESSAGE_DIGEST);
        let digest = digest.and_then(|value| value.map(Raw::decode_as::<&OctetStringRef>).transpose());
        let digest = match present(digest, "message-digest") {
            Ok(digest) => digest,
            Err(error) => return error,
        };
        let hash = SignatureAlgorithm::of_key(signer.key_algorithm()).hash();
        if digest.as_bytes() != hash.digest(manifest).as_ref() {
            return SignatureError::OtherManifest;
        }
        SignatureError::NotCanonical
    }
}

fn check_size(signature: &[u8], limit_bytes: usize) -> Result<(), SignatureError> {
    if signature.len() > limit_bytes {
        return Err(SignatureError::TooLarge { size_bytes: signature.len(), limit_bytes });
    }
    Ok(())
}

fn present<T>(value: der::Result<Option<T>>, attribute: &'static str) -> Result<T, SignatureError> {
    value.ok().flatten().ok_or(SignatureError::Attribute { attribute })
}
