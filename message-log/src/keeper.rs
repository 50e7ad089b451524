//! The keeper: one thread in the background that prepares the next segment and writes what is derived.
//!
//! It writes full tiles, and for each sealed segment the index file. An index file is written last, after everything it speaks
//! of is durable, so it doubles as the mark from which the next start reads on.

use crate::disk::Disk;
use crate::index::{IndexFile, SegmentIndex};
use crate::shared::{Segment, Shared};
use crate::space::Space;
use crate::state::{SegmentState, State, write_snapshot};
use crate::tree::{Edge, Tree};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The name of the segment that is prepared.
pub(crate) const NEXT_NAME: &str = "next";

/// The name of a segment that the committer had to make itself.
pub(crate) const NOW_NAME: &str = "now";

/// So many sealed segments may wait, each with its index in memory; then the committer waits too.
const MAX_SEALED: usize = 8;

/// How long somebody waits for tiles.
const TILES_WITHIN: Duration = Duration::from_secs(30);

/// What the keeper still has to do. It is asked by leaving work here and waking it; who needs tiles on the disk waits.
#[derive(Default)]
pub(crate) struct Keeper {
    work: Mutex<Work>,
    wake: Condvar,
    taken: Condvar,
    tried: Condvar,
}

/// A segment whose index file is not written yet, and the log at its end.
pub(crate) struct SealedSegment {
    pub(crate) segment: Arc<Segment>,
    pub(crate) state: State,
    pub(crate) edge: Edge,
}

#[derive(Default)]
struct Work {
    sealed: VecDeque<SealedSegment>,
    next: Option<(File, u64)>,
    prepare: bool,
    tiles: bool,
    /// How often somebody asked for tiles and waits.
    asked: u64,
    /// Up to which of them tiles were tried, and written.
    tried: u64,
    written: u64,
    stop: bool,
    ended: bool,
}

impl Keeper {
    /// Asks for a prepared segment.
    pub(crate) fn prepare_next(&self) {
        self.ask(|work| work.prepare = work.next.is_none());
    }

    /// Takes the prepared segment if it is large enough.
    pub(crate) fn take_next(&self, bytes: u64, space: &Space) -> Option<File> {
        let mut work = self.work();
        let (file, _) = work.next.take_if(|(_, allocated)| *allocated >= bytes)?;
        space.set_next_room(0);
        Some(file)
    }

    /// Whether a segment is prepared.
    #[cfg(test)]
    pub(crate) fn has_next(&self) -> bool {
        self.work().next.is_some()
    }

