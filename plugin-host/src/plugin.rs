//! A plugin that is loaded: what was verified, compiled, linked and granted, ready for calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use protocol::identifier::{ServiceId, SubsystemId};
use storage::Keyspace;
use texts::{Catalogue, Language};
use tokio::sync::{Notify, Semaphore};
use wasmtime::component::InstancePre;

use crate::breaker::Breaker;
use crate::contract::exports;
use crate::keys::PluginKeys;
use crate::manifest::{Capability, Limits, Manifest, ServiceReference, Web};
use crate::rate::Rate;
use crate::sandbox::{Pace, Sandbox};
use crate::topics::Topics;
use crate::vitals::Vitals;

/// One version of a plugin, in one configuration. It never changes; another one takes its place.
pub struct Loaded {
    parts: Parts,
    exports: Exports,
    outbox: BTreeSet<ServiceId>,
    exchange: BTreeSet<ServiceId>,
    places: Semaphore,
    // A version's own: what an earlier one did is not held against it, nor what it does on trial against the current one.
    breaker: Breaker,
    pace: Pace,
    /// How often a failed call is kept.
    keeping: Rate,
    /// Which of all that were ever loaded.
    serial: u64,
}

/// What a version of a plugin is made of.
pub(crate) struct Parts {
    pub(crate) manifest: Manifest,
    pub(crate) digest: String,
    pub(crate) files: BTreeMap<String, Bytes>,
    pub(crate) texts: Option<Catalogue>,
    pub(crate) component: InstancePre<Sandbox>,
    pub(crate) subsystem: SubsystemId,
    pub(crate) keyspace: Keyspace,
    pub(crate) limits: Limits,
    pub(crate) given: Given,
    pub(crate) keys: PluginKeys,
    pub(crate) topics: Topics,
    pub(crate) vitals: Arc<Vitals>,
    pub(crate) agenda: Arc<Notify>,
}

/// What an administrator gave a plugin.
#[derive(Clone, Default)]
pub struct Given {
    /// Values by the keys that the manifest asks for.
    pub config: BTreeMap<String, String>,
    /// Secret values by the names that the manifest asks for.
    pub secrets: BTreeMap<String, String>,
    /// For how many days a call that fails is kept; `None` if none is.
    pub failed_calls_days: Option<u32>,
}

static SERIALS: AtomicU64 = AtomicU64::new(0);

/// What a component exports.
pub(crate) struct Exports {
    pub(crate) service: Option<exports::service::GuestIndices>,
    pub(crate) events: Option<exports::events::GuestIndices>,
    pub(crate) lifecycle: Option<exports::lifecycle::GuestIndices>,
    pub(crate) web: Option<exports::web::GuestIndices>,
}

/// Why what an administrator gave does not fit a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GivenError {
    /// A key that is the id of a service holds something else, or nothing.
    #[error("the configuration key {key:?} has to hold the id of a service, INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE{}", .found.as_ref().map(|found| format!(", and holds {found:?}")).unwrap_or_default())]
    Service {
        /// The key.
        key: String,
        /// What it holds.
        found: Option<String>,
    },
    /// Something was given that the manifest does not ask for.
    #[error("the manifest asks for no {what} {name:?}")]
    Unasked {
        /// A configuration key, or a secret.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A secret that the manifest asks for was not given.
    #[error("the secret {name:?}, which the manifest asks for, was not given")]
    MissingSecret {
        /// Its name.
        name: String,
    },
}

impl Loaded {
    pub(crate) fn new(parts: Parts) -> Result<Self, GivenError> {
        parts.given.check(&parts.manifest)?;
        let outbox = parts.given.services(&parts.manifest, Capability::Outbox)?;
        let exchange = parts.given.services(&parts.manifest, Capability::Exchange)?;
        let exports = Exports::of(&parts.component);
        let places = Semaphore::new(parts.limits.concurrent_calls() as usize);
        Ok(Self {
            exports,
            outbox,
            exchange,
            places,
            breaker: Breaker::default(),
            pace: Pace::default(),
            keeping: Rate::default(),
            serial: SERIALS.fetch_add(1, Ordering::Relaxed),
            parts,
        })
    }

