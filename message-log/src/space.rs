//! Space is promised before it is needed, so that a full disk refuses a message before its effect.

use crate::disk::Disk;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Space that the log keeps free for one record, until it is appended or this is dropped.
#[must_use = "space is given back when the reservation is dropped"]
pub struct SpaceReservation {
    bytes: u64,
    kind: Kind,
    space: Arc<Space>,
}

impl SpaceReservation {
    /// What is still promised.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// So many of the promised bytes were written: from now on the disk itself counts them.
    pub(crate) fn spend(&mut self, bytes: u64) {
        let spent = bytes.min(self.bytes);
        self.bytes -= spent;
        self.space.promised(self.kind).fetch_sub(spent, Ordering::AcqRel);
    }
}

/// The disk cannot hold what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the disk of the message log is full: {needed} bytes needed, {free} free above the floor of {floor}")]
pub struct DiskFull {
    /// Bytes that are promised already and those asked for.
    pub needed: u64,
    /// Bytes that may be used.
    pub free: u64,
    /// Bytes that are never given to messages.
    pub floor: u64,
}

/// What space is promised to.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A record: it goes into the segments, as long as they have room.
    Record,
    /// A body's own file: what the segments have allocated is of no use to it.
    File,
}

/// The ledger of promised space.
pub(crate) struct Space {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    floor: u64,
    /// Promised to records.
    records: AtomicU64,
    /// Promised to files.
    files: AtomicU64,
    /// What the active segment can still take: allocated, so nobody else gets it.
    active: AtomicU64,
    /// The same of the prepared one.
    next: AtomicU64,
}

impl Space {
    pub(crate) fn new(disk: Arc<dyn Disk>, folder: PathBuf, floor: u64) -> Self {
        let [records, files, active, next] = [const { AtomicU64::new(0) }; 4];
        Self { disk, folder, floor, records, files, active, next }
    }

    /// Only the committer says so.
    pub(crate) fn set_active_room(&self, bytes: u64) {
        self.active.store(bytes, Ordering::Release);
    }

    /// Said by whoever changes the prepared segment, under the keeper's lock.
    pub(crate) fn set_next_room(&self, bytes: u64) {
        self.next.store(bytes, Ordering::Release);
    }

    /// Promises space to a record.
    pub(crate) fn reserve(self: &Arc<Self>, bytes: u64) -> Result<SpaceReservation, DiskFull> {
        self.promise(Kind::Record, bytes)
    }

    /// Promises space to a body's own file.
    pub(crate) fn reserve_file(self: &Arc<Self>, bytes: u64) -> Result<SpaceReservation, DiskFull> {
        self.promise(Kind::File, bytes)
    }

    fn promise(self: &Arc<Self>, kind: Kind, bytes: u64) -> Result<SpaceReservation, DiskFull> {
        self.promised(kind).fetch_add(bytes, Ordering::AcqRel);
        // Made first, so that each way out gives the bytes back.
        let reservation = SpaceReservation { bytes, kind, space: Arc::clone(self) };
        let (records, files) = (self.records.load(Ordering::Acquire), self.files.load(Ordering::Acquire));
        let room = self.active.load(Ordering::Acquire).saturating_add(self.next.load(Ordering::Acquire));
        let beyond = records.saturating_sub(room);
        match kind {
            // The usual way asks no disk.
            Kind::Record if beyond == 0 => {}
            Kind::Record | Kind::File => {
                self.require(beyond.saturating_add(files), records.saturating_add(files), room)?;
            }
        }
        Ok(reservation)
    }

    fn promised(&self, kind: Kind) -> &AtomicU64 {
        match kind {
            Kind::Record => &self.records,
            Kind::File => &self.files,
        }
    }

    /// Whether `bytes` more than what is allocated can be had without touching the floor.
    pub(crate) fn has_free(&self, bytes: u64) -> bool {
        self.require(bytes, bytes, 0).is_ok()
    }

    fn require(&self, bytes: u64, needed: u64, room: u64) -> Result<(), DiskFull> {
        // A disk that does not answer is a full one: the caller must not go on.
        let free = self.disk.free_bytes(&self.folder).unwrap_or(0).saturating_sub(self.floor);
        if bytes <= free { Ok(()) } else { Err(DiskFull { needed, free: free + room, floor: self.floor }) }
    }
}

impl Drop for SpaceReservation {
    fn drop(&mut self) {
        self.space.promised(self.kind).fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    #[test]
    fn gives_no_more_than_the_room_when_the_floor_is_reached() {
        let space = Arc::new(Space::new(Arc::new(RealDisk), std::env::temp_dir(), u64::MAX));
        space.set_active_room(700);
        space.set_next_room(300);
        let first = space.reserve(600).unwrap();
        assert!(matches!(space.reserve(600), Err(DiskFull { needed: 1200, free: 1000, .. })));
        drop(first);
        assert!(space.reserve(1000).is_ok());
        assert!(space.reserve(1000).is_ok(), "dropped reservations give their space back");
    }

    #[test]
    fn the_room_of_the_segments_is_none_for_files() {
        let space = Arc::new(Space::new(Arc::new(RealDisk), std::env::temp_dir(), u64::MAX));
        space.set_active_room(1000);
        assert!(space.reserve_file(1).is_err());
        assert!(space.reserve(1000).is_ok(), "and what was refused is given back");
    }

    #[test]
    fn takes_free_disk_above_the_floor() {
        let space = Arc::new(Space::new(Arc::new(RealDisk), std::env::temp_dir(), 0));
        assert!(space.reserve(4096).is_ok());
        assert!(space.reserve(u64::MAX / 2).is_err());
    }
}
