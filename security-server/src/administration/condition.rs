//! How the server is: for `status`, and in words for `doctor`.

use super::Administration;
use admin::Condition;
use admin::doctor::{Finding, Severity};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

/// How the server is.
pub(super) struct ServerCondition {
    administration: Arc<Administration>,
}

/// A certificate that ends within this is a warning.
const CERTIFICATE_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A configuration that expires within this is a warning: somebody has two days to bring the registry back.
const CONFIGURATION_SOON: SignedDuration = SignedDuration::from_hours(24);
/// Room for this much is what a warning wants.
const ROOM_BYTES: u64 = 1 << 30;

impl ServerCondition {
    pub(super) fn new(administration: Arc<Administration>) -> Self {
        Self { administration }
    }

    fn now(&self) -> Timestamp {
        self.administration.messaging.now()
    }

    fn configuration(&self) -> Finding {
        let messaging = &self.administration.messaging;
        let trouble = self.administration.health.state().configuration;
        let Some(judgement) = messaging.configuration.newest() else {
            return problem(
                "there is no global configuration",
                trouble.unwrap_or_else(|| "none was fetched yet; no message is relayed".to_owned()),
                "check that the registry or a mirror in server.toml answers, and that the trust anchor is its root.json",
            );
        };
        let expires = judgement.snapshot().expires;
        let left = expires.duration_since(self.now());
        if left.is_negative() {
            return problem(
                format!("the global configuration expired at {expires}"),
                trouble.unwrap_or_else(|| "messages are refused, or relayed with a warning, as the policy says".into()),
                "bring the registry back, or name a mirror in server.toml",
            );
        }
        match trouble {
            Some(why) if left < CONFIGURATION_SOON => warning(
                format!("the global configuration expires at {expires} and cannot be refreshed"),
                why,
                "check that the registry or a mirror answers",
            ),
            Some(why) => warning(
                "the global configuration cannot be refreshed",
                why,
                "check that the registry or a mirror answers",
            ),
            None => ok(format!("the global configuration is fresh, and good until {expires}")),
        }
    }

    fn registration(&self) -> Finding {
        let messaging = &self.administration.messaging;
        let Some(judgement) = messaging.configuration.newest() else {
            return warning("whether everything is registered is not known", "there is no global configuration", "");
        };
        let missing = self.administration.registration.missing(&judgement, &messaging.server_configuration.load());
        if missing.is_empty() {
            return ok("everything this server has is registered");
        }
        warning(
            format!("{} things of this server are not registered", missing.len()),
            "what is not registered does not count: no certificate, no client",
            "chakana register, then have the registry's operator approve what waits",
        )
    }

    fn certificates(&self) -> Vec<Finding> {
        let reports = self.administration.messaging.keys.reports();
        let mut findings: Vec<Finding> = Vec::new();
        for report in reports.iter() {
            let left = report.not_after.duration_since(self.now());
            if left < CERTIFICATE_SOON {
                findings.push(warning(
                    format!("the certificate of {} ends at {}", report.subject, report.not_after),
                    "after that it counts no longer",
                    "make a new key and certificate, register it, and put it into server.toml before that day",
                ));
            }
            findings.push(match &report.status {
                Ok(until) => {
                    ok(format!("the certificate of {} is good; its status is fresh until {until}", report.subject))
                }
                Err(why) => problem(
                    format!("the certificate of {} has no good status", report.subject),
                    why.clone(),
                    "check that the OCSP responder of its certification service answers, and that it was not revoked",
                ),
            });
        }
        findings
    }

    fn time_stamping(&self) -> Finding {
        match self.administration.health.state().time_stamping {
            None => ok("checkpoints are time-stamped"),
            Some(why) => warning(
                "checkpoints are not time-stamped",
                why,
                "check that a time-stamping service of the registry answers; messages stop after the configured hours",
            ),
        }
    }

    fn disk(&self) -> Finding {
        let folder = &self.administration.folder;
        let Ok(stat) = rustix::fs::statvfs(folder) else {
            return problem(
                "the disk of the data folder cannot be asked",
                folder.display().to_string(),
                "check the disk",
            );
        };
        let free = stat.f_bavail.saturating_mul(stat.f_frsize);
        if free < ROOM_BYTES {
            warning(
                format!("the disk has {} MiB left", free >> 20),
                "when it is full, messages are refused before anything is half-written",
                "make room, or move old segments of the message log away",
            )
        } else {
            ok(format!("the disk has {} GiB left", free >> 30))
        }
    }

