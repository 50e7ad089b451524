//! Group commit: one thread takes whatever waits, writes it as one buffer, syncs once, and only then tells the callers.
//!
//! A batch never crosses into another segment. A failed write or sync closes the log for good: what the disk then holds is
//! unknown, and asking again would be answered wrongly.

use crate::body::{Body, Home};
use crate::disk::{Disk, sync_folder};
use crate::entry::{Entry, Facts};
use crate::frame::{self, Kind};
use crate::index::{MemoryIndex, SegmentIndex};
use crate::keeper::{NEXT_NAME, NOW_NAME, SealedSegment, prepare};
use crate::record::Material;
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::shared::{Segment, Shared};
use crate::space::{DiskFull, SpaceReservation};
use crate::state::{Effect, Location};
use aws_lc_rs::rand;
use protocol::hash::Sha256Hash;
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Why something was not appended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// There is no room; nothing was written, and the log goes on.
    #[error("no space for the record")]
    DiskFull(#[from] DiskFull),
    /// The log takes nothing more: it was closed, or a write failed.
    #[error("the message log is closed: {reason}")]
    Closed {
        /// What happened.
        reason: Arc<str>,
    },
    /// Larger than any record may be.
    #[error("the record takes {bytes} bytes, which is too much")]
    TooLarge {
        /// The size of its frame.
        bytes: u64,
    },
    /// No data key.
    #[error("failed to encrypt the record")]
    Key(#[from] crate::key::KeyWrapError),
    /// The body's file could not be made durable.
    #[error("failed to make the body durable")]
    Body(#[source] Arc<io::Error>),
    /// The record's fields cannot be written as a leaf that reads back.
    #[error("the record makes no leaf: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
}

/// What one caller wants to be durable.
pub(crate) struct Job {
    pub(crate) entries: Vec<Entry>,
    pub(crate) materials: Vec<Material>,
    /// A body whose file becomes the log's, and where it goes.
    pub(crate) body: Option<(Body, Home)>,
    pub(crate) space: Option<SpaceReservation>,
    pub(crate) reply: oneshot::Sender<Result<u64, AppendError>>,
}

/// What reaches the committer.
pub(crate) enum Message {
    Append(Job),
    /// Ends the committer; the reply comes when everything before is durable.
    Stop(oneshot::Sender<()>),
}

/// The thread's state: the active segment and the batch that is being put together.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    active: Active,
    buffer: Vec<u8>,
    placed: Vec<(u32, Entry)>,
    waiting: Vec<Waiting>,
    /// The index that the next leaf gets.
    next_leaf: u64,
}

/// The segment that is written to.
pub(crate) struct Active {
    pub(crate) segment: Arc<Segment>,
    pub(crate) file: File,
    pub(crate) offset: u64,
    pub(crate) allocated: u64,
    pub(crate) materials: HashSet<Sha256Hash>,
}

struct Waiting {
    reply: oneshot::Sender<Result<u64, AppendError>>,
    first_leaf: u64,
    body: Option<(Body, Home)>,
    _space: Option<SpaceReservation>,
}

/// Jobs that wait for the committer at most; further callers wait to hand theirs over.
pub(crate) const QUEUE_JOBS: usize = 1024;

/// A batch is written when it has this many bytes, even if more waits.
const BATCH_BYTES: usize = 4 << 20;

/// A buffer that a large record blew up is given back.
const KEEP_BUFFER_BYTES: usize = 1 << 20;

impl Job {
    pub(crate) fn new(entries: Vec<Entry>) -> (Self, oneshot::Receiver<Result<u64, AppendError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { entries, materials: Vec::new(), body: None, space: None, reply }, answer)
    }
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>, active: Active) -> Self {
        let next_leaf = shared.tree.size();
        let (buffer, placed, waiting) = (Vec::new(), Vec::new(), Vec::new());
        let committer = Self { shared, active, buffer, placed, waiting, next_leaf };
        committer.update_room();
        committer
    }

    /// Runs until it is stopped or nobody can send any more.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        while let Some(first) = queue.blocking_recv() {
            let mut next = Some(first);
            let mut stop = None;
            while let Some(message) = next {
                match message {
                    Message::Append(job) => self.add(job),
                    Message::Stop(reply) => {
                        stop = Some(reply);
                        break;
                    }
                }
                next = if self.buffer.len() < BATCH_BYTES { queue.try_recv().ok() } else { None };
            }
            self.flush();
            if let Some(reply) = stop {
                self.shared.close("it was shut down");
                let _ = reply.send(());
                return;
            }
        }
        self.shared.close("it is no longer used");
    }

    /// Commits one job at once, before the thread runs.
    pub(crate) fn commit_now(&mut self, entries: Vec<Entry>) -> Result<u64, AppendError> {
        let (job, mut answer) = Job::new(entries);
        self.add(job);
        self.flush();
        answer.try_recv().unwrap_or_else(|_| Err(self.closed()))
    }

    /// Puts a job into the batch; the batch is written first if the job does not fit behind it.
    fn add(&mut self, job: Job) {
        if self.shared.closed().is_some() {
            let _ = job.reply.send(Err(self.closed()));
            return;
        }
        if let Err(error) = self.make_room(&job) {
            let _ = job.reply.send(Err(error));
            return;
        }
        for material in &job.materials {
            if self.active.materials.insert(*material.name()) {
                self.place(Entry::material(material.name(), material.bytes()));
            }
        }
        let first_leaf = self.next_leaf;
        for entry in job.entries {
            self.place(entry);
        }
        self.waiting.push(Waiting { reply: job.reply, first_leaf, body: job.body, _space: job.space });
    }

    fn make_room(&mut self, job: &Job) -> Result<(), AppendError> {
        let needed = self.frame_bytes(job);
        if self.active.offset + self.buffer.len() as u64 + needed <= self.active.allocated {
            return Ok(());
        }
        self.flush();
        // In the next segment no material is known yet.
        let all = self.materials_bytes(job, |_| true) + entries_bytes(job);
        self.roll(all)
    }

    fn frame_bytes(&self, job: &Job) -> u64 {
        self.materials_bytes(job, |name| !self.active.materials.contains(name)) + entries_bytes(job)
    }

    fn materials_bytes(&self, job: &Job, counts: impl Fn(&Sha256Hash) -> bool) -> u64 {
        let materials = job.materials.iter().filter(|material| counts(material.name()));
        materials.map(|material| frame::frame_bytes(32 + material.bytes().len()) as u64).sum()
    }

    fn place(&mut self, entry: Entry) {
        let batch_start = self.active.offset as u32;
        let offset = batch_start + self.buffer.len() as u32;
        frame::write(
            &mut self.buffer,
            &self.active.segment.header.seed,
            offset,
            batch_start,
            entry.kind,
            &entry.payload,
        );
        self.next_leaf += u64::from(entry.kind.has_leaf());
        self.placed.push((offset, entry));
    }

    /// Makes the batch durable, publishes it, and answers.
    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let (disk, active) = (&self.shared.disk, &self.active);
        let written = disk.write(&active.file, active.offset, &self.buffer).and_then(|()| disk.sync(&active.file));
        if let Err(error) = written {
            self.shared.close(&format!("writing a segment failed: {error}"));
            let closed = self.closed();
            self.placed.clear();
            for waiting in self.waiting.drain(..) {
                let _ = waiting.reply.send(Err(closed.clone()));
            }
            return;
        }
        self.publish();
        for waiting in self.waiting.drain(..) {
            if let Err(error) = settle(waiting.body.as_ref()) {
                // Opening the log settles it; until then nothing may come that would let it be forgotten.
                self.shared.close(&format!("naming a body's file failed: {error}"));
            }
            let _ = waiting.reply.send(Ok(waiting.first_leaf));
        }
        self.buffer.clear();
        if self.buffer.capacity() > KEEP_BUFFER_BYTES {
            self.buffer = Vec::new();
        }
        self.update_room();
        self.shared.keeper.wake_for_tiles(&self.shared.tree);
    }

    fn publish(&mut self) {
        let segment = Arc::clone(&self.active.segment);
        let first_frame = segment.header.first_frame;
        self.active.offset += self.buffer.len() as u64;
        // Readers find a frame through index or state, so its bytes must count as durable first.
        segment.set_end(self.active.offset);
        segment.update_index(|index| {
            for (offset, entry) in &self.placed {
                index_entry(index, *offset, entry.kind, &entry.facts);
            }
        });
        self.shared.tree.append(self.placed.iter().filter_map(|(_, entry)| entry.facts.leaf_hash));
        let mut state = self.shared.state();
        for (offset, entry) in self.placed.drain(..) {
            let at = Location { segment: first_frame, offset };
            if let Effect::Received { peer, sequence } = &entry.facts.effect
                && state.has_received(peer, *sequence)
            {
                self.shared.note_repeated(peer, *sequence);
            }
            state.apply(entry.kind.has_leaf(), &entry.facts.effect, at);
            if let Effect::Reserved { peer, numbers } = entry.facts.effect {
                self.shared.sequences.add(&peer, numbers);
            }
        }
    }

    /// Goes on in a new segment that holds at least `needed` bytes of frames.
    fn roll(&mut self, needed: u64) -> Result<(), AppendError> {
        let needed = needed + SEGMENT_HEADER_BYTES as u64;
        if needed > u64::from(u32::MAX) / 2 {
            return Err(AppendError::TooLarge { bytes: needed });
        }
        let allocated = needed.max(self.shared.settings.segment_bytes);
        match self.next_segment(allocated) {
            Ok(next) => {
                let sealed = std::mem::replace(&mut self.active, next);
                self.seal(&sealed);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                Err(DiskFull { needed: allocated, free: 0, floor: self.shared.settings.disk_floor_bytes }.into())
            }
            Err(error) => {
                self.shared.close(&format!("beginning a segment failed: {error}"));
                Err(self.closed())
            }
        }
    }

    fn next_segment(&self, allocated: u64) -> io::Result<Active> {
        let (first_frame, first_leaf) = {
            let state = self.shared.state();
            (state.frames, state.leaves)
        };
        let ready = self.shared.keeper.take_next(allocated, &self.shared.space);
        let shared = &self.shared;
        new_active(&shared.folders.segments, &*shared.disk, (first_frame, first_leaf), ready, allocated)
    }

    fn seal(&self, sealed: &Active) {
        self.shared.push_segment(Arc::clone(&self.active.segment));
        // Only what was allocated in vain goes; if it stays, it reads as zeros.
        let _ = sealed.file.set_len(sealed.offset);
        let state = {
            let mut state = self.shared.state();
            let at_end = state.clone();
            state.forget_stamped();
            at_end
        };
        let edge = self.shared.tree.snapshot();
        self.shared.keeper.seal(SealedSegment { segment: Arc::clone(&sealed.segment), state, edge });
    }

    fn update_room(&self) {
        let room = self.active.allocated.saturating_sub(self.active.offset);
        self.shared.space.set_active_room(room);
    }

    fn closed(&self) -> AppendError {
        AppendError::Closed { reason: self.shared.closed().unwrap_or_else(|| Arc::from("it was shut down")) }
    }
}

