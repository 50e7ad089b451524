//! What this server has and the registry does not know, and what the registry knows and this server no longer has.

use crate::server_configuration::ServerConfiguration;
use protocol::global_configuration::{GlobalConfiguration, LogKey, SecurityServer, ServerAddress};
use protocol::hash::CertificateHash;
use protocol::identifier::{ClientId, MemberId, ServerId, SubsystemId};
use protocol::management::ManagementRequest;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What this server has.
#[derive(Debug)]
pub struct Own<'a> {
    /// Its id.
    pub server: &'a ServerId,
    /// Where others reach it.
    pub address: &'a ServerAddress,
    /// Its authentication certificate, DER.
    pub authentication: Arc<[u8]>,
    /// The signing certificates of its members, DER.
    pub signing: Vec<(MemberId, Arc<[u8]>)>,
    /// The key of its log.
    pub log_key: &'a LogKey,
    /// Its clients.
    pub configuration: &'a ServerConfiguration,
}

/// What is registered and not here.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Superfluous {
    /// Certainly of this server: clients, authentication certificates.
    pub of_server: Vec<ManagementRequest>,
    /// Signing certificates of its members: another server of the member may have the key.
    pub signing: Vec<(MemberId, CertificateHash)>,
}

impl Own<'_> {
    /// What this server has and the registry does not know, in the order in which it must be asked for.
    #[must_use]
    pub fn missing(&self, global: &GlobalConfiguration) -> Vec<ManagementRequest> {
        let mut missing = Vec::new();
        for (member, certificate) in &self.signing {
            let hash = CertificateHash::of(certificate);
            if !global.member(member).is_some_and(|member| member.signs_with(&hash)) {
                let (member, certificate) = (member.clone(), certificate.clone());
                missing.push(ManagementRequest::RegisterSigningCertificate { member, certificate });
            }
        }
        let (server, registered) = (self.server, global.server(self.server));
        let own = CertificateHash::of(&self.authentication);
        if !registered.is_some_and(|server| server.authentication_certificates().contains(&own)) {
            missing.push(ManagementRequest::RegisterAuthenticationCertificate {
                server: server.clone(),
                address: self.address.clone(),
                certificate: self.authentication.clone(),
            });
        }
        if !registered.is_some_and(|server| server.log_keys().contains(self.log_key)) {
            missing.push(ManagementRequest::RegisterLogKey { server: server.clone(), key: self.log_key.clone() });
        }
        // A certificate is registered with the address: then there is nothing more to say.
        let moved = |server: &SecurityServer| {
            server.address() != self.address && server.authentication_certificates().contains(&own)
        };
        if registered.is_some_and(moved) {
            missing.push(ManagementRequest::ChangeAddress { server: server.clone(), address: self.address.clone() });
        }
        missing.extend(self.subsystems().into_iter().filter_map(|(id, name)| self.subsystem(global, id, name)));
        missing
    }

    /// What the registry knows of this server that it no longer has.
    #[must_use]
    pub fn superfluous(&self, global: &GlobalConfiguration) -> Superfluous {
        let mut superfluous = Superfluous::default();
        for subsystem in global.members().flat_map(|member| member.subsystems()) {
            let is_here = || self.configuration.client(&ClientId::Subsystem(subsystem.id().clone())).is_some();
            if subsystem.servers().contains(self.server) && !is_here() {
                let (server, subsystem) = (self.server.clone(), subsystem.id().clone());
                superfluous.of_server.push(ManagementRequest::DeleteClient { server, subsystem });
            }
        }
        let own = CertificateHash::of(&self.authentication);
        let registered = global.server(self.server).map_or(&[][..], |server| server.authentication_certificates());
        // While the own one is not registered, another may be all that speaks for the server.
        if registered.contains(&own) {
            for certificate in registered.iter().filter(|certificate| **certificate != own) {
                let (server, certificate) = (self.server.clone(), *certificate);
                superfluous.of_server.push(ManagementRequest::DeleteAuthenticationCertificate { server, certificate });
            }
        }
        let here: Vec<CertificateHash> = self.signing.iter().map(|(_, der)| CertificateHash::of(der)).collect();
        let members: BTreeSet<&MemberId> = self.signing.iter().map(|(member, _)| member).collect();
        for member in members.into_iter().filter_map(|member| global.member(member)) {
            let elsewhere = member.signing_certificates().iter().filter(|certificate| !here.contains(certificate));
            superfluous.signing.extend(elsewhere.map(|certificate| (member.id().clone(), *certificate)));
        }
        superfluous
    }

    /// What is to be asked about a subsystem: that it be registered, or that it have another name.
    fn subsystem(
        &self,
        global: &GlobalConfiguration,
        subsystem: &SubsystemId,
        name: Option<&str>,
    ) -> Option<ManagementRequest> {
        let (server, known) = (self.server.clone(), global.subsystem(subsystem));
        if !known.is_some_and(|known| known.servers().contains(self.server)) {
            let name = name.or(known.map(|known| known.name())).unwrap_or(subsystem.code()).to_owned();
            return Some(ManagementRequest::RegisterClient { server, subsystem: subsystem.clone(), name });
        }
        let name = name.filter(|name| known.is_some_and(|known| known.name() != *name))?.to_owned();
        Some(ManagementRequest::RenameSubsystem { server, subsystem: subsystem.clone(), name })
    }

    /// The subsystems of the document with their names, in order.
    fn subsystems(&self) -> Vec<(&SubsystemId, Option<&str>)> {
        let mut subsystems: Vec<_> = self
            .configuration
            .clients()
            .filter_map(|client| match client.id() {
                ClientId::Subsystem(subsystem) => Some((subsystem, client.name())),
                ClientId::Member(_) => None,
            })
            .collect();
        subsystems.sort_by_key(|(subsystem, _)| subsystem.to_string());
        subsystems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_instance::instance_of;
    use protocol::global_configuration::wire::{MemberDocument, ServerDocument, SubsystemDocument};

    const LOG_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    /// What the registry says of member BO/GOV/1001 and its server.
    struct Registered {
        address: &'static str,
        authentication: &'static [&'static str],
        signing: &'static [&'static str],
        subsystems: &'static [(&'static str, &'static str)],
    }

    const NOW: Registered = Registered {
        address: "127.0.0.1:5500",
        authentication: &["auth"],
        signing: &["sign"],
        subsystems: &[("civil", "Registro civil")],
    };

    fn global(registered: &Registered) -> GlobalConfiguration {
        let hashes = |texts: &[&str]| {
            let mut hashes: Vec<_> = texts.iter().map(|text| CertificateHash::of(text.as_bytes())).collect();
            hashes.sort();
            hashes
        };
        let subsystem = |(code, name): &(&str, &str)| SubsystemDocument {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            servers: vec!["BO/GOV/1001/ss1".parse().unwrap()],
        };
        let member = MemberDocument {
            id: "BO/GOV/1001".parse().unwrap(),
            name: "Registro".to_owned(),
            subsystems: registered.subsystems.iter().map(subsystem).collect(),
            signing_certificates: hashes(registered.signing),
            servers: vec![ServerDocument {
                code: "ss1".to_owned(),
                address: registered.address.to_owned(),
                authentication_certificates: hashes(registered.authentication),
                log_keys: vec![LOG_KEY.to_owned()],
                maintenance: None,
            }],
        };
        instance_of(vec![member])
    }

    /// What would be asked and what would be taken back, by a server that has `auth`, `sign` and what `document` says.
    fn compared(document: &str, registered: &Registered) -> (Vec<String>, Vec<String>, usize) {
        let own = Own {
            server: &"BO/GOV/1001/ss1".parse().unwrap(),
            address: &"127.0.0.1:5500".parse().unwrap(),
            authentication: b"auth".as_slice().into(),
            signing: vec![("BO/GOV/1001".parse().unwrap(), b"sign".as_slice().into())],
            log_key: &LOG_KEY.parse().unwrap(),
            configuration: &document.parse().unwrap(),
        };
        let words = |requests: Vec<ManagementRequest>| {
            requests
                .iter()
                .map(|request| match request {
                    ManagementRequest::RegisterClient { name, .. }
                    | ManagementRequest::RenameSubsystem { name, .. } => {
                        format!("{}: {name}", request.kind())
                    }
                    _ => request.kind().to_owned(),
                })
                .collect::<Vec<_>>()
        };
        let global = global(registered);
        let superfluous = own.superfluous(&global);
        (words(own.missing(&global)), words(superfluous.of_server), superfluous.signing.len())
    }

    const CIVIL: &str = "[[client]]\nid = \"BO/GOV/1001/civil\"\n";

    #[test]
    fn nothing_is_asked_when_both_say_the_same() {
        assert_eq!(compared(CIVIL, &NOW), (vec![], vec![], 0));
        let named = format!("{CIVIL}name = \"Registro civil\"\n");
        assert_eq!(compared(&named, &NOW), (vec![], vec![], 0));
    }

    #[test]
    fn a_client_that_left_the_document_is_superfluous() {
        assert_eq!(compared("", &NOW), (vec![], vec!["delete-client".to_owned()], 0));
    }

    #[test]
    fn a_subsystem_has_the_name_that_the_document_gives_it_or_else_its_code() {
        let nothing = Registered { subsystems: &[], ..NOW };
        assert_eq!(compared(CIVIL, &nothing).0, ["register-client: civil"]);
        let named = format!("{CIVIL}name = \"Actas\"\n");
        assert_eq!(compared(&named, &nothing).0, ["register-client: Actas"]);
        assert_eq!(compared(&named, &NOW).0, ["rename-subsystem: Actas"]);
    }

    #[test]
    fn another_address_is_a_change_of_address() {
        let elsewhere = Registered { address: "127.0.0.2:5500", ..NOW };
        assert_eq!(compared(CIVIL, &elsewhere).0, ["change-address"]);
    }

    #[test]
    fn a_replaced_authentication_certificate_goes_only_after_its_successor_came() {
        let old = Registered { authentication: &["old"], address: "127.0.0.2:5500", ..NOW };
        let (missing, superfluous, _) = compared(CIVIL, &old);
        assert_eq!((missing, superfluous), (vec!["register-authentication-certificate".to_owned()], vec![]));
        let both = Registered { authentication: &["auth", "old"], ..NOW };
        let (missing, superfluous, _) = compared(CIVIL, &both);
        assert_eq!((missing, superfluous), (vec![], vec!["delete-authentication-certificate".to_owned()]));
    }

    #[test]
    fn signing_certificates_that_are_not_here_are_named_apart() {
        let more = Registered { signing: &["sign", "other"], ..NOW };
        assert_eq!(compared(CIVIL, &more), (vec![], vec![], 1));
    }
}
