//! The certification authority: an issuing authority below a root whose key is not used again.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::rand;
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, Issuer, PublicKeyData, SerialNumber};
use rustls_pki_types::CertificateDer;
use signer::{RcgenKey, Subject, SubjectError};
use thiserror::Error;
use time::OffsetDateTime;
use trust::certificate::{Certificate, CertificateError, Role};

use crate::index::{Entry, Index, Revocation};
use crate::request::CertificateRequest;
use crate::{CertificateRequestError, IndexError, Profile, RevocationReason, profile};

/// The certification authority.
pub(crate) struct Authority {
    root: Certificate,
    issuing: Certificate,
    issuer: Issuer<'static, RcgenKey>,
    ocsp_url: String,
    // Issuing and revoking write the file, so they take turns; a status is a look-up.
    index: Mutex<Index>,
}

/// How long a certificate is valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) from: Timestamp,
    pub(crate) days: u16,
}

/// Why no certificate was issued.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The request is refused.
    #[error(transparent)]
    Request(#[from] CertificateRequestError),
    /// The name cannot stand in a certificate.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// The authority's own certificate ends before one from it could begin.
    #[error("the issuing authority's certificate ended at {ended}")]
    Ended {
        /// When it ended.
        ended: Timestamp,
    },
    /// The certificate could not be made.
    #[error("failed to make a certificate")]
    Make {
        /// What the certificate library says about it.
        source: rcgen::Error,
    },
    /// The address of the OCSP responder, or a date, does not fit into a certificate.
    #[error("failed to write {what} into a certificate")]
    Encode {
        /// What.
        what: &'static str,
    },
    /// The certificate that was made is not one that would be accepted.
    #[error("the certificate would not be accepted: {why}")]
    Unacceptable {
        /// Why not.
        why: String,
    },
    /// There is no randomness for a serial number.
    #[error("the cryptographic library failed")]
    Cryptography,
    /// The certificate could not be remembered, so it is not handed out.
    #[error("failed to remember the certificate")]
    Index(#[from] IndexError),
}

/// Why a certificate was not revoked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// No such certificate was issued.
    #[error("no certificate with serial number {serial} was issued")]
    Unknown {
        /// The serial number.
        serial: String,
    },
    /// The revocation could not be remembered.
    #[error("failed to remember the revocation")]
    Index(#[from] IndexError),
}

impl Authority {
    /// The authority with these certificates, and the key of the issuing one.
    pub(crate) fn new(
        root: Certificate,
        issuing: Certificate,
        key: RcgenKey,
        ocsp_url: String,
        index: Index,
    ) -> Result<Self, rcgen::Error> {
        let issuer = Issuer::from_ca_cert_der(&CertificateDer::from(issuing.der()), key)?;
        Ok(Self { root, issuing, issuer, ocsp_url, index: Mutex::new(index) })
    }

    pub(crate) fn root(&self) -> &Certificate {
        &self.root
    }

    pub(crate) fn issuing(&self) -> &Certificate {
        &self.issuing
    }

    /// Certifies the key of `request`, for what `profile` says and no matter what it asks for.
    pub(crate) fn issue(
        &self,
        request: &CertificateRequest,
        profile: Profile,
        subject: &Subject,
        validity: Validity,
    ) -> Result<Certificate, IssueError> {
        self.certify(request.public_key(), profile, subject, validity)
    }

    /// Certifies a key that is known to be held.
    pub(crate) fn certify(
        &self,
        key: &impl PublicKeyData,
        profile: Profile,
        subject: &Subject,
        validity: Validity,
    ) -> Result<Certificate, IssueError> {
        let (name, host_names) = (subject.distinguished_name()?, subject.alternative_names()?);
        let parameters = profile.parameters(name, host_names, &self.ocsp_url);
        let mut parameters =
            parameters.map_err(|_| IssueError::Encode { what: "the address of the OCSP responder" })?;
        validity.apply(&mut parameters, self.issuing.not_after())?;
        parameters.serial_number = Some(random_serial()?);

        let made = parameters.signed_by(key, &self.issuer).map_err(|source| IssueError::Make { source })?;
        let certificate = accepted(made.der(), profile)?;
        self.remember(&certificate, profile)?;
        Ok(certificate)
    }

    /// Revokes a certificate; revoking it again changes nothing.
    pub(crate) fn revoke(&self, serial: &str, reason: RevocationReason, at: Timestamp) -> Result<(), RevokeError> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        match index.status(serial) {
            None => Err(RevokeError::Unknown { serial: serial.chars().take(64).collect() }),
            Some(Some(_)) => Ok(()),
            Some(None) => Ok(index.append(Entry::Revoked { serial: serial.to_owned(), reason, at })?),
        }
    }

    /// What is known of a serial number: nothing, that it was issued, or that it was issued and revoked.
    pub(crate) fn status(&self, serial: &str) -> Option<Option<Revocation>> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner).status(serial)
    }

    fn remember(&self, certificate: &Certificate, profile: Profile) -> Result<(), IndexError> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.append(Entry::Issued {
            serial: certificate.serial_hex(),
            profile,
            subject: certificate.subject().to_owned(),
            at: certificate.not_before(),
            until: certificate.not_after(),
        })
    }
}

