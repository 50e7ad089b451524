//! What a call orders: kept with its writes when it is committed, and forgotten with it otherwise.

use clock::Timestamp;

use super::stop::{Broken, Stop};
use crate::rows::{self, Entry, Work};

/// The orders of a call.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    entries: Vec<(Timestamp, String, Work)>,
    bytes: usize,
    /// Counts and observations of the plugin's own metrics.
    pub(crate) metrics: Vec<Metric>,
    /// Whether something is due at another time than before.
    pub(crate) wake: bool,
    /// Lines that were logged.
    pub(crate) lines: u32,
}

/// A number for the metrics.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Metric {
    Count(String, u64),
    Observe(String, f64),
}

/// Messages, publications and documents of one call.
pub(crate) const MAX_ENTRIES: usize = 1_000;
/// Their contents, those of blobs, what is written, and the notes on what is read: all that the host holds for one call.
pub(crate) const MAX_BYTES: usize = 16 << 20;

impl Effects {
    /// Orders `work` at a time; the result is the order's id, the same in every attempt.
    pub(crate) fn order(
        &mut self,
        request_id: &str,
        due: Timestamp,
        work: impl FnOnce(String) -> Work,
    ) -> Result<String, Stop> {
        if self.entries.len() >= MAX_ENTRIES {
            return Err(Broken::Excess { what: "orders", limit: MAX_ENTRIES }.into());
        }
        let id = format!("{request_id}-{}", self.entries.len());
        let work = work(id.clone());
        self.weigh(work.size_bytes())?;
        self.entries.push((due, id.clone(), work));
        Ok(id)
    }

    /// Notes that a call holds more.
    pub(crate) fn weigh(&mut self, bytes: usize) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_BYTES {
            return Err(Broken::Excess { what: "bytes of writes, orders and notes of reads", limit: MAX_BYTES }.into());
        }
        Ok(())
    }

    /// The agenda's rows for what was ordered.
    pub(crate) fn rows(&mut self, ordered: Timestamp) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let ordered = rows::milliseconds(ordered);
        std::mem::take(&mut self.entries).into_iter().map(move |(due, id, work)| {
            (rows::agenda_key(due, &id), rows::encode(&Entry { ordered, tries: 0, work }))
        })
    }

}

impl Work {
    fn size_bytes(&self) -> usize {
        match self {
            Self::Send(message) => message.body.len() + message.to.len() + message.path.len(),
            Self::Publish(publication) => publication.body.len() + publication.topic.len(),
            Self::Timer { name, payload } => name.len() + payload.len(),
            Self::Cron { name } => name.len(),
            Self::Reply(reply) => reply.body.len(),
            Self::Undelivered(undelivered) => undelivered.message.len(),
        }
    }
}
