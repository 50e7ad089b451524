//! Who signed a package, and whether that is enough.

use super::Package;
use jiff::{SignedDuration, Timestamp};
use protocol::global_configuration::GlobalConfiguration;
use protocol::hash::CertificateHash;
use protocol::identifier::MemberId;
use trust::file_container::FileContainerError;
use trust::long_signature::{LongSignature, LongSignatureError};
use trust::path::Anchors;

/// Whom an entity lets make plugins for its server.
///
/// The configuration is the newest: whose a certificate is, is judged at installation and at every start. A package whose
/// author's certificate is not published any more is refused at the next start, until it is signed anew.
#[derive(Debug, Clone, Copy)]
pub struct PackageTrust<'a> {
    /// Who is who.
    pub configuration: &'a GlobalConfiguration,
    /// The members whose plugins are taken.
    pub authors: &'a [MemberId],
    /// The member that has to approve each of them besides.
    pub authority: Option<&'a MemberId>,
    /// The moment of judgement.
    pub now: Timestamp,
}

/// A package that was made by a trusted author, and approved where that is asked for: only [`Package::verify`] makes one.
#[derive(Debug, Clone)]
pub struct VerifiedPackage {
    package: Package,
    author: Approver,
    authority: Option<Approver>,
}

/// A member that signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approver {
    /// The member.
    pub member: MemberId,
    /// By which certificate.
    pub certificate: CertificateHash,
    /// When it says that it signed; its certificate was good then.
    pub signed_at: Timestamp,
}

/// Why a package is not installed, by its signatures.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Nobody signed it.
    #[error("the package is not signed; have its author sign it: chakana plugin sign")]
    Unsigned,
    /// A signature does not fit the files.
    #[error("the package's signatures do not fit its files")]
    Container(#[source] FileContainerError),
    /// A signature's certificate was not approved, not good, or cannot be judged.
    #[error("signature {number}, by {subject}, is not believed")]
    NotBelieved {
        /// Which one, from 1.
        number: usize,
        /// Whose certificate.
        subject: String,
        /// Why.
        source: LongSignatureError,
    },
    /// A signature of tomorrow.
    #[error("signature {number} was made at {signed_at}, and it is {now}; check both clocks")]
    FromTheFuture {
        /// Which one, from 1.
        number: usize,
        /// As it says.
        signed_at: Timestamp,
        /// The moment of judgement.
        now: Timestamp,
    },
    /// The author is a member that is not trusted.
    #[error("the author is {member}, who is not among the trusted authors; trust that member, or refuse the package")]
    UntrustedAuthor {
        /// Who it is.
        member: MemberId,
    },
    /// The registry publishes the author's certificate for nobody.
    #[error("the registry publishes the author's certificate {certificate}, of {subject}, for no member")]
    UnknownAuthor {
        /// Whom the certificate names.
        subject: String,
        /// Which certificate.
        certificate: CertificateHash,
    },
    /// The approving authority did not sign.
    #[error("{authority} has not approved the package; have it signed there: chakana plugin sign --as authority")]
    NotApproved {
        /// Who has to.
        authority: MemberId,
    },
}

impl Package {
    /// Checks who signed: the first signature is the author's, one of the others the authority's where one is asked for.
    ///
    /// # Errors
    /// [`VerifyError`] says which signature is missing, wrong, not trusted, or was revoked.
    pub fn verify(self, trust: &PackageTrust<'_>) -> Result<VerifiedPackage, VerifyError> {
        let signatures = self.container.signatures().map_err(VerifyError::Container)?;
        let Some((first, others)) = signatures.split_first() else { return Err(VerifyError::Unsigned) };
        let judge = Judge { trust, anchors: Anchors::of(trust.configuration) };
        let member = author(first, trust)?;
        let author = judge.approver(1, first, member)?;
        let authority = trust.authority.map(|authority| judge.authority(authority, others)).transpose()?;
        Ok(VerifiedPackage { package: self, author, authority })
    }
}

impl VerifiedPackage {
    /// The package.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// Who made it.
    #[must_use]
    pub fn author(&self) -> &Approver {
        &self.author
    }

    /// Who approved it, where that was asked for.
    #[must_use]
    pub fn authority(&self) -> Option<&Approver> {
        self.authority.as_ref()
    }
}

struct Judge<'a> {
    trust: &'a PackageTrust<'a>,
    anchors: Anchors,
}

impl Judge<'_> {
    fn authority(&self, authority: &MemberId, others: &[LongSignature]) -> Result<Approver, VerifyError> {
        let is_authority = |signature: &LongSignature| signs_with(self.trust.configuration, authority, signature);
        let found = others.iter().enumerate().find(|(_, signature)| is_authority(signature));
        let (index, signature) = found.ok_or_else(|| VerifyError::NotApproved { authority: authority.clone() })?;
        self.approver(index + 2, signature, authority.clone())
    }

    fn approver(&self, number: usize, signature: &LongSignature, member: MemberId) -> Result<Approver, VerifyError> {
        let (signed_at, now) = (signature.signature().signing_time(), self.trust.now);
        if signed_at.duration_since(now) > CLOCK_TOLERANCE {
            return Err(VerifyError::FromTheFuture { number, signed_at, now });
        }
        signature.judge(&self.anchors, self.trust.configuration.ocsp_freshness()).map_err(|source| {
            VerifyError::NotBelieved { number, subject: signature.certificate().subject().to_owned(), source }
        })?;
        Ok(Approver { member, certificate: signature.certificate().hash(), signed_at })
    }
}

/// The trusted member whose certificate signed.
fn author(signature: &LongSignature, trust: &PackageTrust<'_>) -> Result<MemberId, VerifyError> {
    let trusted = trust.authors.iter().find(|author| signs_with(trust.configuration, author, signature));
    if let Some(member) = trusted {
        return Ok(member.clone());
    }
    let certificate = signature.certificate().hash();
    let mut members = trust.configuration.members();
    Err(match members.find(|member| member.signs_with(&certificate)) {
        Some(member) => VerifyError::UntrustedAuthor { member: member.id().clone() },
        None => VerifyError::UnknownAuthor { subject: signature.certificate().subject().to_owned(), certificate },
    })
}

fn signs_with(configuration: &GlobalConfiguration, member: &MemberId, signature: &LongSignature) -> bool {
    configuration.member(member).is_some_and(|member| member.signs_with(&signature.certificate().hash()))
}

/// As of messages.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
