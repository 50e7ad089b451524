//! From the document as written to what it means; the first broken rule refuses the whole.

use super::client::LocalGroup;
use super::error::{PemError, Place, Rule};
use super::wire::{Authentication, ClientTable, Document, LocalGroupTable, PluginTable};
use super::{Client, ClientAuthentication, Plugin, ServerConfigurationError, Service, limits};
use plugin_host::manifest::PluginName;
use protocol::access::AccessRight;
use protocol::hash::CertificateHash;
use protocol::identifier::{ClientId, SubsystemId};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use std::collections::{BTreeSet, HashSet};
use trust::certificate::Certificate;

mod access;
mod plugin;
mod service;

/// What a document says, every rule checked, not yet indexed.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) clients: Vec<Client>,
    pub(super) groups: Vec<LocalGroup>,
    pub(super) plugins: Vec<Plugin>,
    pub(super) services: Vec<Service>,
    pub(super) rights: Vec<AccessRight>,
}

impl Checked {
    pub(super) fn read(text: &str) -> Result<Self, ServerConfigurationError> {
        if text.len() > limits::DOCUMENT_BYTES {
            return Err(ServerConfigurationError::TooLarge { size_bytes: text.len() });
        }
        let document: Document =
            toml::from_str(text).map_err(|source| ServerConfigurationError::Syntax { source: Box::new(source) })?;
        let mut checked = Self::default();
        let mut seen = HashSet::new();
        for (index, table) in document.clients.into_iter().enumerate() {
            let place = Place::table("client", index, &table.id);
            place.count("clients", index + 1, limits::CLIENTS)?;
            let id: ClientId = table.id.parse().map_err(|source| place.refused(Rule::ClientId(source)))?;
            if !seen.insert(id.clone()) {
                return Err(place.refused(Rule::DuplicateClient));
            }
            checked.client(&place, id, table)?;
        }
        Ok(checked)
    }

    fn client(&mut self, place: &Place, id: ClientId, table: ClientTable) -> Result<(), ServerConfigurationError> {
        if table.name.as_ref().is_some_and(|name| !is_name(name)) {
            return Err(place.refused(Rule::Name));
        }
        let has_name = table.name.is_some();
        self.clients.push(Client {
            id: id.clone(),
            name: table.name,
            authentication: table.authentication.into(),
            certificates: certificates(place, "certificates", &table.certificates)?,
        });
        let ClientId::Subsystem(subsystem) = id else {
            let nothing_else =
                !has_name && table.services.is_empty() && table.plugins.is_empty() && table.local_groups.is_empty();
            return if nothing_else { Ok(()) } else { Err(place.refused(Rule::OfMember)) };
        };
        let first = self.groups.len();
        self.groups_of(place, &subsystem, table.local_groups)?;
        let plugins = self.plugins_of(place, &subsystem, table.plugins)?;
        let codes: HashSet<&str> = self.groups[first..].iter().map(|group| group.code.as_str()).collect();
        place.count("services", table.services.len(), limits::SERVICES)?;
        let mut seen = HashSet::new();
        for (index, table) in table.services.into_iter().enumerate() {
            let place = place.inner("client.service", index, &table.code);
            let id = service::id(&place, &subsystem, &table.code)?;
            if !seen.insert(id.clone()) {
                return Err(place.refused(Rule::DuplicateService));
            }
            let rights = access::read(&place, &id, &table.rights, &codes)?;
            self.services.push(service::read(&place, id, table, &rights, &plugins)?);
            self.rights.extend(rights);
        }
        Ok(())
    }

