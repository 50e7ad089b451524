//! What a security server does by itself: asks for the configuration, for statuses and timestamps, and compares notes with peers.

use crate::completeness;
use crate::configuration::Configuration;
use crate::log_keys::LogSigner;
use crate::messaging::Messaging;
use crate::trust_services::TrustServices;
use futures_util::future::BoxFuture;
use global_configuration::{Refresh, Source};
use jiff::Timestamp;
use message_log::CheckpointSigner;
use protocol::hash::Sha256Hash;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How the server's own work goes, for `status` and `doctor`.
#[derive(Debug, Default)]
pub struct Health {
    // Short critical sections around small values.
    inner: Mutex<HealthState>,
}

/// What went wrong last, if anything.
#[derive(Debug, Clone, Default)]
pub struct HealthState {
    /// Why the last refresh of the global configuration failed.
    pub configuration: Option<String>,
    /// Why the last stamping failed.
    pub time_stamping: Option<String>,
    /// A record of the message log that does not verify.
    pub log_damage: Option<String>,
    /// When the global configuration was last asked for with success.
    pub configuration_checked: Option<Timestamp>,
}

impl Health {
    /// How it is now.
    #[must_use]
    pub fn state(&self) -> HealthState {
        self.lock().clone()
    }

    /// A record of the message log does not verify; the first one stays.
    pub fn note_log_damage(&self, damage: &str) {
        self.lock().log_damage.get_or_insert_with(|| damage.to_owned());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HealthState> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The parts that upkeep works with.
pub struct Upkeep {
    /// What the exchange uses.
    pub messaging: Arc<Messaging>,
    /// How often it is asked for.
    pub refresh_every: Duration,
    /// The trust services.
    pub trust_services: TrustServices,
    /// The log key.
    pub log_signer: Arc<LogSigner>,
    /// How often a checkpoint is made.
    pub checkpoint_every: Duration,
    /// How it goes.
    pub health: Arc<Health>,
    /// A new configuration was taken over.
    pub configuration_changed: Arc<Notify>,
}

impl Upkeep {
    /// Starts every loop; each ends when `shutdown` is cancelled.
    pub fn spawn(self: Arc<Self>, tasks: &TaskTracker, shutdown: &CancellationToken) {
        let upkeep = self;
        let until_shutdown = |work: BoxFuture<'static, ()>| {
            let shutdown = shutdown.clone();
            tasks.spawn(async move {
                shutdown.run_until_cancelled(work).await;
            });
        };
        let (a, b, c, d) = (upkeep.clone(), upkeep.clone(), upkeep.clone(), upkeep);
        until_shutdown(Box::pin(async move { a.follow_configuration().await }));
        until_shutdown(Box::pin(async move { b.refresh_statuses().await }));
        until_shutdown(Box::pin(async move { c.make_checkpoints().await }));
        until_shutdown(Box::pin(async move { d.compare_notes().await }));
    }

    async fn follow_configuration(&self) {
        let mut ticks = ticks(self.refresh_every);
        loop {
            ticks.tick().await;
            refresh_configuration(
                &self.messaging.source,
                &self.messaging.configuration,
                &self.health,
                &self.configuration_changed,
                self.messaging.now(),
            )
            .await;
        }
    }

    async fn refresh_statuses(&self) {
        loop {
            let now = self.messaging.now();
            let due = match self.messaging.configuration.newest() {
                Some(judgement) => self.messaging.keys.refresh(&judgement, &self.trust_services, now).await,
                None => now.checked_add(jiff::SignedDuration::from_secs(1)).unwrap_or(now),
            };
            let pause = Duration::try_from(due.duration_since(now)).unwrap_or(Duration::from_secs(1));
            // A new configuration may have registered a certificate, or approved a service.
            tokio::select! {
                () = sleep_until(Instant::now() + pause) => {}
                () = self.configuration_changed.notified() => {}
            }
        }
    }

    async fn make_checkpoints(&self) {
        let mut ticks = ticks(self.checkpoint_every);
        loop {
            ticks.tick().await;
            self.checkpoint_and_stamp().await;
        }
    }

    /// Makes a checkpoint where there are new records, and has the newest one stamped.
    pub async fn checkpoint_and_stamp(&self) {
        let log = self.messaging.evidence.log();
        let signer: Arc<dyn CheckpointSigner> = self.log_signer.clone();
        let covered = log.newest_checkpoint().map_or(0, |checkpoint| checkpoint.claimed().size);
        if covered < log.size()
            && let Err(error) = log.checkpoint(&signer, self.messaging.now()).await
        {
            tracing::error!(%error, "failed to make a checkpoint");
            return;
        }
        let Some(unstamped) = log.unstamped() else { return };
        let Some(judgement) = self.messaging.configuration.newest() else { return };
        let imprint = Sha256Hash::of(unstamped.newest.to_string().as_bytes());
        let stamped = self.trust_services.stamp(&imprint, &judgement, self.messaging.now()).await;
        let recorded = match stamped {
            Ok(token) => log.add_timestamp(&unstamped.newest, &token).await.map_err(|error| error.to_string()),
            Err(why) => Err(why),
        };
        self.messaging.evidence.note_stamps();
        let failure = recorded.err();
        if let Some(why) = &failure {
            tracing::warn!(why, "a checkpoint could not be stamped");
        }
        self.health.lock().time_stamping = failure;
    }

    async fn compare_notes(&self) {
        let mut ticks = ticks(self.checkpoint_every);
        loop {
            ticks.tick().await;
            completeness::reconcile(&self.messaging).await;
        }
    }
}

/// Asks for the global configuration once.
pub async fn refresh_configuration(
    source: &Source,
    configuration: &Configuration,
    health: &Health,
    changed: &Notify,
    now: Timestamp,
) {
    match source.refresh(now).await {
        Ok(refresh) => {
            if let (Refresh::Changed, Some(snapshot)) = (refresh, source.current()) {
                tracing::info!(configuration = %snapshot.hash, expires = %snapshot.expires, "took over a new global configuration");
                configuration.replace(snapshot);
                // Kept where nobody waits at the moment.
                changed.notify_one();
            } else if let Some(snapshot) = source.current() {
                // The same content with a later expiry is a new snapshot too.
                if configuration.newest().is_none_or(|newest| newest.snapshot().expires != snapshot.expires) {
                    configuration.replace(snapshot);
                }
            }
            let mut health = health.lock();
            health.configuration = None;
            health.configuration_checked = Some(now);
        }
        Err(error) => {
            let why = words(&error);
            tracing::warn!(why, "the global configuration could not be refreshed");
            health.lock().configuration = Some(why);
        }
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// An error with its causes.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words = format!("{words}: {error}");
        source = error.source();
    }
    words
}
