//! What a folder holds: index files where there are, frames where not; then the tree, compared with the newest checkpoint.

use super::OpenError;
use super::damage::{locate, root_from_segments};
use super::scan::{Place, Scanned, leaf_hashes, scan};
use crate::body::{BodyId, Home};
use crate::disk::RealDisk;
use crate::index::{IndexFile, SegmentIndex};
use crate::keeper::SealedSegment;
use crate::segment::{SegmentHeader, list_segments, segment_path};
use crate::shared::{Folders, PUBLISHED_CHECKPOINT, Segment};
use crate::state::{State, read_snapshot};
use crate::tree::{Edge, Tree};
use std::fs::File;
use std::io;
use std::sync::Arc;
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::merkle::root_of;

/// What was found in the folder.
pub(super) struct Loaded {
    /// In order; the last one is active.
    pub(super) segments: Vec<Arc<Segment>>,
    pub(super) state: State,
    pub(super) tree: Tree,
    /// The last segment; `None` in a new log.
    pub(super) active: Option<Scanned>,
    /// Sealed segments that have no index file yet.
    pub(super) without_index: Vec<SealedSegment>,
    /// The body files that records read one by one name.
    pub(super) bodies: Vec<(BodyId, Home)>,
}

/// The walk over the segments.
struct Loading<'a> {
    folders: &'a Folders,
    segments: Vec<Arc<Segment>>,
    state: State,
    /// The tree's edge in front of the next segment.
    edge: Edge,
    /// The first segment without an index file, and the edge in front of it: its tiles may not have become durable.
    doubtful: Option<(usize, Edge)>,
    without_index: Vec<SealedSegment>,
    bodies: Vec<(BodyId, Home)>,
}

/// Reads all that the folder holds, and checks it against the newest checkpoint.
pub(super) fn load(folders: &Folders) -> Result<Loaded, OpenError> {
    let failed = |source| OpenError::Disk { folder: folders.root.clone(), source };
    let numbers = list_segments(&folders.segments).map_err(failed)?;
    let mut loading = Loading::new(folders);
    let mut active = None;
    for (position, number) in numbers.iter().enumerate() {
        if position + 1 == numbers.len() {
            active = Some(loading.last(*number)?);
        } else if !loading.take_index(*number).map_err(failed)? {
            loading.take_frames(*number)?;
        }
    }
    let Loading { segments, state, edge, doubtful, without_index, bodies, .. } = loading;
    let sealed = &segments[..segments.len().saturating_sub(1)];
    let tree = make_tree(folders, &edge).map_err(failed)?;
    let missing = !tree.tiles_are_there();
    if missing {
        tracing::info!("tiles of the message log are missing and are made again");
        make_tiles(folders, sealed, &Edge::default()).map_err(failed)?;
    }
    tree.append(active.iter().flat_map(|scanned| scanned.leaves.iter().copied()));
    check_root(folders, &segments, &tree, &state)?;
    check_published(folders, &segments, &tree, &state)?;
    if let (false, Some((position, edge))) = (missing, doubtful) {
        make_tiles(folders, &sealed[position..], &edge).map_err(failed)?;
    }
    Ok(Loaded { segments, state, tree, active, without_index, bodies })
}

impl<'a> Loading<'a> {
    fn new(folders: &'a Folders) -> Self {
        let (segments, without_index, bodies) = (Vec::new(), Vec::new(), Vec::new());
        let (state, edge) = (State::default(), Edge::default());
        Self { folders, segments, state, edge, doubtful: None, without_index, bodies }
    }

    /// Takes a sealed segment from its index file; says whether there was a usable one.
    fn take_index(&mut self, number: u64) -> io::Result<bool> {
        let path = segment_path(&self.folders.segments, number);
        let Some((index, snapshot)) = IndexFile::open(&path.with_extension("idx"))? else { return Ok(false) };
        let Some(at_end) = read_snapshot(&snapshot, &self.state) else { return Ok(false) };
        let file = File::open(&path)?;
        let Some(header) = SegmentHeader::read(&file)? else { return Ok(false) };
        let follows = header.first_frame == self.state.frames && header.first_leaf == self.state.leaves;
        let fits = at_end.segment == number && at_end.state.leaves == header.first_leaf + index.leaf_count();
        if !follows || !fits || file.metadata()?.len() < at_end.end {
            return Ok(false);
        }
        let segment = Segment::new(&self.folders.segments, header, at_end.end, SegmentIndex::File(index));
        self.segments.push(Arc::new(segment));
        (self.state, self.edge) = (at_end.state, at_end.edge);
        self.state.forget_stamped();
        Ok(true)
    }

