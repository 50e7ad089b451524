//! How the server is: for `status`, and in words for `doctor`.

mod findings;
#[cfg(test)]
mod tests;

pub(crate) use findings::OwnCertificate;

use super::Administration;
use crate::configuration::{Judgement, Standing};
use admin::Condition;
use admin::doctor::Finding;
use async_trait::async_trait;
use findings::problem;
use futures_util::future::join_all;
use jiff::Timestamp;
use protocol::access::Subject;
use protocol::identifier::{ClientId, ServerId};
use serde_json::{Value, json};
use signer::pkcs11::Health;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How the server is.
pub(super) struct ServerCondition {
    administration: Arc<Administration>,
}

/// Peers asked in one examination.
const MAX_PEERS: usize = 32;
/// How long a peer or a time-stamping service has to answer; they are asked all at once.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

impl ServerCondition {
    pub(super) fn new(administration: Arc<Administration>) -> Self {
        Self { administration }
    }

    fn now(&self) -> Timestamp {
        self.administration.messaging.now()
    }

    fn configuration(&self) -> Finding {
        let standing = self.administration.messaging.configuration.standing();
        findings::configuration(standing, self.administration.health.state().configuration, self.now())
    }

    fn registration(&self, judgement: &Judgement) -> Finding {
        let configuration = self.administration.messaging.server_configuration.load();
        let registration = &self.administration.registration;
        let superfluous = registration.superfluous(judgement, &configuration).of_server.len();
        findings::registration(registration.missing(judgement, &configuration).len(), superfluous)
    }

    fn certificates(&self) -> Vec<Finding> {
        let (now, reports) = (self.now(), self.administration.messaging.keys.reports());
        let ends = self.administration.certificates.load_full();
        let ends = ends.iter().map(|own| findings::certificate(own, now));
        let statuses = reports.iter().map(|report| findings::status(&report.subject, report.status.clone(), now));
        ends.chain(statuses).collect()
    }

    /// Every token in hardware is asked now.
    async fn hardware(&self) -> Vec<Finding> {
        let key_store = self.administration.key_store.load_full();
        let examined = tokio::task::spawn_blocking(move || key_store.examine()).await;
        examined.unwrap_or_default().iter().map(|(name, health)| findings::hardware(name, health)).collect()
    }

    fn time_stamping(&self) -> Finding {
        let evidence = &self.administration.messaging.evidence;
        let health = self.administration.health.state();
        let trouble = health.time_stamping.or(health.signature_stamping);
        if let Err(refusal) = evidence.check_stamped(self.now()) {
            return problem(
                "messages are refused: records have been without a timestamp for too long",
                trouble.unwrap_or_else(|| refusal.to_string()),
                "check that a time-stamping service of the registry answers, and that the log key can sign",
            );
        }
        let log = evidence.log();
        findings::time_stamping(trouble, log.size(), log.unstamped_since())
    }

