//! What the server answers by itself about its services and the instance: bodies, made from what it knows.
//!
//! `listMethods`, `allowedMethods` and `getOpenAPI` are called like services of a subsystem, through the exchange;
//! `listClients` is asked of one's own server.

mod coverage;
mod list_clients;
mod methods;
mod open_api;
#[cfg(test)]
pub(crate) mod tests;

pub use list_clients::{UnknownInstance, list_clients, requested_instance};
pub use methods::{Caller, allowed_methods, list_methods};
pub use open_api::{OpenApiError, open_api};
#[cfg(test)]
pub(crate) use tests::test_instance;

use crate::server_configuration::{Backend, Service};
use openapi::Description;
use protocol::identifier::ServiceId;
use std::collections::HashMap;
use std::sync::Arc;

/// The OpenAPI documents of services.
#[derive(Debug, Clone, Default)]
pub struct Descriptions {
    /// Those that were imported from information systems.
    pub imported: HashMap<ServiceId, Arc<Description>>,
    /// Those in the packages of the plugins that are loaded.
    pub of_plugins: HashMap<ServiceId, Arc<Description>>,
}

impl Descriptions {
    /// The document of a service, where it has one and it is at hand.
    #[must_use]
    pub fn of(&self, service: &Service) -> Option<&Arc<Description>> {
        match service.backend() {
            Backend::InformationSystem(system) => system.description().and_then(|_| self.imported.get(service.id())),
            Backend::Plugin(_) => self.of_plugins.get(service.id()),
        }
    }
}

/// A metaservice of a subsystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metaservice {
    /// Every service of the subsystem.
    ListMethods,
    /// Those that the caller may call.
    AllowedMethods,
    /// The OpenAPI document of one.
    GetOpenApi,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Metaservice {
    /// The metaservice that a service code names.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "listMethods" => Some(Self::ListMethods),
            "allowedMethods" => Some(Self::AllowedMethods),
            "getOpenAPI" => Some(Self::GetOpenApi),
            _ => None,
        }
    }
}
