//! Reading a segment's frames from the first to the last.

use super::{Damage, OpenError};
use crate::body::{BodyId, Home};
use crate::committer::index_entry;
use crate::entry::{Facts, read_material};
use crate::frame::{Kind, Parsed};
use crate::index::MemoryIndex;
use crate::payload::read_message;
use crate::segment::{FrameReader, SegmentHeader, segment_path};
use crate::state::{Location, State};
use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use trust::merkle::Hash;

/// What a segment holds.
pub(crate) struct Scanned {
    pub(crate) path: PathBuf,
    pub(crate) header: SegmentHeader,
    /// Where its frames end.
    pub(crate) end: u64,
    /// Whether nothing but zeros lies behind them.
    pub(crate) rest_is_zero: bool,
    pub(crate) index: MemoryIndex,
    pub(crate) leaves: Vec<Hash>,
    pub(crate) materials: HashSet<Sha256Hash>,
    /// The files of bodies that its records name.
    pub(crate) bodies: Vec<(BodyId, Home)>,
    /// The log at its end.
    pub(crate) state: State,
}

/// Where a segment stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Others follow, so every byte of it was durable.
    Inner,
    /// It was being written to when the log was closed or the machine stopped.
    Last,
}

/// Reads the segment `number`, in front of which the log was in the state `before`.
pub(crate) fn scan(folder: &Path, number: u64, before: &State, place: Place) -> Result<Scanned, OpenError> {
    let path = segment_path(folder, number);
    let failed = |source| OpenError::Disk { folder: path.clone(), source };
    let damage =
        |record, offset, what: &str| OpenError::from(Damage { record, segment: number, offset, what: what.to_owned() });
    let file = File::open(&path).map_err(failed)?;
    let header = SegmentHeader::read(&file).map_err(failed)?;
    let header = header.ok_or_else(|| damage(before.leaves, 0, "the segment's header is damaged"))?;
    if header.first_frame != number || number != before.frames || header.first_leaf != before.leaves {
        return Err(damage(before.leaves, 0, "the segment does not follow the one in front of it"));
    }
    let mut reader = FrameReader::new(file, header.seed, u64::MAX).map_err(failed)?;
    let mut scanned = Scanned::new(path.clone(), header, before);
    while let Parsed::Frame(frame) = reader.next().map_err(failed)? {
        let facts = Facts::of(frame.kind, frame.payload);
        let facts = facts.map_err(|error| damage(scanned.state.leaves, u64::from(frame.offset), &error.to_string()))?;
        scanned.take(frame.offset, frame.kind, frame.payload, &facts);
    }
    scanned.end = reader.position();
    scanned.rest_is_zero = reader.rest_is_zero().map_err(failed)?;
    let torn = !scanned.rest_is_zero;
    if torn && (place == Place::Inner || reader.later_batch().map_err(failed)?.is_some()) {
        return Err(damage(
            scanned.state.leaves,
            scanned.end,
            "its frame is damaged, and what follows was written later",
        ));
    }
    Ok(scanned)
}

/// The leaf hashes of a segment that was found sound before; stops where it is not.
pub(crate) fn leaf_hashes(path: &Path) -> io::Result<Vec<Hash>> {
    let file = File::open(path)?;
    let Some(header) = SegmentHeader::read(&file)? else { return Ok(Vec::new()) };
    let mut reader = FrameReader::new(file, header.seed, u64::MAX)?;
    let mut hashes = Vec::new();
    while let Parsed::Frame(frame) = reader.next()? {
        let Ok(facts) = Facts::of(frame.kind, frame.payload) else { break };
        hashes.extend(facts.leaf_hash);
    }
    Ok(hashes)
}

impl Scanned {
    fn new(path: PathBuf, header: SegmentHeader, before: &State) -> Self {
        Self {
            path,
            header,
            end: 0,
            rest_is_zero: true,
            index: MemoryIndex::default(),
            leaves: Vec::new(),
            materials: HashSet::new(),
            bodies: Vec::new(),
            state: before.clone(),
        }
    }

    fn take(&mut self, offset: u32, kind: Kind, payload: &[u8], facts: &Facts) {
        index_entry(&mut self.index, offset, kind, facts);
        self.leaves.extend(facts.leaf_hash);
        if kind == Kind::Material
            && let Some((name, _)) = read_material(payload)
        {
            self.materials.insert(name);
        }
        if kind == Kind::Message
            && let Some(message) = read_message(payload)
            && let Some(time) = facts.time.and_then(|time| Timestamp::from_microsecond(time).ok())
        {
            self.bodies.extend(message.storage.file(time));
        }
        let at = Location { segment: self.header.first_frame, offset };
        self.state.apply(kind.has_leaf(), &facts.effect, at);
    }
}
