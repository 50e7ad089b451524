//! A signature that carries what it is judged by: the signer's chain and the certificate status of its time.
//!
//! The steps are taken one by one, so that a report can say of each what was found: [`LongSignature::open`], then
//! [`LongSignature::check_path`], then [`LongSignature::check_status`]. [`LongSignature::judge`] takes them all.

use crate::cades::{self, Embedded, EmbeddedError, SignatureError, ToBeSigned, VerifiedSignature};
use crate::certificate::{Certificate, Role};
use crate::ocsp::{self, GoodStatus, OcspError};
use crate::path::{self, Anchors, PathError, ValidPath};
use std::time::Duration;

/// A signature that fits what it signs and the certificate that it carries. Whose certificate that is, and whether it was
/// good, is not known yet.
#[derive(Clone, Debug)]
pub struct LongSignature {
    certificate: Certificate,
    embedded: Embedded,
    signature: VerifiedSignature,
    short_form: Vec<u8>,
}

/// Why a signature with everything in it is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LongSignatureError {
    /// What it carries cannot be read.
    #[error(transparent)]
    Embedded(EmbeddedError),
    /// Its signer's certificate is not among what it carries.
    #[error("it does not carry the certificate that it names")]
    NoCertificate,
    /// It does not fit what it should sign, or is not in its one form.
    #[error(transparent)]
    Signature(SignatureError),
    /// The signer's certificate was not approved at the signing time.
    #[error(transparent)]
    Path(PathError),
    /// It carries a certificate that nothing verifies: it could be changed unnoticed.
    #[error("it carries a certificate of {subject} that is not part of the signer's path")]
    Stray {
        /// Whose certificate.
        subject: String,
    },
    /// It carries no OCSP response, or several.
    #[error("it carries {count} OCSP responses instead of the signer's one")]
    OcspResponses {
        /// How many.
        count: usize,
    },
    /// It carries a timestamp where nobody looks at one.
    #[error("it carries a timestamp, which nothing verifies here")]
    Timestamp,
    /// The OCSP response does not say that the certificate was good at the signing time.
    #[error(transparent)]
    Status(OcspError),
}

impl LongSignature {
    /// Checks that a signature in its long form is over `manifest` and fits the certificate that it carries.
    ///
    /// # Errors
    /// [`LongSignatureError`], which says what does not fit.
    pub fn open(signature: &[u8], manifest: &[u8]) -> Result<Self, LongSignatureError> {
        let embedded = cades::embedded(signature).map_err(LongSignatureError::Embedded)?;
        let certificate = embedded.signer().cloned().ok_or(LongSignatureError::NoCertificate)?;
        let verified = cades::verify(signature, manifest, &certificate).map_err(LongSignatureError::Signature)?;
        let to_be_signed = ToBeSigned::new(manifest, &certificate, verified.signing_time());
        let short_form = to_be_signed.map_err(LongSignatureError::Signature)?.complete(verified.signature_value());
        Ok(Self { certificate, embedded, signature: verified, short_form })
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// What the signature carries.
    #[must_use]
    pub fn embedded(&self) -> &Embedded {
        &self.embedded
    }

    /// Signing time and signature value.
    #[must_use]
    pub fn signature(&self) -> &VerifiedSignature {
        &self.signature
    }

    /// The signature without what it carries.
    #[must_use]
    pub fn short_form(&self) -> &[u8] {
        &self.short_form
    }

    /// Checks that an approved authority stood behind the certificate at the signing time.
    ///
    /// # Errors
    /// [`LongSignatureError`], which says whose certificate stands in the way.
    pub fn check_path(&self, anchors: &Anchors) -> Result<ValidPath, LongSignatureError> {
        let carried = &self.embedded.certificates;
        let intermediates: Vec<Certificate> =
            carried.iter().filter(|certificate| **certificate != self.certificate).cloned().collect();
        let at = self.signature.signing_time();
        let path = path::verify(&self.certificate, &intermediates, anchors, Role::Signing, at)
            .map_err(LongSignatureError::Path)?;
        match carried.iter().find(|certificate| !path.chain().contains(certificate)) {
            Some(stray) => Err(LongSignatureError::Stray { subject: stray.subject().to_owned() }),
            None => Ok(path),
        }
    }

    /// Checks that the authority says that the certificate was good, at most `freshness` before the signing time.
    ///
    /// # Errors
    /// [`LongSignatureError`], which says what the authority says instead.
    pub fn check_status(&self, path: &ValidPath, freshness: Duration) -> Result<GoodStatus, LongSignatureError> {
        let [response] = self.embedded.ocsp_responses.as_slice() else {
            return Err(LongSignatureError::OcspResponses { count: self.embedded.ocsp_responses.len() });
        };
        ocsp::verify(response, &self.certificate, path.issuer(), self.signature.signing_time(), freshness, None)
            .map_err(LongSignatureError::Status)
    }

    /// Checks path and status, and that there is nothing else to check.
    ///
    /// # Errors
    /// [`LongSignatureError`], as of the two; also when there is a signature timestamp, which [`crate::timestamp`] judges.
    pub fn judge(&self, anchors: &Anchors, freshness: Duration) -> Result<GoodStatus, LongSignatureError> {
        if self.embedded.signature_timestamp.is_some() {
            return Err(LongSignatureError::Timestamp);
        }
        self.check_status(&self.check_path(anchors)?, freshness)
    }
}
