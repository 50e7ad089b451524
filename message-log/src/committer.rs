//! Group commit: one thread takes whatever waits, writes it as one buffer, syncs once, and only then tells the callers.
//!
//! A batch never crosses into another segment. A failed write or sync closes the log for good: what the disk then holds is
//! unknown, and asking again would be answered wrongly.

use crate::active::{Active, new_active};
use crate::body::{Body, Home, home_folders};
use crate::entry::{Entry, Facts};
use crate::frame::{self, Kind};
use crate::index::MemoryIndex;
use crate::keeper::SealedSegment;
use crate::record::Material;
use crate::segment::SEGMENT_HEADER_BYTES;
use crate::shared::Shared;
use crate::space::{DiskFull, SpaceReservation};
use crate::state::{Effect, Location};
use protocol::hash::Sha256Hash;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
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
    /// How many jobs the last batch had.
    crowd: usize,
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

/// Jobs in a batch from which on a crowd is writing, and the next batch waits for more of it.
const CROWD: usize = 4;

/// For how long a batch waits for the rest of a crowd: longer for a larger one. A sync costs the processor as much as a few
/// records do, so under load fewer and larger batches mean more records. A caller that is alone waits once, where it is the first after a
/// crowd.
const GATHERING_FOR_EACH: Duration = Duration::from_micros(125);
const LONGEST_GATHERING: Duration = Duration::from_millis(3);

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
        let committer = Self { shared, active, buffer, placed, waiting, next_leaf, crowd: 0 };
        committer.update_room();
        committer
    }

    /// Runs until it is stopped or nobody can send any more.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Message>) {
        while let Some(first) = queue.blocking_recv() {
            self.gather();
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
                self.shared.end("it was shut down");
                let _ = reply.send(());
                return;
            }
        }
        self.shared.end("it is no longer used");
    }

    /// Lets the rest of a crowd come. Nothing depends on how long this takes.
    #[expect(clippy::disallowed_methods, reason = "a pause for throughput: whatever waits afterwards is taken")]
    fn gather(&self) {
        if self.crowd >= CROWD {
            let crowd = u32::try_from(self.crowd).unwrap_or(u32::MAX);
            thread::sleep(GATHERING_FOR_EACH.saturating_mul(crowd).min(LONGEST_GATHERING));
        }
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
        // A log that failed a moment ago takes nothing more, in another segment neither.
        if self.shared.closed().is_some() {
            return Err(self.closed());
        }
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
        self.crowd = self.waiting.len();
        if self.shared.closed().is_none()
            && let Err(error) = self.active.write(&*self.shared.disk, &self.buffer)
        {
            self.shared.close(&format!("writing a segment failed: {error}"));
        }
        if self.shared.closed().is_some() {
            self.give_up();
            return;
        }
        self.publish();
        for waiting in std::mem::take(&mut self.waiting) {
            if let Err(error) = self.settle(waiting.body.as_ref()) {
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

    /// Forgets the batch: nothing of it may reach the disk any more, and nobody may take it for durable.
    fn give_up(&mut self) {
        let closed = self.closed();
        self.buffer.clear();
        self.placed.clear();
        for waiting in self.waiting.drain(..) {
            let _ = waiting.reply.send(Err(closed.clone()));
        }
    }

    fn settle(&self, body: Option<&(Body, Home)>) -> io::Result<()> {
        let Some((file, home)) = body.and_then(|(body, home)| Some((body.file()?, *home))) else { return Ok(()) };
        file.settle(home)?;
        self.shared.note_settled(home_folders(&self.shared.folders.bodies, &file.id(), home));
        Ok(())
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
        let next = match self.next_segment(allocated) {
            // Where the disk has no room for a whole segment, what was promised room still gets it.
            Err(error) if error.kind() == io::ErrorKind::StorageFull && needed < allocated => self.next_segment(needed),
            other => other,
        };
        match next {
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

fn entries_bytes(job: &Job) -> u64 {
    job.entries.iter().map(|entry| frame::frame_bytes(entry.payload.len()) as u64).sum()
}
