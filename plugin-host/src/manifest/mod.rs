//! What a plugin is and asks for: `plugin.toml`.
//!
//! ```toml
//! [plugin]
//! name = "civil-registry"              # a-z, 0-9 and '-'
//! version = "1.2.0"                    # semantic version
//! contract = "0.1"                     # of `chakana:plugin`
//! data-version = 1                     # the default; a higher one than what is stored has it migrated
//! title = { es = "Registro civil", qu = "…" }
//!
//! [limits]                             # each with its default; an administrator can narrow them
//! memory = "16 MiB"
//! time = "1 s"
//! storage = "256 MiB"
//! calls-per-second = 1000
//! concurrent-calls = 64
//!
//! [[service]]                          # what the export `service` answers
//! code = "personas"
//! openapi = "openapi/personas.yaml"    # in the package
//! confidential = true                  # what is sent is never kept, not even where its call fails; the default is false
//!
//! [capabilities]                       # one table per interface that the component imports
//! kv = {}
//! outbox = { services = ["BO/GOV/1002/cases/notices", "config:notices-service"], topics = ["person.changed"] }
//! exchange = { services = ["config:register-service"] } # there is none, where an optional key has no value
//! config = { keys = ["notices-service", "register-service"], optional = ["register-service"] }
//! secrets = { names = ["mail-password"] }
//! search = { indexes = ["persons"] }
//! crypto = { keys = ["tokens"] }
//!
//! [[subscription]]                     # what the export `events` hears of
//! topic = "case.closed"
//! publisher = "cases"                  # a plugin
//!
//! [[cron]]
//! name = "nightly"
//! schedule = "30 2 * * *"              # minute, hour, day of month, month, day of week
//! time-zone = "America/La_Paz"
//!
//! [web]                                # what the export `web` answers
//! routes = ["/", "/cases/{id}"]        # for anyone; none below /-/, which is the host's
//! styles = ["cases.css"]               # of each page, besides the host's: files of assets/
//! scripts = ["map.js"]
//!
//! [[web.route]]                        # for some, or with files
//! path = "/mine"
//! access = "citizen"                   # "anyone" (the default), "citizen" or "staff"
//! assurance = "substantial"            # of citizens: "low" (the default), "substantial" or "high"
//! uploads = { largest = "10 MiB", types = ["image/jpeg", "application/pdf"] }
//! confidential = true                  # as of a service
//!
//! [[web.route]]
//! path = "/inbox"
//! access = "staff"
//! roles = ["operator", "supervisor"]   # one of them; any, where none is named
//! scripts = "web-assembly"             # the default is "plain"
//!
//! [[web.link]]                         # in the navigation, for whom the route is
//! path = "/mine"
//! title = { es = "Mis casos", en = "My cases" }
//! ```
//!
//! It is read whole and checked whole; the first broken rule refuses it.

mod capability;
mod error;
mod event;
mod limits;
mod name;
mod quantity;
mod read;
mod route;
mod scope;
#[cfg(test)]
mod tests;
mod web;
mod wire;

pub use capability::Capability;
pub use error::ManifestError;
pub use event::{Schedule, Subscription};
pub use limits::{Limits, LimitsTable};
pub use name::{Language, Name, PluginName};
pub use route::Route;
pub use scope::{Scope, ServiceReference};
pub use web::{Access, Assurance, Link, Pages, ScriptPower, Uploads, Web};

use protocol::identifier::ServiceCode;
use semver::Version;
use std::collections::BTreeMap;
use std::str::FromStr;
pub use trust::file_container::FileName;

/// What a plugin is and asks for, every rule of the document checked.
#[derive(Debug, Clone)]
pub struct Manifest {
    name: PluginName,
    version: Version,
    contract: Contract,
    data_version: u32,
    title: BTreeMap<Language, String>,
    limits: Limits,
    services: Vec<Service>,
    capabilities: BTreeMap<Capability, Scope>,
    subscriptions: Vec<Subscription>,
    schedules: Vec<Schedule>,
    web: Option<Web>,
}

/// A version of the contract between host and plugin, `chakana:plugin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contract {
    /// `chakana:plugin@0.1.x`
    V0_1,
}

/// A service that the plugin answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    code: ServiceCode,
    openapi: FileName,
    secrecy: Secrecy,
}

/// Whether what is sent to a page or a service may be kept where its call fails, so that the call can be replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrecy {
    /// It may, if an administrator has failed calls kept.
    #[default]
    Ordinary,
    /// Never.
    Confidential,
}

impl Manifest {
    /// The name of the file in a package.
    pub const FILE_NAME: &'static str = "plugin.toml";

    /// The longest document.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// The plugin's name, the same for all its versions.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// The plugin's version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The contract that it was built for.
    #[must_use]
    pub fn contract(&self) -> Contract {
        self.contract
    }

    /// The version of the data that it keeps.
    #[must_use]
    pub fn data_version(&self) -> u32 {
        self.data_version
    }

    /// What people call it, in each language; there is always one in Spanish.
    #[must_use]
    pub fn title(&self) -> &BTreeMap<Language, String> {
        &self.title
    }

    /// What it may use up at most, before an administrator narrows it.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The services that it answers, in the document's order.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The scope in which it asks for a capability; `None` if it does not ask.
    #[must_use]
    pub fn requests(&self, capability: Capability) -> Option<&Scope> {
        self.capabilities.get(&capability)
    }

    /// Everything that it asks for.
    pub fn capabilities(&self) -> impl Iterator<Item = (Capability, &Scope)> {
        self.capabilities.iter().map(|(capability, scope)| (*capability, scope))
    }

    /// The topics that it hears of.
    #[must_use]
    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }

    /// The times at which it is woken.
    #[must_use]
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// What it shows to people.
    #[must_use]
    pub fn web(&self) -> Option<&Web> {
        self.web.as_ref()
    }
}

impl FromStr for Manifest {
    type Err = ManifestError;

    /// Reads a document.
    ///
    /// # Errors
    /// Names the first key that breaks a rule, what was found there, the rule, and what to do.
    fn from_str(text: &str) -> Result<Self, ManifestError> {
        read::manifest(text)
    }
}

impl Contract {
    /// As it stands in the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V0_1 => "0.1",
        }
    }
}

impl Secrecy {
    const fn of(confidential: bool) -> Self {
        if confidential { Self::Confidential } else { Self::Ordinary }
    }
}

impl Service {
    /// Its code, under which it is a service of the plugin's subsystem.
    #[must_use]
    pub fn code(&self) -> &ServiceCode {
        &self.code
    }

    /// Its OpenAPI description, a file of the package.
    #[must_use]
    pub fn openapi(&self) -> &FileName {
        &self.openapi
    }

    /// Whether its failed calls may be kept.
    #[must_use]
    pub fn secrecy(&self) -> Secrecy {
        self.secrecy
    }
}