    /// Leaves a sealed segment to the keeper; it also prepares the next one.
    pub(crate) fn seal(&self, sealed: SealedSegment) {
        let mut work = self.work();
        while work.sealed.len() >= MAX_SEALED {
            work = self.taken.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
        work.sealed.push_back(sealed);
        work.prepare = work.next.is_none();
        drop(work);
        self.wake.notify_one();
    }

    /// Leaves a segment to the keeper that was found sealed without an index file.
    pub(crate) fn seal_at_start(&self, sealed: SealedSegment) {
        self.ask(|work| work.sealed.push_back(sealed));
    }

    /// Wakes the keeper if full tiles wait.
    pub(crate) fn wake_for_tiles(&self, tree: &Tree) {
        if tree.waiting_tiles() > 0 {
            self.ask(|work| work.tiles = true);
        }
    }

    /// Has all full tiles that there are now written, and waits until they are.
    pub(crate) fn write_tiles(&self) -> io::Result<()> {
        let mut work = self.work();
        work.asked += 1;
        work.tiles = true;
        let mine = work.asked;
        self.wake.notify_one();
        let waits = |work: &mut Work| work.tried < mine && !work.ended;
        let (work, _) =
            self.tried.wait_timeout_while(work, TILES_WITHIN, waits).unwrap_or_else(PoisonError::into_inner);
        if work.written >= mine { Ok(()) } else { Err(io::Error::other("the keeper did not write them")) }
    }

    /// Lets the keeper finish what it has and end.
    pub(crate) fn stop(&self) {
        self.ask(|work| work.stop = true);
    }

    /// Tells who waits for tiles.
    fn acknowledge(&self, asked: u64, written: bool) {
        let mut work = self.work();
        work.tried = asked;
        if written {
            work.written = asked;
        }
        self.tried.notify_all();
    }

    fn ask(&self, what: impl FnOnce(&mut Work)) {
        what(&mut self.work());
        self.wake.notify_one();
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keeper's thread.
pub(crate) fn run(shared: &Shared) {
    let mut trusted = true;
    loop {
        let mut work = shared.keeper.work();
        while !(work.stop || work.prepare || work.tiles || !work.sealed.is_empty()) {
            work = shared.keeper.wake.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
        let (prepare, stop) = (std::mem::take(&mut work.prepare) && !work.stop, work.stop);
        work.tiles = false;
        let asked = work.asked;
        let sealed = work.sealed.pop_front();
        drop(work);
        shared.keeper.taken.notify_one();
        if prepare {
            prepare_next(shared);
        }
        let tiles = shared.tree.write_full_tiles();
        shared.keeper.acknowledge(asked, tiles.is_ok());
        let done = tiles.and_then(|()| match &sealed {
            Some(sealed) if trusted => finish(shared, sealed),
            Some(_) | None => Ok(()),
        });
        if let Err(error) = done {
            // Derived files only: the next start makes them again. What was not synced is not known any more, so that no index
            // file may speak of it.
            trusted = false;
            tracing::warn!(error = %error, "failed to write tiles or index of the message log; the next start does");
        }
        let mut work = shared.keeper.work();
        if stop && work.sealed.is_empty() {
            work.ended = true;
            shared.keeper.tried.notify_all();
            return;
        }
    }
}

/// Makes an empty file of this size, all of it allocated.
pub(crate) fn prepare(path: &Path, disk: &dyn Disk, bytes: u64) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
    if let Err(error) = disk.allocate(&file, bytes) {
        // A file half allocated would take the space that others need.
        let _ = file.set_len(0);
        return Err(error);
    }
    Ok(file)
}

fn prepare_next(shared: &Shared) {
    let bytes = shared.settings.segment_bytes;
    if shared.keeper.work().next.is_some() || !shared.space.has_free(bytes) {
        return;
    }
    match prepare(&shared.folders.segments.join(NEXT_NAME), &*shared.disk, bytes) {
        Ok(file) => {
            let mut work = shared.keeper.work();
            work.next = Some((file, bytes));
            shared.space.set_next_room(bytes);
        }
        Err(error) => tracing::warn!(error = %error, "failed to prepare the next segment of the message log"),
    }
}

/// Writes the index file of a sealed segment, with everything it speaks of durable before: full tiles, and the names of
/// bodies. The records themselves were when they were acknowledged.
fn finish(shared: &Shared, sealed: &SealedSegment) -> io::Result<()> {
    shared.tree.sync_full_tiles(&*shared.disk)?;
    shared.sync_settled()?;
    write_index(sealed)
}

/// Writes the index file and puts it in the place of the index in memory.
pub(crate) fn write_index(sealed: &SealedSegment) -> io::Result<()> {
    let SealedSegment { segment, state, edge } = sealed;
    let at_end = SegmentState {
        state: state.clone(),
        edge: edge.clone(),
        segment: segment.header.first_frame,
        end: segment.end(),
    };
    let path = segment.index_path();
    let _not_being_changed = segment.index_file();
    let memory = segment.index(|index| match index {
        SegmentIndex::Memory(index) => Some(index.clone()),
        SegmentIndex::File(_) => None,
    });
    let Some(memory) = memory else { return Ok(()) };
    IndexFile::write(&path, &memory, &write_snapshot(&at_end))?;
    if let Some((file, _)) = IndexFile::open(&path)? {
        *segment.index.write().unwrap_or_else(PoisonError::into_inner) = SegmentIndex::File(file);
    }
    Ok(())
}
