//! What a call orders: kept with its writes when it is committed, and forgotten with it otherwise.

use clock::Timestamp;

use super::stop::{Broken, Stop};
use crate::blobs::BlobId;
use crate::contract::limits::{MAX_BLOBS, MAX_CALL_BYTES, MAX_NOTICES, MAX_ORDERS, MAX_ROWS, ROW_BYTES};
use crate::rows::{self, Entry, Work};

/// The orders of a call.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    entries: Vec<(Timestamp, String, Work)>,
    bytes: usize,
    rows_written: usize,
    created: Vec<NewBlob>,
    deleted: Vec<BlobId>,
    /// Of the orders, those to sign something, by their ids.
    pub(crate) signings: Vec<String>,
    /// Counts and observations of the plugin's own metrics.
    pub(crate) metrics: Vec<Metric>,
    /// Whether something is due at another time than before.
    pub(crate) wake: bool,
    /// Notices that were told.
    notices: usize,
    /// Whether it had a part in what is kept of citizens.
    pub(crate) citizens: bool,
    /// Lines that were logged.
    pub(crate) lines: u32,
}

/// A blob that the call creates.
#[derive(Debug)]
pub(crate) struct NewBlob {
    pub(crate) id: BlobId,
    pub(crate) content: Vec<u8>,
}

/// A number for the metrics.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Metric {
    Count(String, u64),
    Observe(String, f64),
}

impl Effects {
    /// Orders `work` at a time; the result is the order's id, the same in every attempt that orders the same.
    pub(crate) fn order(
        &mut self,
        request_id: &str,
        due: Timestamp,
        work: impl FnOnce(String) -> Work,
    ) -> Result<String, Stop> {
        if self.entries.len() >= MAX_ORDERS {
            return Err(Broken::Excess { what: "orders", limit: MAX_ORDERS }.into());
        }
        let id = format!("{request_id}-{}", self.entries.len());
        let work = work(id.clone());
        self.weigh(work.size_bytes() + ROW_BYTES)?;
        self.entries.push((due, id.clone(), work));
        Ok(id)
    }

    /// Notes one more notice, and gives its number.
    pub(crate) fn tell(&mut self) -> Result<usize, Stop> {
        if self.notices >= MAX_NOTICES {
            return Err(Broken::Excess { what: "notices", limit: MAX_NOTICES }.into());
        }
        self.notices += 1;
        Ok(self.notices - 1)
    }

    /// Notes that a call holds more.
    pub(crate) fn weigh(&mut self, bytes: usize) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_CALL_BYTES {
            let what = "bytes of writes, orders and notes of reads";
            return Err(Broken::Excess { what, limit: MAX_CALL_BYTES }.into());
        }
        Ok(())
    }

    /// Notes a put, a deletion or an addition of so many bytes, which takes a row's room beside them.
    pub(crate) fn write(&mut self, bytes: usize) -> Result<(), Stop> {
        self.rows_written += 1;
        if self.rows_written > MAX_ROWS {
            return Err(Broken::Excess { what: "puts, deletions and additions", limit: MAX_ROWS }.into());
        }
        self.weigh(bytes + ROW_BYTES)
    }

    /// The agenda's rows for what was ordered.
    pub(crate) fn rows(&mut self, ordered: Timestamp) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        std::mem::take(&mut self.entries).into_iter().map(move |(due, id, work)| {
            // What waits for its time is not old when that comes.
            let ordered = rows::milliseconds(ordered.max(due));
            (rows::agenda_key(due, &id), rows::encode(&Entry::new(ordered, work)))
        })
    }

    /// Notes a blob that the call creates; its content is weighed already.
    pub(crate) fn create(&mut self, blob: NewBlob) -> Result<(), Stop> {
        if self.created.len() >= MAX_BLOBS {
            return Err(Broken::Excess { what: "blobs created", limit: MAX_BLOBS }.into());
        }
        self.created.push(blob);
        Ok(())
    }

    /// A blob that this call created.
    pub(crate) fn created(&self, id: &BlobId) -> Option<&NewBlob> {
        self.created.iter().find(|blob| blob.id == *id)
    }

    /// Notes that the call deletes a blob; one of its own never gets a file.
    pub(crate) fn delete(&mut self, id: BlobId) {
        match self.created.iter().position(|blob| blob.id == id) {
            Some(own) => drop(self.created.swap_remove(own)),
            None => self.deleted.push(id),
        }
    }

    /// How many rows were written, and how many orders given.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.rows_written, self.entries.len())
    }

    /// The blobs that the call creates, and those that it deletes.
    pub(crate) fn take_blobs(&mut self) -> (Vec<NewBlob>, Vec<BlobId>) {
        (std::mem::take(&mut self.created), std::mem::take(&mut self.deleted))
    }
}

impl Work {
    fn size_bytes(&self) -> usize {
        match self {
            Self::Send(message) => message.body.len() + message.to.len() + message.path.len(),
            Self::Publish(publication) => publication.body.len() + publication.topic.len(),
            Self::Timer { name, payload } => name.len() + payload.len(),
            Self::Cron { name } => name.len(),
            Self::Reply(reply) => reply.answer.body.len(),
            Self::Undelivered(undelivered) => undelivered.message.len(),
            Self::Sign(signing) => signing.content.len() + signing.name.len(),
        }
    }
}
