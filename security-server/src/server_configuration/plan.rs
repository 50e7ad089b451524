//! What would change between two documents, line by line, before anybody says yes.

use super::read::Checked;
use super::{Availability, Client, ProviderTls, ServerConfigurationError, Service, ServiceKind, subject};
use admin::Plan;
use protocol::access::AccessRight;
use std::collections::BTreeMap;

/// Compares two documents; what one writes out and the other leaves to a default is the same.
///
/// # Errors
/// When one of them is refused.
pub fn plan_between(before: &str, after: &str) -> Result<Plan, ServerConfigurationError> {
    Ok(Plan::between(&Facts::of(before)?.0, &Facts::of(after)?.0))
}

/// A document as facts: what, and what is said of it.
#[derive(Default)]
struct Facts(BTreeMap<String, String>);

impl Facts {
    fn of(text: &str) -> Result<Self, ServerConfigurationError> {
        let checked = Checked::read(text)?;
        let mut facts = Self::default();
        checked.clients.iter().for_each(|client| facts.client(client));
        for group in &checked.groups {
            let what = format!("client {}, local group {:?}", group.provider, group.code);
            for member in &group.members {
                facts.say(format!("{what}, member {member}"), "");
            }
            facts.say(what, "");
        }
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
        self.say(format!("{what}, url"), service.base_url());
        self.say(format!("{what}, timeout"), format!("{} s", service.timeout().as_secs()));
        if let ServiceKind::OpenApi { document } = service.kind() {
            self.say(format!("{what}, openapi"), document);
        }
        match service.tls() {
            ProviderTls::Plain => {}
            ProviderTls::Unverified => self.say(format!("{what}, verification of the provider"), "off"),
            ProviderTls::Pinned(certificates) => {
                self.say(format!("{what}, verification of the provider"), "by certificate");
                for certificate in certificates {
                    self.say(format!("{what}, provider certificate {certificate}"), "");
                }
            }
        }
        match service.availability() {
            Availability::Enabled => self.say(what, "enabled"),
            Availability::Disabled { notice } => self.say(what, format!("disabled: {notice}")),
        }
    }

    fn right(&mut self, right: &AccessRight) {
        let (subject, endpoint) = (subject::write(&right.subject), &right.endpoint);
        let expires = right.expires.map_or("without expiry".to_owned(), |expires| format!("until {expires}"));
        self.say(format!("access right to {}, {subject}, {endpoint}", right.service), expires);
    }

    fn say(&mut self, what: String, says: impl ToString) {
        self.0.insert(what, says.to_string());
    }
}