/// Makes the file of a segment, out of the prepared one if there is one, and its name durable.
pub(crate) fn new_active(
    folder: &Path,
    disk: &dyn Disk,
    (first_frame, first_leaf): (u64, u64),
    ready: Option<File>,
    allocated: u64,
) -> io::Result<Active> {
    let mut seed = [0; 16];
    rand::fill(&mut seed).map_err(|_| io::Error::other("no random bytes"))?;
    let header = SegmentHeader { first_frame, first_leaf, seed };
    let file = new_segment_file(folder, disk, &header, ready, allocated)?;
    let index = SegmentIndex::Memory(MemoryIndex::default());
    let segment = Arc::new(Segment::new(folder, header, SEGMENT_HEADER_BYTES as u64, index));
    Ok(Active { segment, file, offset: SEGMENT_HEADER_BYTES as u64, allocated, materials: HashSet::new() })
}

fn new_segment_file(
    folder: &Path,
    disk: &dyn Disk,
    header: &SegmentHeader,
    ready: Option<File>,
    allocated: u64,
) -> io::Result<File> {
    let (name, file) = match ready {
        Some(file) => (NEXT_NAME, file),
        // Under a name of its own: the keeper may be preparing the other one at this moment.
        None => (NOW_NAME, prepare(&folder.join(NOW_NAME), disk, allocated)?),
    };
    disk.write(&file, 0, &header.encode())?;
    disk.sync(&file)?;
    std::fs::rename(folder.join(name), header.path(folder))?;
    sync_folder(folder)?;
    Ok(file)
}

/// Enters a frame into the index of its segment.
pub(crate) fn index_entry(index: &mut MemoryIndex, offset: u32, kind: Kind, facts: &Facts) {
    for key in &facts.keys {
        index.insert(*key, offset);
    }
    if kind.has_leaf() {
        index.push_leaf(offset);
    }
    if let Some(time) = facts.time {
        index.saw_time(time);
    }
}

fn settle(body: Option<&(Body, Home)>) -> io::Result<()> {
    body.and_then(|(body, home)| body.file().map(|file| file.settle(*home))).unwrap_or(Ok(()))
}

fn entries_bytes(job: &Job) -> u64 {
    job.entries.iter().map(|entry| frame::frame_bytes(entry.payload.len()) as u64).sum()
}
