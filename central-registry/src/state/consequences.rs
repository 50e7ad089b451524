//! What a request would make of the state, or why it cannot.

use super::{Record, Server, State, Subsystem};
use protocol::global_configuration::wire::render_bin;
use protocol::global_configuration::{Bin, BinNumber, ConfigurationError, LogKey, ServerAddress};
use protocol::hash::CertificateHash;
use protocol::identifier::{MemberId, ServerId, SubsystemId};
use protocol::management::ManagementRequest as Request;
use std::collections::{BTreeMap, BTreeSet};
use trust::checkpoint::Checkpoint;

/// The records as they will be of every member that a request touches.
#[derive(Debug)]
pub(crate) struct Consequences(BTreeMap<MemberId, Record>);

/// Why a request does not fit what is registered; the requester must act.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's text says what it is")]
pub enum RequestRefusal {
    #[error("the registry is of instance {expected}, the request of {found}")]
    Instance { found: String, expected: String },
    #[error("{0} is not a member of this instance")]
    UnknownMember(MemberId),
    #[error("security server {0} is not registered")]
    UnknownServer(ServerId),
    #[error("subsystem {subsystem} is not registered on security server {server}")]
    UnknownSubsystem { subsystem: SubsystemId, server: ServerId },
    #[error("certificate {certificate} is registered for {owner}")]
    CertificateTaken { certificate: CertificateHash, owner: String },
    #[error("certificate {certificate} is not registered for {owner}")]
    UnknownCertificate { certificate: CertificateHash, owner: String },
    #[error("the address {0} cannot be reached by others")]
    Address(ServerAddress),
    #[error("the log key is named {found:?}, and the log of that server has the origin {expected:?}")]
    LogKeyName { found: String, expected: String },
    #[error("everything that is asked is so already")]
    Nothing,
    #[error("the member would have more than every server accepts")]
    TooMuch(#[from] ConfigurationError),
}

impl Consequences {
    pub(super) fn into_records(self) -> BTreeMap<MemberId, Record> {
        self.0
    }
}

impl State {
    /// What `request` would make of the records now.
    pub(crate) fn consequences(&self, request: &Request) -> Result<Consequences, RequestRefusal> {
        for member in members_of(request) {
            self.check_member(member)?;
        }
        let records = match request {
            Request::RegisterAuthenticationCertificate { server, address, certificate } => {
                self.register_server(server, address, CertificateHash::of(certificate))?
            }
            Request::DeleteAuthenticationCertificate { server, certificate } => {
                self.delete_certificate(server, certificate)?
            }
            Request::RegisterClient { server, subsystem, name } => self.register_client(server, subsystem, name)?,
            Request::DeleteClient { server, subsystem } => self.delete_client(server, subsystem)?,
            Request::RegisterSigningCertificate { member, certificate } => {
                self.register_signing(member, CertificateHash::of(certificate))?
            }
            Request::DeleteSigningCertificate { member, certificate } => self.delete_signing(member, certificate)?,
            Request::RegisterLogKey { server, key } => self.register_log_key(server, key)?,
            Request::ChangeAddress { server, address } => {
                check_address(address)?;
                self.change_server(server, |of_server| of_server.address = address.clone())?
            }
            Request::BeginMaintenance { server, notice } => {
                self.change_server(server, |of_server| of_server.maintenance = Some(notice.clone()))?
            }
            Request::EndMaintenance { server } => {
                self.change_server(server, |of_server| of_server.maintenance = None)?
            }
            Request::RenameSubsystem { server, subsystem, name } => {
                let mut records = self.copy(subsystem.member());
                self.subsystem_of(&mut records, server, subsystem)?.name.clone_from(name);
                records
            }
        };
        self.check_records(&records)?;
        Ok(Consequences(records))
    }

