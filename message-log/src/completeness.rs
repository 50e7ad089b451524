//! Completeness between counterparties: what each side numbered, what arrived, and what the other side's log says.

use crate::checkpoints::ProofError;
use crate::committer::AppendError;
use crate::entry::{Entry, whole_micros};
use crate::index::Key;
use crate::log::{MessageLog, checked};
use crate::read::leaf_of;
use crate::shared::Segment;
use jiff::Timestamp;
use protocol::context::LogPoint;
use protocol::identifier::ServerId;
use std::io;
use std::ops::RangeInclusive;
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::leaf::{ConflictLeaf, Direction, Leaf};
use trust::merkle::{Hash, leaf_hash};

/// What this log says of some numbers towards a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The numbers that this record explains, of those asked for.
    pub numbers: RangeInclusive<u64>,
    /// The record: a message or an outcome.
    pub index: u64,
    /// Its leaf's bytes.
    pub leaf: Vec<u8>,
    /// Its inclusion proof in the tree that was asked for; `None` if the record is newer.
    pub proof: Option<Vec<Hash>>,
}

/// The most numbers explained in one answer.
pub const MAX_EXPLAINED: u64 = 1000;

impl MessageLog {
    /// Keeps the newest checkpoint of a peer's log. The caller has verified its signature and its consistency with the one
    /// before. A checkpoint that is not newer is not logged again.
    ///
    /// # Errors
    /// When it is no checkpoint of that peer's log, or cannot be made durable.
    pub async fn keep_peer_checkpoint(
        &self,
        peer: &ServerId,
        checkpoint: &SignedCheckpoint,
    ) -> Result<(), AppendError> {
        if checkpoint.claimed().origin != Checkpoint::origin_of(peer) {
            return Err(AppendError::Malformed { reason: "the checkpoint is of another log".to_owned() });
        }
        let known = self.peer_log_point(peer).map(|known| known.size);
        if known.is_some_and(|known| known >= checkpoint.claimed().size) {
            return Ok(());
        }
        self.append_entries(vec![Entry::peer_checkpoint(peer, &checkpoint.to_string())]).await.map(|_| ())
    }

    /// The newest checkpoint that is kept of a peer's log.
    #[must_use]
    pub fn peer_checkpoint(&self, peer: &ServerId) -> Option<SignedCheckpoint> {
        let state = self.shared().state();
        let note = state.peers.get(peer)?.checkpoint.as_ref()?.note.clone();
        drop(state);
        SignedCheckpoint::parse(note.as_bytes()).ok()
    }

    /// The newest kept checkpoint of a peer's log, as contexts carry it.
    #[must_use]
    pub fn peer_log_point(&self, peer: &ServerId) -> Option<LogPoint> {
        self.shared().state().peers.get(peer)?.checkpoint.as_ref()?.point
    }

    /// The peers that this log knows.
    #[must_use]
    pub fn peers(&self) -> Vec<ServerId> {
        self.shared().state().peers.keys().cloned().collect()
    }

    /// The peer's numbers that no record here has seen, up to the largest that was seen: what to ask the peer to explain.
    #[must_use]
    pub fn received_gaps(&self, peer: &ServerId) -> Vec<RangeInclusive<u64>> {
        let state = self.shared().state();
        let gaps = state.peers.get(peer).map(|peer| peer.received.gaps(1)).unwrap_or_default();
        gaps.into_iter().map(|gap| gap.start..=gap.end - 1).collect()
    }

    /// The largest number that came from the peer; 0 if none did.
    #[must_use]
    pub fn last_received(&self, peer: &ServerId) -> u64 {
        let state = self.shared().state();
        state.peers.get(peer).and_then(|peer| peer.received.end()).map_or(0, |end| end - 1)
    }

