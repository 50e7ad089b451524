//! Certificate paths: from a certificate to an approved certification authority, at a given moment.

use crate::{
    asn1::{oid, time},
    certificate::{Certificate, Role, RoleError},
};
use jiff::Timestamp;
use protocol::global_configuration::{CertificationService, GlobalConfiguration};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, aws_lc_rs as algorithms};

/// The approved certification authorities: roots, and intermediates approved by themselves.
#[derive(Clone, Debug, Default)]
pub struct Anchors(Vec<Anchor>);

#[derive(Clone, Debug)]
struct Anchor {
    certificate: Certificate,
    trusted: TrustAnchor<'static>,
}

/// A path that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidPath {
    chain: Vec<Certificate>,
    issuer: Certificate,
}

/// Why a certificate is not accepted for a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The certificate is for something else.
    #[error("{subject} has a certificate for {found}, not for {expected}")]
    WrongRole {
        /// Whose certificate.
        subject: String,
        /// What it was offered for.
        expected: Role,
        /// What it is for.
        found: Role,
    },
    /// The certificate is for nothing we know, or for several things.
    #[error("the certificate of {subject} has no role")]
    NoRole {
        /// Whose certificate.
        subject: String,
        /// What its extensions say.
        source: RoleError,
    },
    /// The certificate or one above it is outside its dates.
    #[error("the certificate of {subject} is valid from {not_before} to {not_after}, not at {at}")]
    OutsideValidity {
        /// Whose certificate.
        subject: String,
        /// Its first moment.
        not_before: Timestamp,
        /// Its last moment.
        not_after: Timestamp,
        /// The moment it was judged at.
        at: Timestamp,
    },
    /// More certificates were sent along than a path has.
    #[error("{0} intermediate certificates, more than the limit of {MAX_INTERMEDIATES}")]
    TooManyIntermediates(usize),
    /// No approved authority stands behind the certificate.
    #[error("no approved certification authority issued {subject} (issuer {issuer})")]
    UnknownIssuer {
        /// Whose certificate.
        subject: String,
        /// Who issued it, as it says.
        issuer: String,
    },
    /// A path exists, but one of its certificates breaks a rule.
    #[error("the path of {subject} is not valid")]
    Invalid {
        /// Whose certificate.
        subject: String,
        /// The rule.
        source: Error,
    },
}

/// Longer paths do not exist in practice.
const MAX_INTERMEDIATES: usize = 8;

/// What certification authorities may sign certificates with.
const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::ED25519,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
];

impl Anchors {
    /// Approves these authorities. A certificate that is not an authority's anchors nothing.
    #[must_use]
    pub fn new(authorities: Vec<Certificate>) -> Self {
        let authorities = authorities.into_iter().filter(|certificate| certificate.role() == Ok(Role::Authority));
        Self(authorities.filter_map(Anchor::new).collect())
    }

    /// The authorities that a global configuration approves. A certificate that cannot be read approves nothing.
    #[must_use]
    pub fn of(configuration: &GlobalConfiguration) -> Self {
        let services = configuration.certification_services().iter();
        let certificates = services.flat_map(CertificationService::certificates);
        Self::new(certificates.filter_map(|der| Certificate::from_der(der).ok()).collect())
    }

    /// The approved authorities.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.0.iter().map(|anchor| &anchor.certificate)
    }

    fn at(&self, at: Timestamp) -> impl Iterator<Item = &Anchor> {
        self.0.iter().filter(move |anchor| anchor.certificate.covers(at))
    }
}

impl Anchor {
    fn new(certificate: Certificate) -> Option<Self> {
        let trusted = webpki::anchor_from_trusted_cert(&CertificateDer::from(certificate.der())).ok()?.to_owned();
        Some(Self { certificate, trusted })
    }
}

impl ValidPath {
    /// The certificates from the leaf to the last approved authority: each was issued by the next one.
    #[must_use]
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The authority that issued the leaf.
    #[must_use]
    pub fn issuer(&self) -> &Certificate {
        &self.issuer
    }
}

/// Verifies that `leaf` is for `role` and was valid at the moment `at` under one of `anchors`, with the help of the
/// `intermediates` that came along. Revocation is another question: see [`crate::ocsp`].
///
/// # Errors
/// [`PathError`], which says whose certificate stands in the way.
pub fn verify(
    leaf: &Certificate,
    intermediates: &[Certificate],
    anchors: &Anchors,
    role: Role,
    at: Timestamp,
) -> Result<ValidPath, PathError> {
    if intermediates.len() > MAX_INTERMEDIATES {
        return Err(PathError::TooManyIntermediates(intermediates.len()));
    }
    check_role(leaf, role)?;
    check_validity(leaf, at)?;
    let authorities: Vec<&Certificate> =
        intermediates.iter().filter(|certificate| certificate.role() == Ok(Role::Authority)).collect();
    let mut chain = Search { leaf, authorities, anchors, role, at }.run()?;
    extend_to_root(&mut chain, anchors, at);
    // The search always ends at an anchor, which is not the leaf.
    let issuer = chain.get(1).unwrap_or(leaf).clone();
    Ok(ValidPath { chain, issuer })
}

