//! Leaves of the message log: what a security server commits to, one text of lines for each record.
//!
//! A leaf names who, what and when, and commits to the parts of a message by salted digests: once the salt is
//! destroyed, nobody can confirm a guess of the content. There is exactly one way to write a leaf; anything else is
//! refused.

mod audit;
mod lines;
mod message;
mod other;

pub use audit::{AuditLeaf, AuditStage};
pub use message::{Direction, MessageLeaf, PartCommitments};
pub use other::{ConflictLeaf, EpochLeaf, ErasureLeaf, Outcome, OutcomeLeaf, SequenceRange};

use jiff::Timestamp;
use protocol::hash::{Sha256Hash, Sha512Hash};
use protocol::identifier::ServerId;

use crate::merkle::{Hash, leaf_hash};
use lines::{LineReader, LineWriter};

/// The longest leaf: a tlog-tiles entry has a length of 16 bits.
pub const MAX_LEAF_BYTES: usize = u16::MAX as usize;

/// The longest free text of a leaf, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 2048;

/// Length of a message's salt.
pub const SALT_BYTES: usize = 32;

const FIRST_LINE: &str = "chakana-leaf/1";

/// One record of a message log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// A message was sent or received.
    Message(Box<MessageLeaf>),
    /// What became of sequence numbers that have no message.
    Outcome(OutcomeLeaf),
    /// The content of a record was destroyed.
    Erasure(ErasureLeaf),
    /// The log goes on after it was restored.
    Epoch(EpochLeaf),
    /// A peer's log contradicts what it said before.
    Conflict(ConflictLeaf),
    /// An administrator did something.
    Audit(AuditLeaf),
}

/// Why a leaf is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Longer than [`MAX_LEAF_BYTES`].
    #[error("the leaf is longer than {MAX_LEAF_BYTES} bytes")]
    TooLong,
    /// Not the lines of a known kind in their order.
    #[error("the leaf is not the lines of {FIRST_LINE} in their order")]
    Lines,
    /// A line's value is malformed.
    #[error("the line {name} of the leaf is malformed")]
    Value {
        /// The line's name.
        name: &'static str,
    },
    /// The epoch names its peers out of order, or one twice.
    #[error("the peers of an epoch are not in ascending order")]
    PeerOrder,
}

/// What a leaf says of a part: SHA-256 of the message's salt and the part's SHA-512 digest.
#[must_use]
pub fn commitment(salt: &[u8; SALT_BYTES], part: &Sha512Hash) -> Sha256Hash {
    Sha256Hash::of_parts(&[salt, part.as_bytes()])
}

impl Leaf {
    /// The leaf's bytes, as the tree hashes them.
    #[must_use]
    pub fn render(&self) -> String {
        let mut lines = LineWriter::new(FIRST_LINE);
        match self {
            Self::Message(leaf) => return leaf.render(),
            Self::Outcome(leaf) => leaf.write(&mut lines),
            Self::Erasure(leaf) => leaf.write(&mut lines),
            Self::Epoch(leaf) => leaf.write(&mut lines),
            Self::Conflict(leaf) => leaf.write(&mut lines),
            Self::Audit(leaf) => leaf.write(&mut lines),
        }
        lines.finish()
    }

    /// Reads a leaf.
    ///
    /// # Errors
    /// When the bytes are not exactly what [`Self::render`] writes for some leaf.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LeafError::Lines)?;
        let mut lines = LineReader::new(text, FIRST_LINE)?;
        let leaf = match lines.value("kind")? {
            "message" => Self::Message(Box::new(MessageLeaf::read(&mut lines)?)),
            "outcome" => Self::Outcome(OutcomeLeaf::read(&mut lines)?),
            "erasure" => Self::Erasure(ErasureLeaf::read(&mut lines)?),
            "epoch" => Self::Epoch(EpochLeaf::read(&mut lines)?),
            "conflict" => Self::Conflict(ConflictLeaf::read(&mut lines)?),
            "audit" => Self::Audit(AuditLeaf::read(&mut lines)?),
            _ => return Err(LeafError::Value { name: "kind" }),
        };
        // One leaf has one form: a sign, a leading zero or another percent-encoding would be a second one.
        if leaf.render() == text { Ok(leaf) } else { Err(LeafError::Lines) }
    }

    /// The hash of the leaf in the tree.
    #[must_use]
    pub fn hash(&self) -> Hash {
        leaf_hash(self.render().as_bytes())
    }

    /// When the record was made, by the server's clock.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        match self {
            Self::Message(leaf) => leaf.time,
            Self::Outcome(leaf) => leaf.time,
            Self::Erasure(leaf) => leaf.time,
            Self::Epoch(leaf) => leaf.time(),
            Self::Conflict(leaf) => leaf.time,
            Self::Audit(leaf) => leaf.time,
        }
    }

    /// Whose log the leaf is in.
    #[must_use]
    pub fn server(&self) -> &ServerId {
        match self {
            Self::Message(leaf) => &leaf.server,
            Self::Outcome(leaf) => &leaf.server,
            Self::Erasure(leaf) => &leaf.server,
            Self::Epoch(leaf) => leaf.server(),
            Self::Conflict(leaf) => &leaf.server,
            Self::Audit(leaf) => &leaf.server,
        }
    }
}

#[cfg(test)]
mod tests;
