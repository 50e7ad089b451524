//! The whole state as facts, one a line, so that two moments can be compared.

use super::{Record, State};
use protocol::identifier::MemberId;
use std::collections::BTreeMap;

impl State {
    /// What the state says, by what it is said of.
    pub(crate) fn facts(&self) -> BTreeMap<String, String> {
        let mut facts = self.document.facts();
        for (member, record) in &self.records {
            add(&mut facts, member, record);
        }
        for waiting in self.waiting() {
            let request = waiting.envelope.document().request();
            let says = format!("{} for {}, waits", request.kind(), request.member());
            facts.insert(format!("request {}", waiting.request), says);
        }
        facts
    }
}

fn add(facts: &mut BTreeMap<String, String>, member: &MemberId, record: &Record) {
    let mut say = |what: String, says: String| drop(facts.insert(what, says));
    for certificate in &record.signing_certificates {
        say(format!("member {member}, signing certificate {certificate}"), String::new());
    }
    for (code, subsystem) in &record.subsystems {
        say(format!("subsystem {member}/{code}"), subsystem.name.clone());
        for server in &subsystem.servers {
            say(format!("subsystem {member}/{code}, behind {server}"), String::new());
        }
    }
    for (code, server) in &record.servers {
        let what = format!("security server {member}/{code}");
        say(what.clone(), server.address.to_string());
        for certificate in &server.authentication_certificates {
            say(format!("{what}, authentication certificate {certificate}"), String::new());
        }
        for key in &server.log_keys {
            say(format!("{what}, log key {key}"), String::new());
        }
        if let Some(notice) = &server.maintenance {
            say(format!("{what}, maintenance"), notice.clone());
        }
    }
}
