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

/// How old the configuration is, and what the policy says of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is none yet.
    Absent,
    /// Its signatures are good.
    Fresh {
        /// Until then.
        until: Timestamp,
    },
    /// It has expired, and messages go on for a while, with a warning.
    Tolerated {
        /// When it expired.
        expired: Timestamp,
        /// When messages stop.
        until: Timestamp,
    },
    /// It has expired, and messages are refused.
    Expired {
        /// When it expired.
        expired: Timestamp,
    },
}

/// Says, once in a while, that messages go on with a configuration that has expired.
#[derive(Debug, Default)]
pub struct ExpiryWatch {
    last: Option<(Standing, Timestamp)>,
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

    /// How old the newest snapshot is, and what the policy says of that.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.current.load().as_ref().map_or(Standing::Absent, |current| self.standing_of(current))
    }

    /// The newest snapshot, if messages may be judged by it now.
    ///
    /// # Errors
    /// When there is none, or it has expired and the policy is to refuse.
    pub fn usable(&self) -> Result<Arc<Judgement>, Refusal> {
        let current = self.current.load_full().ok_or(Refusal::NoConfiguration)?;
        if let Standing::Expired { expired } = self.standing_of(&current) {
            return Err(Refusal::ConfigurationExpired(expired));
        }
        Ok(current)
    }

    fn standing_of(&self, judgement: &Judgement) -> Standing {
        let (expired, now) = (judgement.snapshot.expires, self.clock.now());
        let until = self.tolerated_until(expired);
        match () {
            () if now < expired => Standing::Fresh { until: expired },
            () if now < until => Standing::Tolerated { expired, until },
            () => Standing::Expired { expired },
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

impl Standing {
    /// The word for it, for machines.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Fresh { .. } => "fresh",
            Self::Tolerated { .. } => "tolerated",
            Self::Expired { .. } => "expired",
        }
    }
}

impl ExpiryWatch {
    /// Whether it is time to say so: when it begins to be so, and every hour.
    #[must_use]
    pub fn is_due(&mut self, standing: Standing, now: Timestamp) -> bool {
        let is_old = matches!(standing, Standing::Tolerated { .. } | Standing::Expired { .. });
        let said = self.last.is_some_and(|(last, at)| last == standing && now.duration_since(at) < SAID_EVERY);
        if is_old && !said {
            self.last = Some((standing, now));
        } else if !is_old {
            self.last = None;
        }
        is_old && !said
    }
}

const SAID_EVERY: SignedDuration = SignedDuration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metaservices::tests::test_instance;
    use clock::{Clock as _, ManualClock};
    use std::time::Duration;

    const HOUR: Duration = Duration::from_secs(3600);

    /// A configuration that expires in an hour, under a policy.
    fn configuration(policy: ExpiryPolicy) -> (Configuration, Arc<ManualClock>, Timestamp) {
        let clock = Arc::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
        let expires = clock.now() + SignedDuration::from_hours(1);
        let hash = "0".repeat(64).parse().unwrap();
        let snapshot = Snapshot { hash, configuration: Arc::new(test_instance()), expires, version: 1 };
        (Configuration::new(Some(Arc::new(snapshot)), policy, clock.clone()), clock, expires)
    }

    #[test]
    fn without_any_nothing_is_judged() {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let configuration = Configuration::new(None, ExpiryPolicy::WarnHours(9), clock);
        assert_eq!(configuration.standing(), Standing::Absent);
        assert!(matches!(configuration.usable(), Err(Refusal::NoConfiguration)));
    }

    #[test]
    fn refuse_refuses_from_the_moment_of_expiry() {
        let (configuration, clock, expired) = configuration(ExpiryPolicy::Refuse);
        assert_eq!(configuration.standing(), Standing::Fresh { until: expired });
        assert!(configuration.usable().is_ok());
        clock.advance(HOUR);
        assert_eq!(configuration.standing(), Standing::Expired { expired });
        assert!(matches!(configuration.usable(), Err(Refusal::ConfigurationExpired(at)) if at == expired));
        assert!(configuration.newest().is_some(), "what is no message may still look at it");
    }

    #[test]
    fn warn_goes_on_for_its_hours_and_then_refuses() {
        let (configuration, clock, expired) = configuration(ExpiryPolicy::WarnHours(4));
        clock.advance(HOUR);
        let until = expired + SignedDuration::from_hours(4);
        assert_eq!(configuration.standing(), Standing::Tolerated { expired, until });
        assert!(configuration.usable().is_ok());
        clock.advance(4 * HOUR - Duration::from_secs(1));
        assert!(configuration.usable().is_ok());
        clock.advance(Duration::from_secs(1));
        assert_eq!(configuration.standing(), Standing::Expired { expired });
        assert!(configuration.usable().is_err());
    }

    #[test]
    fn an_old_configuration_is_said_when_it_begins_and_every_hour() {
        let (configuration, clock, _) = configuration(ExpiryPolicy::WarnHours(4));
        let mut watch = ExpiryWatch::default();
        let mut is_due = || watch.is_due(configuration.standing(), clock.now());
        assert!(!is_due(), "a fresh one is nothing to warn of");
        clock.advance(HOUR);
        assert!(is_due());
        clock.advance(HOUR / 2);
        assert!(!is_due());
        clock.advance(HOUR / 2);
        assert!(is_due());
        clock.advance(3 * HOUR);
        assert!(is_due(), "that messages are refused now is news");
    }
}
