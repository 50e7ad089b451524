//! Timestamps over single signatures, for those who ask for them: kept beside their records, and found again at export.
//!
//! A token is encrypted under its record's own data key, so that erasing the record takes it too. The log remembers below
//! which record everything is stamped; from there on it is looked for, so that nothing is forgotten when the server stops.

use crate::committer::AppendError;
use crate::entry::{Entry, read_signature_timestamp};
use crate::frame::Kind;
use crate::index::Key;
use crate::key::{DataKey, KeyWrap, NONCE_BYTES};
use crate::log::MessageLog;
use crate::payload::{MessagePayload, read_message};
use crate::read::{Content, ReadError, read_leaf_frame};
use aws_lc_rs::aead::{Aad, Nonce};
use aws_lc_rs::rand;
use jiff::Timestamp;
use std::io;

/// A message whose signature has no timestamp yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnstampedSignature {
    /// The record.
    pub index: u64,
    /// When it was logged.
    pub time: Timestamp,
    /// The short form of its signature.
    pub signature: Vec<u8>,
}

/// What is to be stamped next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToStamp {
    /// Messages, in the order of their records.
    pub messages: Vec<UnstampedSignature>,
    /// Once they are stamped, everything below this record is.
    pub below: u64,
}

impl MessageLog {
    /// From now on signatures are stamped: those of records that come, and those that were left when this was so before.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub async fn begin_signature_timestamps(&self) -> Result<(), AppendError> {
        if self.signatures_stamped_below().is_some() {
            return Ok(());
        }
        self.append_entries(vec![Entry::signatures_stamped(Some(self.size()))]).await.map(|_| ())
    }

    /// Signatures are no longer stamped; should that change, what came meanwhile is left out.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub async fn end_signature_timestamps(&self) -> Result<(), AppendError> {
        if self.signatures_stamped_below().is_none() {
            return Ok(());
        }
        self.append_entries(vec![Entry::signatures_stamped(None)]).await.map(|_| ())
    }

    /// The next messages whose signatures have no timestamp, `limit` at most; none if signatures are not stamped. Blocks.
    ///
    /// # Errors
    /// When the disk fails or a record is damaged.
    pub fn to_stamp(&self, limit: usize) -> Result<ToStamp, ReadError> {
        let Some(below) = self.signatures_stamped_below() else { return Ok(ToStamp::default()) };
        let mut found = ToStamp { messages: Vec::new(), below };
        while found.below < self.size() && found.messages.len() < limit {
            let index = found.below;
            found.below += 1;
            if self.has_signature_timestamp(index).map_err(|source| ReadError::Disk { index, source })? {
                continue;
            }
            match self.read(index) {
                Ok(stored) => {
                    let (time, content) = (stored.leaf.time, stored.content);
                    if let Content::Kept(kept) = content {
                        found.messages.push(UnstampedSignature { index, time, signature: kept.signature });
                    }
                }
                // Another kind of record.
                Err(ReadError::NoSuchRecord { .. }) => {}
                // It cannot be stamped any more, and must not keep the others from it.
                Err(error @ ReadError::Damaged { .. }) => tracing::error!(%error, "a signature cannot be stamped"),
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Keeps timestamp tokens over the signatures of records; the caller has verified them. `below` says below which record
    /// everything is stamped then; it is kept where it says more than was known, and signatures are stamped.
    ///
    /// # Errors
    /// When they cannot be made durable.
    pub async fn add_signature_timestamps(
        &self,
        tokens: Vec<(u64, Vec<u8>)>,
        below: Option<u64>,
    ) -> Result<(), AppendError> {
        let log = self.clone();
        let sealing = tokio::task::spawn_blocking(move || {
            let entries = tokens.iter().filter_map(|(index, token)| log.seal_token(*index, token).transpose());
            entries.collect::<Result<Vec<Entry>, AppendError>>()
        });
        let sealed = sealing.await.map_err(|error| AppendError::Body(io::Error::other(error).into()))?;
        let mut entries = sealed?;
        let below = below.filter(|below| self.signatures_stamped_below().is_some_and(|known| known < *below));
        entries.extend(below.map(|below| Entry::signatures_stamped(Some(below))));
        if entries.is_empty() { Ok(()) } else { self.append_entries(entries).await.map(|_| ()) }
    }

    /// The timestamp token over the signature of record `index`, if there is one and the record was not erased. Blocks.
    ///
    /// # Errors
    /// When the disk fails, or the token does not decrypt.
    pub fn signature_timestamp(&self, index: u64) -> Result<Option<Vec<u8>>, ReadError> {
        let failed = |source| ReadError::Disk { index, source };
        let Some(payload) = self.signature_timestamp_frame(index).map_err(failed)? else { return Ok(None) };
        let Some(frame) = read_leaf_frame(self.shared(), index).map_err(failed)? else { return Ok(None) };
        let damaged = || ReadError::Damaged { index, what: "signature timestamp" };
        let message = read_message(&frame.payload).ok_or_else(damaged)?;
        if message.is_erased() {
            return Ok(None);
        }
        open_token(&payload, &message, &*self.shared().key).ok_or_else(damaged).map(Some)
    }

    fn signatures_stamped_below(&self) -> Option<u64> {
        self.shared().state().signatures_stamped
    }

    fn has_signature_timestamp(&self, index: u64) -> io::Result<bool> {
        self.signature_timestamp_frame(index).map(|found| found.is_some())
    }

    fn signature_timestamp_frame(&self, index: u64) -> io::Result<Option<Vec<u8>>> {
        for segment in self.shared().segments().iter().rev() {
            // It was stamped after it was logged.
            if segment.header.first_leaf + segment.index(|index| index.leaf_count()) < index {
                return Ok(None);
            }
            for offset in segment.index(|segment| segment.offsets(Key::signature_timestamp(index)))? {
                let frame = segment.read(offset)?.filter(|frame| frame.kind == Kind::SignatureTimestamp);
                let Some(frame) = frame else { continue };
                if read_signature_timestamp(&frame.payload).is_some_and(|(record, ..)| record == index) {
                    return Ok(Some(frame.payload));
                }
            }
        }
        Ok(None)
    }

    /// The entry of a token; `None` if the record was erased meanwhile, or is stamped already.
    fn seal_token(&self, index: u64, token: &[u8]) -> Result<Option<Entry>, AppendError> {
        let failed = |error: io::Error| AppendError::Body(error.into());
        if self.has_signature_timestamp(index).map_err(failed)? {
            return Ok(None);
        }
        let frame = read_leaf_frame(self.shared(), index).map_err(failed)?;
        let message = frame.as_ref().and_then(|frame| read_message(&frame.payload));
        let malformed = || AppendError::Malformed { reason: format!("record {index} is no message") };
        let message = message.ok_or_else(malformed)?;
        if message.is_erased() {
            return Ok(None);
        }
        let key = self.shared().key.unwrap(message.wrapped_key)?;
        let (nonce, sealed) = seal(token, &message, &key).ok_or_else(malformed)?;
        Ok(Some(Entry::signature_timestamp(index, &nonce, &sealed)))
    }
}

/// The token in a frame's payload, with the key of its message.
pub(crate) fn open_token(payload: &[u8], message: &MessagePayload<'_>, key: &dyn KeyWrap) -> Option<Vec<u8>> {
    let (_, nonce, sealed) = read_signature_timestamp(payload)?;
    let key = key.unwrap(message.wrapped_key).ok()?;
    let mut token = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let opened = key.cipher().open_in_place(nonce, Aad::from(message.leaf), &mut token).ok()?.len();
    token.truncate(opened);
    Some(token)
}

/// The first byte keeps these nonces apart from those of the record (0) and its body (1), which have the same key; the rest
/// is random, because a crash may let the same record be stamped twice.
fn seal(token: &[u8], message: &MessagePayload<'_>, key: &DataKey) -> Option<([u8; NONCE_BYTES], Vec<u8>)> {
    let mut nonce = [2; NONCE_BYTES];
    rand::fill(&mut nonce[1..]).ok()?;
    let mut sealed = token.to_vec();
    let unique = Nonce::assume_unique_for_key(nonce);
    key.cipher().seal_in_place_append_tag(unique, Aad::from(message.leaf), &mut sealed).ok()?;
    Some((nonce, sealed))
}
