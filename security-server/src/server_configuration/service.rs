//! What the server's subsystems offer.

use super::HttpUrl;
use protocol::access::Endpoint;
use protocol::hash::CertificateHash;
use protocol::identifier::ServiceId;
use std::collections::BTreeSet;
use std::time::Duration;

/// A service of a subsystem behind this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub(super) id: ServiceId,
    pub(super) kind: ServiceKind,
    pub(super) base_url: HttpUrl,
    pub(super) timeout: Duration,
    pub(super) tls: ProviderTls,
    pub(super) availability: Availability,
    pub(super) endpoints: BTreeSet<Endpoint>,
}

/// What is known of a service beside its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceKind {
    /// A base URL, and nothing else.
    Rest,
    /// An OpenAPI document describes it.
    OpenApi {
        /// Where the provider keeps the document.
        document: HttpUrl,
    },
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

    /// What is known of it beside its URL.
    #[must_use]
    pub fn kind(&self) -> &ServiceKind {
        &self.kind
    }

    /// The URL that calls are appended to.
    #[must_use]
    pub fn base_url(&self) -> &HttpUrl {
        &self.base_url
    }

    /// How long the provider may take: for the head of its answer, and for each piece of the body.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How the provider's certificate is judged.
    #[must_use]
    pub fn tls(&self) -> &ProviderTls {
        &self.tls
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
