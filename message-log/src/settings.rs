//! What an operator may choose about the log, with a documented default for each field.

use protocol::context::LogPoint;
use protocol::identifier::ServerId;

/// How a log is kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The security server whose log it is.
    pub server: ServerId,
    /// Size of a segment. 64 MiB: allocated ahead, so it is also what a log takes on disk at least, twice.
    pub segment_bytes: u64,
    /// Bodies up to this length lie in the record itself and share its fsync; longer ones have a file. 256 KiB.
    pub inline_body_bytes: u64,
    /// Bodies up to this length are held in memory while they arrive. 1 MiB.
    pub memory_body_bytes: u64,
    /// What all bodies together may take in memory; beyond it they go to disk early. 32 MiB.
    pub memory_budget_bytes: u64,
    /// Disk space that is never given to messages, so that the log can still close in order. 256 MiB.
    pub disk_floor_bytes: u64,
    /// Sequence numbers reserved at a time for a peer. 1024: so many may be unknown after a crash.
    pub sequence_block: u64,
    /// Whether bodies are part of the evidence that is kept. `Keep`.
    pub bodies: Bodies,
}

/// Whether bodies are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// Bodies are part of each record.
    Keep,
    /// Only their digests are. Answers stay, encrypted, until [`prune_answers`](crate::MessageLog::prune_answers).
    LeaveOut,
}

/// What to do with what is found when a log is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenMode {
    /// Open a log that verifies, or begin a new one; refuse anything else, such as one that an opening in another mode did not
    /// finish with.
    Verified,
    /// Where a record does not verify, set aside everything from there on and begin a new epoch in front of it.
    ///
    /// The files are kept in the folder `damaged`. Peers that saw a checkpoint behind the cut will notice. Towards every peer
    /// that the log knows or that is listed, numbers go on behind all that may have been used.
    CutDamage(Vec<PeerMemory>),
    /// The log was restored from a copy: begin a new epoch that names what peers remember of this log.
    ///
    /// A peer that the log knows and that is not listed counts as one that gave no answer.
    Restored(Vec<PeerMemory>),
}

/// What a peer remembers of this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerMemory {
    /// The peer.
    pub peer: ServerId,
    /// What it said.
    pub answer: PeerAnswer,
}

/// What a peer said when it was asked what it remembers of this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerAnswer {
    /// It remembers this.
    Remembers {
        /// The newest checkpoint of this log that it saw.
        checkpoint: Option<LogPoint>,
        /// The last sequence number it received; 0 if none.
        last_sequence: u64,
    },
    /// It gave no answer: nobody knows which numbers it has seen.
    Nothing,
}

impl Settings {
    /// The defaults.
    #[must_use]
    pub fn new(server: ServerId) -> Self {
        Self {
            server,
            segment_bytes: 64 << 20,
            inline_body_bytes: 256 << 10,
            memory_body_bytes: 1 << 20,
            memory_budget_bytes: 32 << 20,
            disk_floor_bytes: 256 << 20,
            sequence_block: 1024,
            bodies: Bodies::Keep,
        }
    }
}
