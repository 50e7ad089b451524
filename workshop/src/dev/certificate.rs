//! The certificate of a plugin's origins on this machine, made at the first start, and kept with the plugin's data.

use crate::stage::{StageError, write_private};
use clock::Timestamp;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// The certificate of this machine's origins of a plugin, with its key.
#[derive(Debug)]
pub(super) struct DevCertificate {
    path: PathBuf,
    key: PathBuf,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It cannot be made.
    #[error("no certificate can be made")]
    Make(#[from] rcgen::Error),
    /// A file of it cannot be read or written.
    #[error(transparent)]
    File(#[from] StageError),
    /// A file is something else.
    #[error("{} and its key are no certificate: remove both, and new ones are made", path.display())]
    Broken {
        /// The certificate.
        path: PathBuf,
    },
    /// TLS refuses it.
    #[error("{} is refused: remove it and its key, and new ones are made", path.display())]
    Tls {
        /// The certificate.
        path: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

/// Less than browsers bear, and longer than most plugins are written.
const DAYS: i64 = 365;
/// Before it ends, a new one is made in its place.
const RENEW_DAYS: u64 = 14;

impl DevCertificate {
    /// The certificate in a folder; one is made for these names where there is none, or it is about to end.
    pub(super) fn open_or_make(folder: &Path, names: &[String], now: Timestamp) -> Result<Self, CertificateError> {
        let certificate = Self { path: folder.join("certificate.pem"), key: folder.join("certificate-key.pem") };
        let made_for = folder.join("certificate-names.txt");
        let until = now.as_second() + DAYS * 86_400;
        let noted = fs::read_to_string(&made_for).unwrap_or_default();
        let (end, named) = noted.split_once('\n').unwrap_or_default();
        let fresh = end.parse::<i64>().is_ok_and(|end| end - now.as_second() > RENEW_DAYS as i64 * 86_400);
        if !fresh || named != names.join("\n") || !certificate.path.is_file() || !certificate.key.is_file() {
            certificate.make(names, now)?;
            write_private(&made_for, format!("{until}\n{}", names.join("\n")).as_bytes())?;
        }
        Ok(certificate)
    }

    /// Where it lies, for those who are to trust it.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// TLS with it, for browsers.
    pub(super) fn tls(&self) -> Result<Arc<ServerConfig>, CertificateError> {
        let broken = || CertificateError::Broken { path: self.path.clone() };
        let refused = |source| CertificateError::Tls { path: self.path.clone(), source };
        let certificate = CertificateDer::from_pem_file(&self.path).map_err(|_| broken())?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|_| broken())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(refused)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(refused)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn make(&self, names: &[String], now: Timestamp) -> Result<(), CertificateError> {
        let mut parameters = CertificateParams::new(names.to_vec())?;
        let owner = names.first().map_or("localhost", String::as_str);
        parameters.distinguished_name.push(DnType::CommonName, owner.chars().take(64).collect::<String>());
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let start = OffsetDateTime::from_unix_timestamp(now.as_second()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        parameters.not_before = start - Duration::hours(1);
        parameters.not_after = start + Duration::days(DAYS);
        let key = KeyPair::generate()?;
        let certificate = parameters.self_signed(&key)?;
        write_private(&self.key, zeroize::Zeroizing::new(key.serialize_pem()).as_bytes())?;
        Ok(write_private(&self.path, certificate.pem().as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(plugin: &str) -> Vec<String> {
        vec![format!("{plugin}.localhost"), "localhost".to_owned()]
    }

    #[test]
    fn is_made_once_and_anew_before_it_ends_or_for_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let made = |plugin: &str, day: i64| {
            let now = Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap();
            let certificate = DevCertificate::open_or_make(folder.path(), &names(plugin), now).unwrap();
            certificate.tls().unwrap();
            fs::read(certificate.path()).unwrap()
        };
        let first = made("notes", 0);
        assert_eq!(made("notes", 300), first);
        let second = made("notes", 352);
        assert_ne!(second, first);
        assert_ne!(made("bills", 352), second);
    }

    #[test]
    fn a_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let certificate = DevCertificate::open_or_make(folder.path(), &names("notes"), now).unwrap();
        assert_eq!(fs::metadata(&certificate.key).unwrap().permissions().mode() & 0o077, 0);
    }

    #[test]
    fn a_broken_file_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let certificate = DevCertificate::open_or_make(folder.path(), &names("notes"), now).unwrap();
        fs::write(certificate.path(), "x").unwrap();
        assert!(certificate.tls().unwrap_err().to_string().contains("remove both"));
    }
}
