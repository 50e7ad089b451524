//! Who is in which group: local groups from this server's document, global ones from the registry.

use super::client::LocalGroup;
use protocol::access::GroupMembership;
use protocol::global_configuration::GlobalConfiguration;
use protocol::identifier::{ClientId, GlobalGroupId, SubsystemId};
use std::collections::{HashMap, HashSet};

/// Who is in which group, by this document and one snapshot of the global configuration.
#[derive(Debug, Clone, Copy)]
pub struct Memberships<'a> {
    local: &'a LocalGroups,
    global: &'a GlobalConfiguration,
}

/// The local groups of every provider behind this server.
#[derive(Debug, Default)]
pub(super) struct LocalGroups(HashMap<SubsystemId, HashMap<String, HashSet<SubsystemId>>>);

impl<'a> Memberships<'a> {
    pub(super) fn new(local: &'a LocalGroups, global: &'a GlobalConfiguration) -> Self {
        Self { local, global }
    }
}

impl GroupMembership for Memberships<'_> {
    fn is_in_local_group(&self, client: &SubsystemId, provider: &SubsystemId, group: &str) -> bool {
        let members = self.local.0.get(provider).and_then(|groups| groups.get(group));
        members.is_some_and(|members| members.contains(client))
    }

    fn is_in_global_group(&self, client: &ClientId, group: &GlobalGroupId) -> bool {
        self.global.is_in_group(client, group)
    }
}

impl FromIterator<LocalGroup> for LocalGroups {
    fn from_iter<I: IntoIterator<Item = LocalGroup>>(groups: I) -> Self {
        let mut of: HashMap<SubsystemId, HashMap<String, HashSet<SubsystemId>>> = HashMap::new();
        for group in groups {
            of.entry(group.provider).or_default().insert(group.code, group.members);
        }
        Self(of)
    }
}