    /// The newest timestamp's time against ours would tell; a registry that answers in our future does, too.
    fn clock(&self) -> Finding {
        let judgement = self.administration.messaging.configuration.newest();
        let checked = self.administration.health.state().configuration_checked;
        match (judgement, checked) {
            (Some(judgement), Some(checked)) if checked > self.now() => problem(
                format!("the clock stepped back behind {checked}"),
                format!(
                    "messages carry their time, and peers refuse what is off by a minute; snapshot {}",
                    judgement.hash()
                ),
                "check that time is synchronised (NTP)",
            ),
            _ => ok("the clock has not stepped back"),
        }
    }

    async fn peers(&self) -> Vec<Finding> {
        let messaging = &self.administration.messaging;
        let Some(judgement) = messaging.configuration.newest() else { return Vec::new() };
        let mut findings = Vec::new();
        for peer in messaging.peers.all().into_iter().take(MAX_PEERS) {
            let Some(server) = judgement.global().server(peer.server()) else { continue };
            findings.push(match messaging.peers.link(server, self.now()).await {
                Ok(_) => ok(format!("security server {} answers", peer.server())),
                Err(error) => warning(
                    format!("security server {} cannot be reached", peer.server()),
                    error.to_string(),
                    "check the network between the two, and ask its administrator",
                ),
            });
        }
        for (peer, what) in messaging.noticed.conflicts() {
            findings.push(problem(
                format!("the message log of {peer} conflicts with what it showed before"),
                what,
                "keep this server's log as evidence, and take the matter to the registry's operator",
            ));
        }
        findings
    }
}

/// Peers asked in one examination.
const MAX_PEERS: usize = 50;

#[async_trait]
impl Condition for ServerCondition {
    async fn status(&self) -> Value {
        let messaging = &self.administration.messaging;
        let judgement = messaging.configuration.newest();
        let now = self.now();
        let can_sign = messaging.keys.signers().iter().all(|signer| messaging.keys.of(signer.member(), now).is_ok());
        let missing = judgement.as_ref().map(|judgement| {
            self.administration.registration.missing(judgement, &messaging.server_configuration.load()).len()
        });
        json!({
            "server": messaging.server.to_string(),
            "time": now.to_string(),
            "configuration": judgement.as_ref().map(|judgement| json!({
                "hash": judgement.hash().to_string(),
                "version": judgement.snapshot().version,
                "expires": judgement.snapshot().expires.to_string(),
            })),
            "registrationMissing": missing,
            "canSign": can_sign,
            "ready": can_sign && missing == Some(0),
            "log": json!({
                "records": messaging.evidence.log().size(),
                "key": self.administration.registration.log_key.as_str(),
                "closed": messaging.evidence.log().closed().map(|reason| reason.to_string()),
            }),
        })
    }

    async fn doctor(&self) -> Vec<Finding> {
        let mut findings = vec![self.configuration(), self.registration()];
        findings.extend(self.certificates());
        findings.extend([self.time_stamping(), self.disk(), self.clock()]);
        if let Some(reason) = self.administration.messaging.evidence.log().closed() {
            findings.push(problem(
                "the message log is closed",
                reason.to_string(),
                "check the disk, then restart the server",
            ));
        }
        if let Some(damage) = self.administration.health.state().log_damage {
            findings.push(problem(
                "the message log does not verify",
                damage,
                "keep a copy of the data folder, run `chakana log verify`, and restore the log, or start with --cut-damage",
            ));
        }
        findings.extend(self.peers().await);
        findings
    }
}

fn ok(what: impl Into<String>) -> Finding {
    Finding { severity: Severity::Ok, what: what.into(), why: String::new(), next_step: String::new() }
}

fn warning(what: impl Into<String>, why: impl Into<String>, next_step: impl Into<String>) -> Finding {
    Finding { severity: Severity::Warning, what: what.into(), why: why.into(), next_step: next_step.into() }
}

fn problem(what: impl Into<String>, why: impl Into<String>, next_step: impl Into<String>) -> Finding {
    Finding { severity: Severity::Problem, what: what.into(), why: why.into(), next_step: next_step.into() }
}
