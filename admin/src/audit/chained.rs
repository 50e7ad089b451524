//! An audit trail in a store, for a server without a message log: each entry names the hash of the one before it.
//!
//! Whoever noted the newest hash can tell later that nothing before it was changed or taken out.

use super::{AuditEntry, AuditError, AuditTrail, Noted};
use async_trait::async_trait;
use clock::{SharedClock, Timestamp};
use protocol::hash::Sha256Hash;
use serde::{Deserialize, Serialize};
use storage::{Batch, Direction, Expected, KeyRange, Keyspace, Store};
use trust::leaf::AuditStage;

/// The audit trail in a keyspace of a store.
#[derive(Debug)]
pub struct ChainedTrail {
    store: Store,
    clock: SharedClock,
    // One entry after the other: each names the one before it.
    noting: tokio::sync::Mutex<()>,
}

/// An entry as it is stored.
#[derive(Serialize, Deserialize)]
struct Row {
    time: Timestamp,
    author: String,
    means: String,
    action: String,
    stage: String,
    asked: Option<u64>,
    outcome: Option<String>,
    /// The hash of the row before, as it is stored; of nothing, before the first.
    before: Sha256Hash,
}

const AUDIT: Keyspace = Keyspace::new("audit");
/// A text of an entry has at most this many bytes.
const MAX_TEXT_BYTES: usize = 4096;

impl ChainedTrail {
    /// The trail in a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock, noting: tokio::sync::Mutex::default() }
    }

    /// The number of the entry that breaks the chain, if one does. Reads all of them, and blocks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn first_break(&self) -> Result<Option<u64>, AuditError> {
        let snapshot = self.store.snapshot().map_err(|error| AuditError::new(&error))?;
        let mut before = Sha256Hash::of(b"");
        let entries = snapshot.scan(AUDIT, KeyRange::all(), Direction::Ascending);
        for (number, entry) in (1_u64..).zip(entries.map_err(|error| AuditError::new(&error))?) {
            let (key, value) = entry.map_err(|error| AuditError::new(&error))?;
            let row: Option<Row> = serde_json::from_slice(&value).ok();
            if key != number.to_be_bytes() || row.is_none_or(|row| row.before != before) {
                return Ok(Some(number));
            }
            before = Sha256Hash::of(&value);
        }
        Ok(None)
    }

    /// The number of the newest entry, 0 before the first, and its hash.
    fn newest(&self) -> Result<(u64, Sha256Hash), AuditError> {
        let snapshot = self.store.snapshot().map_err(|error| AuditError::new(&error))?;
        let scan = snapshot.scan(AUDIT, KeyRange::all(), Direction::Descending);
        let newest = scan.map_err(|error| AuditError::new(&error))?.next().transpose();
        Ok(match newest.map_err(|error| AuditError::new(&error))? {
            None => (0, Sha256Hash::of(b"")),
            Some((key, value)) => (number_of(&key)?, Sha256Hash::of(&value)),
        })
    }
}

#[async_trait]
impl AuditTrail for ChainedTrail {
    async fn note(&self, entry: AuditEntry) -> Result<u64, AuditError> {
        let _alone = self.noting.lock().await;
        let (newest, before) = self.newest()?;
        let number = newest + 1;
        let row = Row::new(&entry, self.clock.now(), before);
        let row = serde_json::to_vec(&row).map_err(|error| AuditError::new(&error))?;
        let mut batch = Batch::new();
        batch.expect(AUDIT, number.to_be_bytes(), Expected::Absent).put(AUDIT, number.to_be_bytes(), row);
        self.store.commit(batch).await.map_err(|error| AuditError::new(&error))?;
        Ok(number)
    }

    async fn entries(&self, before: u64, limit: usize) -> Result<Vec<Noted>, AuditError> {
        let snapshot = self.store.snapshot().map_err(|error| AuditError::new(&error))?;
        let range = KeyRange::between(..before.to_be_bytes());
        let scan = snapshot.scan(AUDIT, range, Direction::Descending).map_err(|error| AuditError::new(&error))?;
        let read = |entry: Result<(Vec<u8>, Vec<u8>), storage::ReadError>| {
            let (key, value) = entry.map_err(|error| AuditError::new(&error))?;
            let row: Row = serde_json::from_slice(&value).map_err(|error| AuditError::new(&error))?;
            row.noted(number_of(&key)?)
        };
        scan.take(limit).map(read).collect()
    }
}

impl Row {
    fn new(entry: &AuditEntry, time: Timestamp, before: Sha256Hash) -> Self {
        let cut = |text: &str| text[..text.floor_char_boundary(MAX_TEXT_BYTES)].to_owned();
        let (asked, outcome) = entry.stage.end().unzip();
        let (asked, outcome) = (asked.flatten(), outcome.map(cut));
        let [author, means, action] = [&entry.author, &entry.means, &entry.action].map(|text| cut(text));
        Self { time, author, means, action, stage: entry.stage.as_str().to_owned(), asked, outcome, before }
    }

    fn noted(self, number: u64) -> Result<Noted, AuditError> {
        let Self { time, author, means, action, stage, asked, outcome, .. } = self;
        let damaged = || AuditError::new(&format!("entry {number} is damaged"));
        let stage = AuditStage::of(&stage, asked, outcome.unwrap_or_default()).ok_or_else(damaged)?;
        Ok(Noted { number, time, entry: AuditEntry { author, means, action, stage } })
    }
}

fn number_of(key: &[u8]) -> Result<u64, AuditError> {
    key.try_into().map(u64::from_be_bytes).map_err(|_| AuditError::new(&"an entry has a key that is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::SystemClock;
    use std::sync::Arc;

    fn trail() -> (tempfile::TempDir, ChainedTrail) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store")).unwrap();
        (folder, ChainedTrail::new(store, Arc::new(SystemClock)))
    }

    fn entry(action: &str) -> AuditEntry {
        let [author, means] = ["ana", "session"].map(str::to_owned);
        AuditEntry { author, means, action: action.to_owned(), stage: AuditStage::Asked }
    }

    #[tokio::test]
    async fn entries_are_numbered_without_gaps_whoever_notes_at_once() {
        let (_folder, trail) = trail();
        let noted = futures_util::future::join_all((0..8).map(|n| trail.note(entry(&n.to_string())))).await;
        let mut numbers: Vec<u64> = noted.into_iter().map(Result::unwrap).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
        let newest = trail.entries(u64::MAX, 3).await.unwrap();
        assert_eq!(newest.iter().map(|noted| noted.number).collect::<Vec<_>>(), [8, 7, 6]);
        assert_eq!(trail.entries(3, 10).await.unwrap().len(), 2);
        assert_eq!(trail.first_break().unwrap(), None);
    }

    #[tokio::test]
    async fn an_entry_that_was_changed_or_taken_out_is_found() {
        let (_folder, trail) = trail();
        for action in ["a", "b", "c"] {
            trail.note(entry(action)).await.unwrap();
        }
        let second = trail.store.snapshot().unwrap().get(AUDIT, 2_u64.to_be_bytes()).unwrap().unwrap();
        let changed = String::from_utf8(second.clone()).unwrap().replace("ana", "eva");
        let mut batch = Batch::new();
        batch.put(AUDIT, 2_u64.to_be_bytes(), changed.into_bytes());
        trail.store.commit(batch).await.unwrap();
        assert_eq!(trail.first_break().unwrap(), Some(3));
        let mut batch = Batch::new();
        batch.delete(AUDIT, 2_u64.to_be_bytes());
        trail.store.commit(batch).await.unwrap();
        assert_eq!(trail.first_break().unwrap(), Some(2));
    }
}
