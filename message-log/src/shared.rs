//! What the committer, the keeper and all readers of one log share.

use crate::body::Spooling;
use crate::disk::Disk;
use crate::entry::read_checkpoint;
use crate::frame::Kind;
use crate::index::{MemoryIndex, SegmentIndex};
use crate::keeper::Keeper;
use crate::key::KeyWrap;
use crate::segment::{OwnedFrame, SegmentHeader, read_frame};
use crate::sequences::Sequences;
use crate::settings::Settings;
use crate::space::Space;
use crate::state::{Location, State};
use crate::tree::Tree;
use arc_swap::ArcSwapOption;
use protocol::identifier::ServerId;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use trust::checkpoint::SignedCheckpoint;

/// The folders of a log.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    pub(crate) root: PathBuf,
    pub(crate) segments: PathBuf,
    pub(crate) bodies: PathBuf,
}

/// The file of the newest checkpoint, in the root folder, where readers of the tiles look for it.
pub(crate) const PUBLISHED_CHECKPOINT: &str = "checkpoint";

/// The folder, in the root folder, of what was cut off because of damage.
pub(crate) const ASIDE_FOLDER: &str = "damaged";

/// A segment, active or sealed.
pub(crate) struct Segment {
    pub(crate) header: SegmentHeader,
    path: PathBuf,
    /// Where the durable frames end.
    end: AtomicU64,
    pub(crate) index: RwLock<SegmentIndex>,
    /// Held while the index file is made or changed.
    index_file: Mutex<()>,
}

/// The parts of an open log that several threads use.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) folders: Folders,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) key: Arc<dyn KeyWrap>,
    pub(crate) space: Arc<Space>,
    pub(crate) spooling: Arc<Spooling>,
    pub(crate) tree: Tree,
    pub(crate) sequences: Arc<Sequences>,
    /// Locked for moments only: by the committer for each batch, by readers to copy something out.
    state: Mutex<State>,
    /// Each message asks for it, so it lies here and not in a frame that would have to be read.
    pub(crate) newest_checkpoint: ArcSwapOption<SignedCheckpoint>,
    /// In the order of their frames; the last one is active.
    segments: RwLock<Vec<Arc<Segment>>>,
    pub(crate) keeper: Keeper,
    /// Folders in which bodies were given their lasting names, which may not be durable yet.
    unsynced: Mutex<BTreeSet<PathBuf>>,
    /// Numbers that came more than once, for whoever compares their records: see [`Shared::note_repeated`].
    repeated: Mutex<BTreeSet<(ServerId, u64)>>,
    /// Why the log takes nothing more.
    closed: OnceLock<Arc<str>>,
    /// The exclusive lock on the folder, held as long as the file is open.
    lock: Mutex<Option<File>>,
}

/// Repeated numbers that wait for a look.
const MAX_REPEATED: usize = 256;

impl Folders {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), segments: root.join("segments"), bodies: root.join("bodies") }
    }
}

