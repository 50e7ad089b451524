//! What a security server does by itself: asks for the configuration, for statuses and timestamps, and compares notes with peers.

use crate::completeness;
use crate::configuration::ExpiryWatch;
use crate::log_keys::LogSigner;
use crate::messaging::Messaging;
use crate::settings::TimestampMode;
use crate::trust_services::TrustServices;
use futures_util::future::BoxFuture;
use global_configuration::Refresh;
use jiff::Timestamp;
use message_log::{CheckpointSigner, MessageLog};
use protocol::hash::Sha256Hash;
use std::path::{Path, PathBuf};
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
    /// Why the last stamping of a signature failed.
    pub signature_stamping: Option<String>,
    /// Why the last stamping failed, or the checkpoint that was to be stamped.
    pub time_stamping: Option<String>,
    /// A record of the message log that does not verify.
    pub log_damage: Option<String>,
    /// When the global configuration was last asked for with success.
    pub configuration_checked: Option<Timestamp>,
    /// The file that the token's PIN was read from, where it is none that a service manager handed over.
    pub pin_file: Option<PathBuf>,
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

    /// The PIN was read from a file that may lie on a disk.
    pub fn note_pin_file(&self, path: &Path) {
        self.lock().pin_file = Some(path.to_owned());
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
    /// What is time-stamped.
    pub timestamps: TimestampMode,
    /// Held by who stamps signatures.
    pub stamping: tokio::sync::Mutex<()>,
    /// How it goes.
    pub health: Arc<Health>,
    /// A new configuration was taken over.
    pub configuration_changed: Arc<Notify>,
}

impl Upkeep {
    /// Asks for the global configuration once.
    pub async fn refresh_configuration(&self) {
        let (messaging, now) = (&self.messaging, self.messaging.now());
        match messaging.source.refresh(now).await {
            Ok(refresh) => {
                if let (Refresh::Changed, Some(snapshot)) = (refresh, messaging.source.current()) {
                    tracing::info!(configuration = %snapshot.hash, expires = %snapshot.expires, "took over a new global configuration");
                    messaging.configuration.replace(snapshot);
                    // Kept where nobody waits at the moment.
                    self.configuration_changed.notify_one();
                } else if let Some(snapshot) = messaging.source.current() {
                    // The same content with a later expiry is a new snapshot too.
                    if messaging
                        .configuration
                        .newest()
                        .is_none_or(|newest| newest.snapshot().expires != snapshot.expires)
                    {
                        messaging.configuration.replace(snapshot);
                    }
                }
                let mut health = self.health.lock();
                health.configuration = None;
                health.configuration_checked = Some(now);
            }
            Err(error) => {
                let why = words(&error);
                tracing::warn!(why, "the global configuration could not be refreshed");
                self.health.lock().configuration = Some(why);
            }
        }
    }

