//! What the log remembers beyond its records: numbers, checkpoints, peers. Made by applying one frame after the other, live and
//! at the next start alike.

mod snapshot;

pub(crate) use snapshot::{SegmentState, read_snapshot, write_snapshot};

use crate::interval::IntervalSet;
use jiff::Timestamp;
use protocol::context::LogPoint;
use protocol::identifier::ServerId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use trust::checkpoint::SignedCheckpoint;
use trust::merkle::Hash;

/// Where a frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    /// The segment, by the number of its first frame.
    pub(crate) segment: u64,
    pub(crate) offset: u32,
}

/// What a frame changes in the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    Nothing,
    Sent {
        peer: ServerId,
        sequence: u64,
    },
    Received {
        peer: ServerId,
        sequence: u64,
    },
    Explained {
        peer: ServerId,
        numbers: Range<u64>,
    },
    Reserved {
        peer: ServerId,
        numbers: Range<u64>,
    },
    Epoch(u64),
    Erased {
        record: u64,
    },
    Checkpoint {
        size: u64,
        root: Hash,
        time: Timestamp,
    },
    Timestamp {
        size: u64,
    },
    PeerCheckpoint {
        peer: ServerId,
        checkpoint: PeerCheckpoint,
    },
    /// A peer's log proved what became of these numbers of its.
    Proven {
        peer: ServerId,
        numbers: Vec<Range<u64>>,
    },
    Conflict,
    Settled {
        conflict: u64,
    },
    SignaturesStamped {
        below: Option<u64>,
    },
    Closed,
}

/// The log's memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// How many frames there are.
    pub(crate) frames: u64,
    /// How many leaves there are.
    pub(crate) leaves: u64,
    pub(crate) epoch: u64,
    pub(crate) peers: BTreeMap<ServerId, PeerState>,
    /// By the size of the tree they cover: the newest one with a timestamp, those behind it, and what the active segment has.
    pub(crate) checkpoints: BTreeMap<u64, CheckpointEntry>,
    /// Records said to be erased whose keys may not be destroyed yet.
    pub(crate) erasing: BTreeSet<u64>,
    /// The records of conflicts that are not over: the newest of them.
    pub(crate) conflicts: BTreeSet<u64>,
    /// Below which record every signature has a timestamp of its own; `None` where signatures are not stamped.
    pub(crate) signatures_stamped: Option<u64>,
    /// Whether the last frame says that the log was closed in order.
    pub(crate) closed: bool,
}

/// What the log remembers about one peer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PeerState {
    /// Where the next block of numbers starts; numbers start at 1.
    pub(crate) reserved_end: u64,
    /// Reserved numbers that no record carries or explains yet.
    pub(crate) outstanding: IntervalSet,
    /// Numbers that the peer's messages carried, or that its log explained.
    pub(crate) received: IntervalSet,
    /// The newest checkpoint of the peer's log.
    pub(crate) checkpoint: Option<PeerCheckpoint>,
}

/// A checkpoint of a peer's log, read once: each message to the peer names its point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PeerCheckpoint {
    pub(crate) note: String,
    /// `None` where the note is no checkpoint.
    pub(crate) point: Option<LogPoint>,
}

/// A checkpoint of this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CheckpointEntry {
    pub(crate) root: Hash,
    pub(crate) time: Timestamp,
    pub(crate) at: Location,
    pub(crate) timestamp: Option<Location>,
}

