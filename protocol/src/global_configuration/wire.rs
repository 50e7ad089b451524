//! The documents as they travel: the targets of the registry's TUF repository.
//!
//! They are JSON of one exact shape each; what they mean, and what is refused, is decided when
//! they become domain types. The fields are public because the central registry fills them.

use super::error::ConfigurationError;
use super::{BinNumber, limits};
use crate::hash::CertificateHash;
use crate::identifier::{ClientId, GlobalGroupId, MemberId, ServerId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the target with what concerns the whole instance.
pub const SHARED: &str = "shared.json";

/// Name of the target with the global groups.
pub const GROUPS: &str = "groups.json";

/// `shared.json`: what concerns the whole instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedDocument {
    /// Always `chakana-shared/1`.
    pub format: String,
    /// The instance whose configuration this is.
    pub instance: String,
    /// Where management requests go.
    pub registry: RegistryDocument,
    /// Approved certification services.
    pub certification_services: Vec<CertificationServiceDocument>,
    /// Approved time-stamping services.
    pub time_stamping_services: Vec<TimeStampingServiceDocument>,
    /// How old an OCSP response may be.
    pub ocsp_freshness_seconds: u32,
}

/// Where management requests go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryDocument {
    /// `host:port` of the port that takes management requests.
    pub address: String,
    /// The TLS certificates that port may show.
    pub certificates: Vec<CertificateHash>,
}

/// One approved certification service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationServiceDocument {
    /// Its name, unique in the document.
    pub name: String,
    /// Its CA certificates (roots and intermediates), base64 of DER.
    pub certificates: Vec<String>,
    /// Where its certificates' status is asked.
    pub ocsp_urls: Vec<String>,
}

/// One approved time-stamping service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeStampingServiceDocument {
    /// Its name, unique in the document.
    pub name: String,
    /// Where it answers RFC 3161 requests.
    pub url: String,
    /// Its certificate, base64 of DER.
    pub certificate: String,
}

/// `groups.json`: the global groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupsDocument {
    /// Always `chakana-groups/1`.
    pub format: String,
    /// In ascending order of id.
    pub groups: Vec<GroupDocument>,
}

/// One global group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDocument {
    /// Its id.
    pub id: GlobalGroupId,
    /// What it is for, in words.
    pub description: String,
    /// In ascending order.
    pub members: Vec<ClientId>,
}

/// `members-00.json` … `members-ff.json`: one bin of members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BinDocument {
    /// Always `chakana-members/1`.
    pub format: String,
    /// In ascending order of id.
    pub members: Vec<MemberDocument>,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberDocument {
    /// Its id.
    pub id: MemberId,
    /// Its name, in words.
    pub name: String,
    /// In ascending order of code.
    pub subsystems: Vec<SubsystemDocument>,
    /// Certificates that may sign for the member, in ascending order.
    pub signing_certificates: Vec<CertificateHash>,
    /// The security servers it owns, in ascending order of code.
    pub servers: Vec<ServerDocument>,
}

/// One subsystem of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubsystemDocument {
    /// Its code within the member.
    pub code: String,
    /// Its name, in words.
    pub name: String,
    /// The security servers it is registered on, in ascending order.
    pub servers: Vec<ServerId>,
}

/// One security server of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerDocument {
    /// Its code within the owner.
    pub code: String,
    /// `host:port` where other security servers reach it.
    pub address: String,
    /// Certificates that may speak for the server, in ascending order.
    pub authentication_certificates: Vec<CertificateHash>,
    /// Note verifiers of its message log, newest last.
    pub log_keys: Vec<String>,
    /// Present while the server is in maintenance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<MaintenanceDocument>,
}

/// That a server is in maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceDocument {
    /// What callers are told.
    pub notice: String,
}

/// The `format` of each document.
pub mod format {
    /// Of `shared.json`.
    pub const SHARED: &str = "chakana-shared/1";
    /// Of `groups.json`.
    pub const GROUPS: &str = "chakana-groups/1";
    /// Of `members-xx.json`.
    pub const MEMBERS: &str = "chakana-members/1";
}

/// The bytes of a document, the same for the same document.
#[must_use]
pub fn render<T: Serialize>(document: &T) -> Vec<u8> {
    serde_json::to_vec(document).expect("documents hold only strings, numbers and lists, which always serialise")
}

/// Every target of the repository, by name: all 258 of them, with the members in their bins.
///
/// Lists are put into their canonical order, so that the same facts give the same bytes.
#[must_use]
pub fn targets(
    shared: &SharedDocument,
    groups: &GroupsDocument,
    members: Vec<MemberDocument>,
) -> BTreeMap<String, Vec<u8>> {
    let mut bins: BTreeMap<BinNumber, Vec<MemberDocument>> = BinNumber::all().map(|bin| (bin, Vec::new())).collect();
    for mut member in members {
        member.sort();
        bins.entry(BinNumber::of(&member.id)).or_default().push(member);
    }
    let mut groups = groups.clone();
    groups.sort();
    let mut targets: BTreeMap<_, _> =
        bins.into_iter().map(|(bin, members)| (bin.target(), render_bin(members))).collect();
    targets.insert(SHARED.to_owned(), render(shared));
    targets.insert(GROUPS.to_owned(), render(&groups));
    targets
}

/// The bytes of one bin; the members are put into order.
#[must_use]
pub fn render_bin(mut members: Vec<MemberDocument>) -> Vec<u8> {
    members.sort_by(|left, right| left.id.cmp(&right.id));
    render(&BinDocument { format: format::MEMBERS.to_owned(), members })
}

impl MemberDocument {
    /// Puts every list into its canonical order.
    pub fn sort(&mut self) {
        self.signing_certificates.sort_unstable();
        self.subsystems.sort_by(|left, right| left.code.cmp(&right.code));
        self.servers.sort_by(|left, right| left.code.cmp(&right.code));
        for subsystem in &mut self.subsystems {
            subsystem.servers.sort_unstable();
        }
        for server in &mut self.servers {
            server.authentication_certificates.sort_unstable();
        }
    }
}

impl GroupsDocument {
    /// Puts every list into its canonical order.
    pub fn sort(&mut self) {
        self.groups.sort_by(|left, right| left.id.cmp(&right.id));
        for group in &mut self.groups {
            group.members.sort_unstable();
        }
    }
}

pub(super) fn parse<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, ConfigurationError> {
    if bytes.len() > limits::DOCUMENT_BYTES {
        return Err(ConfigurationError::TooLarge { document: name.to_owned(), size: bytes.len() });
    }
    serde_json::from_slice(bytes).map_err(|source| ConfigurationError::Malformed { document: name.to_owned(), source })
}
