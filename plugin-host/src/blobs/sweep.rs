//! The sweep: uploads that nobody kept, and files that no row speaks of.

use std::time::Duration;

use clock::{SharedClock, Timestamp};
use storage::{CommitError, Direction, KeyRange, Keyspace, ReadError, Store};
use tokio_util::sync::CancellationToken;

use super::rows::{row_key, upload_key, uploaded};
use super::{BlobFileError, BlobFiles, BlobRow, remove};
use crate::rows::{Kind, decode, key, milliseconds};

/// Sweeps after one plugin.
#[derive(Clone)]
pub(crate) struct Sweeper {
    pub(crate) files: BlobFiles,
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) plugin: String,
    pub(crate) keyspace: Keyspace,
}

/// Why a sweep ended before its end; the next one begins anew.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SweepError {
    #[error("the plugin's data cannot be read")]
    Read(#[from] ReadError),
    #[error("the plugin's data cannot be written")]
    Commit(#[from] CommitError),
    #[error("the files of blobs cannot be swept")]
    Files(#[from] BlobFileError),
}

const EVERY: Duration = Duration::from_secs(3600);
/// Longer than any call takes that writes a file before it commits its row, or reads one whose row was deleted.
const SPARED: Duration = Duration::from_secs(3600);
/// Uploads that one transaction removes.
const AT_ONCE: usize = 500;

impl Sweeper {
    /// Sweeps now and every hour until `shutdown` is cancelled.
    pub(crate) async fn work(self, shutdown: CancellationToken) {
        loop {
            if let Err(error) = self.sweep().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(plugin = self.plugin, error, "the blobs of a plugin cannot be swept");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    pub(crate) async fn sweep(&self) -> Result<(), SweepError> {
        let now = self.clock.now();
        while self.remove_uploads(now).await? == AT_ONCE {}
        let sweeper = self.clone();
        // Only a panic or the end of the runtime keeps the task from its result; then the next sweep does its work.
        let swept = tokio::task::spawn_blocking(move || sweeper.remove_files(now)).await;
        swept.unwrap_or(Ok(()))
    }

    /// Removes the rows of uploads that have run out; says how many. Their files go with a later sweep.
    async fn remove_uploads(&self, now: Timestamp) -> Result<usize, SweepError> {
        let mut transaction = self.store.begin()?;
        let end = key(Kind::Upload, &milliseconds(now).to_be_bytes());
        let run_out = KeyRange::between(key(Kind::Upload, &[])..end);
        let run_out = transaction.scan(self.keyspace, run_out, Direction::Ascending)?.page(AT_ONCE)?;
        for (upload, _) in &run_out {
            let Some(id) = uploaded(upload) else {
                transaction.delete(self.keyspace, upload.clone());
                continue;
            };
            let row = transaction.get(self.keyspace, row_key(&id))?.and_then(|row| decode::<BlobRow>(&row));
            match row {
                Some(row) if row.expires.is_some_and(|expires| upload_key(expires, &id) == *upload) => {
                    remove(self.keyspace, &id, &row, &mut transaction);
                }
                _ => {
                    transaction.delete(self.keyspace, upload.clone());
                }
            }
        }
        match transaction.commit().await {
            Ok(()) => Ok(run_out.len()),
            // Somebody keeps one of them just now.
            Err(CommitError::Conflict { .. }) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    fn remove_files(&self, now: Timestamp) -> Result<(), SweepError> {
        let Ok(before) = now.checked_sub(SPARED) else { return Ok(()) };
        for digits in 0..=u8::MAX {
            let old = self.files.older(&self.plugin, digits, before)?;
            if old.is_empty() {
                continue;
            }
            // Taken after they were listed: whoever wrote one so long ago has committed by now, or never will.
            let snapshot = self.store.snapshot()?;
            for id in old {
                if snapshot.get(self.keyspace, row_key(&id))?.is_none() {
                    self.files.remove(&self.plugin, &id)?;
                }
            }
        }
        Ok(())
    }
}