impl State {
    /// Applies the next frame.
    pub(crate) fn apply(&mut self, has_leaf: bool, effect: &Effect, at: Location) {
        self.frames += 1;
        self.leaves += u64::from(has_leaf);
        self.closed = matches!(effect, Effect::Closed);
        match effect {
            Effect::Nothing | Effect::Closed => {}
            Effect::Erased { record } => {
                self.erasing.insert(*record);
            }
            Effect::Sent { peer, sequence } => self.peer(peer).outstanding.remove(one(*sequence)),
            Effect::Received { peer, sequence } => self.peer(peer).received.insert(one(*sequence)),
            Effect::Explained { peer, numbers } => self.peer(peer).outstanding.remove(numbers.clone()),
            Effect::Reserved { peer, numbers } => {
                // A block may be reserved twice; numbers that are in use by then must not count as unused again.
                let state = self.peer(peer);
                state.outstanding.insert(numbers.start.max(state.reserved_end)..numbers.end);
                state.reserved_end = state.reserved_end.max(numbers.end);
            }
            Effect::Epoch(number) => self.epoch = *number,
            Effect::Checkpoint { size, root, time } => {
                let entry = CheckpointEntry { root: *root, time: *time, at, timestamp: None };
                self.checkpoints.insert(*size, entry);
            }
            Effect::Timestamp { size } => {
                if let Some(entry) = self.checkpoints.get_mut(size) {
                    entry.timestamp = Some(at);
                }
            }
            Effect::Proven { peer, numbers } => {
                let received = &mut self.peer(peer).received;
                numbers.iter().for_each(|range| received.insert(range.clone()));
            }
            Effect::Conflict => {
                self.conflicts.insert(self.leaves - 1);
                if self.conflicts.len() > MAX_CONFLICTS {
                    self.conflicts.pop_first();
                }
            }
            Effect::Settled { conflict } => {
                self.conflicts.remove(conflict);
            }
            Effect::SignaturesStamped { below } => self.signatures_stamped = *below,
            Effect::PeerCheckpoint { peer, checkpoint } => self.peer(peer).checkpoint = Some(checkpoint.clone()),
        }
    }

    /// The newest checkpoint.
    pub(crate) fn last_checkpoint(&self) -> Option<(u64, &CheckpointEntry)> {
        self.checkpoints.last_key_value().map(|(size, entry)| (*size, entry))
    }

    /// Checkpoints newer than the newest one with a timestamp.
    pub(crate) fn unstamped(&self) -> Vec<(u64, CheckpointEntry)> {
        let newest_first = self.checkpoints.iter().rev();
        let unstamped = newest_first.take_while(|(_, entry)| entry.timestamp.is_none());
        unstamped.map(|(size, entry)| (*size, *entry)).collect()
    }

    /// How many leaves a timestamp covers.
    pub(crate) fn stamped(&self) -> u64 {
        let mut newest_first = self.checkpoints.iter().rev();
        newest_first.find(|(_, entry)| entry.timestamp.is_some()).map_or(0, |(size, _)| *size)
    }

    /// The segment ends: its checkpoints are found in its snapshot from now on, so that a long log takes no more memory.
    pub(crate) fn forget_stamped(&mut self) {
        let stamped = self.stamped();
        if stamped > 0 {
            self.checkpoints = self.checkpoints.split_off(&stamped);
        }
    }

    /// Whether a peer's number came before, or was explained.
    pub(crate) fn has_received(&self, peer: &ServerId, number: u64) -> bool {
        self.peers.get(peer).is_some_and(|state| state.received.contains(number))
    }

    fn peer(&mut self, peer: &ServerId) -> &mut PeerState {
        if !self.peers.contains_key(peer) {
            self.peers.insert(peer.clone(), PeerState { reserved_end: 1, ..PeerState::default() });
        }
        self.peers.get_mut(peer).expect("the peer was put in just now")
    }
}

/// Each peer gives cause for a few at most.
const MAX_CONFLICTS: usize = 1024;

impl PeerCheckpoint {
    pub(crate) fn new(note: String) -> Self {
        let point = SignedCheckpoint::parse(note.as_bytes()).ok();
        let point = point.map(|signed| LogPoint { size: signed.claimed().size, root: signed.claimed().root });
        Self { note, point }
    }
}

fn one(number: u64) -> Range<u64> {
    number..number.saturating_add(1)
}