impl Segment {
    pub(crate) fn new(folder: &Path, header: SegmentHeader, end: u64, index: SegmentIndex) -> Self {
        Self {
            header,
            path: header.path(folder),
            end: AtomicU64::new(end),
            index: RwLock::new(index),
            index_file: Mutex::new(()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn index_path(&self) -> PathBuf {
        self.path.with_extension("idx")
    }

    pub(crate) fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    pub(crate) fn set_end(&self, end: u64) {
        self.end.store(end, Ordering::Release);
    }

    /// Reads the durable frame at `offset`.
    pub(crate) fn read(&self, offset: u32) -> io::Result<Option<OwnedFrame>> {
        if u64::from(offset) >= self.end() {
            return Ok(None);
        }
        read_frame(&File::open(&self.path)?, &self.header.seed, offset)
    }

    pub(crate) fn index_file(&self) -> MutexGuard<'_, ()> {
        self.index_file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the index, whatever it is made of.
    pub(crate) fn index<T>(&self, ask: impl FnOnce(&SegmentIndex) -> T) -> T {
        ask(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the index of the active segment.
    pub(crate) fn update_index(&self, change: impl FnOnce(&mut MemoryIndex)) {
        if let SegmentIndex::Memory(index) = &mut *self.index.write().unwrap_or_else(PoisonError::into_inner) {
            change(index);
        }
    }
}

/// What [`Shared::new`] is made from.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) folders: Folders,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) key: Arc<dyn KeyWrap>,
    pub(crate) space: Arc<Space>,
    pub(crate) spooling: Arc<Spooling>,
    pub(crate) tree: Tree,
    pub(crate) state: State,
    pub(crate) segments: Vec<Arc<Segment>>,
    pub(crate) lock: File,
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let ends = parts.state.peers.iter().map(|(peer, state)| (peer.clone(), state.reserved_end));
        let sequences = Sequences::continue_from(ends, parts.settings.sequence_block / 4);
        let newest_checkpoint = parts.state.last_checkpoint().map(|(_, entry)| entry.at);
        let shared = Arc::new(Self {
            settings: parts.settings,
            folders: parts.folders,
            disk: parts.disk,
            key: parts.key,
            space: parts.space,
            spooling: parts.spooling,
            tree: parts.tree,
            sequences,
            state: Mutex::new(parts.state),
            newest_checkpoint: ArcSwapOption::empty(),
            segments: RwLock::new(parts.segments),
            keeper: Keeper::default(),
            unsynced: Mutex::default(),
            repeated: Mutex::default(),
            closed: OnceLock::new(),
            lock: Mutex::new(Some(parts.lock)),
        });
        // One that cannot be read counts as none: the next one is made at once.
        let newest_checkpoint = newest_checkpoint.and_then(|at| shared.read_checkpoint(at).ok());
        shared.newest_checkpoint.store(newest_checkpoint.map(Arc::new));
        shared
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn segments(&self) -> Vec<Arc<Segment>> {
        self.segments.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn push_segment(&self, segment: Arc<Segment>) {
        self.segments.write().unwrap_or_else(PoisonError::into_inner).push(segment);
    }

    /// The segment whose first frame has this number.
    pub(crate) fn segment(&self, first_frame: u64) -> Option<Arc<Segment>> {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let found = segments.binary_search_by_key(&first_frame, |segment| segment.header.first_frame);
        found.ok().map(|at| Arc::clone(&segments[at]))
    }

    /// The segment of a leaf, and the leaf's position in it.
    pub(crate) fn segment_of_leaf(&self, index: u64) -> Option<(Arc<Segment>, u64)> {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let after = segments.partition_point(|segment| segment.header.first_leaf <= index);
        // Segments without a leaf share the number of their first leaf with the next one; the last of them has it.
        let segment = segments.get(after.checked_sub(1)?)?;
        Some((Arc::clone(segment), index - segment.header.first_leaf))
    }

    /// Reads a frame that must be of this kind.
    pub(crate) fn read_at(&self, at: Location, kind: Kind) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::InvalidData, format!("no sound {kind:?} frame at {at:?}"));
        let frame = self.segment(at.segment).ok_or_else(missing)?.read(at.offset)?.ok_or_else(missing)?;
        if frame.kind == kind { Ok(frame.payload) } else { Err(missing()) }
    }

    pub(crate) fn read_checkpoint(&self, at: Location) -> io::Result<SignedCheckpoint> {
        let payload = self.read_at(at, Kind::Checkpoint)?;
        let malformed = || io::Error::new(io::ErrorKind::InvalidData, "a checkpoint frame is malformed");
        read_checkpoint(&payload).map(|(_, checkpoint)| checkpoint).ok_or_else(malformed)
    }

    /// A body was given its lasting name in these folders.
    pub(crate) fn note_settled(&self, folders: Vec<PathBuf>) {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner).extend(folders);
    }

    /// Makes the lasting names of all bodies so far durable.
    pub(crate) fn sync_settled(&self) -> io::Result<()> {
        let folders = std::mem::take(&mut *self.unsynced.lock().unwrap_or_else(PoisonError::into_inner));
        folders.iter().try_for_each(|folder| self.disk.sync_folder(folder))
    }

    /// Lets another process open the folder, even while somebody here still reads.
    pub(crate) fn release_lock(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Notes that a peer's number came again, once however often it comes. What is too much is dropped until the next look.
    pub(crate) fn note_repeated(&self, peer: &ServerId, number: u64) {
        let mut repeated = self.repeated.lock().unwrap_or_else(PoisonError::into_inner);
        if repeated.len() < MAX_REPEATED {
            repeated.insert((peer.clone(), number));
        }
    }

    pub(crate) fn take_repeated(&self) -> Vec<(ServerId, u64)> {
        std::mem::take(&mut *self.repeated.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    /// Why the log takes nothing more, if so.
    pub(crate) fn closed(&self) -> Option<Arc<str>> {
        self.closed.get().cloned()
    }

    /// Closes the log in order.
    pub(crate) fn end(&self, reason: &str) {
        if self.closed.set(Arc::from(reason)).is_ok() {
            tracing::info!(reason, "the message log is closed");
        }
    }

    /// Closes the log for good because something failed; the first reason stays.
    pub(crate) fn close(&self, reason: &str) {
        if self.closed.set(Arc::from(reason)).is_ok() {
            tracing::error!(reason, "the message log takes no more records");
        }
    }
}