    fn check_member(&self, member: &MemberId) -> Result<(), RequestRefusal> {
        let expected = self.document.instance();
        if member.instance() != expected {
            let (found, expected) = (member.instance().to_owned(), expected.to_owned());
            return Err(RequestRefusal::Instance { found, expected });
        }
        match self.document.members.contains_key(member) {
            true => Ok(()),
            false => Err(RequestRefusal::UnknownMember(member.clone())),
        }
    }

    /// A request that changes nothing is refused, and one after which no server could read the configuration.
    fn check_records(&self, records: &BTreeMap<MemberId, Record>) -> Result<(), RequestRefusal> {
        let default = Record::default();
        if records.iter().all(|(member, record)| self.records.get(member).unwrap_or(&default) == record) {
            return Err(RequestRefusal::Nothing);
        }
        for (member, record) in records {
            let name = self.document.members.get(member).map_or("", String::as_str);
            let bin = render_bin(vec![record.document(member, name)]);
            Bin::parse(self.document.instance(), BinNumber::of(member), &bin)?;
        }
        Ok(())
    }

    fn register_server(
        &self,
        server: &ServerId,
        address: &ServerAddress,
        certificate: CertificateHash,
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        check_address(address)?;
        self.check_free(certificate)?;
        let mut records = self.copy(server.owner());
        let record = records.entry(server.owner().clone()).or_default();
        let of_server = record.servers.entry(server.code().to_owned()).or_insert_with(|| Server {
            address: address.clone(),
            authentication_certificates: BTreeSet::new(),
            log_keys: Vec::new(),
            maintenance: None,
        });
        of_server.address = address.clone();
        of_server.authentication_certificates.insert(certificate);
        Ok(records)
    }

    /// With its last certificate a server can say nothing more: it goes, and whatever was behind it alone.
    fn delete_certificate(
        &self,
        server: &ServerId,
        certificate: &CertificateHash,
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        let mut records = self.copy(server.owner());
        let of_server = server_of(&mut records, server)?;
        if !of_server.authentication_certificates.remove(certificate) {
            let owner = server.to_string();
            return Err(RequestRefusal::UnknownCertificate { certificate: *certificate, owner });
        }
        if !of_server.authentication_certificates.is_empty() {
            return Ok(records);
        }
        if let Some(record) = records.get_mut(server.owner()) {
            record.servers.remove(server.code());
        }
        let behind = |record: &Record| record.subsystems.values().any(|subsystem| subsystem.servers.contains(server));
        let others = self.records.iter().filter(|(member, record)| behind(record) && *member != server.owner());
        records.extend(others.map(|(member, record)| (member.clone(), record.clone())));
        for record in records.values_mut() {
            record.subsystems.retain(|_, subsystem| {
                subsystem.servers.remove(server);
                !subsystem.servers.is_empty()
            });
        }
        Ok(records)
    }

    fn register_client(
        &self,
        server: &ServerId,
        subsystem: &SubsystemId,
        name: &str,
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        self.server(server).ok_or_else(|| RequestRefusal::UnknownServer(server.clone()))?;
        let mut records = self.copy(subsystem.member());
        let record = records.entry(subsystem.member().clone()).or_default();
        let registered = record.subsystems.entry(subsystem.code().to_owned());
        let registered = registered.or_insert_with(|| Subsystem { name: name.to_owned(), servers: BTreeSet::new() });
        registered.servers.insert(server.clone());
        Ok(records)
    }

    fn delete_client(
        &self,
        server: &ServerId,
        subsystem: &SubsystemId,
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        let mut records = self.copy(subsystem.member());
        let registered = self.subsystem_of(&mut records, server, subsystem)?;
        registered.servers.remove(server);
        if registered.servers.is_empty()
            && let Some(record) = records.get_mut(subsystem.member())
        {
            record.subsystems.remove(subsystem.code());
        }
        Ok(records)
    }

    fn register_signing(
        &self,
        member: &MemberId,
        certificate: CertificateHash,
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        self.check_free(certificate)?;
        let mut records = self.copy(member);
        records.entry(member.clone()).or_default().signing_certificates.insert(certificate);
        Ok(records)
    }

