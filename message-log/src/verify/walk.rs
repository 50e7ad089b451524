//! The walk over all segments of a folder.

use super::range::check_content;
use super::report::{ErasedRecord, Problem, VerifyReport};
use super::signatures::Signatures;
use super::tiles::TileComparison;
use super::{Progress, Stamp, Verification};
use crate::entry::{Facts, read_checkpoint, read_material, read_timestamp};
use crate::frame::{Kind, Parsed};
use crate::payload::read_message;
use crate::read::Opening;
use crate::segment::{FrameReader, SegmentHeader, list_segments, segment_path};
use crate::shared::Folders;
use crate::state::{Effect, Location, State};
use protocol::hash::{Sha256Hash, SnapshotHash};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io;
use std::path::Path;
use trust::checkpoint::SignedCheckpoint;
use trust::leaf::{ErasureLeaf, Leaf};

pub(super) struct Walk<'a, 'v> {
    folders: Folders,
    with: &'a mut Verification<'v>,
    report: VerifyReport,
    state: State,
    tree: TileComparison,
    /// The names of what was kept in the current segment.
    materials: HashSet<Sha256Hash>,
    checkpoints: BTreeMap<u64, SignedCheckpoint>,
    /// By which configuration the last message was judged.
    configuration: Option<SnapshotHash>,
    /// Records without a data key, and where they lie.
    without_key: BTreeMap<u64, Location>,
    erasures: BTreeMap<u64, ErasureLeaf>,
    signatures: Signatures,
    progress: Progress,
}

/// A frame of the walk.
struct Step<'p> {
    at: Location,
    kind: Kind,
    payload: &'p [u8],
}

/// How a segment ended.
#[derive(PartialEq, Eq)]
enum End {
    Whole,
    /// What follows cannot be verified.
    Stop,
}

const PROGRESS_EVERY: u64 = 1000;

impl<'a, 'v> Walk<'a, 'v> {
    pub(super) fn new(folder: &Path, with: &'a mut Verification<'v>) -> io::Result<Self> {
        let folders = Folders::new(folder);
        let mut of_bytes = 0;
        for number in list_segments(&folders.segments)? {
            of_bytes += std::fs::metadata(segment_path(&folders.segments, number))?.len();
        }
        Ok(Self {
            tree: TileComparison::new(folder),
            folders,
            with,
            report: VerifyReport::default(),
            state: State::default(),
            materials: HashSet::new(),
            checkpoints: BTreeMap::new(),
            configuration: None,
            without_key: BTreeMap::new(),
            erasures: BTreeMap::new(),
            signatures: Signatures::default(),
            progress: Progress { bytes: 0, of_bytes, records: 0 },
        })
    }

    pub(super) fn run(mut self) -> io::Result<VerifyReport> {
        let numbers = list_segments(&self.folders.segments)?;
        let mut end = End::Whole;
        for (position, number) in numbers.iter().enumerate() {
            end = self.segment(*number, position + 1 == numbers.len())?;
            if end == End::Stop {
                break;
            }
        }
        self.compare_erasures();
        self.report.records = self.tree.size();
        self.report.missing_tiles = self.tree.missing;
        self.report.root = (end == End::Whole).then(|| self.tree.root());
        for (peer, state) in &self.state.peers {
            let ranges = state.outstanding.ranges();
            self.report.unexplained.extend(ranges.map(|range| (peer.clone(), range.start..=range.end - 1)));
        }
        (self.with.progress)(self.progress);
        Ok(self.report)
    }

    fn segment(&mut self, number: u64, last: bool) -> io::Result<End> {
        let file = File::open(segment_path(&self.folders.segments, number))?;
        let start = Location { segment: number, offset: 0 };
        let Some(header) = SegmentHeader::read(&file)? else {
            self.problem(start, "the segment's header is damaged");
            return Ok(End::Stop);
        };
        let follows = header.first_frame == self.state.frames && header.first_leaf == self.state.leaves;
        if header.first_frame != number || !follows {
            self.problem(start, "the segment does not follow the one in front of it");
            return Ok(End::Stop);
        }
        self.materials.clear();
        let before = self.progress.bytes;
        let mut reader = FrameReader::new(file, header.seed, u64::MAX)?;
        while let Parsed::Frame(frame) = reader.next()? {
            let at = Location { segment: number, offset: frame.offset };
            let step = Step { at, kind: frame.kind, payload: frame.payload };
            self.progress.bytes = before + u64::from(frame.end());
            if !self.frame(&step)? {
                return Ok(End::Stop);
            }
        }
        self.end_of_segment(number, &mut reader, last)
    }

    fn end_of_segment(&mut self, number: u64, reader: &mut FrameReader, last: bool) -> io::Result<End> {
        if reader.rest_is_zero()? {
            return Ok(End::Whole);
        }
        if last && reader.later_batch()?.is_none() {
            self.report.torn_tail = true;
            return Ok(End::Whole);
        }
        let offset = u32::try_from(reader.position()).unwrap_or(u32::MAX);
        self.problem(Location { segment: number, offset }, "the frame is damaged");
        Ok(End::Stop)
    }