    /// What this log says of its own numbers towards a peer, each record with its proof in the tree of `size` leaves. Numbers
    /// that nothing explains are missing from the answer; at most [`MAX_EXPLAINED`] are looked at. Blocks.
    ///
    /// # Errors
    /// When the disk fails or a proof cannot be made.
    pub fn explain(
        &self,
        peer: &ServerId,
        numbers: RangeInclusive<u64>,
        size: u64,
    ) -> Result<Vec<Explanation>, ProofError> {
        let (first, last) = (*numbers.start(), *numbers.end());
        let last = last.min(first.saturating_add(MAX_EXPLAINED - 1));
        let mut explained = Vec::new();
        let mut next = Some(first);
        while let Some(number) = next.filter(|number| *number <= last) {
            let Some((index, leaf, until)) = self.explain_one(peer, number)? else {
                next = number.checked_add(1);
                continue;
            };
            let until = until.min(last);
            let proof = (index < size).then(|| self.inclusion_proof(index, size)).transpose()?;
            explained.push(Explanation { numbers: number..=until, index, leaf, proof });
            next = until.checked_add(1);
        }
        Ok(explained)
    }

    /// Records that a peer contradicts itself or this log.
    ///
    /// # Errors
    /// When the text is too long, or it cannot be made durable.
    pub async fn append_conflict(&self, peer: &ServerId, what: &str, now: Timestamp) -> Result<u64, AppendError> {
        let (time, server) = (whole_micros(now), self.server().clone());
        let leaf = ConflictLeaf { time, server, peer: peer.clone(), what: what.to_owned() };
        self.append_entries(vec![checked(&Leaf::Conflict(leaf))?]).await
    }

    /// The record that carries or explains a number of ours, and up to which number it does.
    fn explain_one(&self, peer: &ServerId, number: u64) -> Result<Option<(u64, Vec<u8>, u64)>, ProofError> {
        let outcomes = Key::outcomes(peer, number, number).chain([Key::wide_outcomes(peer)]);
        let keys: Vec<Key> = std::iter::once(Key::sent(peer, number)).chain(outcomes).collect();
        let failed = |source| ProofError::Disk { index: number, source };
        for segment in self.shared().segments().iter().rev() {
            for key in &keys {
                for offset in segment.index(|index| index.offsets(*key)).map_err(failed)? {
                    if let Some((index, leaf)) = leaf_at(segment, offset).map_err(failed)?
                        && let Some(until) = explains(&leaf, peer, number)
                    {
                        return Ok(Some((index, leaf, until)));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// The leaf in the frame at `offset`, with its index.
fn leaf_at(segment: &Segment, offset: u32) -> io::Result<Option<(u64, Vec<u8>)>> {
    let Some(frame) = segment.read(offset)? else { return Ok(None) };
    let Some(position) = segment.index(|index| index.leaf_position(offset))? else { return Ok(None) };
    Ok(leaf_of(&frame).map(|leaf| (segment.header.first_leaf + position, leaf.to_vec())))
}

/// Up to which number a leaf explains ours from `number` on; `None` if it says nothing of it.
fn explains(leaf: &[u8], peer: &ServerId, number: u64) -> Option<u64> {
    match Leaf::parse(leaf).ok()? {
        Leaf::Message(leaf) => {
            (leaf.direction == Direction::Sent && leaf.peer == *peer && leaf.sequence == number).then_some(number)
        }
        Leaf::Outcome(leaf) => {
            let range = leaf.sequence.first()..=leaf.sequence.last();
            (leaf.direction == Direction::Sent && leaf.peer == *peer && range.contains(&number)).then_some(*range.end())
        }
        Leaf::Erasure(_) | Leaf::Epoch(_) | Leaf::Conflict(_) => None,
    }
}

/// Whether an explanation by a peer holds: a record of the numbers towards `receiver`, in the tree of the peer's checkpoint.
#[must_use]
pub fn explanation_holds(
    explanation: &Explanation,
    checkpoint: &Checkpoint,
    receiver: &ServerId,
) -> Option<RangeInclusive<u64>> {
    let first = *explanation.numbers.start();
    let until = explains(&explanation.leaf, receiver, first)?;
    let proof = explanation.proof.as_deref()?;
    let hash = leaf_hash(&explanation.leaf);
    trust::merkle::verify_inclusion(&hash, explanation.index, checkpoint.size, proof, &checkpoint.root).ok()?;
    Some(first..=until.min(*explanation.numbers.end()))
}
