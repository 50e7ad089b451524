//! What one security server is told: its clients, their services, groups and access rights.
//!
//! The document is declarative TOML:
//!
//! ```toml
//! [[client]]
//! id = "BO/GOV/1001/civil"                      # a subsystem, or a member as itself
//! name = "Registro civil"                       # how the registry is to name it; absent: its code
//! authentication = "https-client-certificate"   # the default; or "https", or "http"
//! certificates = []                             # PEM, of the client's information systems
//!
//!   [[client.local_group]]
//!   code = "friends"
//!   members = ["BO/GOV/1002/app"]
//!
//!   [[client.plugin]]
//!   name = "cases"                              # as in its manifest
//!   package = "9f86d081…"                       # the SHA-256 of its package, which was handed to this server
//!   grants = ["kv", "log", "outbox"]            # what it may use: everything that its manifest asks for
//!   config = { people-register = "BO/GOV/1002/register/people" }
//!   secrets = { pin = "/etc/chakana/cases-pin" }   # files of mode 0600, read when the plugin is loaded
//!   failed_calls_days = 7                       # its failed calls are kept so long, sealed, for replay; absent: none is
//!     [client.plugin.limits]                    # narrower than the manifest's; absent: the manifest's
//!     storage = "64 MiB"
//!     [client.plugin.trial]                     # absent: no version is on trial
//!     package = "2c26b46b…"
//!     percent = 10                              # of the calls
//!
//!   [[client.service]]
//!   code = "cases"
//!   plugin = "cases"                            # a plugin of the same client answers; or:
//!
//!   [[client.service]]
//!   code = "personas"
//!   url = "https://127.0.0.1:9001/api"
//!   timeout_seconds = 60                        # the default
//!   openapi = "https://127.0.0.1:9001/openapi.yaml"   # absent: a base URL and nothing else
//!   provider_certificates = []                  # PEM, accepted of an https provider …
//!   verify_provider = "off"                     # … unless this is said
//!   disabled = "back on Monday"                 # absent: enabled
//!
//!     [[client.service.access]]
//!     subject = "BO/GOV/1002/app"               # or "local-group:friends", "global-group:BO/banks"
//!     method = "GET"                            # absent: every method
//!     path = "/personas/*"                      # absent: "**"
//!     expires = "2027-01-01T00:00:00Z"          # absent: never
//!     when = "mon-fri 08:00-18:30 -04:00"       # absent: always
//!     rate = "100/s"                            # of each client, or /min, /h, /day; absent: without a bound
//! ```
//!
//! It is read whole and checked whole; the result is immutable and is replaced whole.

mod client;
pub mod edit;
mod error;
pub mod limits;
mod memberships;
mod plan;
mod plugin;
mod read;
mod service;
mod subject;
#[cfg(test)]
mod tests;
mod url;
mod wire;

pub use client::{Client, ClientAuthentication};
pub use error::{PemError, Place, Rule, ServerConfigurationError};
pub use memberships::Memberships;
pub use plan::{plan_between, role_for};
pub use plugin::{Plugin, StaffDocument, Trial};
pub use service::{Availability, Backend, InformationSystem, ProviderTls, Service};
pub use url::{HttpUrl, Scheme, UrlError};

use memberships::LocalGroups;
use plugin_host::manifest::PluginName;
use protocol::access::AccessRights;
use protocol::global_configuration::GlobalConfiguration;
use protocol::identifier::{ClientId, ServiceId, SubsystemId};
use read::Checked;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

/// Everything that one document says, indexed: a look-up costs the same whatever the size.
#[derive(Debug, Default)]
pub struct ServerConfiguration {
    clients: HashMap<ClientId, Client>,
    services: HashMap<ServiceId, Arc<Service>>,
    services_of: HashMap<SubsystemId, Vec<Arc<Service>>>,
    plugins: BTreeMap<PluginName, Arc<Plugin>>,
    rights: AccessRights,
    groups: LocalGroups,
}

impl ServerConfiguration {
    /// A client, where it is one of this server.
    #[must_use]
    pub fn client(&self, id: &ClientId) -> Option<&Client> {
        self.clients.get(id)
    }

    /// The clients, in no order.
    pub fn clients(&self) -> impl Iterator<Item = &Client> {
        self.clients.values()
    }

    /// A service, whether enabled or not.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Arc<Service>> {
        self.services.get(id)
    }

    /// The services of a subsystem, in ascending order of code.
    #[must_use]
    pub fn services_of(&self, subsystem: &SubsystemId) -> &[Arc<Service>] {
        self.services_of.get(subsystem).map_or(&[], Vec::as_slice)
    }

    /// All services, in no order.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.values()
    }

    /// A plugin.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<&Arc<Plugin>> {
        self.plugins.get(name)
    }

    /// The plugins, in ascending order of name.
    pub fn plugins(&self) -> impl Iterator<Item = &Arc<Plugin>> {
        self.plugins.values()
    }

    /// The services that a plugin answers, in ascending order of code.
    pub fn services_by<'a>(&'a self, plugin: &'a Plugin) -> impl Iterator<Item = &'a Arc<Service>> {
        self.services_of(plugin.client()).iter().filter(|service| service.plugin() == Some(plugin.name()))
    }

    /// Who may call what.
    #[must_use]
    pub fn access_rights(&self) -> &AccessRights {
        &self.rights
    }

    /// Who is in which group, local and global: what decisions about access rights are made with.
    #[must_use]
    pub fn memberships<'a>(&'a self, global: &'a GlobalConfiguration) -> Memberships<'a> {
        Memberships::new(&self.groups, global)
    }

    fn index(checked: Checked) -> Self {
        let services: Vec<Arc<Service>> = checked.services.into_iter().map(Arc::new).collect();
        let mut services_of: HashMap<SubsystemId, Vec<Arc<Service>>> = HashMap::new();
        for service in &services {
            services_of.entry(service.id().subsystem().clone()).or_default().push(Arc::clone(service));
        }
        for of_one in services_of.values_mut() {
            of_one.sort_by(|left, right| left.id().code().cmp(right.id().code()));
        }
        Self {
            clients: checked.clients.into_iter().map(|client| (client.id.clone(), client)).collect(),
            services: services.into_iter().map(|service| (service.id().clone(), service)).collect(),
            services_of,
            plugins: checked.plugins.into_iter().map(|plugin| (plugin.name().clone(), Arc::new(plugin))).collect(),
            rights: checked.rights.into_iter().collect(),
            groups: checked.groups.into_iter().collect(),
        }
    }
}

impl FromStr for ServerConfiguration {
    type Err = ServerConfigurationError;

    /// Reads a document.
    ///
    /// # Errors
    /// Names the first item that breaks a rule, the rule, and what to do.
    fn from_str(text: &str) -> Result<Self, ServerConfigurationError> {
        Checked::read(text).map(Self::index)
    }
}
