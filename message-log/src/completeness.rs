//! Completeness between counterparties: what each side numbered, what arrived, and what the other side's log says.

use crate::checkpoints::ProofError;
use crate::committer::AppendError;
use crate::entry::{Entry, whole_micros};
use crate::index::Key;
use crate::interval::IntervalSet;
use crate::log::{MessageLog, checked};
use crate::read::{leaf_at, leaf_of, read_leaf_frame};
use jiff::Timestamp;
use protocol::context::LogPoint;
use protocol::identifier::ServerId;
use std::io;
use std::ops::RangeInclusive;
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::leaf::{ConflictLeaf, Direction, Leaf, MessageLeaf};
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

/// What this log says of the numbers that a peer asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// The records.
    pub records: Vec<Explanation>,
    /// Numbers that are reserved, and that no record carries or explains yet.
    pub outstanding: Vec<RangeInclusive<u64>>,
    /// The first number that nothing explains; the numbers behind it were not looked at.
    pub missing: Option<u64>,
}

/// The record by which a peer's log explained some of its numbers, after its proof was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRecord {
    /// The numbers.
    pub numbers: RangeInclusive<u64>,
    /// Its index in the peer's log.
    pub index: u64,
    /// Its leaf's hash.
    pub leaf: Hash,
}

/// The most ranges and records in one answer; what comes behind is asked again.
pub const MAX_EXPLAINED: usize = 1000;

