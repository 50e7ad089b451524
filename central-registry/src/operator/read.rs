//! From text to the document, with every check that needs nothing but the text.

use super::wire::{self, Expiry};
use super::{CertificationService, DEFAULT_RULE, Group, KINDS, OperatorDocument, TimeStampingService};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use protocol::global_configuration::wire::{GroupsDocument, RegistryDocument, SharedDocument, format};
use protocol::global_configuration::{ConfigurationError, Groups, Shared, limits};
use protocol::identifier::{ClientId, GlobalGroupId, IdentifierError, MemberId};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use trust::certificate::{Certificate, CertificateError, Role};

/// Why a text is not the operator's document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not TOML, an unknown entry, one that is missing.
    #[error("{source}")]
    Malformed {
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A code that no identifier can have.
    #[error("{what} {text:?} cannot be one: {source}")]
    Identifier {
        /// What it should be.
        what: &'static str,
        /// What it says.
        text: String,
        /// Why not.
        source: IdentifierError,
    },
    /// A member's class is not listed.
    #[error("member {member} has a class that member_classes does not list")]
    UnknownClass {
        /// The member.
        member: MemberId,
    },
    /// Something is there twice.
    #[error("{what} {name} is there twice")]
    Twice {
        /// What.
        what: &'static str,
        /// Which.
        name: String,
    },
    /// A group has a member of no member.
    #[error("group {group} has {client}, whose member is not listed")]
    UnknownMember {
        /// The group.
        group: GlobalGroupId,
        /// The one who is in it.
        client: ClientId,
    },
    /// What should be certificates is none.
    #[error("{service} has something that is no PEM certificate")]
    Pem {
        /// The service.
        service: String,
    },
    /// A certificate cannot be read.
    #[error("{service} has a certificate that cannot be read: {source}")]
    Certificate {
        /// The service.
        service: String,
        /// Why not.
        source: CertificateError,
    },
    /// A certificate is for something else.
    #[error("{service} has the certificate of {subject}, which is not for {expected}")]
    Role {
        /// The service.
        service: String,
        /// Whose certificate.
        subject: String,
        /// What it must be for.
        expected: Role,
    },
    /// A rule for no kind of request.
    #[error("approval has a rule for {kind:?}; the kinds are default, {}", KINDS.join(", "))]
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// An expiry that cannot be meant.
    #[error("expiry.{field} must be between {least} and {most}")]
    Expiry {
        /// Which.
        field: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// What would be published of it would be refused by every server.
    #[error("{source}")]
    Publishable {
        /// Why.
        source: ConfigurationError,
    },
}

pub(super) fn document(text: &str) -> Result<OperatorDocument, DocumentError> {
    let document: wire::Document =
        toml::from_str(text).map_err(|source| DocumentError::Malformed { source: Box::new(source) })?;
    let members = members(&document)?;
    let read = OperatorDocument {
        groups: groups(&document, &members)?,
        members,
        certification_services: certification_services(document.certification_services)?,
        time_stamping_services: time_stamping_services(document.time_stamping_services)?,
        approval: document.approval,
        expiry: document.expiry,
        ocsp_freshness_seconds: document.ocsp_freshness_seconds,
        member_classes: unique("member class", document.member_classes)?,
        instance: document.instance,
    };
    if let Some(kind) = read.approval.keys().find(|kind| *kind != DEFAULT_RULE && !KINDS.contains(&kind.as_str())) {
        return Err(DocumentError::UnknownKind { kind: kind.clone() });
    }
    check_expiry(read.expiry)?;
    check_publishable(&read)?;
    Ok(read)
}

/// The certificate as the documents carry it.
pub(super) fn base64_of(certificate: &Certificate) -> String {
    STANDARD.encode(certificate.der())
}

fn members(document: &wire::Document) -> Result<BTreeMap<MemberId, String>, DocumentError> {
    let mut members = BTreeMap::new();
    for member in &document.members {
        let id = MemberId::new(&document.instance, &member.class, &member.code)
            .map_err(invalid("member", &format!("{}/{}/{}", document.instance, member.class, member.code)))?;
        if !document.member_classes.contains(&member.class) {
            return Err(DocumentError::UnknownClass { member: id });
        }
        check_text("name of a member", &member.name)?;
        if members.insert(id.clone(), member.name.clone()).is_some() {
            return Err(twice("member", id));
        }
    }
    Ok(members)
}

fn groups(
    document: &wire::Document,
    members: &BTreeMap<MemberId, String>,
) -> Result<BTreeMap<GlobalGroupId, Group>, DocumentError> {
    let mut groups = BTreeMap::new();
    for group in &document.global_groups {
        let id = GlobalGroupId::new(&document.instance, &group.code).map_err(invalid("global group", &group.code))?;
        let mut clients = BTreeSet::new();
        for text in &group.members {
            let client: ClientId = text.parse().map_err(invalid("member of a group", text))?;
            // A subsystem may be registered later; its member is there first.
            if !members.contains_key(client.member()) {
                return Err(DocumentError::UnknownMember { group: id, client });
            }
            if !clients.insert(client) {
                return Err(twice("member of a group", text));
            }
        }
        let described = Group { description: group.description.clone(), members: clients };
        if groups.insert(id.clone(), described).is_some() {
            return Err(twice("global group", id));
        }
    }
    Ok(groups)
}

fn certification_services(
    services: Vec<wire::CertificationService>,
) -> Result<BTreeMap<String, CertificationService>, DocumentError> {
    let mut read = BTreeMap::new();
    for service in services {
        let mut certificates = Vec::new();
        for pem in &service.certificates {
            certificates.extend(certificates_of(&service.name, pem, Role::Authority)?);
        }
        let approved = CertificationService { certificates, ocsp_urls: service.ocsp_urls };
        if read.insert(service.name.clone(), approved).is_some() {
            return Err(twice("certification service", service.name));
        }
    }
    Ok(read)
}

fn time_stamping_services(
    services: Vec<wire::TimeStampingService>,
) -> Result<BTreeMap<String, TimeStampingService>, DocumentError> {
    let mut read = BTreeMap::new();
    for service in services {
        let mut certificates = certificates_of(&service.name, &service.certificate, Role::TimeStamping)?;
        let certificate = match (certificates.pop(), certificates.is_empty()) {
            (Some(certificate), true) => certificate,
            _ => return Err(DocumentError::Pem { service: service.name }),
        };
        let approved = TimeStampingService { url: service.url, certificate };
        if read.insert(service.name.clone(), approved).is_some() {
            return Err(twice("time-stamping service", service.name));
        }
    }
    Ok(read)
}

fn certificates_of(service: &str, pem: &str, expected: Role) -> Result<Vec<Certificate>, DocumentError> {
    let not_pem = || DocumentError::Pem { service: service.to_owned() };
    let ders = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>().map_err(|_| not_pem())?;
    if ders.is_empty() {
        return Err(not_pem());
    }
    let read = |der: CertificateDer<'_>| {
        let certificate = Certificate::from_der(&der)
            .map_err(|source| DocumentError::Certificate { service: service.to_owned(), source })?;
        if certificate.role() == Ok(expected) {
            return Ok(certificate);
        }
        let subject = certificate.subject().to_owned();
        Err(DocumentError::Role { service: service.to_owned(), subject, expected })
    };
    ders.into_iter().map(read).collect()
}

