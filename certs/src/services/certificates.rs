//! The certificates of the services themselves, and their renewal.

use std::path::{Path, PathBuf};

use clock::SharedClock;
use jiff::SignedDuration;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use signer::{PemLabel, RcgenKey, SoftwareToken, Subject};
use trust::certificate::Certificate;

use super::ServicesError;
use crate::authority::{Authority, Validity};
use crate::service_key::ServiceKey;
use crate::{Profile, Settings, durable};

/// Makes certificates of services that are missing or end soon.
pub(super) struct Renewal<'a> {
    pub(super) certificates: &'a Certificates,
    pub(super) authority: &'a Authority,
    pub(super) settings: &'a Settings,
    pub(super) token: &'a SoftwareToken,
    pub(super) clock: &'a SharedClock,
}

impl Renewal<'_> {
    pub(super) fn service_key(
        &self,
        service: &'static str,
        name: &str,
        profile: Profile,
    ) -> Result<ServiceKey, ServicesError> {
        let signer = self.token.signer(service)?;
        let now = self.clock.now();
        let days = self.settings.certification.service_days;
        let tenth = SignedDuration::from_hours(24 * i64::from(days)) / 10;
        let lasts = |certificate: &Certificate| certificate.not_after().duration_since(now) > tenth;
        if let Some(certificate) = self.certificates.read(service)?.filter(lasts) {
            return Ok(ServiceKey::new(signer, certificate));
        }
        let subject = Subject::common_name(format!("{} {name}", self.settings.name));
        let key = certification_key(self.token, service)?;
        let certificate = self.authority.certify(&key, profile, &subject, Validity { from: now, days });
        let certificate = certificate.map_err(|source| ServicesError::Certify { service, source })?;
        Ok(ServiceKey::new(signer, self.certificates.write(service, certificate)?))
    }
}

/// The certificates of the services themselves, a PEM file each.
pub(super) struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(super) fn path(&self, service: &str) -> PathBuf {
        self.folder.join(format!("{service}.pem"))
    }

    pub(super) fn read(&self, service: &str) -> Result<Option<Certificate>, ServicesError> {
        let path = self.path(service);
        let content = durable::read(&path, MAX_CERTIFICATE_FILE_BYTES);
        let content = content.map_err(|source| ServicesError::File { path: path.clone(), source })?;
        let certificate = content.map(|content| {
            let der = CertificateDer::from_pem_slice(&content).ok();
            der.and_then(|der| Certificate::from_der(&der).ok()).ok_or(ServicesError::Damaged { path })
        });
        certificate.transpose()
    }

    pub(super) fn write(&self, service: &str, certificate: Certificate) -> Result<Certificate, ServicesError> {
        let path = self.path(service);
        let written = durable::replace(&path, signer::pem(PemLabel::Certificate, certificate.der()).as_bytes());
        written.map_err(|source| ServicesError::File { path, source })?;
        Ok(certificate)
    }
}

pub(super) fn certification_key(token: &SoftwareToken, id: &str) -> Result<RcgenKey, ServicesError> {
    let signer = token.signer(id)?;
    RcgenKey::new(signer).ok_or_else(|| ServicesError::Damaged { path: token.folder().to_owned() })
}

const MAX_CERTIFICATE_FILE_BYTES: u64 = 32 * 1024;
