//! What the message log needs now and then: old records are read again, and answers that nobody will repeat are removed.
//!
//! A disk may lose a byte years after it was written. So every record is verified again, a few at a time and at a small
//! part of a processor, from the first to the last and then from the beginning; where it stands outlives a restart.

use crate::upkeep::Health;
use clock::SharedClock;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use message_log::MessageLog;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// The parts that it works with.
pub(crate) struct LogUpkeep {
    log: MessageLog,
    clock: SharedClock,
    health: Arc<Health>,
    /// Where the number of the next record to verify is kept.
    position: PathBuf,
}

/// Records verified in one go.
const BATCH: u64 = 64;
/// The pause after a batch, as a multiple of the time that it took.
const PAUSE_FACTOR: u32 = 20;
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
/// The pause before it begins again.
const PAUSE_AT_END: Duration = Duration::from_secs(3600);
/// How long an answer can be asked for again.
const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24);
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// What a batch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The next record to verify.
    At(u64),
    /// Everything that there is was verified.
    End,
}

impl LogUpkeep {
    /// Works on `log`, and keeps in the file `position` how far it has come.
    pub(crate) fn new(log: MessageLog, clock: SharedClock, health: Arc<Health>, position: PathBuf) -> Arc<Self> {
        Arc::new(Self { log, clock, health, position })
    }

    /// Its loops; each goes on until it is dropped.
    pub(crate) fn loops(self: &Arc<Self>) -> [BoxFuture<'static, ()>; 2] {
        let (verifying, pruning) = (self.clone(), self.clone());
        [Box::pin(async move { verifying.verify_again().await }), Box::pin(async move { pruning.prune_hourly().await })]
    }

    async fn verify_again(self: Arc<Self>) {
        let mut next = self.recall();
        loop {
            let began = Instant::now();
            let this = self.clone();
            let Ok(progress) = tokio::task::spawn_blocking(move || this.verify_batch(next)).await else { return };
            match progress {
                Progress::At(record) => {
                    next = record;
                    sleep((began.elapsed() * PAUSE_FACTOR).max(SHORTEST_PAUSE)).await;
                }
                Progress::End => {
                    next = 0;
                    sleep(PAUSE_AT_END).await;
                }
            }
        }
    }

    /// Verifies a few records from `first` on; goes on behind one that does not verify. Blocks.
    fn verify_batch(&self, first: u64) -> Progress {
        let end = first.saturating_add(BATCH).min(self.log.size());
        if first >= end {
            self.remember(0);
            return Progress::End;
        }
        match self.log.verify_range(first..end) {
            Ok(_) => {
                // The next start finds a record that does not verify again.
                if self.health.state().log_damage.is_none() {
                    self.remember(end);
                }
                Progress::At(end)
            }
            Err(damage) => {
                tracing::error!(
                    record = damage.record,
                    what = damage.what,
                    "a record of the message log does not verify"
                );
                self.health.note_log_damage(&damage.to_string());
                Progress::At(damage.record.saturating_add(1))
            }
        }
    }

    fn recall(&self) -> u64 {
        let text = std::fs::read_to_string(&self.position).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    /// Not synced: at worst some records are verified once more.
    fn remember(&self, record: u64) {
        let fresh = self.position.with_extension("new");
        let written =
            std::fs::write(&fresh, format!("{record}\n")).and_then(|()| std::fs::rename(&fresh, &self.position));
        if let Err(error) = written {
            tracing::debug!(%error, "how far the message log was verified could not be kept");
        }
    }

    async fn prune_hourly(self: Arc<Self>) {
        let mut ticks = interval(PRUNE_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let this = self.clone();
            let _ = tokio::task::spawn_blocking(move || this.prune(this.clock.now())).await;
        }
    }

    fn prune(&self, now: Timestamp) {
        let before = now.checked_sub(ANSWERS_KEPT).unwrap_or(Timestamp::MIN);
        match self.log.prune_answers(before) {
            Ok(0) => {}
            Ok(hours) => tracing::info!(hours, "removed answers that are no longer repeated"),
            Err(error) => tracing::warn!(%error, "failed to remove answers that are no longer repeated"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::SystemClock;
    use message_log::{DataKey, MemoryKeyWrap, OpenMode, Settings};
    use tempfile::TempDir;

    async fn upkeep(folder: &TempDir, records: u64) -> Arc<LogUpkeep> {
        let mut settings = Settings::new("BO/GOV/1001/ss1".parse().unwrap());
        settings.segment_bytes = 1 << 20;
        settings.disk_floor_bytes = 0;
        let key = Arc::new(MemoryKeyWrap::new(&DataKey::from_bytes([9; 32])));
        let path = folder.path().join("message-log");
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let log = MessageLog::open(&path, settings, key, &OpenMode::Verified, now).unwrap();
        let peer = "BO/GOV/1002/ss1".parse().unwrap();
        for record in log.size()..records {
            log.append_conflict(&peer, &format!("finding-{record}-x"), now).await.unwrap();
        }
        let health = Arc::new(Health::default());
        LogUpkeep::new(log, Arc::new(SystemClock), health, folder.path().join("log-verified"))
    }

    #[tokio::test]
    async fn goes_on_where_it_stood_and_begins_again_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let first = upkeep(&folder, 100).await;
        assert_eq!(first.recall(), 0);
        assert_eq!(first.verify_batch(0), Progress::At(64));
        drop(first);
        let next = upkeep(&folder, 100).await;
        assert_eq!(next.recall(), 64);
        assert_eq!(next.verify_batch(64), Progress::At(100));
        assert_eq!(next.verify_batch(100), Progress::End);
        assert_eq!(next.recall(), 0);
    }

    #[tokio::test]
    async fn names_a_record_that_does_not_verify_and_goes_on_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let upkeep = upkeep(&folder, 20).await;
        let path = folder.path().join("message-log/segments").join(format!("{:020}.seg", 0));
        let mut bytes = std::fs::read(&path).unwrap();
        let at = bytes.windows(10).position(|window| window == b"finding-7-").unwrap();
        bytes[at] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(upkeep.verify_batch(0), Progress::At(8));
        assert_eq!(upkeep.verify_batch(8), Progress::At(20));
        let damage = upkeep.health.state().log_damage.unwrap();
        assert!(damage.contains("record 7 "), "{damage}");
        assert_eq!(upkeep.recall(), 0, "the next start finds it again");
    }

    #[tokio::test]
    async fn removes_answers_of_the_day_before() {
        let folder = tempfile::tempdir().unwrap();
        let upkeep = upkeep(&folder, 0).await;
        let now: Timestamp = "2026-11-21T10:30:00Z".parse().unwrap();
        let hour = now.as_second() / 3600;
        let answers = folder.path().join("message-log/bodies/answers");
        for age in [0, 23, 24, 25] {
            std::fs::create_dir_all(answers.join((hour - age).to_string())).unwrap();
        }
        upkeep.prune(now);
        let left = |age: i64| answers.join((hour - age).to_string()).exists();
        assert_eq!([left(0), left(23), left(24), left(25)], [true, true, true, false]);
    }
}
