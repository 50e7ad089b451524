//! How the registry is: a status to look at, and findings with what to do about them.

use super::Registry;
use crate::publication::{PublicationRole, Standing};
use admin::Condition;
use admin::doctor::{Finding, Severity};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

#[async_trait]
impl Condition for Registry {
    async fn status(&self) -> serde_json::Value {
        let outcome = self.outcome();
        let standing = outcome.standing;
        let expires: serde_json::Map<_, _> =
            standing.expires.iter().map(|(role, at)| (role.to_string(), json!(at))).collect();
        let state = self.state();
        json!({
            "server": "central-registry",
            "instance": state.document.instance(),
            "configuration_version": state.version,
            "events": state.events,
            "members": state.document.members.len(),
            "requests_waiting": state.waiting_count(),
            "management_address": self.inner.door.published.address,
            "publication": {
                "root_version": standing.root_version,
                "snapshot": standing.snapshot.map(|(hash, _)| hash.to_string()),
                "version": standing.snapshot.map(|(_, version)| version),
                "expires": expires,
                "failure": outcome.failure,
            },
        })
    }

    async fn doctor(&self) -> Vec<Finding> {
        let now = self.now();
        let mut findings = vec![self.configured()];
        findings.extend(self.publication(now));
        findings.extend(self.certificates(now));
        findings.extend(self.waiting_too_long(now));
        findings
    }
}

impl Registry {
    fn configured(&self) -> Finding {
        let state = self.state();
        match state.version {
            0 => Finding {
                severity: Severity::Problem,
                what: "no configuration is in force".to_owned(),
                why: "nothing is published and every management request is refused".to_owned(),
                next_step: "write registry.toml and apply it".to_owned(),
            },
            version => Finding {
                severity: Severity::Ok,
                what: format!("version {version} of the configuration of {} is in force", state.document.instance()),
                why: format!("it has {} members", state.document.members.len()),
                next_step: String::new(),
            },
        }
    }

    fn publication(&self, now: Timestamp) -> Vec<Finding> {
        let outcome = self.outcome();
        let failed = outcome.failure.map(|failure| Finding {
            severity: Severity::Problem,
            what: format!("the last change could not be published: {failure}"),
            why: "security servers go on with what was published before".to_owned(),
            next_step: "look at the disk and the keys of the publication; it is tried again every minute".to_owned(),
        });
        let unsigned = outcome.standing.root_awaits_signatures.then(|| awaits_signatures(&outcome.standing));
        let expiring = outcome.standing.expires.iter().filter_map(|(role, at)| expiring(*role, *at, now));
        let odd = outcome.oddities.into_iter().map(|oddity| Finding {
            severity: Severity::Warning,
            what: format!("what is published names what is not registered: {oddity}"),
            why: "nobody can use it".to_owned(),
            next_step: "register it, or take it out of the configuration".to_owned(),
        });
        failed.into_iter().chain(unsigned).chain(expiring).chain(odd).collect()
    }

    fn certificates(&self, now: Timestamp) -> Vec<Finding> {
        let own = &self.inner.door.certificate;
        let mut findings =
            vec![ending("the certificate of the port for management requests", own.not_after(), now).unwrap_or_else(
                || Finding {
                    severity: Severity::Ok,
                    what: format!(
                        "the certificate of the port for management requests is valid until {}",
                        own.not_after()
                    ),
                    why: "security servers know it by its published hash".to_owned(),
                    next_step: String::new(),
                },
            )];
        let state = self.state();
        for (name, service) in &state.document.certification_services {
            for certificate in &service.certificates {
                let what = format!("the certificate of {} (certification service {name})", certificate.subject());
                findings.extend(ending(&what, certificate.not_after(), now));
            }
        }
        for (name, service) in &state.document.time_stamping_services {
            let what = format!("the certificate of the time-stamping service {name}");
            findings.extend(ending(&what, service.certificate.not_after(), now));
        }
        findings
    }

    fn waiting_too_long(&self, now: Timestamp) -> Option<Finding> {
        let waiting = self.waiting();
        let oldest = waiting.first()?;
        let hours = now.duration_since(oldest.received).as_hours();
        Some(Finding {
            severity: Severity::Warning,
            what: format!("{} management requests wait for a decision, the oldest for {hours} hours", waiting.len()),
            why: "whoever asked cannot go on".to_owned(),
            next_step: "list them, then approve or decline each".to_owned(),
        })
    }
}

fn awaits_signatures(standing: &Standing) -> Finding {
    let (root, expires) = (PublicationRole::Root, standing.expires.get(&PublicationRole::Root));
    let keys = standing.roles.get(&root).cloned().unwrap_or_default();
    let here = keys.keys.iter().filter(|(_, here)| *here).count();
    Finding {
        severity: Severity::Warning,
        what: format!(
            "the root is to be signed again by the holders of its keys before {}",
            expires.map(ToString::to_string).unwrap_or_default()
        ),
        why: format!("{} of its {} keys must sign, and {here} are in this token", keys.threshold, keys.keys.len()),
        next_step: "chakana registry root prepare, then have each holder sign it, then publish it".to_owned(),
    }
}

fn expiring(role: PublicationRole, expires: Timestamp, now: Timestamp) -> Option<Finding> {
    let left = expires.duration_since(now);
    let (severity, what) = match () {
        () if left <= SignedDuration::ZERO => {
            (Severity::Problem, format!("the signature of the role {role} expired at {expires}"))
        }
        () if left < SOON_UNSIGNED => {
            (Severity::Warning, format!("the signature of the role {role} expires at {expires}"))
        }
        () => return None,
    };
    Some(Finding {
        severity,
        what,
        why: "security servers stop trusting what is published when a signature expires".to_owned(),
        next_step: "it is signed again by itself: look in the log why it was not".to_owned(),
    })
}

fn ending(whose: &str, not_after: Timestamp, now: Timestamp) -> Option<Finding> {
    let left = not_after.duration_since(now);
    let (severity, what) = match () {
        () if left < SignedDuration::ZERO => (Severity::Problem, format!("{whose} ended at {not_after}")),
        () if left < SOON_ENDING => {
            (Severity::Warning, format!("{whose} ends in {} days, at {not_after}", left.as_hours() / 24))
        }
        () => return None,
    };
    Some(Finding {
        severity,
        what,
        why: "what it vouches for is refused from then on".to_owned(),
        next_step: "replace it by its successor".to_owned(),
    })
}

/// Signatures are renewed long before; who sees this has a registry that was away.
const SOON_UNSIGNED: SignedDuration = SignedDuration::from_hours(12);
const SOON_ENDING: SignedDuration = SignedDuration::from_hours(24 * 30);
