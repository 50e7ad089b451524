//! Certificates that a key signs for itself: for ports whose certificate is known by its hash, or by whoever set them up.

use crate::files::{self, Readers};
use crate::{KeyAlgorithm, RcgenKey, Signer, SoftwareToken, TokenError};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use thiserror::Error;

/// There is no certificate.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SelfSignedError {
    /// The token has no such key, and none could be made.
    #[error("the key of a self-signed certificate cannot be used")]
    Token(#[from] TokenError),
    /// The public key of the signer is no `SubjectPublicKeyInfo`.
    #[error("the token's public key cannot be put into a certificate")]
    Key,
    /// A name cannot stand in a certificate, or the token cannot sign.
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// It cannot be kept.
    #[error("failed to write {}", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A port of a server, by what its certificate says.
#[derive(Debug, Clone, Copy)]
pub struct PortCertificate<'a> {
    /// The label of its key.
    pub key: &'a str,
    /// Where the certificate is kept, in PEM.
    pub path: &'a Path,
    /// The host names and addresses that it is for.
    pub names: &'a [String],
    /// For how many days it is good.
    pub days: u32,
}

impl PortCertificate<'_> {
    /// Makes the key in the token and the certificate, each where there is none. Blocks.
    ///
    /// # Errors
    /// When one of them is missing and cannot be made.
    pub fn make_where_missing(&self, token: &SoftwareToken, now: SystemTime) -> Result<(), SelfSignedError> {
        match token.generate(self.key, KeyAlgorithm::P256) {
            Ok(_) | Err(TokenError::KeyExists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if self.path.exists() {
            return Ok(());
        }
        let certificate = self_signed(token.signer(self.key)?, self.names, now, self.days)?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        files::create_for(Readers::Everybody, folder, &name, certificate.as_bytes())
            .map_err(|source| SelfSignedError::Write { path: self.path.to_owned(), source })
    }
}

/// A certificate of a TLS server, signed by its own key, in PEM, good from an hour before `now`.
fn self_signed(
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
