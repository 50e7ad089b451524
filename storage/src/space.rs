//! Room on the disk, asked for before anything is written.

use std::path::PathBuf;

use crate::Engine;

/// The disk of a store, of which a reserve is kept free.
#[derive(Debug)]
pub(crate) struct Space {
    folder: PathBuf,
    reserve_bytes: u64,
    engine: Engine,
}

impl Space {
    pub(crate) fn new(folder: PathBuf, reserve_bytes: u64, engine: Engine) -> Self {
        Self { folder, reserve_bytes, engine }
    }

    /// Whether `bytes` fit above the reserve; if not, what is free.
    pub(crate) fn has_room(&self, bytes: usize) -> Result<(), u64> {
        // A disk that does not answer is a full one: the caller must not go on.
        let free = rustix::fs::statvfs(&self.folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        let needed =
            (bytes as u64).saturating_mul(self.engine.disk_bytes_per_byte()).saturating_add(self.reserve_bytes);
        if needed <= free { Ok(()) } else { Err(free) }
    }

    pub(crate) fn reserve_bytes(&self) -> u64 {
        self.reserve_bytes
    }
}
