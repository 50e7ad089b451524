//! The global configuration as this server uses it: the newest verified snapshot, and what its policy says of its age.

use crate::refusal::Refusal;
use crate::settings::ExpiryPolicy;
use arc_swap::ArcSwapOption;
use clock::SharedClock;
use global_configuration::Snapshot;
use jiff::{SignedDuration, Timestamp};
use protocol::global_configuration::GlobalConfiguration;
use protocol::hash::SnapshotHash;
use std::sync::Arc;
use trust::certificate::Certificate;
use trust::path::Anchors;

/// A snapshot by which messages are judged.
#[derive(Debug)]
pub struct Judgement {
    snapshot: Arc<Snapshot>,
    anchors: Anchors,
}

/// The newest snapshot, swapped whole.
#[derive(Debug)]
pub struct Configuration {
    current: ArcSwapOption<Judgement>,
    policy: ExpiryPolicy,
    clock: SharedClock,
}

impl Judgement {
    /// Prepares a snapshot for use; certification services whose certificates cannot be read do not count.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let services = snapshot.configuration.certification_services();
        let authorities = services.iter().flat_map(protocol::global_configuration::CertificationService::certificates);
        let readable = authorities.filter_map(|der| match Certificate::from_der(der) {
            Ok(certificate) => Some(certificate),
            Err(error) => {
                tracing::warn!(%error, "a certification service's certificate cannot be read and does not count");
                None
            }
        });
        let anchors = Anchors::new(readable.collect());
        Self { snapshot, anchors }
    }

    /// Who is who.
    #[must_use]
    pub fn global(&self) -> &GlobalConfiguration {
        &self.snapshot.configuration
    }

    /// The snapshot's name.
    #[must_use]
    pub fn hash(&self) -> SnapshotHash {
        self.snapshot.hash
    }

    /// The snapshot itself.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The approved certification services' certificates.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }
}

impl Configuration {
    /// Nothing yet, or what was verified before the restart.
    #[must_use]
    pub fn new(first: Option<Arc<Snapshot>>, policy: ExpiryPolicy, clock: SharedClock) -> Self {
        let current = ArcSwapOption::from(first.map(|snapshot| Arc::new(Judgement::new(snapshot))));
        Self { current, policy, clock }
    }

    /// From now on this snapshot counts.
    pub fn replace(&self, snapshot: Arc<Snapshot>) {
        self.current.store(Some(Arc::new(Judgement::new(snapshot))));
    }

    /// The newest snapshot, however old: for what is not a message.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Judgement>> {
        self.current.load_full()
    }

    /// The newest snapshot, if messages may be judged by it now.
    ///
    /// # Errors
    /// When there is none, or it has expired and the policy is to refuse.
    pub fn usable(&self) -> Result<Arc<Judgement>, Refusal> {
        let current = self.current.load_full().ok_or(Refusal::NoConfiguration)?;
        let expires = current.snapshot.expires;
        if self.clock.now() < self.tolerated_until(expires) {
            Ok(current)
        } else {
            Err(Refusal::ConfigurationExpired(expires))
        }
    }

    fn tolerated_until(&self, expires: Timestamp) -> Timestamp {
        let grace = match self.policy {
            ExpiryPolicy::Refuse => SignedDuration::ZERO,
            ExpiryPolicy::WarnHours(hours) => SignedDuration::from_hours(i64::from(hours)),
        };
        expires.checked_add(grace).unwrap_or(Timestamp::MAX)
    }
}