    /// The plugin's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parts.manifest.name().as_str()
    }

    /// What the author says of it.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.parts.manifest
    }

    /// The digest of its package.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.parts.digest
    }

    /// A file of its package below `assets/`, by its name there.
    #[must_use]
    pub fn asset(&self, name: &str) -> Option<&Bytes> {
        self.parts.files.get(&format!("{}{name}", Web::ASSETS))
    }

    /// The files of its package below `assets/`, by their names there.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        let files = self.parts.files.iter();
        files.filter_map(|(name, content)| Some((name.strip_prefix(Web::ASSETS)?, content)))
    }

    /// In whose name it acts.
    #[must_use]
    pub fn subsystem(&self) -> &SubsystemId {
        &self.parts.subsystem
    }

    /// What it may use up.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.parts.limits
    }

    /// What became of its calls.
    #[must_use]
    pub fn vitals(&self) -> &Arc<Vitals> {
        &self.parts.vitals
    }

    /// A number that no other version or configuration has, as long as the server runs.
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    pub(crate) fn keyspace(&self) -> Keyspace {
        self.parts.keyspace
    }

    pub(crate) fn component(&self) -> &InstancePre<Sandbox> {
        &self.parts.component
    }

    pub(crate) fn exports(&self) -> &Exports {
        &self.exports
    }

    pub(crate) fn places(&self) -> &Semaphore {
        &self.places
    }

    pub(crate) fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn keeping(&self) -> &Rate {
        &self.keeping
    }

    /// For how many days a call that fails is kept.
    pub(crate) fn keeps_failed_calls(&self) -> Option<u32> {
        self.parts.given.failed_calls_days
    }

    pub(crate) fn keys(&self) -> &PluginKeys {
        &self.parts.keys
    }

    /// Tells whoever works through the agenda that something was added to it.
    pub(crate) fn wake(&self) {
        self.parts.agenda.notify_one();
    }

    /// The languages that it has texts in; none, if it has no catalogues.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.parts.texts.iter().flat_map(Catalogue::languages)
    }

    /// Its texts, if it has any.
    pub(crate) fn texts(&self) -> Option<&Catalogue> {
        self.parts.texts.as_ref()
    }

    /// The value for a configuration key.
    pub(crate) fn config(&self, key: &str) -> Option<&str> {
        self.parts.given.config.get(key).map(String::as_str)
    }

    pub(crate) fn secret(&self, name: &str) -> Option<&str> {
        self.parts.given.secrets.get(name).map(String::as_str)
    }

    /// Whether the manifest asks for `name` within a capability.
    pub(crate) fn asks_for(&self, capability: Capability, name: &str) -> bool {
        let scope = self.parts.manifest.requests(capability);
        scope.is_some_and(|scope| scope.names().iter().any(|asked| asked.as_str() == name))
    }

    /// Whether it publishes a topic.
    pub(crate) fn publishes(&self, topic: &str) -> bool {
        let scope = self.parts.manifest.requests(Capability::Outbox);
        scope.is_some_and(|scope| scope.topics().iter().any(|asked| asked.as_str() == topic))
    }

    /// Whether it may call a service by its outbox, or ask it through the exchange.
    pub(crate) fn may_call(&self, through: Capability, service: &ServiceId) -> bool {
        match through {
            Capability::Outbox => self.outbox.contains(service),
            _ => self.exchange.contains(service),
        }
    }

    /// The plugins that hear of a topic of this one.
    pub(crate) fn subscribers(&self, topic: &str) -> Vec<String> {
        self.parts.topics.subscribers(self.subsystem().member(), self.name(), topic)
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut loaded = f.debug_struct("Loaded");
        loaded.field("name", &self.name()).field("version", &self.manifest().version().to_string());
        loaded.field("digest", &self.parts.digest).finish_non_exhaustive()
    }
}

