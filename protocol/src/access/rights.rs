//! The rights of one security server's services, indexed by service and subject.

use super::glob::PathGlob;
use super::rate::Rate;
use super::window::TimeWindow;
use crate::head::Method;
use crate::identifier::{ClientId, GlobalGroupId, ServiceId, SubsystemId};
use jiff::Timestamp;
use std::collections::HashMap;
use std::fmt;

/// Who has a right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One subsystem.
    Subsystem(SubsystemId),
    /// The members of a group that the provider keeps.
    LocalGroup(String),
    /// The members of a group that the registry keeps.
    GlobalGroup(GlobalGroupId),
}

/// What of a service a right opens: a method, or all, and a path pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// `None` for every method.
    pub method: Option<Method>,
    /// The pattern over the normalised path below the service.
    pub path: PathGlob,
}

/// One right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRight {
    /// Who has it.
    pub subject: Subject,
    /// For which service.
    pub service: ServiceId,
    /// For what of it.
    pub endpoint: Endpoint,
    /// From when on it counts no longer.
    pub expires: Option<Timestamp>,
    /// When it counts; `None` for always.
    pub window: Option<TimeWindow>,
    /// How often each client may use it; `None` for as often as it likes.
    pub rate: Option<Rate>,
}

/// Who is in which group: kept by the server (local groups) and the registry (global groups).
pub trait GroupMembership {
    /// Whether the client is in the provider's local group.
    fn is_in_local_group(&self, client: &SubsystemId, provider: &SubsystemId, group: &str) -> bool;
    /// Whether the client is in the registry's global group.
    fn is_in_global_group(&self, client: &ClientId, group: &GlobalGroupId) -> bool;
}

/// Every right, found by service and subject in time that does not grow with their number.
#[derive(Debug, Default)]
pub struct AccessRights {
    services: HashMap<ServiceId, ServiceRights>,
}

#[derive(Debug, Default)]
struct ServiceRights {
    subsystems: HashMap<SubsystemId, Vec<AccessRight>>,
    groups: Vec<AccessRight>,
}

impl Endpoint {
    /// The whole service.
    #[must_use]
    pub fn whole_service() -> Self {
        Self { method: None, path: PathGlob::anything() }
    }

    /// Whether the right covers the method.
    #[must_use]
    pub fn covers_method(&self, method: Method) -> bool {
        self.method.is_none_or(|own| own == method)
    }
}

impl AccessRights {
    /// Every right, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &AccessRight> {
        self.services.values().flat_map(|rights| rights.subsystems.values().flatten().chain(&rights.groups))
    }

    /// The rights that concern a client calling a service: its own first, then those of groups it is in.
    pub(super) fn concerning<'a>(
        &'a self,
        client: &'a ClientId,
        service: &'a ServiceId,
        groups: &'a dyn GroupMembership,
    ) -> impl Iterator<Item = &'a AccessRight> {
        let rights = self.services.get(service);
        let own = rights.and_then(|rights| rights.subsystems.get(client.subsystem()?)).into_iter().flatten();
        let by_group = rights.into_iter().flat_map(|rights| &rights.groups);
        own.chain(by_group.filter(move |right| is_subject(right, client, groups)))
    }

    /// Whether anybody has a right to the service.
    #[must_use]
    pub fn names(&self, service: &ServiceId) -> bool {
        self.services.contains_key(service)
    }
}

impl FromIterator<AccessRight> for AccessRights {
    fn from_iter<I: IntoIterator<Item = AccessRight>>(rights: I) -> Self {
        let mut services: HashMap<ServiceId, ServiceRights> = HashMap::new();
        for right in rights {
            let of_service = services.entry(right.service.clone()).or_default();
            match &right.subject {
                Subject::Subsystem(subsystem) => {
                    of_service.subsystems.entry(subsystem.clone()).or_default().push(right)
                }
                Subject::LocalGroup(_) | Subject::GlobalGroup(_) => of_service.groups.push(right),
            }
        }
        Self { services }
    }
}

fn is_subject(right: &AccessRight, client: &ClientId, groups: &dyn GroupMembership) -> bool {
    match &right.subject {
        Subject::Subsystem(subsystem) => client.subsystem() == Some(subsystem),
        Subject::GlobalGroup(group) => groups.is_in_global_group(client, group),
        Subject::LocalGroup(group) => client
            .subsystem()
            .is_some_and(|subsystem| groups.is_in_local_group(subsystem, right.service.subsystem(), group)),
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subsystem(subsystem) => write!(f, "{subsystem}"),
            Self::LocalGroup(group) => write!(f, "local group {group}"),
            Self::GlobalGroup(group) => write!(f, "global group {group}"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.map_or("*", Method::as_str), self.path)
    }
}
