//! The JSON forms of requests and envelopes.

use crate::hash::CertificateHash;
use crate::identifier::{MemberId, ServerId, SubsystemId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) format: String,
    pub(super) created: Timestamp,
    pub(super) request: Request,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Request {
    RegisterAuthenticationCertificate { server: ServerId, address: String, certificate: String },
    DeleteAuthenticationCertificate { server: ServerId, certificate: CertificateHash },
    RegisterClient { server: ServerId, subsystem: SubsystemId, name: String },
    DeleteClient { server: ServerId, subsystem: SubsystemId },
    RegisterSigningCertificate { member: MemberId, certificate: String },
    DeleteSigningCertificate { member: MemberId, certificate: CertificateHash },
    RegisterLogKey { server: ServerId, key: String },
    ChangeAddress { server: ServerId, address: String },
    BeginMaintenance { server: ServerId, notice: String },
    EndMaintenance { server: ServerId },
    RenameSubsystem { server: ServerId, subsystem: SubsystemId, name: String },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Envelope {
    pub(super) format: String,
    pub(super) document: String,
    pub(super) signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signature {
    pub(super) by: By,
    pub(super) signature: String,
    pub(super) certificates: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum By {
    Possession,
    Server,
    Member,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Status {
    pub(super) request: crate::hash::Sha256Hash,
    pub(super) state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Waiting,
    Applied,
    Declined,
}

pub(super) const DOCUMENT_FORMAT: &str = "chakana-management-request/1";
pub(super) const ENVELOPE_FORMAT: &str = "chakana-management-envelope/1";
