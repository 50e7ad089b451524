//! Segment files: a header, frames, and zeros up to the allocated end.

use crate::disk::read_up_to;
use crate::frame::{self, Frame, HEADER_BYTES, Kind, MAX_PAYLOAD_BYTES, Parsed, Seed};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Length of a segment's header: the first frame lies here.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 64;

/// What a segment says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    /// How many frames the log had before this segment; also its name.
    pub(crate) first_frame: u64,
    /// How many leaves the log had before this segment.
    pub(crate) first_leaf: u64,
    pub(crate) seed: Seed,
}

/// A frame taken out of its segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnedFrame {
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
}

/// Reads a segment's frames in order, through a window of bounded size.
pub(crate) struct FrameReader {
    file: File,
    seed: Seed,
    window: Vec<u8>,
    window_at: u64,
    position: u64,
    end: u64,
}

const MAGIC: [u8; 8] = *b"CHAKSEG1";
const WINDOW_BYTES: usize = 1 << 20;
const FIRST_READ_BYTES: usize = 4096;

impl SegmentHeader {
    pub(crate) fn path(&self, folder: &Path) -> PathBuf {
        segment_path(folder, self.first_frame)
    }

    pub(crate) fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..16].copy_from_slice(&self.first_frame.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first_leaf.to_le_bytes());
        bytes[24..40].copy_from_slice(&self.seed);
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; SEGMENT_HEADER_BYTES] = bytes.get(..SEGMENT_HEADER_BYTES)?.try_into().ok()?;
        let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let seed = bytes.get(24..40)?.try_into().ok()?;
        let header = Self { first_frame: number(8)?, first_leaf: number(16)?, seed };
        // The encoding is canonical, so comparing it whole checks magic, padding and checksum at once.
        (header.encode() == *bytes).then_some(header)
    }

    /// Reads the header of a segment file; `None` if it is not one.
    pub(crate) fn read(file: &File) -> io::Result<Option<Self>> {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        let count = read_up_to(file, 0, &mut bytes)?;
        Ok(Self::decode(&bytes[..count]))
    }
}

pub(crate) fn segment_path(folder: &Path, first_frame: u64) -> PathBuf {
    folder.join(format!("{first_frame:020}.seg"))
}

