//! What each kind of certificate may be used for. A request has no say in it.

use std::fmt;
use std::str::FromStr;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType,
};
use serde::{Deserialize, Serialize};

use crate::extension;

/// The kinds of certificates that are issued, each for exactly one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Signs messages for a member: key usage nonRepudiation, no extended key usage.
    Signing,
    /// Authenticates a security server to others: digitalSignature, clientAuth and serverAuth.
    Authentication,
    /// Answers for the authority: digitalSignature, OCSPSigning, ocsp-nocheck.
    OcspResponder,
    /// Stamps times: digitalSignature, timeStamping (critical, alone).
    TimeStamping,
    /// Serves TLS to information systems and people: digitalSignature, serverAuth.
    TlsServer,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Signing, Self::Authentication, Self::OcspResponder, Self::TimeStamping, Self::TlsServer];

    /// Certificate parameters of this profile.
    pub(crate) fn parameters(
        self,
        name: DistinguishedName,
        host_names: Vec<SanType>,
        ocsp_url: &str,
    ) -> Result<CertificateParams, der::Error> {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = name;
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.use_authority_key_identifier_extension = true;
        parameters.key_usages = vec![match self {
            Self::Signing => KeyUsagePurpose::ContentCommitment,
            Self::Authentication | Self::OcspResponder | Self::TimeStamping | Self::TlsServer => {
                KeyUsagePurpose::DigitalSignature
            }
        }];
        parameters.extended_key_usages = match self {
            // The time-stamping purpose must be critical, which the library does not write: see the extensions below.
            Self::Signing | Self::TimeStamping => Vec::new(),
            Self::Authentication => vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth],
            Self::OcspResponder => vec![ExtendedKeyUsagePurpose::OcspSigning],
            Self::TlsServer => vec![ExtendedKeyUsagePurpose::ServerAuth],
        };
        parameters.subject_alt_names = match self {
            Self::Authentication | Self::TlsServer => host_names,
            Self::Signing | Self::OcspResponder | Self::TimeStamping => Vec::new(),
        };
        parameters.custom_extensions = match self {
            Self::Signing | Self::Authentication | Self::TlsServer => vec![extension::ocsp_location(ocsp_url)?],
            Self::OcspResponder => vec![extension::ocsp_no_check()],
            Self::TimeStamping => vec![extension::only_time_stamping()?, extension::ocsp_location(ocsp_url)?],
        };
        Ok(parameters)
    }
}

/// Parameters of an authority that may have so many authorities below it.
pub(crate) fn authority(name: DistinguishedName, authorities_below: u8) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = name;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(authorities_below));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.use_authority_key_identifier_extension = true;
    parameters
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signing => "signing",
            Self::Authentication => "authentication",
            Self::OcspResponder => "ocsp-responder",
            Self::TimeStamping => "time-stamping",
            Self::TlsServer => "tls-server",
        })
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::ALL.into_iter().find(|profile| profile.to_string() == text).ok_or(UnknownProfile)
    }
}

/// The text names no profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected signing, authentication, ocsp-responder, time-stamping or tls-server")]
pub struct UnknownProfile;
