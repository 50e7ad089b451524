//! Space is promised before it is needed, so that a full disk refuses a message before its effect.

use crate::disk::Disk;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Space that the log keeps free for one record, until it is appended or this is dropped.
#[must_use = "space is given back when the reservation is dropped"]
pub struct SpaceReservation {
    bytes: u64,
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
        self.space.promised.fetch_sub(spent, Ordering::AcqRel);
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

/// The ledger of promised space.
pub(crate) struct Space {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    floor: u64,
    promised: AtomicU64,
    /// What the active segment can still take: allocated, so nobody else gets it.
    active: AtomicU64,
    /// The same of the prepared one.
    next: AtomicU64,
}

impl Space {
    pub(crate) fn new(disk: Arc<dyn Disk>, folder: PathBuf, floor: u64) -> Self {
        let [promised, active, next] = [const { AtomicU64::new(0) }; 3];
        Self { disk, folder, floor, promised, active, next }
    }

    /// Only the committer says so.
    pub(crate) fn set_active_room(&self, bytes: u64) {
        self.active.store(bytes, Ordering::Release);
    }

    /// Said by whoever changes the prepared segment, under the keeper's lock.
    pub(crate) fn set_next_room(&self, bytes: u64) {
        self.next.store(bytes, Ordering::Release);
    }

    pub(crate) fn reserve(self: &Arc<Self>, bytes: u64) -> Result<SpaceReservation, DiskFull> {
        let promised = self.promised.fetch_add(bytes, Ordering::AcqRel);
        // Made first, so that each way out gives the bytes back.
        let reservation = SpaceReservation { bytes, space: Arc::clone(self) };
        let needed = promised.saturating_add(bytes);
        let room = self.active.load(Ordering::Acquire).saturating_add(self.next.load(Ordering::Acquire));
        if needed > room {
            self.require(needed - room, needed, room)?;
        }
        Ok(reservation)
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
        self.space.promised.fetch_sub(self.bytes, Ordering::AcqRel);
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
    fn takes_free_disk_above_the_floor() {
        let space = Arc::new(Space::new(Arc::new(RealDisk), std::env::temp_dir(), 0));
        assert!(space.reserve(4096).is_ok());
        assert!(space.reserve(u64::MAX / 2).is_err());
    }
}
