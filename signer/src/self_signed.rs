//! Certificates that a key signs for itself: for ports whose certificate is known by its hash, or by whoever set them up.

use crate::{RcgenKey, Signer};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use thiserror::Error;

/// There is no certificate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SelfSignedError {
    /// The public key of the signer is no `SubjectPublicKeyInfo`.
    #[error("the token's public key cannot be put into a certificate")]
    Key,
    /// A name cannot stand in a certificate, or the token cannot sign.
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
}

/// A certificate of a TLS server, signed by its own key, in PEM: for host names and addresses, good from an hour before `now`
/// for so many days.
///
/// # Errors
/// When a name cannot stand in it, or the key cannot sign.
pub fn self_signed(
    signer: Arc<dyn Signer>,
    names: &[String],
    now: SystemTime,
    days: u32,
) -> Result<String, SelfSignedError> {
    let mut parameters = CertificateParams::new(names.to_vec())?;
    let common: String = names.first().map(String::as_str).unwrap_or_default().chars().take(MAX_COMMON_NAME).collect();
    parameters.distinguished_name.push(DnType::CommonName, common);
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.not_before = (now - Duration::from_secs(3600)).into();
    parameters.not_after = (now + Duration::from_secs(u64::from(days) * 24 * 3600)).into();
    let key = RcgenKey::new(signer).ok_or(SelfSignedError::Key)?;
    Ok(parameters.self_signed(&key)?.pem())
}

/// RFC 5280, upper bound of a common name.
const MAX_COMMON_NAME: usize = 64;