impl Given {
    /// Whether it is what a manifest asks for.
    ///
    /// # Errors
    /// [`GivenError`] for the first thing that is missing, unasked, or does not name a service where it must.
    pub fn check(&self, manifest: &Manifest) -> Result<(), GivenError> {
        let asks = |capability, name: &str| {
            let scope = manifest.requests(capability);
            scope.is_some_and(|scope| scope.names().iter().any(|asked| asked.as_str() == name))
        };
        let unasked = |what, name: &String| GivenError::Unasked { what, name: name.clone() };
        if let Some(key) = self.config.keys().find(|key| !asks(Capability::Config, key)) {
            return Err(unasked("configuration key", key));
        }
        if let Some(name) = self.secrets.keys().find(|name| !asks(Capability::Secrets, name)) {
            return Err(unasked("secret", name));
        }
        let secrets = manifest.requests(Capability::Secrets).map(|scope| scope.names()).unwrap_or_default();
        if let Some(name) = secrets.iter().find(|name| !self.secrets.contains_key(name.as_str())) {
            return Err(GivenError::MissingSecret { name: name.as_str().to_owned() });
        }
        self.services(manifest, Capability::Outbox)?;
        self.services(manifest, Capability::Exchange).map(drop)
    }

    /// The services within a capability's scope, those by configuration looked up. One that may be left out, and is, is none.
    fn services(&self, manifest: &Manifest, capability: Capability) -> Result<BTreeSet<ServiceId>, GivenError> {
        let scope = manifest.requests(capability);
        let references = scope.map(|scope| scope.services()).unwrap_or_default();
        let optional = manifest.requests(Capability::Config).map(|scope| scope.optional()).unwrap_or_default();
        let is_left_out = |reference: &&ServiceReference| {
            let key = if let ServiceReference::Configured(key) = reference { Some(key) } else { None };
            key.is_some_and(|key| optional.contains(key) && !self.config.contains_key(key.as_str()))
        };
        let service = |reference: &ServiceReference| match reference {
            ServiceReference::Service(service) => Ok(service.clone()),
            ServiceReference::Configured(key) => {
                let found = self.config.get(key.as_str());
                let service = found.and_then(|found| found.parse().ok());
                service.ok_or_else(|| GivenError::Service { key: key.as_str().to_owned(), found: found.cloned() })
            }
        };
        references.iter().filter(|reference| !is_left_out(reference)).map(service).collect()
    }
}

impl Exports {
    fn of(component: &InstancePre<Sandbox>) -> Self {
        Self {
            service: exports::service::GuestIndices::new(component).ok(),
            events: exports::events::GuestIndices::new(component).ok(),
            lifecycle: exports::lifecycle::GuestIndices::new(component).ok(),
            web: exports::web::GuestIndices::new(component).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[plugin]\nname = 'p'\nversion = '1.0.0'\ncontract = '0.1'\ntitle = { es = 'P' }\n[capabilities]\n\
        config = { keys = ['catalogue', 'register'], optional = ['catalogue'] }\n\
        exchange = { services = ['config:catalogue', 'config:register'] }\n";

    fn services(config: &[(&str, &str)]) -> Result<Vec<String>, GivenError> {
        let config = config.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let given = Given { config, ..Given::default() };
        let manifest: Manifest = MANIFEST.parse().expect("a manifest");
        given.check(&manifest)?;
        Ok(given.services(&manifest, Capability::Exchange)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_service_that_may_be_left_out_is_none_where_it_is() {
        let (catalogue, register) = ("BO/GOV/1/portal/catalogue", "BO/GOV/2/personas/personas");
        assert_eq!(services(&[("register", register)]), Ok(vec![register.to_owned()]));
        let both = services(&[("register", register), ("catalogue", catalogue)]);
        assert_eq!(both, Ok(vec![catalogue.to_owned(), register.to_owned()]));
    }

    #[test]
    fn another_service_has_to_be_named_and_each_has_to_be_one() {
        let (catalogue, register) = ("BO/GOV/1/portal/catalogue", "BO/GOV/2/personas/personas");
        let refused = |key: &str, found: Option<&str>| {
            Err(GivenError::Service { key: key.to_owned(), found: found.map(str::to_owned) })
        };
        assert_eq!(services(&[("catalogue", catalogue)]), refused("register", None));
        assert_eq!(services(&[("register", register), ("catalogue", "")]), refused("catalogue", Some("")));
    }
}
