//! What requests made: a member's servers, subsystems and certificates, and the requests themselves.

use jiff::Timestamp;
use protocol::global_configuration::wire::{MaintenanceDocument, MemberDocument, ServerDocument, SubsystemDocument};
use protocol::global_configuration::{LogKey, ServerAddress};
use protocol::hash::{CertificateHash, Sha256Hash};
use protocol::identifier::{MemberId, ServerId};
use protocol::management::{Envelope, RequestState};
use std::collections::{BTreeMap, BTreeSet};

/// What is registered of a member; by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) subsystems: BTreeMap<String, Subsystem>,
    pub(crate) signing_certificates: BTreeSet<CertificateHash>,
    pub(crate) servers: BTreeMap<String, Server>,
}

/// A subsystem; it is behind at least one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subsystem {
    pub(crate) name: String,
    pub(crate) servers: BTreeSet<ServerId>,
}

/// A security server; it has at least one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) address: ServerAddress,
    pub(crate) authentication_certificates: BTreeSet<CertificateHash>,
    pub(crate) log_keys: Vec<LogKey>,
    pub(crate) maintenance: Option<String>,
}

/// A request that came in, and where it stands.
#[derive(Debug)]
pub(crate) struct RequestRecord {
    pub(crate) state: RequestState,
    received: Timestamp,
    author: String,
    /// Only while it waits: what is decided stays in the journal, not in memory.
    envelope: Option<Box<Envelope>>,
}

/// A request that waits for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) request: Sha256Hash,
    pub(crate) received: Timestamp,
    pub(crate) author: String,
    pub(crate) envelope: Envelope,
}

impl Record {
    /// As it is published.
    pub(crate) fn document(&self, member: &MemberId, name: &str) -> MemberDocument {
        let subsystem = |(code, it): (&String, &Subsystem)| SubsystemDocument {
            code: code.clone(),
            name: it.name.clone(),
            servers: it.servers.iter().cloned().collect(),
        };
        let server = |(code, it): (&String, &Server)| ServerDocument {
            code: code.clone(),
            address: it.address.to_string(),
            authentication_certificates: it.authentication_certificates.iter().copied().collect(),
            log_keys: it.log_keys.iter().map(ToString::to_string).collect(),
            maintenance: it.maintenance.clone().map(|notice| MaintenanceDocument { notice }),
        };
        MemberDocument {
            id: member.clone(),
            name: name.to_owned(),
            subsystems: self.subsystems.iter().map(subsystem).collect(),
            signing_certificates: self.signing_certificates.iter().copied().collect(),
            servers: self.servers.iter().map(server).collect(),
        }
    }
}

impl RequestRecord {
    pub(super) fn waiting_since(envelope: Envelope, author: String, received: Timestamp) -> Self {
        Self { state: RequestState::Waiting, received, author, envelope: Some(Box::new(envelope)) }
    }

    pub(super) fn waiting(&self) -> Option<Waiting> {
        let envelope = self.envelope.as_deref()?.clone();
        let request = envelope.document().hash();
        Some(Waiting { request, received: self.received, author: self.author.clone(), envelope })
    }

    /// The envelope, while an operator has to decide.
    pub(crate) fn envelope(&self) -> Option<&Envelope> {
        self.envelope.as_deref()
    }

    pub(super) fn decide(&mut self, state: RequestState) -> Option<Envelope> {
        let envelope = self.envelope.take()?;
        self.state = state;
        Some(*envelope)
    }
}