    /// Reads a sealed segment's frames.
    fn take_frames(&mut self, number: u64) -> Result<(), OpenError> {
        let failed = |source| OpenError::Disk { folder: self.folders.root.clone(), source };
        let scanned = scan(&self.folders.segments, number, &self.state, Place::Inner)?;
        self.doubtful.get_or_insert_with(|| (self.segments.len(), self.edge.clone()));
        let tree = make_tree(self.folders, &self.edge).map_err(failed)?;
        tree.append(scanned.leaves.iter().copied());
        self.edge = tree.snapshot();
        self.state = scanned.state.clone();
        self.state.forget_stamped();
        let segment = self.push(&scanned);
        self.bodies.extend(scanned.bodies);
        let (state, edge) = (scanned.state, self.edge.clone());
        self.without_index.push(SealedSegment { segment, state, edge });
        Ok(())
    }

    fn last(&mut self, number: u64) -> Result<Scanned, OpenError> {
        let scanned = scan(&self.folders.segments, number, &self.state, Place::Last)?;
        self.state = scanned.state.clone();
        self.bodies.extend(scanned.bodies.iter().copied());
        self.push(&scanned);
        Ok(scanned)
    }

    fn push(&mut self, scanned: &Scanned) -> Arc<Segment> {
        let index = SegmentIndex::Memory(scanned.index.clone());
        let segment = Arc::new(Segment::new(&self.folders.segments, scanned.header, scanned.end, index));
        self.segments.push(Arc::clone(&segment));
        segment
    }
}

fn make_tree(folders: &Folders, edge: &Edge) -> io::Result<Tree> {
    let misfit = || io::Error::new(io::ErrorKind::InvalidData, "a stored edge of the tree does not fit its size");
    Tree::from_edge(&folders.root, edge).ok_or_else(misfit)
}

/// Writes the full tiles over these segments, in front of which the tree had this edge.
fn make_tiles(folders: &Folders, segments: &[Arc<Segment>], edge: &Edge) -> io::Result<()> {
    let tree = make_tree(folders, edge)?;
    for segment in segments {
        tree.append(leaf_hashes(segment.path())?);
        tree.write_full_tiles()?;
    }
    // Index files that are written later take them for durable.
    tree.sync_full_tiles(&RealDisk)
}

/// The newest checkpoint that the log holds must be one of the tree that it holds.
fn check_root(folders: &Folders, segments: &[Arc<Segment>], tree: &Tree, state: &State) -> Result<(), OpenError> {
    let failed = |source| OpenError::Disk { folder: folders.root.clone(), source };
    let Some((size, entry)) = state.last_checkpoint() else { return Ok(()) };
    if size <= tree.size() && root_of(size, tree).is_ok_and(|root| root == entry.root) {
        return Ok(());
    }
    if root_from_segments(segments, size).map_err(failed)? != Some(entry.root) {
        return Err(locate(folders, segments, tree, state, ("signed", size)).map_err(failed)?.into());
    }
    tracing::warn!("tiles of the message log are damaged and are made again");
    let sealed = &segments[..segments.len().saturating_sub(1)];
    make_tiles(folders, sealed, &Edge::default()).map_err(failed)
}

/// The checkpoint that was published last was in the log before: a log without it is cut off, or an older copy.
fn check_published(folders: &Folders, segments: &[Arc<Segment>], tree: &Tree, state: &State) -> Result<(), OpenError> {
    let failed = |source| OpenError::Disk { folder: folders.root.clone(), source };
    let path = folders.root.join(PUBLISHED_CHECKPOINT);
    let bytes = match std::fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(failed)?,
    };
    let Ok(checkpoint) = SignedCheckpoint::parse(&bytes) else {
        tracing::warn!(path = %path.display(), "the published checkpoint cannot be read; the next one replaces it");
        return Ok(());
    };
    let Checkpoint { size, root, .. } = checkpoint.claimed();
    if *size <= tree.size() && root_of(*size, tree).is_ok_and(|found| found == *root) {
        return Ok(());
    }
    Err(locate(folders, segments, tree, state, ("published", *size)).map_err(failed)?.into())
}