fn check_role(leaf: &Certificate, expected: Role) -> Result<(), PathError> {
    let subject = || leaf.subject().to_owned();
    match leaf.role() {
        Ok(found) if found == expected => Ok(()),
        Ok(found) => Err(PathError::WrongRole { subject: subject(), expected, found }),
        Err(source) => Err(PathError::NoRole { subject: subject(), source }),
    }
}

fn check_validity(certificate: &Certificate, at: Timestamp) -> Result<(), PathError> {
    if certificate.covers(at) {
        return Ok(());
    }
    Err(PathError::OutsideValidity {
        subject: certificate.subject().to_owned(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        at,
    })
}

struct Search<'a> {
    leaf: &'a Certificate,
    /// Intermediates that are authorities by their key usage, which `webpki` does not look at.
    authorities: Vec<&'a Certificate>,
    anchors: &'a Anchors,
    role: Role,
    at: Timestamp,
}

impl Search<'_> {
    fn run(&self) -> Result<Vec<Certificate>, PathError> {
        let leaf = CertificateDer::from(self.leaf.der());
        let leaf = EndEntityCert::try_from(&leaf).map_err(|source| self.refusal(source))?;
        let intermediates: Vec<_> = self.authorities.iter().map(|one| CertificateDer::from(one.der())).collect();
        let anchors: Vec<TrustAnchor<'_>> = self.anchors.at(self.at).map(|anchor| anchor.trusted.clone()).collect();
        let time = UnixTime::since_unix_epoch(time::since_epoch(self.at));
        let usage = key_usage(self.role);
        let path = leaf
            .verify_for_usage(ALGORITHMS, &anchors, &intermediates, time, usage, None, None)
            .map_err(|source| self.refusal(source))?;

        let mut chain = vec![self.leaf.clone()];
        for intermediate in path.intermediate_certificates() {
            let der = intermediate.der();
            chain.extend(self.authorities.iter().find(|one| one.der() == der.as_ref()).map(|one| (*one).clone()));
        }
        let anchor = self.anchors.at(self.at).find(|anchor| anchor.trusted == *path.anchor());
        chain.extend(anchor.map(|anchor| anchor.certificate.clone()));
        Ok(chain)
    }

    /// Puts our facts to the reason that `webpki` found.
    fn refusal(&self, source: Error) -> PathError {
        let subject = self.leaf.subject().to_owned();
        match source {
            Error::UnknownIssuer => PathError::UnknownIssuer { subject, issuer: self.leaf.issuer().to_owned() },
            Error::CertExpired { .. } | Error::CertNotValidYet { .. } => {
                let outside = self.authorities.iter().find_map(|one| check_validity(one, self.at).err());
                outside.unwrap_or(PathError::Invalid { subject, source })
            }
            source => PathError::Invalid { subject, source },
        }
    }
}

/// The extended key usage that intermediates must not exclude. Not `required`: that would demand it of
/// intermediates that name no usage at all. The leaf's own usage is part of its role.
fn key_usage(role: Role) -> KeyUsage {
    KeyUsage::required_if_present(match role {
        Role::Authentication => oid::KP_CLIENT_AUTH.as_bytes(),
        Role::OcspResponder => oid::KP_OCSP_SIGNING.as_bytes(),
        Role::TimeStamping => oid::KP_TIME_STAMPING.as_bytes(),
        Role::Signing | Role::Authority => oid::KP_DOCUMENT_SIGNING.as_bytes(),
    })
}

/// Follows approved intermediates up to their root, so that a reader who knows only the root can follow too.
fn extend_to_root(chain: &mut Vec<Certificate>, anchors: &Anchors, at: Timestamp) {
    while chain.len() <= MAX_INTERMEDIATES {
        let Some(last) = chain.last().filter(|last| !last.is_self_issued()) else { return };
        let Some(above) = anchors.at(at).find(|anchor| issued(&anchor.certificate, last)) else { return };
        chain.push(above.certificate.clone());
    }
}

fn issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    issuer.subject_der() == certificate.issuer_der() && certificate.is_signed_by(issuer)
}