/// Records looked at for the newest messages of one peer.
const MAX_LOOKED_AT: u64 = 20_000;

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

    /// Remembers what became of a peer's numbers that never came, so that they are gaps no longer. The caller has verified
    /// the proofs, and hands over [`MAX_EXPLAINED`] at most.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub async fn keep_explanations(&self, peer: &ServerId, records: &[PeerRecord]) -> Result<(), AppendError> {
        if records.is_empty() {
            return Ok(());
        }
        self.append_entries(vec![Entry::explained(peer, records)]).await.map(|_| ())
    }

    /// What this log says of its own numbers towards a peer, each record with its proof in the tree of `size` leaves. Stops
    /// at the first number that nothing explains, and after [`MAX_EXPLAINED`] records and ranges. Blocks.
    ///
    /// # Errors
    /// When the log is smaller or such a number was never used, the disk fails or a proof cannot be made.
    pub fn explain(
        &self,
        peer: &ServerId,
        numbers: &[RangeInclusive<u64>],
        size: u64,
    ) -> Result<Explained, ProofError> {
        self.check_size(size)?;
        // Before any record is looked up: a number whose record comes in between is called outstanding, never missing.
        let (reserved_end, outstanding) = self.outstanding(peer);
        if let Some(beyond) = numbers.iter().map(RangeInclusive::end).find(|last| **last >= reserved_end) {
            return Err(ProofError::NeverUsed { from: reserved_end.min(*beyond) });
        }
        let mut explained = Explained::default();
        for range in numbers {
            let mut number = *range.start();
            while number <= *range.end() {
                if explained.records.len() + explained.outstanding.len() >= MAX_EXPLAINED {
                    return Ok(explained);
                }
                let last = if let Some(waiting) = outstanding.around(number) {
                    let last = (waiting.end - 1).min(*range.end());
                    explained.outstanding.push(number..=last);
                    last
                } else if let Some((index, leaf, until)) = self.explain_one(peer, number)? {
                    let numbers = number..=until.min(*range.end());
                    let proof = (index < size).then(|| self.inclusion_proof(index, size)).transpose()?;
                    explained.records.push(Explanation { numbers: numbers.clone(), index, leaf, proof });
                    *numbers.end()
                } else {
                    explained.missing = Some(number);
                    return Ok(explained);
                };
                number = last + 1;
            }
        }
        Ok(explained)
    }

    /// Records that a peer contradicts itself or this log. It counts as open until [`MessageLog::settle_conflict`].
    ///
    /// # Errors
    /// When the text is too long, or it cannot be made durable.
    pub async fn append_conflict(&self, peer: &ServerId, what: &str, now: Timestamp) -> Result<u64, AppendError> {
        let (time, server) = (whole_micros(now), self.server().clone());
        let leaf = ConflictLeaf { time, server, peer: peer.clone(), what: what.to_owned() };
        self.append_entries(vec![checked(&Leaf::Conflict(leaf))?]).await
    }

    /// The conflict in record `index` is over. Its record stays.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub async fn settle_conflict(&self, index: u64) -> Result<(), AppendError> {
        self.append_entries(vec![Entry::settled(index)]).await.map(|_| ())
    }

    /// The conflicts that are not over, with the indices of their records. Blocks.
    #[must_use]
    pub fn open_conflicts(&self) -> Vec<(u64, ConflictLeaf)> {
        let open = self.shared().state().conflicts.clone();
        let read = |index| match Leaf::parse(leaf_of(&read_leaf_frame(self.shared(), index).ok()??)?).ok()? {
            Leaf::Conflict(leaf) => Some((index, leaf)),
            _ => None,
        };
        open.into_iter().filter_map(read).collect()
    }

    /// Peers' numbers that came again since the last call: as the same message, when it was sent once more.
    #[must_use]
    pub fn take_repeated(&self) -> Vec<(ServerId, u64)> {
        self.shared().take_repeated()
    }

    /// Every message that came from a peer under a number. Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn received_under(&self, peer: &ServerId, number: u64) -> io::Result<Vec<(u64, MessageLeaf)>> {
        let mut messages = Vec::new();
        for segment in self.shared().segments() {
            for offset in segment.index(|index| index.offsets(Key::received(peer, number)))? {
                if let Some((index, leaf)) = leaf_at(&segment, offset)?
                    && let Ok(Leaf::Message(leaf)) = Leaf::parse(&leaf)
                    && (leaf.direction, leaf.sequence) == (Direction::Received, number)
                    && leaf.peer == *peer
                {
                    messages.push((index, *leaf));
                }
            }
        }
        Ok(messages)
    }

    /// The newest messages that came from a peer, `limit` at most, newest first. Blocks, and looks at 20,000
    /// records at most.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn newest_received(&self, peer: &ServerId, limit: usize) -> io::Result<Vec<MessageLeaf>> {
        let mut messages = Vec::new();
        let size = self.size();
        for index in (size.saturating_sub(MAX_LOOKED_AT)..size).rev() {
            if messages.len() >= limit {
                break;
            }
            let Some(frame) = read_leaf_frame(self.shared(), index)? else { continue };
            if let Some(Ok(Leaf::Message(leaf))) = leaf_of(&frame).map(Leaf::parse)
                && leaf.direction == Direction::Received
                && leaf.peer == *peer
            {
                messages.push(*leaf);
            }
        }
        Ok(messages)
    }

    /// Where numbers that were never reserved towards a peer begin, and those that no record carries or explains.
    fn outstanding(&self, peer: &ServerId) -> (u64, IntervalSet) {
        let state = self.shared().state();
        state.peers.get(peer).map_or((1, IntervalSet::default()), |peer| (peer.reserved_end, peer.outstanding.clone()))
    }

    /// The record that carries or explains a number of ours, and up to which number it does. A message comes before what
    /// else is said of its number, so that the same is answered every time.
    fn explain_one(&self, peer: &ServerId, number: u64) -> Result<Option<(u64, Vec<u8>, u64)>, ProofError> {
        let outcomes: Vec<Key> = Key::outcomes(peer, number, number).chain([Key::wide_outcomes(peer)]).collect();
        let failed = |source| ProofError::Disk { index: number, source };
        for keys in [&[Key::sent(peer, number)][..], &outcomes] {
            for segment in self.shared().segments().iter().rev() {
                for key in keys {
                    for offset in segment.index(|index| index.offsets(*key)).map_err(failed)? {
                        if let Some((index, leaf)) = leaf_at(segment, offset).map_err(failed)?
                            && let Some(until) = explains(&leaf, peer, number)
                        {
                            return Ok(Some((index, leaf, until)));
                        }
                    }
                }
            }
        }
        Ok(None)
    }
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
        Leaf::Erasure(_) | Leaf::Epoch(_) | Leaf::Conflict(_) | Leaf::Audit(_) => None,
    }
}

/// The numbers towards `receiver` that the record of an explanation speaks of, of those it is given for. This does not
/// look at its proof.
#[must_use]
pub fn explained_numbers(explanation: &Explanation, receiver: &ServerId) -> Option<RangeInclusive<u64>> {
    let first = *explanation.numbers.start();
    let until = explains(&explanation.leaf, receiver, first)?;
    Some(first..=until.min(*explanation.numbers.end()))
}

/// Whether an explanation by a peer holds: a record of the numbers towards `receiver`, in the tree of the peer's checkpoint.
#[must_use]
pub fn explanation_holds(
    explanation: &Explanation,
    checkpoint: &Checkpoint,
    receiver: &ServerId,
) -> Option<RangeInclusive<u64>> {
    let numbers = explained_numbers(explanation, receiver)?;
    let proof = explanation.proof.as_deref()?;
    let hash = leaf_hash(&explanation.leaf);
    trust::merkle::verify_inclusion(&hash, explanation.index, checkpoint.size, proof, &checkpoint.root).ok()?;
    Some(numbers)
}
