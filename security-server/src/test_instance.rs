//! A small instance for tests: members and groups of one's own, and nothing else.

use protocol::global_configuration::GlobalConfiguration;
use protocol::global_configuration::wire::{
    GroupDocument, GroupsDocument, MemberDocument, RegistryDocument, ServerDocument, SharedDocument, SubsystemDocument,
    format,
};

/// An instance `BO` of these members.
pub(crate) fn instance_of(members: Vec<MemberDocument>) -> GlobalConfiguration {
    instance_with_groups(members, vec![])
}

/// An instance `BO` of these members, some of them in groups.
pub(crate) fn instance_with_groups(members: Vec<MemberDocument>, groups: Vec<GroupDocument>) -> GlobalConfiguration {
    let shared = SharedDocument {
        format: format::SHARED.to_owned(),
        instance: "BO".to_owned(),
        registry: RegistryDocument { address: "registry:5501".to_owned(), certificates: vec![] },
        certification_services: vec![],
        time_stamping_services: vec![],
        ocsp_freshness_seconds: 3600,
    };
    let groups = GroupsDocument { format: format::GROUPS.to_owned(), groups };
    GlobalConfiguration::from_documents(&shared, &groups, members).expect("a test's documents agree")
}

/// A member with one security server, and subsystems that are registered on it.
pub(crate) fn member(id: &str, address: &str, subsystems: &[&str]) -> MemberDocument {
    let server = format!("{id}/ss1");
    MemberDocument {
        id: id.parse().expect("a member"),
        name: format!("Member {id}"),
        subsystems: subsystems
            .iter()
            .map(|code| SubsystemDocument {
                code: (*code).to_owned(),
                name: (*code).to_owned(),
                servers: vec![server.parse().expect("a server")],
            })
            .collect(),
        signing_certificates: vec![],
        servers: vec![ServerDocument {
            code: "ss1".to_owned(),
            address: address.to_owned(),
            authentication_certificates: vec![],
            log_keys: vec![],
            maintenance: None,
        }],
    }
}
