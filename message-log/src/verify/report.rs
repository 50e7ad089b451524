//! What a verification found.

use jiff::Timestamp;
use protocol::identifier::ServerId;
use std::ops::RangeInclusive;
use trust::merkle::Hash;

/// What was verified, and what does not verify.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyReport {
    /// Leaves.
    pub records: u64,
    /// Messages among them.
    pub messages: u64,
    /// Messages whose content was decrypted and compared with its commitments.
    pub contents: u64,
    /// The root over all records; `None` if the walk had to stop.
    pub root: Option<Hash>,
    /// Checkpoints whose root was compared.
    pub checkpoints: u64,
    /// Checkpoints whose signature was verified.
    pub signatures: u64,
    /// Timestamp tokens that were verified.
    pub timestamps: u64,
    /// Timestamp tokens over single signatures that were verified.
    pub signature_timestamps: u64,
    /// Messages whose content was erased, with the record that says so; at most [`VerifyReport::MAX_LISTED`].
    pub erased: Vec<ErasedRecord>,
    /// How many there are.
    pub erased_count: u64,
    /// This server's numbers that no record explains: in use, or of a log that was not closed in order.
    pub unexplained: Vec<(ServerId, RangeInclusive<u64>)>,
    /// Whether the last segment ends in a torn write, which the next start cuts off.
    pub torn_tail: bool,
    /// Tiles that are missing, which the next start makes again.
    pub missing_tiles: u64,
    /// What does not verify; at most [`VerifyReport::MAX_LISTED`].
    pub problems: Vec<Problem>,
    /// How many there are.
    pub problem_count: u64,
}

/// A message whose content was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedRecord {
    /// Its leaf index.
    pub index: u64,
    /// When it was erased.
    pub time: Timestamp,
    /// Why.
    pub reason: String,
    /// Who ordered it.
    pub author: String,
}

/// Something that does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {record} (segment {segment}, offset {offset}): {what}")]
pub struct Problem {
    /// The leaf index of the record; a frame without a leaf counts as the record behind it.
    pub record: u64,
    /// The segment, by the number of its first frame.
    pub segment: u64,
    /// The frame's offset.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
}

impl VerifyReport {
    /// The most problems, and the most erasures, that a report lists.
    pub const MAX_LISTED: usize = 100;

    /// Whether everything that was verified verifies.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < Self::MAX_LISTED {
            self.problems.push(problem);
        }
    }

    pub(super) fn erased(&mut self, erased: ErasedRecord) {
        self.erased_count += 1;
        if self.erased.len() < Self::MAX_LISTED {
            self.erased.push(erased);
        }
    }
}