/// Makes the certificate of a root.
pub(crate) fn self_signed(name: &str, key: &RcgenKey, validity: Validity) -> Result<Certificate, IssueError> {
    let mut parameters = profile::authority(Subject::common_name(name).distinguished_name()?, 1);
    validity.apply(&mut parameters, Timestamp::MAX)?;
    parameters.serial_number = Some(random_serial()?);
    let made = parameters.self_signed(key).map_err(|source| IssueError::Make { source })?;
    parsed(made.der())
}

/// Makes the certificate of an issuing authority below `root`.
pub(crate) fn below_root(
    name: &str,
    key: &RcgenKey,
    root: &Certificate,
    root_key: RcgenKey,
    validity: Validity,
) -> Result<Certificate, IssueError> {
    let mut parameters = profile::authority(Subject::common_name(name).distinguished_name()?, 0);
    validity.apply(&mut parameters, root.not_after())?;
    parameters.serial_number = Some(random_serial()?);
    let issuer = Issuer::from_ca_cert_der(&CertificateDer::from(root.der()), root_key);
    let made = issuer.and_then(|issuer| parameters.signed_by(key, &issuer));
    parsed(made.map_err(|source| IssueError::Make { source })?.der())
}

impl Validity {
    /// Never longer than the issuer's own.
    fn apply(self, parameters: &mut CertificateParams, issuer_ends: Timestamp) -> Result<(), IssueError> {
        // Clocks differ a little: a certificate is used at once, also where it is still a moment ago.
        let from = self.from - SignedDuration::from_mins(CLOCKS_DIFFER_BY_MINUTES);
        let length = SignedDuration::from_hours(24 * i64::from(self.days));
        let until = self.from.saturating_add(length).unwrap_or(Timestamp::MAX).min(issuer_ends);
        if until <= self.from {
            return Err(IssueError::Ended { ended: issuer_ends });
        }
        let date = |time: Timestamp| OffsetDateTime::from_unix_timestamp(time.as_second());
        let encode = |_| IssueError::Encode { what: "a date" };
        parameters.not_before = date(from).map_err(encode)?;
        parameters.not_after = date(until).map_err(encode)?;
        Ok(())
    }
}

/// A certificate leaves this crate only if the other servers would accept it for its one role.
fn accepted(der: &[u8], profile: Profile) -> Result<Certificate, IssueError> {
    let certificate = parsed(der)?;
    let role = match profile {
        Profile::Signing => Role::Signing,
        Profile::Authentication => Role::Authentication,
        Profile::OcspResponder => Role::OcspResponder,
        Profile::TimeStamping => Role::TimeStamping,
        // Not used between servers, so it has none of their roles.
        Profile::TlsServer => return Ok(certificate),
    };
    match certificate.role() {
        Ok(found) if found == role => Ok(certificate),
        Ok(found) => Err(IssueError::Unacceptable { why: format!("its role is {found}, not {role}") }),
        Err(error) => Err(IssueError::Unacceptable { why: error.to_string() }),
    }
}

fn parsed(der: &[u8]) -> Result<Certificate, IssueError> {
    let unacceptable = |error: CertificateError| IssueError::Unacceptable { why: error.to_string() };
    Certificate::from_der(der).map_err(unacceptable)
}

/// 126 random bits below a set one: never negative, always 16 bytes, never used before.
fn random_serial() -> Result<SerialNumber, IssueError> {
    let mut serial = [0; 16];
    rand::fill(&mut serial).map_err(|_| IssueError::Cryptography)?;
    serial[0] = serial[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&serial))
}

const CLOCKS_DIFFER_BY_MINUTES: i64 = 5;
