//! What would change between two documents, line by line, before anybody says yes.

use super::read::Checked;
use super::{
    Availability, Backend, Client, InformationSystem, Plugin, ProviderTls, ServerConfigurationError, Service, subject,
};
use admin::{Change, Plan, Role};
use plugin_host::manifest::LimitsTable;
use protocol::access::AccessRight;
use std::collections::BTreeMap;

/// Compares two documents; what one writes out and the other leaves to a default is the same.
///
/// # Errors
/// When one of them is refused.
pub fn plan_between(before: &str, after: &str) -> Result<Plan, ServerConfigurationError> {
    Ok(Plan::between(&Facts::of(before)?.0, &Facts::of(after)?.0))
}

/// Which role a change takes, by what it is of: facts begin with that.
#[must_use]
pub fn role_for(change: &Change) -> Role {
    match change.what.split(' ').next() {
        Some("plugin") => Role::System,
        Some("client") if !change.what.contains(LOCAL_GROUP) => Role::Registration,
        _ => Role::Services,
    }
}

const LOCAL_GROUP: &str = ", local group ";

/// A document as facts: what, and what is said of it.
#[derive(Default)]
struct Facts(BTreeMap<String, String>);

impl Facts {
    fn of(text: &str) -> Result<Self, ServerConfigurationError> {
        let checked = Checked::read(text)?;
        let mut facts = Self::default();
        checked.clients.iter().for_each(|client| facts.client(client));
        for group in &checked.groups {
            let what = format!("client {}{LOCAL_GROUP}{:?}", group.provider, group.code);
            for member in &group.members {
                facts.say(format!("{what}, member {member}"), "");
            }
            facts.say(what, "");
        }
        checked.plugins.iter().for_each(|plugin| facts.plugin(plugin));
        checked.services.iter().for_each(|service| facts.service(service));
        checked.rights.iter().for_each(|right| facts.right(right));
        Ok(facts)
    }

    fn client(&mut self, client: &Client) {
        let what = format!("client {}", client.id());
        self.say(format!("{what}, authentication"), client.authentication());
        if let Some(name) = client.name() {
            self.say(format!("{what}, name"), name);
        }
        for certificate in client.certificates() {
            self.say(format!("{what}, certificate {certificate}"), "");
        }
        self.say(what, "");
    }

    fn service(&mut self, service: &Service) {
        let what = format!("service {}", service.id());
        match service.backend() {
            Backend::InformationSystem(system) => self.information_system(&what, system),
            Backend::Plugin(name) => self.say(format!("{what}, plugin"), name),
        }
        match service.availability() {
            Availability::Enabled => self.say(what, "enabled"),
            Availability::Disabled { notice } => self.say(what, format!("disabled: {notice}")),
        }
    }

    fn information_system(&mut self, what: &str, system: &InformationSystem) {
        self.say(format!("{what}, url"), system.base_url());
        self.say(format!("{what}, timeout"), format!("{} s", system.timeout().as_secs()));
        if let Some(document) = system.description() {
            self.say(format!("{what}, openapi"), document);
        }
        match system.tls() {
            ProviderTls::Plain => {}
            ProviderTls::Unverified => self.say(format!("{what}, verification of the provider"), "off"),
            ProviderTls::Pinned(certificates) => {
                self.say(format!("{what}, verification of the provider"), "by certificate");
                for certificate in certificates {
                    self.say(format!("{what}, provider certificate {certificate}"), "");
                }
            }
        }
    }

    fn plugin(&mut self, plugin: &Plugin) {
        let what = format!("plugin {} of {}", plugin.name(), plugin.client());
        self.say(format!("{what}, package"), plugin.package());
        for grant in plugin.grants() {
            self.say(format!("{what}, grant {}", grant.key()), "");
        }
        for (key, value) in plugin.config() {
            self.say(format!("{what}, config {key}"), value);
        }
        for (name, path) in plugin.secrets() {
            self.say(format!("{what}, secret {name}"), format!("in {}", path.display()));
        }
        let LimitsTable { memory, time, storage, calls_per_second, concurrent_calls } = plugin.limits().clone();
        let (per_second, concurrent) =
            (calls_per_second.map(|n| n.to_string()), concurrent_calls.map(|n| n.to_string()));
        for (limit, value) in [
            ("memory", memory),
            ("time", time),
            ("storage", storage),
            ("calls-per-second", per_second),
            ("concurrent-calls", concurrent),
        ] {
            value.into_iter().for_each(|value| self.say(format!("{what}, limit {limit}"), value));
        }
        if let Some(days) = plugin.failed_calls_days() {
            self.say(format!("{what}, failed calls"), format!("kept for {days} days"));
        }
        for (document, roles) in plugin.staff() {
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            self.say(format!("{what}, staff {document}"), roles.join(", "));
        }
        if let Some(trial) = plugin.trial() {
            self.say(format!("{what}, on trial"), format!("{}, {} % of the calls", trial.package, trial.percent));
        }
        self.say(what, "");
    }

    fn right(&mut self, right: &AccessRight) {
        let (subject, endpoint) = (subject::write(&right.subject), &right.endpoint);
        let expires = right.expires.map_or("without expiry".to_owned(), |expires| format!("until {expires}"));
        let window = right.window.as_ref().map(|window| format!(", {window}")).unwrap_or_default();
        let rate = right.rate.map(|rate| format!(", {rate} of each client")).unwrap_or_default();
        self.say(
            format!("access right to {}, {subject}, {endpoint}", right.service),
            format!("{expires}{window}{rate}"),
        );
    }

    fn say(&mut self, what: String, says: impl ToString) {
        self.0.insert(what, says.to_string());
    }
}
