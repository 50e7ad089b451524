//! The global groups.

use super::check::Check;
use super::wire::{self, GroupsDocument};
use super::{ConfigurationError, limits};
use crate::identifier::{ClientId, GlobalGroupId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// All global groups of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups(HashMap<GlobalGroupId, GlobalGroup>);

/// A global group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalGroup {
    id: GlobalGroupId,
    description: Arc<str>,
    members: HashSet<ClientId>,
}

impl Groups {
    /// Reads `groups.json`.
    ///
    /// # Errors
    /// When the bytes are not that document, or name another instance.
    pub fn parse(instance: &str, bytes: &[u8]) -> Result<Self, ConfigurationError> {
        let document: GroupsDocument = wire::parse(wire::GROUPS, bytes)?;
        let check = Check { document: wire::GROUPS, instance };
        check.format(&document.format, wire::format::GROUPS)?;
        check.count("groups", document.groups.len(), limits::GROUPS)?;
        check.ascending("groups", document.groups.iter().map(|group| &group.id))?;
        let mut groups = HashMap::with_capacity(document.groups.len());
        for group in document.groups {
            check.instance(group.id.instance())?;
            check.count("members of a group", group.members.len(), limits::GROUP_MEMBERS)?;
            check.ascending("members of a group", group.members.iter())?;
            let description = check.text("description of a group", &group.description)?;
            let members = group.members.into_iter().collect();
            groups.insert(group.id.clone(), GlobalGroup { id: group.id, description, members });
        }
        Ok(Self(groups))
    }

    /// One group.
    #[must_use]
    pub fn group(&self, id: &GlobalGroupId) -> Option<&GlobalGroup> {
        self.0.get(id)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &GlobalGroup> {
        self.0.values()
    }
}

impl GlobalGroup {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &GlobalGroupId {
        &self.id
    }

    /// What it is for, in words.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether `client` is in it. A member's subsystems are not in a group because the member is.
    #[must_use]
    pub fn contains(&self, client: &ClientId) -> bool {
        self.members.contains(client)
    }

    /// Who is in it, in no order.
    pub fn members(&self) -> impl Iterator<Item = &ClientId> {
        self.members.iter()
    }
}