    fn disk(&self) -> Finding {
        let folder = &self.administration.folder;
        let free = rustix::fs::statvfs(folder).ok().map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize));
        findings::disk(folder, free)
    }

    fn pin_file(&self) -> Option<Finding> {
        self.administration.health.state().pin_file.as_deref().and_then(findings::pin_file)
    }

    /// Every time-stamping service is asked now: whether it answers, and what time it has.
    async fn time(&self, judgement: Option<&Judgement>) -> Vec<Finding> {
        let messaging = &self.administration.messaging;
        let offsets = match judgement {
            Some(judgement) => {
                let services = &self.administration.trust_services;
                services.clock_offsets(judgement, messaging.clock.as_ref(), ANSWER_WITHIN).await
            }
            None => Vec::new(),
        };
        let mut findings: Vec<Finding> =
            offsets.iter().map(|(name, offset)| findings::time_stamping_service(name, offset)).collect();
        // The service that agrees most: one with a wrong clock of its own is no reason to doubt ours.
        let known = offsets.iter().filter_map(|(_, offset)| offset.as_ref().ok());
        let offset = known.min_by_key(|offset| offset.abs()).copied();
        let checked = self.administration.health.state().configuration_checked;
        findings.push(findings::clock(offset, checked, self.now()));
        findings
    }

    /// Every peer that the log knows or was met since the start, and the servers of those who may call our services.
    async fn peers(&self, judgement: &Judgement) -> Vec<Finding> {
        let messaging = &self.administration.messaging;
        let peers = self.known_peers(judgement);
        let asked =
            peers.iter().take(MAX_PEERS).filter_map(|peer| judgement.global().server(peer)).map(|server| async {
                let linked = tokio::time::timeout(ANSWER_WITHIN, messaging.peers.link(server, self.now())).await;
                let reached = match linked {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(error.to_string()),
                    Err(_) => Err(format!("no answer from {} within {ANSWER_WITHIN:?}", server.address())),
                };
                findings::peer(&server.id().to_string(), reached)
            });
        let mut findings = join_all(asked).await;
        let others = peers.len().saturating_sub(MAX_PEERS);
        findings
            .extend((others > 0).then(|| findings::ok(format!("{others} more peers are known and were not asked"))));
        findings
    }

    fn known_peers(&self, judgement: &Judgement) -> BTreeSet<ServerId> {
        let messaging = &self.administration.messaging;
        let global = judgement.global();
        let mut peers: BTreeSet<ServerId> = messaging.evidence.log().peers().into_iter().collect();
        peers.extend(messaging.peers.all().iter().map(|peer| peer.server().clone()));
        let configuration = messaging.server_configuration.load();
        for right in configuration.access_rights().iter() {
            match &right.subject {
                Subject::Subsystem(subsystem) => peers.extend(global.servers_of(subsystem).iter().cloned()),
                Subject::GlobalGroup(id) => {
                    let members = global.global_group(id).into_iter().flat_map(|group| group.members());
                    let subsystems = members.filter_map(|member| match member {
                        ClientId::Subsystem(subsystem) => Some(subsystem),
                        ClientId::Member(_) => None,
                    });
                    peers.extend(subsystems.flat_map(|subsystem| global.servers_of(subsystem)).cloned());
                }
                Subject::LocalGroup(_) => {}
            }
        }
        peers.remove(&messaging.server);
        peers
    }

    fn plugins(&self) -> Vec<Finding> {
        let plugins = &self.administration.plugins;
        match plugins.reports().and_then(|reports| Ok((reports, plugins.waiting_since()?))) {
            Ok((reports, waiting_since)) => findings::plugins(&reports, waiting_since),
            Err(refusal) => vec![problem(
                "how the plugins stand cannot be read",
                crate::upkeep::words(&refusal),
                "check the disk, then restart the server",
            )],
        }
    }

    fn log(&self) -> Vec<Finding> {
        let messaging = &self.administration.messaging;
        let closed = messaging.evidence.log().closed().map(|reason| {
            problem("the message log is closed", reason.to_string(), "check the disk, then restart the server")
        });
        let damage = self.administration.health.state().log_damage.map(|damage| {
            problem(
                "the message log does not verify",
                damage,
                "keep a copy of the data folder, run `chakana log verify`, and restore the log, or start with --cut-damage",
            )
        });
        let conflicts = messaging.noticed.conflicts().into_iter().map(findings::conflict);
        closed.into_iter().chain(damage).chain(conflicts).collect()
    }
}

#[async_trait]
impl Condition for ServerCondition {
    async fn status(&self) -> Value {
        let messaging = &self.administration.messaging;
        let judgement = messaging.configuration.newest();
        let now = self.now();
        let hardware = self.administration.key_store.load().healths();
        let can_sign = messaging.keys.signers().iter().all(|signer| messaging.keys.of(signer.member(), now).is_ok())
            && hardware.iter().all(|(_, health)| *health == Health::Ready);
        let hardware = hardware.into_iter().map(|(name, health)| json!({ "name": name, "state": health.word() }));
        let missing = judgement.as_ref().map(|judgement| {
            self.administration.registration.missing(judgement, &messaging.server_configuration.load()).len()
        });
        let standing = messaging.configuration.standing();
        let tolerated_until = match standing {
            Standing::Tolerated { until, .. } => Some(until.to_string()),
            Standing::Absent | Standing::Fresh { .. } | Standing::Expired { .. } => None,
        };
        json!({
            "server": messaging.server.to_string(),
            "time": now.to_string(),
            "configuration": judgement.as_ref().map(|judgement| json!({
                "hash": judgement.hash().to_string(),
                "version": judgement.snapshot().version,
                "expires": judgement.snapshot().expires.to_string(),
                "standing": standing.word(),
                "toleratedUntil": tolerated_until,
            })),
            "registrationMissing": missing,
            "plugins": json!({
                "configured": messaging.server_configuration.load().plugins().count(),
                "refused": self.administration.plugins.refusals(),
            }),
            "canSign": can_sign,
            "hardware": hardware.collect::<Vec<_>>(),
            "ready": can_sign && missing == Some(0) && messaging.configuration.usable().is_ok(),
            "log": json!({
                "records": messaging.evidence.log().size(),
                "key": self.administration.registration.log_key.as_str(),
                "closed": messaging.evidence.log().closed().map(|reason| reason.to_string()),
            }),
        })
    }

    async fn doctor(&self) -> Vec<Finding> {
        let judgement = self.administration.messaging.configuration.newest();
        let mut findings = vec![self.configuration()];
        findings.extend(judgement.as_deref().map(|judgement| self.registration(judgement)));
        findings.extend(self.certificates());
        findings.extend(self.hardware().await);
        findings.extend([self.time_stamping(), self.disk()]);
        findings.extend(self.pin_file());
        findings.extend(self.log());
        findings.extend(self.plugins());
        let peers = async {
            match judgement.as_deref() {
                Some(judgement) => self.peers(judgement).await,
                None => Vec::new(),
            }
        };
        let (time, peers) = tokio::join!(self.time(judgement.as_deref()), peers);
        findings.extend(time);
        findings.extend(peers);
        findings
    }
}
