//! How far a capability reaches.

use super::Name;
use protocol::identifier::ServiceId;
use std::fmt;

/// How far a capability reaches: what it may name. Each list is empty where the capability has none of the kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    pub(super) services: Vec<ServiceReference>,
    pub(super) topics: Vec<Name>,
    pub(super) names: Vec<Name>,
    pub(super) optional: Vec<Name>,
}

/// A service that may be called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceReference {
    /// This one.
    Service(ServiceId),
    /// The one that the administrator names under this key of `config`.
    Configured(Name),
}

impl Scope {
    /// The services that may be called, of `outbox` and `exchange`.
    #[must_use]
    pub fn services(&self) -> &[ServiceReference] {
        &self.services
    }

    /// The topics that may be published, of `outbox`.
    #[must_use]
    pub fn topics(&self) -> &[Name] {
        &self.topics
    }

    /// The keys of `config` and `crypto`, the names of `secrets`, the indexes of `search`.
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Those of the keys of `config` that name a service and may be left out: then there is no such service.
    #[must_use]
    pub fn optional(&self) -> &[Name] {
        &self.optional
    }
}

impl fmt::Display for ServiceReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service) => service.fmt(f),
            Self::Configured(key) => write!(f, "{CONFIGURED}{key}"),
        }
    }
}

/// What stands before the key in a manifest.
pub(super) const CONFIGURED: &str = "config:";