    fn delete_signing(
        &self,
        member: &MemberId,
        certificate: &CertificateHash,
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        let mut records = self.copy(member);
        if !records.entry(member.clone()).or_default().signing_certificates.remove(certificate) {
            let owner = member.to_string();
            return Err(RequestRefusal::UnknownCertificate { certificate: *certificate, owner });
        }
        Ok(records)
    }

    fn register_log_key(&self, server: &ServerId, key: &LogKey) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        let expected = Checkpoint::origin_of(server);
        if key.name() != expected {
            return Err(RequestRefusal::LogKeyName { found: key.name().to_owned(), expected });
        }
        self.change_server(server, |of_server| {
            if !of_server.log_keys.contains(key) {
                of_server.log_keys.push(key.clone());
            }
        })
    }

    fn change_server(
        &self,
        server: &ServerId,
        change: impl FnOnce(&mut Server),
    ) -> Result<BTreeMap<MemberId, Record>, RequestRefusal> {
        let mut records = self.copy(server.owner());
        change(server_of(&mut records, server)?);
        Ok(records)
    }

    fn subsystem_of<'r>(
        &self,
        records: &'r mut BTreeMap<MemberId, Record>,
        server: &ServerId,
        subsystem: &SubsystemId,
    ) -> Result<&'r mut Subsystem, RequestRefusal> {
        let registered =
            records.get_mut(subsystem.member()).and_then(|record| record.subsystems.get_mut(subsystem.code()));
        registered
            .filter(|registered| registered.servers.contains(server))
            .ok_or_else(|| RequestRefusal::UnknownSubsystem { subsystem: subsystem.clone(), server: server.clone() })
    }

    /// A certificate counts for one server or one member, never for two.
    fn check_free(&self, certificate: CertificateHash) -> Result<(), RequestRefusal> {
        let server = self.servers_by_certificate.get(&certificate).map(ToString::to_string);
        let owner = server.or_else(|| self.members_by_certificate.get(&certificate).map(ToString::to_string));
        match owner {
            Some(owner) => Err(RequestRefusal::CertificateTaken { certificate, owner }),
            None => Ok(()),
        }
    }

    fn copy(&self, member: &MemberId) -> BTreeMap<MemberId, Record> {
        [(member.clone(), self.records.get(member).cloned().unwrap_or_default())].into()
    }
}

fn server_of<'r>(
    records: &'r mut BTreeMap<MemberId, Record>,
    server: &ServerId,
) -> Result<&'r mut Server, RequestRefusal> {
    let registered = records.get_mut(server.owner()).and_then(|record| record.servers.get_mut(server.code()));
    registered.ok_or_else(|| RequestRefusal::UnknownServer(server.clone()))
}

/// Everybody whom a request names.
fn members_of(request: &Request) -> Vec<&MemberId> {
    let server = match request {
        Request::RegisterAuthenticationCertificate { server, .. }
        | Request::DeleteAuthenticationCertificate { server, .. }
        | Request::RegisterClient { server, .. }
        | Request::DeleteClient { server, .. }
        | Request::RegisterLogKey { server, .. }
        | Request::ChangeAddress { server, .. }
        | Request::BeginMaintenance { server, .. }
        | Request::EndMaintenance { server }
        | Request::RenameSubsystem { server, .. } => Some(server.owner()),
        Request::RegisterSigningCertificate { .. } | Request::DeleteSigningCertificate { .. } => None,
    };
    [Some(request.member()), server].into_iter().flatten().collect()
}

/// An address that means "every address of this machine" is nobody's.
fn check_address(address: &ServerAddress) -> Result<(), RequestRefusal> {
    match address.host().parse::<std::net::IpAddr>() {
        Ok(ip) if ip.is_unspecified() || ip.is_multicast() => Err(RequestRefusal::Address(address.clone())),
        _ => Ok(()),
    }
}
