//! What the server's subsystems offer.

use super::HttpUrl;
use plugin_host::manifest::PluginName;
use protocol::access::Endpoint;
use protocol::hash::CertificateHash;
use protocol::identifier::ServiceId;
use std::collections::BTreeSet;
use std::time::Duration;

/// A service of a subsystem behind this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub(super) id: ServiceId,
    pub(super) backend: Backend,
    pub(super) availability: Availability,
    pub(super) endpoints: BTreeSet<Endpoint>,
}

/// Who answers the calls of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// An information system of the provider, behind a URL.
    InformationSystem(InformationSystem),
    /// A plugin of this server, described by the OpenAPI document in its package.
    Plugin(PluginName),
}

/// An information system that provides a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationSystem {
    pub(super) service: ServiceId,
    pub(super) base_url: HttpUrl,
    pub(super) description: Option<HttpUrl>,
    pub(super) timeout: Duration,
    pub(super) tls: ProviderTls,
}

/// How the TLS certificate of an `https` provider is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderTls {
    /// The provider is spoken to without TLS.
    Plain,
    /// The provider must show one of these certificates, whatever names and dates stand in it.
    Pinned(BTreeSet<CertificateHash>),
    /// Any certificate will do; the administrator has said so.
    Unverified,
}

/// Whether a service may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// It may.
    Enabled,
    /// The administrator has switched it off.
    Disabled {
        /// What callers are told.
        notice: String,
    },
}

impl Service {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &ServiceId {
        &self.id
    }

    /// Who answers its calls.
    #[must_use]
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// The information system that answers its calls; `None` where a plugin does.
    #[must_use]
    pub fn information_system(&self) -> Option<&InformationSystem> {
        match &self.backend {
            Backend::InformationSystem(system) => Some(system),
            Backend::Plugin(_) => None,
        }
    }

    /// The plugin that answers its calls; `None` where an information system does.
    #[must_use]
    pub fn plugin(&self) -> Option<&PluginName> {
        match &self.backend {
            Backend::InformationSystem(_) => None,
            Backend::Plugin(name) => Some(name),
        }
    }

    /// Whether there is an OpenAPI document for it.
    #[must_use]
    pub fn is_described(&self) -> bool {
        self.information_system().is_none_or(|system| system.description.is_some())
    }

    /// Whether it may be called.
    #[must_use]
    pub fn availability(&self) -> &Availability {
        &self.availability
    }

    /// The endpoints that access rights name; an OpenAPI document may describe more.
    #[must_use]
    pub fn endpoints(&self) -> &BTreeSet<Endpoint> {
        &self.endpoints
    }
}

impl InformationSystem {
    /// The service that it provides.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        &self.service
    }

    /// The URL that calls are appended to.
    #[must_use]
    pub fn base_url(&self) -> &HttpUrl {
        &self.base_url
    }

    /// Where it keeps the OpenAPI document that describes the service; without one it is a base URL and nothing else.
    #[must_use]
    pub fn description(&self) -> Option<&HttpUrl> {
        self.description.as_ref()
    }

    /// How long it may take: for the head of its answer, and for each piece of the body.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How its certificate is judged.
    #[must_use]
    pub fn tls(&self) -> &ProviderTls {
        &self.tls
    }
}
