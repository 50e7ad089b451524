//! What became of a message that was logged and sent, and has no answer.

use crate::committer::AppendError;
use crate::index::Key;
use crate::log::MessageLog;
use crate::read::leaf_of;
use crate::record::OutcomeDetails;
use jiff::Timestamp;
use protocol::identifier::ServerId;
use std::io;
use trust::leaf::{Direction, Leaf, MessageLeaf, Outcome};

impl MessageLog {
    /// Records what became of a message that this server logged as sent: refused, certainly not sent, or unknown. The peer
    /// that misses its number learns from it why.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub async fn append_fate(
        &self,
        peer: &ServerId,
        number: u64,
        outcome: Outcome,
        details: OutcomeDetails,
        now: Timestamp,
    ) -> Result<u64, AppendError> {
        let numbers = number..number.saturating_add(1);
        self.record_outcome(Direction::Sent, peer.clone(), numbers, outcome, details, now).await
    }

    /// What was recorded of a message that this server logged as sent, and the fault code with it; the newest word counts.
    /// Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn fate_of(&self, message: &MessageLeaf) -> io::Result<Option<(Outcome, Option<String>)>> {
        let number = message.sequence;
        for segment in self.shared().segments().iter().rev() {
            for key in Key::outcomes(&message.peer, number, number) {
                for offset in segment.index(|index| index.offsets(key))?.into_iter().rev() {
                    let leaf =
                        segment.read(offset)?.and_then(|frame| leaf_of(&frame).and_then(|leaf| Leaf::parse(leaf).ok()));
                    if let Some(Leaf::Outcome(leaf)) = leaf
                        && leaf.direction == Direction::Sent
                        && leaf.peer == message.peer
                        && (leaf.sequence.first()..=leaf.sequence.last()).contains(&number)
                    {
                        return Ok(Some((leaf.outcome, leaf.code)));
                    }
                }
            }
        }
        Ok(None)
    }
}
