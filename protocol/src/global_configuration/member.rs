//! A member with its subsystems and security servers.

use super::check::Check;
use super::wire::{MemberDocument, ServerDocument, SubsystemDocument};
use super::{ConfigurationError, LogKey, ServerAddress, limits};
use crate::hash::CertificateHash;
use crate::identifier::{MemberId, ServerId, SubsystemId};
use std::collections::HashMap;
use std::sync::Arc;

/// A member of the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    id: MemberId,
    name: Arc<str>,
    subsystems: HashMap<SubsystemId, Subsystem>,
    signing_certificates: Vec<CertificateHash>,
    servers: HashMap<ServerId, SecurityServer>,
}

/// A subsystem of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subsystem {
    id: SubsystemId,
    name: Arc<str>,
    servers: Vec<ServerId>,
}

/// A security server of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityServer {
    id: ServerId,
    address: ServerAddress,
    authentication_certificates: Vec<CertificateHash>,
    log_keys: Vec<LogKey>,
    maintenance: Option<Maintenance>,
}

/// That a server is in maintenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    notice: Arc<str>,
}

impl Member {
    pub(super) fn read(check: Check<'_>, document: MemberDocument) -> Result<Self, ConfigurationError> {
        check.instance(document.id.instance())?;
        check.count("subsystems of a member", document.subsystems.len(), limits::OF_MEMBER)?;
        check.count("servers of a member", document.servers.len(), limits::OF_MEMBER)?;
        check.count("signing certificates", document.signing_certificates.len(), limits::KEYS)?;
        check.ascending("subsystems of a member", document.subsystems.iter().map(|it| &it.code))?;
        check.ascending("servers of a member", document.servers.iter().map(|it| &it.code))?;
        check.ascending("signing certificates", document.signing_certificates.iter())?;
        let name = check.text("name of a member", &document.name)?;
        let subsystem = |it| Subsystem::read(check, &document.id, it).map(|it| (it.id.clone(), it));
        let server = |it| SecurityServer::read(check, &document.id, it).map(|it| (it.id.clone(), it));
        Ok(Self {
            name,
            subsystems: document.subsystems.into_iter().map(subsystem).collect::<Result<_, _>>()?,
            servers: document.servers.into_iter().map(server).collect::<Result<_, _>>()?,
            signing_certificates: document.signing_certificates,
            id: document.id,
        })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &MemberId {
        &self.id
    }

    /// Its name, in words.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One of its subsystems.
    #[must_use]
    pub fn subsystem(&self, id: &SubsystemId) -> Option<&Subsystem> {
        self.subsystems.get(id)
    }

    /// Its subsystems, in no order.
    pub fn subsystems(&self) -> impl Iterator<Item = &Subsystem> {
        self.subsystems.values()
    }

    /// The certificates that may sign for it; a signature counts only with one of them.
    #[must_use]
    pub fn signing_certificates(&self) -> &[CertificateHash] {
        &self.signing_certificates
    }

    /// Whether a signature with this certificate counts for it.
    #[must_use]
    pub fn signs_with(&self, certificate: &CertificateHash) -> bool {
        self.signing_certificates.binary_search(certificate).is_ok()
    }

    /// One of the security servers it owns.
    #[must_use]
    pub fn server(&self, id: &ServerId) -> Option<&SecurityServer> {
        self.servers.get(id)
    }

    /// The security servers it owns, in no order.
    pub fn servers(&self) -> impl Iterator<Item = &SecurityServer> {
        self.servers.values()
    }
}

impl Subsystem {
    fn read(check: Check<'_>, member: &MemberId, document: SubsystemDocument) -> Result<Self, ConfigurationError> {
        check.count("servers of a subsystem", document.servers.len(), limits::SERVERS_OF_SUBSYSTEM)?;
        check.ascending("servers of a subsystem", document.servers.iter())?;
        for server in &document.servers {
            check.instance(server.owner().instance())?;
        }
        Ok(Self {
            id: check.code(&document.code, SubsystemId::new(member.clone(), &document.code))?,
            name: check.text("name of a subsystem", &document.name)?,
            servers: document.servers,
        })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &SubsystemId {
        &self.id
    }

    /// Its name, in words.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The security servers it is registered on, in ascending order.
    #[must_use]
    pub fn servers(&self) -> &[ServerId] {
        &self.servers
    }
}

impl SecurityServer {
    fn read(check: Check<'_>, owner: &MemberId, document: ServerDocument) -> Result<Self, ConfigurationError> {
        let certificates = document.authentication_certificates;
        check.count("authentication certificates", certificates.len(), limits::KEYS)?;
        check.ascending("authentication certificates", certificates.iter())?;
        check.count("log keys", document.log_keys.len(), limits::KEYS)?;
        let id = check.code(&document.code, ServerId::new(owner.clone(), &document.code))?;
        let log_key = |text: &String| text.parse().map_err(|_| check.value("log key", text));
        let maintenance = document.maintenance.map(|it| check.text("maintenance notice", &it.notice)).transpose()?;
        Ok(Self {
            id,
            address: document.address.parse().map_err(|_| check.value("server address", &document.address))?,
            authentication_certificates: certificates,
            log_keys: document.log_keys.iter().map(log_key).collect::<Result<_, _>>()?,
            maintenance: maintenance.map(|notice| Maintenance { notice }),
        })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &ServerId {
        &self.id
    }

    /// Where other security servers reach it.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    /// The certificates that may speak for it.
    #[must_use]
    pub fn authentication_certificates(&self) -> &[CertificateHash] {
        &self.authentication_certificates
    }

    /// The keys that may sign its message log's checkpoints, newest last.
    #[must_use]
    pub fn log_keys(&self) -> &[LogKey] {
        &self.log_keys
    }

    /// Whether, and with what notice, it is in maintenance.
    #[must_use]
    pub fn maintenance(&self) -> Option<&Maintenance> {
        self.maintenance.as_ref()
    }
}

impl Maintenance {
    /// What callers are told.
    #[must_use]
    pub fn notice(&self) -> &str {
        &self.notice
    }
}