    /// Verifies a frame; says whether the walk can go on.
    fn frame(&mut self, step: &Step<'_>) -> io::Result<bool> {
        let facts = match Facts::of(step.kind, step.payload) {
            Ok(facts) => facts,
            Err(error) => {
                self.problem(step.at, &error.to_string());
                return Ok(false);
            }
        };
        self.content(step)?;
        if let Some(hash) = facts.leaf_hash {
            if let Some(tile) = self.tree.append(hash)? {
                self.problem(step.at, &format!("the record is not the one in {tile}"));
            }
            self.progress.records += 1;
            if self.progress.records.is_multiple_of(PROGRESS_EVERY) {
                (self.with.progress)(self.progress);
            }
        }
        self.state.apply(step.kind.has_leaf(), &facts.effect, step.at);
        match facts.effect {
            Effect::Checkpoint { size, root, .. } => self.checkpoint(step, size, root),
            Effect::SignaturesStamped { below } => self.signatures.stamped(below),
            _ => {}
        }
        Ok(true)
    }

    fn content(&mut self, step: &Step<'_>) -> io::Result<()> {
        match step.kind {
            Kind::Message => self.message(step),
            Kind::Material => self.materials.extend(read_material(step.payload).map(|(name, _)| name)),
            Kind::Timestamp => self.timestamp(step),
            Kind::Erasure => {
                if let Ok(Leaf::Erasure(leaf)) = Leaf::parse(step.payload) {
                    self.erasures.entry(leaf.record).or_insert(leaf);
                }
            }
            Kind::Outcome | Kind::Epoch | Kind::Conflict | Kind::Audit => {}
            Kind::Reservation
            | Kind::Checkpoint
            | Kind::PeerCheckpoint
            | Kind::Closed
            | Kind::Explained
            | Kind::Settled
            | Kind::SignaturesStamped => {}
            Kind::SignatureTimestamp => match self.signatures.check(&self.folders, step.payload, self.with)? {
                Ok(verified) => self.report.signature_timestamps += u64::from(verified),
                Err(what) => self.problem(step.at, &what),
            },
        }
        Ok(())
    }

    fn message(&mut self, step: &Step<'_>) {
        self.report.messages += 1;
        if self.state.signatures_stamped.is_some() {
            self.signatures.logged(self.state.leaves, step.at);
        }
        let Some(message) = read_message(step.payload) else { return };
        if let Ok(Leaf::Message(leaf)) = Leaf::parse(message.leaf) {
            self.configuration = Some(leaf.configuration);
            if !self.materials.contains(&leaf.credentials) {
                self.problem(step.at, "its credentials are not in its segment");
            }
        }
        if message.is_erased() {
            self.without_key.insert(self.state.leaves, step.at);
        } else if let Some(key) = self.with.key {
            let opening = Opening { index: self.state.leaves, bodies: &self.folders.bodies, key };
            match check_content(&opening, step.payload) {
                Ok(_) => self.report.contents += 1,
                Err(what) => self.problem(step.at, &what),
            }
        }
    }

    fn checkpoint(&mut self, step: &Step<'_>, size: u64, root: Sha256Hash) {
        self.report.checkpoints += 1;
        if self.tree.root_at(size) != Some(root) {
            self.problem(step.at, &format!("the records do not give the root of the checkpoint of {size} records"));
        }
        let Some((_, signed)) = read_checkpoint(step.payload) else { return };
        if !self.with.log_keys.is_empty() {
            match signed.verify(self.with.log_keys) {
                Ok(_) => self.report.signatures += 1,
                Err(error) => {
                    self.problem(step.at, &format!("the checkpoint of {size} records is not signed: {error}"))
                }
            }
        }
        self.checkpoints.insert(size, signed);
    }

    fn timestamp(&mut self, step: &Step<'_>) {
        let Some((size, token)) = read_timestamp(step.payload) else { return };
        let Some(checkpoint) = self.checkpoints.get(&size) else {
            self.problem(step.at, "the timestamp is over no checkpoint of this log");
            return;
        };
        let (bytes, configuration) = (checkpoint.to_string(), self.configuration);
        let stamp = Stamp { bytes: bytes.as_bytes(), token, configuration };
        match self.with.timestamps.map(|check| check(&stamp)) {
            None => {}
            Some(Ok(())) => self.report.timestamps += 1,
            Some(Err(what)) => {
                self.problem(step.at, &format!("the timestamp of the checkpoint of {size} records: {what}"))
            }
        }
    }

    /// A key that is gone needs a record that says so, and the other way round.
    fn compare_erasures(&mut self) {
        let without_key = std::mem::take(&mut self.without_key);
        for (index, at) in &without_key {
            match self.erasures.get(index) {
                Some(ErasureLeaf { time, reason, author, .. }) => {
                    let (time, reason, author) = (*time, reason.clone(), author.clone());
                    self.report.erased(ErasedRecord { index: *index, time, reason, author });
                }
                None => self.report.problem(Problem {
                    record: *index,
                    segment: at.segment,
                    offset: u64::from(at.offset),
                    what: "its data key is gone, and no record says that it was erased".to_owned(),
                }),
            }
        }
        let unfinished: BTreeSet<u64> =
            self.erasures.keys().filter(|index| !without_key.contains_key(index)).copied().collect();
        for record in unfinished {
            let what = "a record says that it was erased, and its data key is there".to_owned();
            self.report.problem(Problem { record, segment: 0, offset: 0, what });
        }
    }

    fn problem(&mut self, at: Location, what: &str) {
        let (record, segment, offset) = (self.state.leaves, at.segment, u64::from(at.offset));
        self.report.problem(Problem { record, segment, offset, what: what.to_owned() });
    }
}