    /// The names of a client's plugins; no two plugins of a server share one, as each keeps its data under its name.
    fn plugins_of(
        &mut self,
        place: &Place,
        client: &SubsystemId,
        tables: Vec<PluginTable>,
    ) -> Result<BTreeSet<PluginName>, ServerConfigurationError> {
        let mut names = BTreeSet::new();
        for (index, table) in tables.into_iter().enumerate() {
            let place = place.inner("client.plugin", index, &table.name);
            let plugin = plugin::read(&place, client, table)?;
            if let Some(other) = self.plugins.iter().find(|other| other.name() == plugin.name()) {
                return Err(place.refused(Rule::DuplicatePlugin { client: other.client().clone() }));
            }
            names.insert(plugin.name().clone());
            self.plugins.push(plugin);
            place.count("plugins of this server", self.plugins.len(), limits::PLUGINS)?;
        }
        Ok(names)
    }

    fn groups_of(
        &mut self,
        place: &Place,
        provider: &SubsystemId,
        tables: Vec<LocalGroupTable>,
    ) -> Result<(), ServerConfigurationError> {
        place.count("local groups", tables.len(), limits::LOCAL_GROUPS)?;
        let mut seen = HashSet::new();
        for (index, table) in tables.into_iter().enumerate() {
            let place = place.inner("client.local_group", index, &table.code);
            if !is_line(&table.code, limits::GROUP_CODE_BYTES) {
                return Err(place.refused(Rule::GroupCode));
            }
            if !seen.insert(table.code.clone()) {
                return Err(place.refused(Rule::DuplicateGroup));
            }
            let members = members(&place, &table.members)?;
            self.groups.push(LocalGroup { provider: provider.clone(), code: table.code, members });
        }
        Ok(())
    }
}

impl From<Authentication> for ClientAuthentication {
    fn from(written: Authentication) -> Self {
        match written {
            Authentication::HttpsClientCertificate => Self::HttpsClientCertificate,
            Authentication::Https => Self::Https,
            Authentication::Http => Self::Http,
        }
    }
}

fn members(place: &Place, written: &[String]) -> Result<HashSet<SubsystemId>, ServerConfigurationError> {
    place.count("members", written.len(), limits::GROUP_MEMBERS)?;
    let mut members = HashSet::with_capacity(written.len());
    for (index, text) in written.iter().enumerate() {
        let position = index + 1;
        let member = text.parse().map_err(|source| place.refused(Rule::GroupMember { position, source }))?;
        if !members.insert(member) {
            return Err(place.refused(Rule::DuplicateGroupMember { position }));
        }
    }
    Ok(members)
}

fn certificates(
    place: &Place,
    key: &'static str,
    written: &[String],
) -> Result<BTreeSet<CertificateHash>, ServerConfigurationError> {
    place.count(key, written.len(), limits::CERTIFICATES)?;
    let mut hashes = BTreeSet::new();
    for (index, pem) in written.iter().enumerate() {
        let position = index + 1;
        let hash = certificate(pem).map_err(|source| place.refused(Rule::Certificate { key, position, source }))?;
        if !hashes.insert(hash) {
            return Err(place.refused(Rule::DuplicateCertificate { key, position }));
        }
    }
    Ok(hashes)
}

fn certificate(pem: &str) -> Result<CertificateHash, PemError> {
    if pem.len() > limits::PEM_BYTES {
        return Err(PemError::TooLong);
    }
    let found = pem.matches("-----BEGIN ").count();
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| PemError::Blocks { found: 0 })?;
    if found != 1 {
        return Err(PemError::Blocks { found });
    }
    Certificate::from_der(&der).map(|certificate| certificate.hash()).map_err(PemError::Certificate)
}

/// A name as the registry takes it.
fn is_name(text: &str) -> bool {
    use protocol::global_configuration::limits::TEXT_CHARACTERS;
    (1..=TEXT_CHARACTERS).contains(&text.chars().count()) && text.trim() == text && !text.chars().any(char::is_control)
}

/// One line of printable text within a bound.
fn is_line(text: &str, most_bytes: usize) -> bool {
    !text.trim().is_empty() && text.len() <= most_bytes && !text.chars().any(char::is_control)
}

/// Of what stands in the document and is no word of it.
const MAX_QUOTED_CHARACTERS: usize = 32;
