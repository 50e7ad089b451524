//! Looking at single files of a log, without the log: for tools that examine what is left of a damaged one, and for fuzzing.
//!
//! Nothing here says that a file is evidence: that takes the whole log, and [`verify`](crate::verify()).

use crate::entry::Facts;
use crate::frame::{Kind, Parsed};
use crate::index::IndexFile;
use crate::segment::{FrameReader, SegmentHeader};
use crate::state::{State, read_snapshot};
use std::fs::File;
use std::io;
use std::path::Path;

/// What a segment file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SegmentContents {
    /// Frames whose checksums hold.
    pub frames: u64,
    /// Those of them whose payload is not what their kind says.
    pub malformed: u64,
    /// Stretches between frames that are neither frames nor the zeros at the end.
    pub damaged: u64,
}

/// What an index file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexContents {
    /// Leaves of its segment.
    pub leaves: u64,
    /// Leaves of the log at the end of the segment; `None` if the state there cannot be read.
    pub state: Option<u64>,
}

/// Reads a segment file from the first frame to the last, across damage; `None` if its header cannot be read. Blocks.
///
/// # Errors
/// When the disk fails.
pub fn inspect_segment(path: &Path) -> io::Result<Option<SegmentContents>> {
    let file = File::open(path)?;
    let Some(header) = SegmentHeader::read(&file)? else { return Ok(None) };
    let mut reader = FrameReader::new(file, header.seed, u64::MAX)?;
    let mut contents = SegmentContents::default();
    loop {
        if let Parsed::Frame(frame) = reader.next()? {
            contents.frames += 1;
            contents.malformed += u64::from(!is_payload(frame.kind, frame.payload));
        } else {
            let zeros = reader.rest_is_zero()?;
            contents.damaged += u64::from(!zeros);
            if zeros || !reader.skip_damage()? {
                return Ok(Some(contents));
            }
        }
    }
}

/// Reads an index file; `None` if it is none, or not whole. Blocks.
///
/// # Errors
/// When the disk fails.
pub fn inspect_index(path: &Path) -> io::Result<Option<IndexContents>> {
    let Some((index, snapshot)) = IndexFile::open(path)? else { return Ok(None) };
    for position in [0, index.leaf_count() / 2, index.leaf_count()] {
        if let Some(offset) = index.leaf_offset(position)? {
            index.leaf_position(offset)?;
        }
    }
    let state = read_snapshot(&snapshot, &State::default()).map(|at_end| at_end.state.leaves);
    Ok(Some(IndexContents { leaves: index.leaf_count(), state }))
}

/// Whether bytes are what a frame of this kind may carry.
#[must_use]
pub fn is_payload(kind: Kind, bytes: &[u8]) -> bool {
    Facts::of(kind, bytes).is_ok()
}
