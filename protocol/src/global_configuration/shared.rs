//! What concerns the whole instance: the registry and the approved trust services.

use super::check::Check;
use super::wire::{self, CertificationServiceDocument, SharedDocument, TimeStampingServiceDocument};
use super::{ConfigurationError, ServerAddress, limits};
use crate::hash::CertificateHash;
use std::sync::Arc;
use std::time::Duration;

/// What concerns the whole instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    instance: Arc<str>,
    registry: Registry,
    certification_services: Vec<CertificationService>,
    time_stamping_services: Vec<TimeStampingService>,
    ocsp_freshness: Duration,
}

/// Where management requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    address: ServerAddress,
    certificates: Vec<CertificateHash>,
}

/// A certification service whose certificates count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificationService {
    name: Arc<str>,
    certificates: Vec<Arc<[u8]>>,
    ocsp_urls: Vec<Arc<str>>,
}

/// A time-stamping service whose stamps count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampingService {
    name: Arc<str>,
    url: Arc<str>,
    certificate: Arc<[u8]>,
}

impl Shared {
    /// Reads `shared.json`.
    ///
    /// # Errors
    /// When the bytes are not that document, or a field has a value it cannot have.
    pub fn parse(bytes: &[u8]) -> Result<Self, ConfigurationError> {
        let document: SharedDocument = wire::parse(wire::SHARED, bytes)?;
        let check = Check { document: wire::SHARED, instance: &document.instance };
        check.format(&document.format, wire::format::SHARED)?;
        // An instance is the first part of every identifier.
        check.code(&document.instance, crate::identifier::GlobalGroupId::new(&document.instance, "x"))?;
        check.count("certification services", document.certification_services.len(), limits::SERVICES)?;
        check.count("time-stamping services", document.time_stamping_services.len(), limits::SERVICES)?;
        check.ascending("certification services", document.certification_services.iter().map(|it| &it.name))?;
        check.ascending("time-stamping services", document.time_stamping_services.iter().map(|it| &it.name))?;
        let freshness = document.ocsp_freshness_seconds;
        if freshness == 0 || freshness > limits::OCSP_FRESHNESS_SECONDS {
            return Err(check.value("ocsp_freshness_seconds", &freshness.to_string()));
        }
        Ok(Self {
            registry: Registry::read(check, &document.registry)?,
            certification_services: all(&document.certification_services, |it| CertificationService::read(check, it))?,
            time_stamping_services: all(&document.time_stamping_services, |it| TimeStampingService::read(check, it))?,
            ocsp_freshness: Duration::from_secs(u64::from(freshness)),
            instance: Arc::from(document.instance.as_str()),
        })
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Where management requests go.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The approved certification services.
    #[must_use]
    pub fn certification_services(&self) -> &[CertificationService] {
        &self.certification_services
    }

    /// The approved time-stamping services.
    #[must_use]
    pub fn time_stamping_services(&self) -> &[TimeStampingService] {
        &self.time_stamping_services
    }

    /// How old an OCSP response may be.
    #[must_use]
    pub fn ocsp_freshness(&self) -> Duration {
        self.ocsp_freshness
    }
}

impl Registry {
    fn read(check: Check<'_>, document: &wire::RegistryDocument) -> Result<Self, ConfigurationError> {
        check.count("registry certificates", document.certificates.len(), limits::KEYS)?;
        let address = document.address.parse().map_err(|_| check.value("registry address", &document.address))?;
        Ok(Self { address, certificates: document.certificates.clone() })
    }

    /// The port that takes management requests.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    /// The TLS certificates it may show.
    #[must_use]
    pub fn certificates(&self) -> &[CertificateHash] {
        &self.certificates
    }
}

impl CertificationService {
    fn read(check: Check<'_>, document: &CertificationServiceDocument) -> Result<Self, ConfigurationError> {
        check.count("CA certificates", document.certificates.len(), limits::CERTIFICATES_OF_SERVICE)?;
        check.count("OCSP URLs", document.ocsp_urls.len(), limits::CERTIFICATES_OF_SERVICE)?;
        Ok(Self {
            name: check.text("name of a certification service", &document.name)?,
            certificates: all(&document.certificates, |it| check.certificate("CA certificate", it))?,
            ocsp_urls: all(&document.ocsp_urls, |it| check.url("OCSP URL", it))?,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its CA certificates, roots and intermediates, in DER.
    #[must_use]
    pub fn certificates(&self) -> &[Arc<[u8]>] {
        &self.certificates
    }

    /// Where its certificates' status is asked.
    pub fn ocsp_urls(&self) -> impl Iterator<Item = &str> {
        self.ocsp_urls.iter().map(AsRef::as_ref)
    }
}

impl TimeStampingService {
    fn read(check: Check<'_>, document: &TimeStampingServiceDocument) -> Result<Self, ConfigurationError> {
        Ok(Self {
            name: check.text("name of a time-stamping service", &document.name)?,
            url: check.url("URL of a time-stamping service", &document.url)?,
            certificate: check.certificate("certificate of a time-stamping service", &document.certificate)?,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its certificate in DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }
}

fn all<D, T>(
    documents: &[D],
    read: impl Fn(&D) -> Result<T, ConfigurationError>,
) -> Result<Vec<T>, ConfigurationError> {
    documents.iter().map(read).collect()
}