fn check_expiry(expiry: Expiry) -> Result<(), DocumentError> {
    let bounds = [
        ("timestamp_hours", expiry.timestamp_hours, 1, 24 * 30),
        ("snapshot_days", expiry.snapshot_days, 1, 3650),
        ("targets_days", expiry.targets_days, 1, 3650),
        ("root_days", expiry.root_days, 30, 36_500),
    ];
    match bounds.into_iter().find(|(_, value, least, most)| !(least..=most).contains(&value)) {
        Some((field, _, least, most)) => Err(DocumentError::Expiry { field, least, most }),
        None => Ok(()),
    }
}

/// Reads what would be published as every server will read it.
fn check_publishable(document: &OperatorDocument) -> Result<(), DocumentError> {
    let shared = SharedDocument {
        format: format::SHARED.to_owned(),
        instance: document.instance.clone(),
        registry: RegistryDocument { address: "registry:1".to_owned(), certificates: Vec::new() },
        certification_services: document.certification_documents(),
        time_stamping_services: document.time_stamping_documents(),
        ocsp_freshness_seconds: document.ocsp_freshness_seconds,
    };
    let groups = GroupsDocument { format: format::GROUPS.to_owned(), groups: document.group_documents() };
    let render = protocol::global_configuration::wire::render::<SharedDocument>;
    Shared::parse(&render(&shared)).map_err(|source| DocumentError::Publishable { source })?;
    let groups = protocol::global_configuration::wire::render(&groups);
    Groups::parse(&document.instance, &groups).map_err(|source| DocumentError::Publishable { source })?;
    Ok(())
}

fn check_text(field: &'static str, text: &str) -> Result<(), DocumentError> {
    if text.chars().count() <= limits::TEXT_CHARACTERS && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let value = text.chars().take(80).collect();
    let document = "registry.toml".to_owned();
    Err(DocumentError::Publishable { source: ConfigurationError::Value { document, field, value } })
}

fn unique(what: &'static str, names: Vec<String>) -> Result<BTreeSet<String>, DocumentError> {
    let mut all = BTreeSet::new();
    for name in names {
        if !all.insert(name.clone()) {
            return Err(twice(what, name));
        }
    }
    Ok(all)
}

fn invalid(what: &'static str, text: &str) -> impl FnOnce(IdentifierError) -> DocumentError + use<> {
    let text = text.to_owned();
    move |source| DocumentError::Identifier { what, text, source }
}

fn twice(what: &'static str, name: impl Display) -> DocumentError {
    DocumentError::Twice { what, name: name.to_string() }
}
