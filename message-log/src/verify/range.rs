//! Verifying some records of a running log.

use crate::body::Body;
use crate::frame::Kind;
use crate::log::MessageLog;
use crate::read::{Content, Opening, ReadError, StoredBody, leaf_of, read_leaf_frame};
use aws_lc_rs::digest;
use protocol::hash::Sha512Hash;
use std::ops::Range;
use trust::merkle::{HashReader, Node, leaf_hash};

/// A record of a running log that does not verify.
#[derive(Debug, thiserror::Error)]
#[error("record {record} does not verify: {what}")]
pub struct RecordDamage {
    /// Its leaf index.
    pub record: u64,
    /// What is wrong.
    pub what: String,
}

impl MessageLog {
    /// Verifies the records with these leaf indices: frame, leaf against tree, content against commitments. Returns how many
    /// there were. Blocks, and reads everything: call it for a few hundred records at a time, when there is nothing better to do.
    ///
    /// # Errors
    /// At the first record that does not verify.
    pub fn verify_range(&self, indices: Range<u64>) -> Result<u64, RecordDamage> {
        let end = indices.end.min(self.size());
        for record in indices.start..end {
            self.verify_record(record).map_err(|what| RecordDamage { record, what })?;
        }
        Ok(end.saturating_sub(indices.start))
    }

    fn verify_record(&self, record: u64) -> Result<(), String> {
        let shared = self.shared();
        let frame = read_leaf_frame(shared, record).map_err(|error| format!("the disk failed: {error}"))?;
        let frame = frame.ok_or("its frame is damaged")?;
        let leaf = leaf_of(&frame).ok_or("its frame is malformed")?;
        let expected = shared.tree.read(Node::leaf(record)).map_err(|error| error.to_string())?;
        if leaf_hash(leaf) != expected {
            return Err("its leaf is not the one in the tree".to_owned());
        }
        if frame.kind != Kind::Message {
            return Ok(());
        }
        let opening = Opening { index: record, bodies: &shared.folders.bodies, key: &*shared.key };
        match check_content(&opening, &frame.payload) {
            // The body of an erased record may go between the two looks at it.
            Err(error) if self.is_erased(record) => {
                tracing::debug!(record, error, "a record was erased while it was verified");
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }

    fn is_erased(&self, record: u64) -> bool {
        matches!(self.read(record).map(|stored| stored.content), Ok(Content::Erased(_)))
    }
}

/// Whether the content was there and is what the leaf commits to, bodies in files included.
pub(super) fn check_content(opening: &Opening<'_>, payload: &[u8]) -> Result<bool, String> {
    let stored = opening.read(payload).map_err(|error| match error {
        ReadError::Damaged { what, .. } => format!("its {what} is damaged"),
        other => other.to_string(),
    })?;
    let Content::Kept(kept) = stored.content else { return Ok(false) };
    if let StoredBody::Kept(body) = &kept.body
        && body.bytes().is_none()
        && digest_of(body)? != body.digest().sha512
    {
        return Err("its body file is not the body that was signed".to_owned());
    }
    Ok(true)
}

fn digest_of(body: &Body) -> Result<Sha512Hash, String> {
    let mut context = digest::Context::new(&digest::SHA512);
    let mut reader = body.reader();
    while let Some(piece) = reader.next_chunk_blocking().map_err(|_| "its body file is damaged")? {
        context.update(&piece);
    }
    let mut bytes = [0; 64];
    bytes.copy_from_slice(context.finish().as_ref());
    Ok(Sha512Hash::from_bytes(bytes))
}