    /// Starts every loop; each ends when `shutdown` is cancelled.
    pub fn spawn(self: Arc<Self>, tasks: &TaskTracker, shutdown: &CancellationToken) {
        let upkeep = self;
        let until_shutdown = |work: BoxFuture<'static, ()>| {
            let shutdown = shutdown.clone();
            tasks.spawn(async move {
                shutdown.run_until_cancelled(work).await;
            });
        };
        let (a, b, c, d, e) = (upkeep.clone(), upkeep.clone(), upkeep.clone(), upkeep.clone(), upkeep);
        until_shutdown(Box::pin(async move { a.follow_configuration().await }));
        until_shutdown(Box::pin(async move { b.refresh_statuses().await }));
        until_shutdown(Box::pin(async move { c.make_checkpoints().await }));
        until_shutdown(Box::pin(async move { d.compare_notes().await }));
        until_shutdown(Box::pin(async move { e.stamp_signatures().await }));
    }

    async fn follow_configuration(&self) {
        let mut ticks = ticks(self.refresh_every);
        let mut watch = ExpiryWatch::default();
        loop {
            ticks.tick().await;
            let configuration = &self.messaging.configuration;
            self.refresh_configuration().await;
            let standing = configuration.standing();
            if watch.is_due(standing, self.messaging.now()) {
                tracing::warn!(?standing, "the global configuration has expired; bring the registry or a mirror back");
            }
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
        let failure = self.stamp_everything().await.err();
        // Whatever failed, and wherever: what is unstamped for too long stops the exchange.
        self.messaging.evidence.note_stamps().await;
        if let Some(why) = &failure {
            tracing::warn!(why, "the message log could not be stamped");
        }
        self.health.lock().time_stamping = failure;
    }

    async fn stamp_everything(&self) -> Result<(), String> {
        let log = self.messaging.evidence.log();
        let signer: Arc<dyn CheckpointSigner> = self.log_signer.clone();
        cover(log, &signer, self.messaging.now()).await?;
        let Some(unstamped) = log.unstamped() else { return Ok(()) };
        let judgement = self.messaging.configuration.newest().ok_or("there is no global configuration")?;
        let imprint = Sha256Hash::of(unstamped.newest.to_string().as_bytes());
        let token = self.trust_services.stamp(&imprint, &judgement, self.messaging.now()).await?;
        log.add_timestamp(&unstamped.newest, &token).await.map_err(|error| words(&error))
    }

    /// Records whether signatures are stamped from now on: before a message can come in between.
    pub(crate) async fn begin_stamping(&self) {
        let log = self.messaging.evidence.log();
        let begun = match self.timestamps {
            TimestampMode::Checkpoint => log.end_signature_timestamps().await,
            TimestampMode::PerMessage => log.begin_signature_timestamps().await,
        };
        if let Err(error) = begun {
            tracing::error!(%error, "failed to record whether signatures are stamped");
        }
    }

    async fn stamp_signatures(&self) {
        if self.timestamps == TimestampMode::Checkpoint {
            return;
        }
        let mut retries = ticks(self.checkpoint_every);
        loop {
            tokio::select! {
                () = self.messaging.evidence.logged() => {}
                _ = retries.tick() => {}
            }
            self.stamp_signatures_now().await;
            // A service that fails is asked again after a while, not at the next message.
            if self.health.lock().signature_stamping.is_some() {
                retries.reset();
                retries.tick().await;
            }
        }
    }

    /// Has every signature stamped that was not yet; does nothing where signatures are not stamped.
    pub async fn stamp_signatures_now(&self) {
        let _alone = self.stamping.lock().await;
        let failure = loop {
            match self.stamp_some().await {
                Ok(0) => break None,
                Ok(_) => {}
                Err(why) => break Some(why),
            }
        };
        self.messaging.evidence.note_stamps().await;
        if let Some(why) = &failure {
            tracing::warn!(why, "signatures could not be stamped");
        }
        self.health.lock().signature_stamping = failure;
    }

    /// Has the next signatures stamped, all at once; returns how many there were.
    async fn stamp_some(&self) -> Result<usize, String> {
        let log = self.messaging.evidence.log();
        let looking = log.clone();
        let next = tokio::task::spawn_blocking(move || looking.to_stamp(STAMPED_AT_ONCE)).await;
        let next = next.map_err(|error| error.to_string())?.map_err(|error| words(&error))?;
        if next.messages.is_empty() {
            // Remembered, so that what needs no timestamp is not looked through again.
            log.add_signature_timestamps(Vec::new(), Some(next.below)).await.map_err(|error| words(&error))?;
            return Ok(0);
        }
        let judgement = self.messaging.configuration.newest().ok_or("there is no global configuration")?;
        let (count, now) = (next.messages.len(), self.messaging.now());
        let stamped = next.messages.into_iter().map(|message| {
            let (services, judgement) = (&self.trust_services, &judgement);
            async move {
                let value = trust::cades::signature_value(&message.signature).map_err(|error| error.to_string())?;
                let token = services.stamp(&Sha256Hash::of(&value), judgement, now).await?;
                Ok::<_, String>((message.index, token))
            }
        });
        let (mut tokens, mut failure) = (Vec::with_capacity(count), None);
        for stamped in futures_util::future::join_all(stamped).await {
            match stamped {
                Ok(stamped) => tokens.push(stamped),
                Err(why) => failure = Some(why),
            }
        }
        let below = failure.is_none().then_some(next.below);
        log.add_signature_timestamps(tokens, below).await.map_err(|error| words(&error))?;
        failure.map_or(Ok(count), Err)
    }

    async fn compare_notes(&self) {
        let mut ticks = ticks(self.checkpoint_every);
        loop {
            ticks.tick().await;
            self.compare_notes_now().await;
        }
    }

    /// Compares what peers said of their logs, and of ours, with what was known before.
    pub async fn compare_notes_now(&self) {
        completeness::reconcile(&self.messaging, self.checkpoint_every).await;
    }
}

/// Signatures that are stamped at the same time.
const STAMPED_AT_ONCE: usize = 16;

/// Makes a checkpoint over every record, unless the newest one is that already.
async fn cover(log: &MessageLog, signer: &Arc<dyn CheckpointSigner>, now: Timestamp) -> Result<(), String> {
    let covered = log.newest_checkpoint().map_or(0, |checkpoint| checkpoint.claimed().size);
    if covered < log.size() {
        let made = log.checkpoint(signer, now).await;
        made.map_err(|error| format!("no checkpoint can be made: {}", words(&error)))?;
    }
    Ok(())
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// An error with its causes.
pub(crate) fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string().trim_end().to_owned();
    let mut source = error.source();
    while let Some(error) = source {
        // TOML's own words end their line.
        words = format!("{words}: {}", error.to_string().trim_end());
        source = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;
    use crate::refusal::Refusal;
    use crate::settings::MessageLogSettings;
    use message_log::{CheckpointSignerError, DataKey, MemoryKeyWrap, OpenMode, Settings};
    use trust::note::NoteKey;

    struct AwayKey(NoteKey);

    impl CheckpointSigner for AwayKey {
        fn verifier_key(&self) -> &NoteKey {
            &self.0
        }

        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, CheckpointSignerError> {
            Err(CheckpointSignerError("the token was taken out".into()))
        }
    }

    #[tokio::test]
    async fn the_exchange_stops_when_no_checkpoint_could_be_made_for_hours() {
        let folder = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-11-21T01:20:03Z".parse().unwrap();
        let after = |minutes| start + jiff::SignedDuration::from_mins(minutes);
        let key = Arc::new(MemoryKeyWrap::new(&DataKey::from_bytes([9; 32])));
        let settings = Settings::new("BO/GOV/1001/ss1".parse().unwrap());
        let log = MessageLog::open(folder.path(), settings, key, &OpenMode::Verified, start).unwrap();
        let evidence = Evidence::new(log.clone(), &MessageLogSettings::default(), 64 << 10);
        let signer: Arc<dyn CheckpointSigner> = Arc::new(AwayKey(NoteKey::new("chakana/key", [1; 32]).unwrap()));

        let peer = "BO/GOV/1002/ss1".parse().unwrap();
        log.append_conflict(&peer, "a record, whatever it says", start).await.unwrap();
        let failed = cover(&log, &signer, after(1)).await.unwrap_err();
        evidence.note_stamps().await;

        assert!(failed.contains("the token was taken out"), "{failed}");
        assert!(evidence.check_stamped(after(239)).is_ok());
        assert!(matches!(evidence.check_stamped(after(241)), Err(Refusal::TimestampsMissing(since)) if since == start));
    }
}
