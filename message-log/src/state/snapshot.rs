//! The state at the end of a segment, as it is kept in the segment's index file.

use super::{CheckpointEntry, Location, PeerCheckpoint, PeerState, State};
use crate::index::Snapshot;
use crate::interval::IntervalSet;
use crate::tree::Edge;
use jiff::Timestamp;
use protocol::identifier::ServerId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;
use trust::merkle::Hash;

/// State and tree at the end of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SegmentState {
    pub(crate) state: State,
    pub(crate) edge: Edge,
    /// The segment whose checkpoints and timestamps the snapshot carries; those of earlier ones are in theirs.
    pub(crate) segment: u64,
    /// Where the segment's frames end.
    pub(crate) end: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    segment: u64,
    end: u64,
    frames: u64,
    epoch: u64,
    closed: bool,
    erasing: BTreeSet<u64>,
    #[serde(default)]
    conflicts: BTreeSet<u64>,
    #[serde(default)]
    signatures_stamped: Option<u64>,
    size: u64,
    edge: Vec<Vec<Hash>>,
    peers: Vec<WirePeer>,
    checkpoints: Vec<WireCheckpoint>,
    /// Size of the checkpoint, offset of the token.
    timestamps: Vec<(u64, u32)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePeer {
    server: ServerId,
    reserved_end: u64,
    outstanding: Vec<Range<u64>>,
    received: Vec<Range<u64>>,
    checkpoint: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCheckpoint {
    size: u64,
    root: Hash,
    time: Timestamp,
    offset: u32,
}

/// The bytes to be kept.
pub(crate) fn write_snapshot(at_end: &SegmentState) -> Snapshot {
    let SegmentState { state, edge, segment, end } = at_end;
    let here = |location: Location| (location.segment == *segment).then_some(location.offset);
    let checkpoints = state.checkpoints.iter().filter_map(|(size, entry)| {
        let CheckpointEntry { root, time, at, .. } = *entry;
        here(at).map(|offset| WireCheckpoint { size: *size, root, time, offset })
    });
    let timestamps = state.checkpoints.iter();
    let timestamps =
        timestamps.filter_map(|(size, entry)| entry.timestamp.and_then(here).map(|offset| (*size, offset)));
    let peers = state.peers.iter().map(|(server, peer)| WirePeer {
        server: server.clone(),
        reserved_end: peer.reserved_end,
        outstanding: peer.outstanding.ranges().collect(),
        received: peer.received.ranges().collect(),
        checkpoint: peer.checkpoint.as_ref().map(|checkpoint| checkpoint.note.clone()),
    });
    let wire = Wire {
        segment: *segment,
        end: *end,
        frames: state.frames,
        epoch: state.epoch,
        closed: state.closed,
        erasing: state.erasing.clone(),
        conflicts: state.conflicts.clone(),
        signatures_stamped: state.signatures_stamped,
        size: edge.size,
        edge: edge.levels.clone(),
        peers: peers.collect(),
        checkpoints: checkpoints.collect(),
        timestamps: timestamps.collect(),
    };
    Snapshot(serde_json::to_vec(&wire).expect("the state has no maps with other keys than strings"))
}

/// Reads a snapshot on top of the checkpoints known from the segments in front; `None` if it is malformed.
pub(crate) fn read_snapshot(snapshot: &Snapshot, before: &State) -> Option<SegmentState> {
    let wire: Wire = serde_json::from_slice(&snapshot.0).ok()?;
    let segment = wire.segment;
    let mut checkpoints = before.checkpoints.clone();
    for WireCheckpoint { size, root, time, offset } in wire.checkpoints {
        checkpoints.insert(size, CheckpointEntry { root, time, at: Location { segment, offset }, timestamp: None });
    }
    for (size, offset) in wire.timestamps {
        // Its checkpoint may be in an earlier segment, and forgotten.
        if let Some(entry) = checkpoints.get_mut(&size) {
            entry.timestamp = Some(Location { segment, offset });
        }
    }
    let peers = wire.peers.into_iter().map(|peer| {
        let state = PeerState {
            reserved_end: peer.reserved_end,
            outstanding: IntervalSet::from_ranges(peer.outstanding),
            received: IntervalSet::from_ranges(peer.received),
            checkpoint: peer.checkpoint.map(PeerCheckpoint::new),
        };
        (peer.server, state)
    });
    let state = State {
        frames: wire.frames,
        leaves: wire.size,
        epoch: wire.epoch,
        peers: peers.collect(),
        checkpoints,
        closed: wire.closed,
        erasing: wire.erasing,
        conflicts: wire.conflicts,
        signatures_stamped: wire.signatures_stamped,
    };
    let edge = Edge { size: wire.size, levels: wire.edge };
    Some(SegmentState { state, edge, segment, end: wire.end })
}

#[cfg(test)]
mod tests {
    use super::super::Effect;
    use super::*;

    #[test]
    fn a_snapshot_reads_back() {
        let peer: ServerId = "BO/GOV/1001/ss1".parse().unwrap();
        let mut state = State::default();
        let root = Hash::of(b"root");
        let at = |offset| Location { segment: 7, offset };
        let effects = [
            Effect::Reserved { peer: peer.clone(), numbers: 1..1025 },
            Effect::Sent { peer: peer.clone(), sequence: 3 },
            Effect::Received { peer: peer.clone(), sequence: 5 },
            Effect::Checkpoint { size: 2, root, time: Timestamp::UNIX_EPOCH },
            Effect::Timestamp { size: 2 },
            Effect::PeerCheckpoint { peer: peer.clone(), checkpoint: PeerCheckpoint::new("note".to_owned()) },
            Effect::Proven { peer: peer.clone(), numbers: vec![6..9, 12..13] },
            Effect::Erased { record: 1 },
            Effect::Conflict,
            Effect::SignaturesStamped { below: Some(2) },
            Effect::Closed,
        ];
        for (effect, offset) in effects.iter().zip(1..) {
            state.apply(
                matches!(effect, Effect::Sent { .. } | Effect::Received { .. } | Effect::Conflict),
                effect,
                at(offset),
            );
        }
        let edge = Edge { size: 3, levels: vec![vec![root, root, root]] };
        let at_end = SegmentState { state, edge, segment: 7, end: 4096 };
        assert_eq!(read_snapshot(&write_snapshot(&at_end), &State::default()), Some(at_end));
    }

    #[test]
    fn what_is_no_snapshot_is_none() {
        assert_eq!(read_snapshot(&Snapshot(b"{}".to_vec()), &State::default()), None);
    }
}