/// The numbers of the first frames of all segments in a folder, in order.
pub(crate) fn list_segments(folder: &Path) -> io::Result<Vec<u64>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".seg")).filter(|digits| digits.len() == 20);
        if let Some(number) = number.and_then(|digits| digits.parse().ok()) {
            found.push(number);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Reads the one frame at `offset`; `None` if there is no sound one.
pub(crate) fn read_frame(file: &File, seed: &Seed, offset: u32) -> io::Result<Option<OwnedFrame>> {
    let mut bytes = vec![0; FIRST_READ_BYTES];
    let count = read_up_to(file, u64::from(offset), &mut bytes)?;
    bytes.truncate(count);
    let Some(needed) = frame::announced_bytes(&bytes) else { return Ok(None) };
    if needed > count {
        bytes.resize(needed, 0);
        let more = read_up_to(file, u64::from(offset) + count as u64, &mut bytes[count..])?;
        bytes.truncate(count + more);
    }
    match frame::parse(&bytes, seed, offset) {
        Parsed::Frame(Frame { kind, payload, .. }) => {
            let length = payload.len();
            bytes.truncate(HEADER_BYTES + length);
            bytes.drain(..HEADER_BYTES);
            Ok(Some(OwnedFrame { kind, payload: bytes }))
        }
        Parsed::End | Parsed::Damaged => Ok(None),
    }
}

impl FrameReader {
    /// Reads from the first frame to `end`, or to the end of the file if that comes first.
    pub(crate) fn new(file: File, seed: Seed, end: u64) -> io::Result<Self> {
        let end = end.min(file.metadata()?.len());
        Ok(Self { file, seed, window: Vec::new(), window_at: 0, position: SEGMENT_HEADER_BYTES as u64, end })
    }

    /// Where the next frame starts.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn next(&mut self) -> io::Result<Parsed<'_>> {
        if self.position >= self.end {
            return Ok(Parsed::End);
        }
        self.need(HEADER_BYTES)?;
        if let Some(bytes) = frame::announced_bytes(self.rest()) {
            self.need(bytes)?;
        }
        let offset = u32::try_from(self.position).unwrap_or(u32::MAX);
        let at = (self.position - self.window_at) as usize;
        let parsed = frame::parse(&self.window[at..], &self.seed, offset);
        if let Parsed::Frame(frame) = &parsed {
            self.position = u64::from(frame.end());
        }
        Ok(parsed)
    }

    /// Goes on at the next sound frame behind damage; says whether there is one.
    pub(crate) fn skip_damage(&mut self) -> io::Result<bool> {
        match self.seek(|_| true)? {
            Some(found) => self.position = found,
            None => self.position = self.end,
        }
        Ok(self.position < self.end)
    }

    /// Looks past damage: the offset of a sound frame behind `self.position()` whose batch began behind it too.
    pub(crate) fn later_batch(&mut self) -> io::Result<Option<u64>> {
        let damaged_at = self.position;
        let found = self.seek(|frame| u64::from(frame.batch_start) > damaged_at);
        self.position = damaged_at;
        found
    }

    fn seek(&mut self, wanted: impl Fn(&Frame<'_>) -> bool) -> io::Result<Option<u64>> {
        self.position += 8;
        while self.position < self.end {
            self.need(HEADER_BYTES)?;
            let candidate =
                frame::announced_bytes(self.rest()).filter(|bytes| self.position + *bytes as u64 <= self.end);
            if let (Some(bytes), true) = (candidate, frame::may_start(self.rest())) {
                self.need(bytes)?;
                let offset = u32::try_from(self.position).unwrap_or(u32::MAX);
                if let Parsed::Frame(frame) = frame::parse(self.rest(), &self.seed, offset)
                    && wanted(&frame)
                {
                    return Ok(Some(self.position));
                }
            }
            self.position += 8;
        }
        Ok(None)
    }

    /// Whether anything but zeros lies from `self.position()` on.
    pub(crate) fn rest_is_zero(&self) -> io::Result<bool> {
        let mut at = self.position;
        let mut bytes = vec![0; WINDOW_BYTES];
        while at < self.end {
            let count = read_up_to(&self.file, at, &mut bytes)?;
            if bytes[..count].iter().any(|byte| *byte != 0) {
                return Ok(false);
            }
            if count == 0 {
                break;
            }
            at += count as u64;
        }
        Ok(true)
    }

    fn rest(&self) -> &[u8] {
        &self.window[(self.position - self.window_at) as usize..]
    }

    /// Fills the window so that it holds `bytes` from the position on, or all that there are.
    fn need(&mut self, bytes: usize) -> io::Result<()> {
        let bytes = bytes.min(MAX_PAYLOAD_BYTES + HEADER_BYTES + 8);
        let has = (self.window_at + self.window.len() as u64).saturating_sub(self.position) as usize;
        if has >= bytes && self.position >= self.window_at {
            return Ok(());
        }
        let left = self.end.saturating_sub(self.position);
        let wanted = bytes.max(WINDOW_BYTES).min(usize::try_from(left).unwrap_or(usize::MAX));
        self.window.resize(wanted, 0);
        let count = read_up_to(&self.file, self.position, &mut self.window)?;
        self.window.truncate(count);
        self.window_at = self.position;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_header_reads_back(first_frame: u64, first_leaf: u64, seed: [u8; 16]) {
            let header = SegmentHeader { first_frame, first_leaf, seed };
            prop_assert_eq!(SegmentHeader::decode(&header.encode()), Some(header));
        }

        #[test]
        fn a_changed_header_is_refused(position in 0..SEGMENT_HEADER_BYTES, bit in 0..8u8) {
            let mut bytes = SegmentHeader { first_frame: 5, first_leaf: 3, seed: [1; 16] }.encode();
            bytes[position] ^= 1 << bit;
            prop_assert_eq!(SegmentHeader::decode(&bytes), None);
        }
    }
}
