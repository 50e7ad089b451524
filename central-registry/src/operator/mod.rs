//! The operator's document, `registry.toml`: what an operator decides and no request asks for.
//!
//! ```toml
//! instance = "BO"
//! member_classes = ["GOV", "COM"]
//!
//! [[members]]
//! class = "GOV"
//! code = "1001"
//! name = "SEGIP"
//!
//! [[certification_services]]
//! name = "ADSIB"
//! certificates = ["-----BEGIN CERTIFICATE-----…"]
//!
//! [approval]
//! default = "manual"
//! register-client = "automatic"
//! ```

mod facts;
mod read;
#[cfg(test)]
mod tests;
mod wire;

pub use facts::role_for;
pub use read::DocumentError;
pub use wire::{Expiry, Rule};

use protocol::global_configuration::wire::{CertificationServiceDocument, GroupDocument, TimeStampingServiceDocument};
use protocol::identifier::{ClientId, GlobalGroupId, MemberId};
use protocol::management::ManagementRequest;
use std::collections::{BTreeMap, BTreeSet};
use trust::certificate::Certificate;
use trust::path::Anchors;

/// What an operator decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperatorDocument {
    pub(crate) instance: String,
    pub(crate) ocsp_freshness_seconds: u32,
    pub(crate) member_classes: BTreeSet<String>,
    pub(crate) members: BTreeMap<MemberId, String>,
    pub(crate) groups: BTreeMap<GlobalGroupId, Group>,
    pub(crate) certification_services: BTreeMap<String, CertificationService>,
    pub(crate) time_stamping_services: BTreeMap<String, TimeStampingService>,
    pub(crate) approval: BTreeMap<String, Rule>,
    pub(crate) expiry: Expiry,
}

/// A global group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) description: String,
    pub(crate) members: BTreeSet<ClientId>,
}

/// An approved certification service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificationService {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) ocsp_urls: Vec<String>,
}

/// An approved time-stamping service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeStampingService {
    pub(crate) url: String,
    pub(crate) certificate: Certificate,
}

/// The rule for every kind that has none of its own.
pub(crate) const DEFAULT_RULE: &str = "default";

/// The kind of a member's first signing certificate, which no signature of the member can vouch for: whoever is
/// allowed it without an operator's look may speak for a member that has none yet.
pub(crate) const FIRST_SIGNING_CERTIFICATE: &str = "register-first-signing-certificate";

/// Every kind of request that can have a rule.
pub(crate) const KINDS: [&str; 12] = [
    "register-authentication-certificate",
    "delete-authentication-certificate",
    "register-client",
    "delete-client",
    FIRST_SIGNING_CERTIFICATE,
    "register-signing-certificate",
    "delete-signing-certificate",
    "register-log-key",
    "change-address",
    "begin-maintenance",
    "end-maintenance",
    "rename-subsystem",
];

impl OperatorDocument {
    /// Reads `registry.toml`.
    ///
    /// # Errors
    /// When it is not that document; says where and why.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        read::document(text)
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The approved certification authorities.
    pub(crate) fn anchors(&self) -> Anchors {
        Anchors::new(self.certification_services.values().flat_map(|it| it.certificates.iter().cloned()).collect())
    }

    /// Where the status of a certificate can be asked whose authorities these are, besides where it says itself.
    pub(crate) fn ocsp_urls<'a>(&'a self, chain: &'a [Certificate]) -> impl Iterator<Item = &'a str> {
        let services = self.certification_services.values();
        let of_chain = services.filter(|service| service.certificates.iter().any(|it| chain.contains(it)));
        of_chain.flat_map(|service| service.ocsp_urls.iter().map(String::as_str))
    }

    /// The rule for requests of this kind.
    pub(crate) fn rule(&self, kind: &str) -> Rule {
        let rule = self.approval.get(kind).or_else(|| self.approval.get(DEFAULT_RULE));
        rule.copied().unwrap_or_default()
    }

    pub(crate) fn group_documents(&self) -> Vec<GroupDocument> {
        let document = |(id, group): (&GlobalGroupId, &Group)| GroupDocument {
            id: id.clone(),
            description: group.description.clone(),
            members: group.members.iter().cloned().collect(),
        };
        self.groups.iter().map(document).collect()
    }

    pub(crate) fn certification_documents(&self) -> Vec<CertificationServiceDocument> {
        let document = |(name, service): (&String, &CertificationService)| CertificationServiceDocument {
            name: name.clone(),
            certificates: service.certificates.iter().map(read::base64_of).collect(),
            ocsp_urls: service.ocsp_urls.clone(),
        };
        self.certification_services.iter().map(document).collect()
    }

    pub(crate) fn time_stamping_documents(&self) -> Vec<TimeStampingServiceDocument> {
        let document = |(name, service): (&String, &TimeStampingService)| TimeStampingServiceDocument {
            name: name.clone(),
            url: service.url.clone(),
            certificate: read::base64_of(&service.certificate),
        };
        self.time_stamping_services.iter().map(document).collect()
    }
}

/// The kind under which a request's rule stands.
pub(crate) fn kind_of(request: &ManagementRequest, history: SigningHistory) -> &'static str {
    match (request, history) {
        (ManagementRequest::RegisterSigningCertificate { .. }, SigningHistory::None) => FIRST_SIGNING_CERTIFICATE,
        _ => request.kind(),
    }
}

/// Whether a member has a registered signing certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SigningHistory {
    /// It has none.
    None,
    /// It has some.
    Some,
}
