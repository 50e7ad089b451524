//! The global configuration: who is who in an instance, as the central registry says.
//!
//! It is read from the targets of the registry's TUF repository (`shared.json`, `groups.json` and
//! 256 bins of members). The parts are shared between one configuration and the next, so that an
//! update costs what changed; a look-up costs the same whatever the number of members.

mod address;
mod bin;
mod builder;
mod check;
mod error;
mod groups;
mod index;
pub mod limits;
mod log_key;
mod member;
mod shared;
#[cfg(test)]
mod tests;
pub mod wire;

pub use address::{AddressError, ServerAddress};
pub use bin::{BINS, Bin, BinNumber};
pub use builder::Builder;
pub use error::ConfigurationError;
pub use groups::{GlobalGroup, Groups};
pub use log_key::{LogKey, LogKeyError};
pub use member::{Maintenance, Member, SecurityServer, Subsystem};
pub use shared::{CertificationService, Registry, Shared, TimeStampingService};

use crate::hash::CertificateHash;
use crate::identifier::{ClientId, GlobalGroupId, MemberId, ServerId, SubsystemId};
use index::CertificateIndex;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Who is who in an instance. Cheap to clone.
#[derive(Clone)]
pub struct GlobalConfiguration {
    shared: Arc<Shared>,
    groups: Arc<Groups>,
    bins: Vec<Arc<Bin>>,
    certificates: CertificateIndex,
}

/// Something odd that does not make a configuration unusable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A subsystem is registered on a server that the configuration does not have.
    UnknownServer {
        /// The subsystem.
        subsystem: SubsystemId,
        /// The server.
        server: ServerId,
    },
    /// A group has a member or subsystem that the configuration does not have.
    UnknownClient {
        /// The group.
        group: GlobalGroupId,
        /// The one that is not there.
        client: ClientId,
    },
}

impl GlobalConfiguration {
    /// Begins a configuration from nothing.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Begins a configuration that keeps of this one whatever is not replaced.
    #[must_use]
    pub fn edit(&self) -> Builder {
        Builder::on(self.clone())
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &str {
        self.shared.instance()
    }

    /// A member.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.bins[BinNumber::of(id).index()].member(id)
    }

    /// A subsystem.
    #[must_use]
    pub fn subsystem(&self, id: &SubsystemId) -> Option<&Subsystem> {
        self.member(id.member())?.subsystem(id)
    }

    /// A security server.
    #[must_use]
    pub fn server(&self, id: &ServerId) -> Option<&SecurityServer> {
        self.member(id.owner())?.server(id)
    }

    /// The servers a subsystem is registered on; none where the subsystem is unknown.
    #[must_use]
    pub fn servers_of(&self, subsystem: &SubsystemId) -> &[ServerId] {
        self.subsystem(subsystem).map_or(&[], Subsystem::servers)
    }

    /// Whether `client` is behind `server`. A member as itself is behind each server it owns.
    #[must_use]
    pub fn is_registered(&self, client: &ClientId, server: &ServerId) -> bool {
        match client {
            ClientId::Member(member) => server.owner() == member && self.server(server).is_some(),
            ClientId::Subsystem(subsystem) => {
                self.server(server).is_some() && self.servers_of(subsystem).binary_search(server).is_ok()
            }
        }
    }

    /// The server that an authentication certificate speaks for.
    #[must_use]
    pub fn server_of_certificate(&self, certificate: &CertificateHash) -> Option<&ServerId> {
        self.certificates.server(certificate)
    }

    /// A global group.
    #[must_use]
    pub fn global_group(&self, id: &GlobalGroupId) -> Option<&GlobalGroup> {
        self.groups.group(id)
    }

    /// Whether a client is in a global group; an unknown group has nobody in it.
    #[must_use]
    pub fn is_in_group(&self, client: &ClientId, group: &GlobalGroupId) -> bool {
        self.global_group(group).is_some_and(|group| group.contains(client))
    }

    /// The global groups, in no order.
    pub fn global_groups(&self) -> impl Iterator<Item = &GlobalGroup> {
        self.groups.iter()
    }

    /// The approved certification services.
    #[must_use]
    pub fn certification_services(&self) -> &[CertificationService] {
        self.shared.certification_services()
    }

    /// The approved time-stamping services.
    #[must_use]
    pub fn time_stamping_services(&self) -> &[TimeStampingService] {
        self.shared.time_stamping_services()
    }

    /// How old an OCSP response may be.
    #[must_use]
    pub fn ocsp_freshness(&self) -> Duration {
        self.shared.ocsp_freshness()
    }

    /// Where management requests go.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        self.shared.registry()
    }

    /// All members, in no order.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.bins.iter().flat_map(|bin| bin.members())
    }

    /// What an operator should hear about; it costs a walk over the whole configuration.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let subsystems = self.members().flat_map(Member::subsystems);
        let servers = subsystems.flat_map(|subsystem| {
            let unknown = subsystem.servers().iter().filter(|server| self.server(server).is_none());
            unknown.map(|server| Finding::UnknownServer { subsystem: subsystem.id().clone(), server: server.clone() })
        });
        let clients = self.groups.iter().flat_map(|group| {
            let unknown = group.members().filter(|client| !self.knows(client));
            unknown.map(|client| Finding::UnknownClient { group: group.id().clone(), client: client.clone() })
        });
        servers.chain(clients).collect()
    }

    fn knows(&self, client: &ClientId) -> bool {
        match client {
            ClientId::Member(member) => self.member(member).is_some(),
            ClientId::Subsystem(subsystem) => self.subsystem(subsystem).is_some(),
        }
    }
}

impl fmt::Debug for GlobalConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GlobalConfiguration")
            .field("instance", &self.instance())
            .field("members", &self.members().count())
            .finish_non_exhaustive()
    }
}
