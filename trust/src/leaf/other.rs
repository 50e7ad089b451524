//! The leaves of everything that is not a message: outcomes, erasures, epochs, conflicts.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use protocol::context::LogPoint;
use protocol::identifier::ServerId;

use super::lines::{LineReader, LineWriter};
use super::{Direction, LeafError, MAX_LEAF_BYTES};
use crate::merkle::Hash;

/// Why a sequence number has no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The receiver refused the message.
    Refused,
    /// The message certainly never left.
    NotSent,
    /// Nobody knows whether it left: the server stopped in between.
    Unknown,
    /// The number was reserved and never given to a message.
    Unused,
}

/// One sequence number, or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceRange {
    first: u64,
    last: u64,
}

/// What became of sequence numbers without a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeLeaf {
    /// Whose numbers: this server's (sent) or the peer's (received).
    pub direction: Direction,
    /// When the record was made; whole microseconds.
    pub time: Timestamp,
    /// Whose log this is.
    pub server: ServerId,
    /// The other security server.
    pub peer: ServerId,
    /// The numbers.
    pub sequence: SequenceRange,
    /// The id of the relayed request, where one is known.
    pub request_id: Option<String>,
    /// What became of them.
    pub outcome: Outcome,
    /// The fault code, where there was a fault.
    pub code: Option<String>,
}

/// That the content of a record was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureLeaf {
    /// When; whole microseconds.
    pub time: Timestamp,
    /// Whose log this is.
    pub server: ServerId,
    /// The index of the record's leaf.
    pub record: u64,
    /// The hash of the record's leaf.
    pub leaf: Hash,
    /// Why, in the author's words.
    pub reason: String,
    /// Who ordered it.
    pub author: String,
}

/// That the log goes on after it was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochLeaf {
    time: Timestamp,
    server: ServerId,
    epoch: u64,
    peers: Vec<(ServerId, LogPoint)>,
}

/// That a peer contradicts itself, or this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictLeaf {
    /// When it was seen; whole microseconds.
    pub time: Timestamp,
    /// Whose log this is.
    pub server: ServerId,
    /// The peer.
    pub peer: ServerId,
    /// What contradicts what.
    pub what: String,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Refused, Self::NotSent, Self::Unknown, Self::Unused];

    /// The word that stands in leaves.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NotSent => "not-sent",
            Self::Unknown => "unknown",
            Self::Unused => "unused",
        }
    }
}

impl SequenceRange {
    /// One number.
    #[must_use]
    pub const fn one(number: u64) -> Self {
        Self { first: number, last: number }
    }

    /// The numbers from `first` to `last`, both included; `None` if there are none.
    #[must_use]
    pub const fn new(first: u64, last: u64) -> Option<Self> {
        if first <= last { Some(Self { first, last }) } else { None }
    }

    /// The first number.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// The last number.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }
}

impl fmt::Display for SequenceRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}..{}", self.first, self.last) }
    }
}

impl FromStr for SequenceRange {
    type Err = LeafError;

    fn from_str(text: &str) -> Result<Self, LeafError> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let number = |text: &str| text.parse().ok();
        let range = number(first).zip(number(last)).and_then(|(first, last)| Self::new(first, last));
        range.ok_or(LeafError::Value { name: "sequence" })
    }
}

impl OutcomeLeaf {
    pub(super) fn write(&self, lines: &mut LineWriter) {
        lines.line("kind", "outcome");
        lines.line("direction", self.direction.as_str());
        lines.time(self.time);
        lines.line("server", &self.server);
        lines.line("peer", &self.peer);
        lines.line("sequence", self.sequence);
        lines.optional_text("request-id", self.request_id.as_deref());
        lines.line("outcome", self.outcome.as_str());
        lines.optional_text("code", self.code.as_deref());
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            direction: Direction::read(lines)?,
            time: lines.parsed("time")?,
            server: lines.parsed("server")?,
            peer: lines.parsed("peer")?,
            sequence: lines.parsed("sequence")?,
            request_id: lines.optional_text("request-id")?,
            outcome: lines.one_of("outcome", &Outcome::ALL, Outcome::as_str)?,
            code: lines.optional_text("code")?,
        })
    }
}

impl ErasureLeaf {
    pub(super) fn write(&self, lines: &mut LineWriter) {
        lines.line("kind", "erasure");
        lines.time(self.time);
        lines.line("server", &self.server);
        lines.line("record", self.record);
        lines.line("leaf", self.leaf);
        lines.text("reason", &self.reason);
        lines.text("author", &self.author);
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            time: lines.parsed("time")?,
            server: lines.parsed("server")?,
            record: lines.parsed("record")?,
            leaf: lines.parsed("leaf")?,
            reason: lines.text("reason")?,
            author: lines.text("author")?,
        })
    }
}

impl EpochLeaf {
    /// Names the epoch and, in ascending order, the newest checkpoint known of each peer. Peers too many for one leaf
    /// go into further leaves of the same epoch.
    ///
    /// # Errors
    /// When the peers are out of order, or too many for one leaf.
    pub fn new(
        time: Timestamp,
        server: ServerId,
        epoch: u64,
        peers: Vec<(ServerId, LogPoint)>,
    ) -> Result<Self, LeafError> {
        if peers.iter().zip(peers.iter().skip(1)).any(|(one, next)| one.0 >= next.0) {
            return Err(LeafError::PeerOrder);
        }
        let leaf = Self { time, server, epoch, peers };
        let length = super::Leaf::Epoch(leaf.clone()).render().len();
        if length > MAX_LEAF_BYTES { Err(LeafError::TooLong) } else { Ok(leaf) }
    }

    /// When the epoch began; whole microseconds.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Whose log this is.
    #[must_use]
    pub const fn server(&self) -> &ServerId {
        &self.server
    }

    /// The epoch's number.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The newest checkpoint of this log that each peer is known to have seen, in ascending order of peers.
    #[must_use]
    pub fn peers(&self) -> &[(ServerId, LogPoint)] {
        &self.peers
    }

    pub(super) fn write(&self, lines: &mut LineWriter) {
        lines.line("kind", "epoch");
        lines.time(self.time);
        lines.line("server", &self.server);
        lines.line("epoch", self.epoch);
        for (peer, point) in &self.peers {
            lines.line("peer", format_args!("{peer} {} {}", point.size, STANDARD.encode(point.root.as_bytes())));
        }
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        let (time, server, epoch) = (lines.parsed("time")?, lines.parsed("server")?, lines.parsed("epoch")?);
        let mut peers = Vec::new();
        while lines.next_is("peer") {
            peers.push(peer(lines.value("peer")?).ok_or(LeafError::Value { name: "peer" })?);
        }
        Self::new(time, server, epoch, peers)
    }
}

fn peer(value: &str) -> Option<(ServerId, LogPoint)> {
    let (peer, point) = value.split_once(' ')?;
    let (size, root) = point.split_once(' ')?;
    let root = Hash::from_bytes(STANDARD.decode(root).ok()?.try_into().ok()?);
    Some((peer.parse().ok()?, LogPoint { size: size.parse().ok()?, root }))
}

impl ConflictLeaf {
    pub(super) fn write(&self, lines: &mut LineWriter) {
        lines.line("kind", "conflict");
        lines.time(self.time);
        lines.line("server", &self.server);
        lines.line("peer", &self.peer);
        lines.text("what", &self.what);
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            time: lines.parsed("time")?,
            server: lines.parsed("server")?,
            peer: lines.parsed("peer")?,
            what: lines.text("what")?,
        })
    }
}
