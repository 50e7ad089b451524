//! The document as facts, one a line, so that two of them can be compared before anybody says yes.

use super::{OperatorDocument, Rule};
use admin::{Change, Role};
use std::collections::BTreeMap;
use trust::certificate::Certificate;

impl OperatorDocument {
    /// What the document says, by what it is said of.
    #[must_use]
    pub fn facts(&self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        let mut say = |what: String, says: String| drop(facts.insert(what, says));
        if !self.instance.is_empty() {
            say("instance".to_owned(), self.instance.clone());
            say("ocsp_freshness_seconds".to_owned(), self.ocsp_freshness_seconds.to_string());
            let expiry = self.expiry;
            say("expiry, timestamp_hours".to_owned(), expiry.timestamp_hours.to_string());
            say("expiry, snapshot_days".to_owned(), expiry.snapshot_days.to_string());
            say("expiry, targets_days".to_owned(), expiry.targets_days.to_string());
            say("expiry, root_days".to_owned(), expiry.root_days.to_string());
        }
        for class in &self.member_classes {
            say(format!("member class {class}"), String::new());
        }
        for (member, name) in &self.members {
            say(format!("member {member}"), name.clone());
        }
        for (id, group) in &self.groups {
            say(format!("global group {id}"), group.description.clone());
            for client in &group.members {
                say(format!("global group {id}, {client}"), String::new());
            }
        }
        for (name, service) in &self.certification_services {
            for certificate in &service.certificates {
                let what = format!("certification service {name}, certificate {}", certificate.hash());
                say(what, described(certificate));
            }
            for url in &service.ocsp_urls {
                say(format!("certification service {name}, OCSP {url}"), String::new());
            }
        }
        for (name, service) in &self.time_stamping_services {
            say(format!("time-stamping service {name}"), service.url.clone());
            let what = format!("time-stamping service {name}, certificate {}", service.certificate.hash());
            say(what, described(&service.certificate));
        }
        for (kind, rule) in &self.approval {
            let rule = match rule {
                Rule::Automatic => "automatic",
                Rule::Manual => "manual",
            };
            say(format!("approval of {kind}"), rule.to_owned());
        }
        facts
    }
}

/// Which role a change takes, by what it is of: facts begin with that.
#[must_use]
pub fn role_for(change: &Change) -> Role {
    match change.what.split(' ').next() {
        Some("member" | "approval") => Role::Registration,
        Some("global") => Role::Services,
        Some("certification" | "time-stamping") => Role::Security,
        _ => Role::System,
    }
}

fn described(certificate: &Certificate) -> String {
    format!("{}, until {}", certificate.subject(), certificate.not_after())
}
