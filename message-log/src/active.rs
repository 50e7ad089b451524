//! The segment that is written to, and how its file is made.

use crate::disk::{Disk, sync_folder, write_zeros};
use crate::index::{MemoryIndex, SegmentIndex};
use crate::keeper::{NEXT_NAME, NOW_NAME, prepare};
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::shared::Segment;
use aws_lc_rs::rand;
use protocol::hash::Sha256Hash;
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The segment that is written to.
pub(crate) struct Active {
    pub(crate) segment: Arc<Segment>,
    pub(crate) file: File,
    pub(crate) offset: u64,
    pub(crate) allocated: u64,
    /// Up to here the file was written, with frames or with zeros.
    pub(crate) written: u64,
    pub(crate) materials: HashSet<Sha256Hash>,
}

/// Zeros are written this far ahead of the frames. Writing into what was written before, a sync flushes data alone; writing
/// into what is only allocated, it must also commit the file system's journal.
const ZEROS_AHEAD_BYTES: u64 = 1 << 20;

impl Active {
    /// Writes a batch behind the frames so far; when this returns, it is durable. Where the frames end is for the caller to
    /// move, once it has published them.
    pub(crate) fn write(&mut self, disk: &dyn Disk, batch: &[u8]) -> io::Result<()> {
        self.write_zeros_ahead(self.offset + batch.len() as u64);
        disk.write(&self.file, self.offset, batch)?;
        disk.sync(&self.file)
    }

    fn write_zeros_ahead(&mut self, end: u64) {
        if end > self.written {
            let ahead = (end + ZEROS_AHEAD_BYTES).min(self.allocated);
            // For speed alone: if it fails, what the batch itself writes will say what is wrong with the disk.
            let _ = write_zeros(&self.file, end, ahead);
            self.written = ahead.max(end);
        }
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
    let offset = SEGMENT_HEADER_BYTES as u64;
    Ok(Active { segment, file, offset, allocated, written: offset, materials: HashSet::new() })
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
