//! The index file of a sealed segment.
//!
//! ```text
//! header  magic, counts, times, fence, checksum
//! keys    (digest u64, offset u32) in rising order
//! leaves  offset u32 each
//! snapshot  the log's state at the segment's end, with its own checksum
//! ```
//! The fence says how many digests lie below each first byte, so that a look-up reads one short run of keys.

use super::{Key, MemoryIndex, Micros};
use crate::disk::{read_up_to, replace_file};
use std::cmp::Ordering;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// What the state of the log was at the end of a segment, as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot(pub(crate) Vec<u8>);

/// An index file that was found whole; it is opened for each look-up, so that a long log does not hold a file per segment.
pub(crate) struct IndexFile {
    path: PathBuf,
    keys: u64,
    leaves: u64,
    times: Option<(Micros, Micros)>,
    fence: Vec<u32>,
}

const MAGIC: [u8; 8] = *b"CHAKIDX1";
const FENCES: usize = 257;
const HEADER_BYTES: usize = 8 + 8 * 4 + 4 + 4 * FENCES + 4 + 4;
const KEY_BYTES: u64 = 12;
const LEAF_BYTES: u64 = 4;

impl IndexFile {
    /// Writes the file durably, with the snapshot that makes the segments in front of it unnecessary at the next start.
    pub(crate) fn write(path: &Path, index: &MemoryIndex, snapshot: &Snapshot) -> io::Result<()> {
        let keys = index.sorted_keys();
        let mut bytes = Vec::with_capacity(HEADER_BYTES + keys.len() * 12 + index.leaves.len() * 4);
        header(&mut bytes, &keys, index, snapshot);
        for (digest, offset) in &keys {
            bytes.extend_from_slice(&digest.to_le_bytes());
            bytes.extend_from_slice(&offset.to_le_bytes());
        }
        for offset in &index.leaves {
            bytes.extend_from_slice(&offset.to_le_bytes());
        }
        bytes.extend_from_slice(&snapshot.0);
        replace_file(path, &bytes)
    }

    /// Opens an index file; `None` if there is none, or none that is whole.
    pub(crate) fn open(path: &Path) -> io::Result<Option<(Self, Snapshot)>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let mut bytes = vec![0; HEADER_BYTES];
        let count = read_up_to(&file, 0, &mut bytes)?;
        let header = (count == HEADER_BYTES).then(|| read_header(path, &bytes)).flatten();
        let Some((index, snapshot_length, crc)) = header else { return Ok(None) };
        let expected = index.snapshot_at().checked_add(u64::from(snapshot_length));
        if Some(file.metadata()?.len()) != expected {
            return Ok(None);
        }
        let mut snapshot = vec![0; snapshot_length as usize];
        file.read_exact_at(&mut snapshot, index.snapshot_at())?;
        Ok((crc32fast::hash(&snapshot) == crc).then_some((index, Snapshot(snapshot))))
    }

    pub(crate) fn offsets(&self, key: Key) -> io::Result<Vec<u32>> {
        let digest = key.digest();
        let (_, run) = self.run(digest)?;
        let entries = run.chunks_exact(KEY_BYTES as usize).map(|entry| (number_64(entry), number_32(&entry[8..])));
        Ok(entries.filter(|(found, _)| *found == digest).map(|(_, offset)| offset).collect())
    }

    /// Overwrites a key in place: all of its digest but the first byte becomes zeros, so that it stays in its run.
    pub(crate) fn remove(&self, key: Key, offset: u32) -> io::Result<()> {
        let digest = key.digest();
        let (first, run) = self.run(digest)?;
        let file = OpenOptions::new().write(true).open(&self.path)?;
        for (number, entry) in (first..).zip(run.chunks_exact(KEY_BYTES as usize)) {
            if number_64(entry) == digest && number_32(&entry[8..]) == offset {
                let forgotten = (digest >> 56 << 56).to_le_bytes();
                file.write_all_at(&forgotten, HEADER_BYTES as u64 + number * KEY_BYTES)?;
            }
        }
        file.sync_data()
    }

    pub(crate) fn leaf_count(&self) -> u64 {
        self.leaves
    }

    pub(crate) fn leaf_offset(&self, position: u64) -> io::Result<Option<u32>> {
        if position >= self.leaves { Ok(None) } else { self.leaf_at(&File::open(&self.path)?, position).map(Some) }
    }

    pub(crate) fn leaf_position(&self, offset: u32) -> io::Result<Option<u64>> {
        let file = File::open(&self.path)?;
        let (mut low, mut high) = (0, self.leaves);
        while low < high {
            let middle = low.midpoint(high);
            match self.leaf_at(&file, middle)?.cmp(&offset) {
                Ordering::Equal => return Ok(Some(middle)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    fn leaf_at(&self, file: &File, position: u64) -> io::Result<u32> {
        let mut bytes = [0; 4];
        file.read_exact_at(&mut bytes, self.leaves_at() + position * LEAF_BYTES)?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub(crate) fn times(&self) -> Option<(Micros, Micros)> {
        self.times
    }

    /// The entries whose digests share the first byte, and the number of the first of them.
    fn run(&self, digest: u64) -> io::Result<(u64, Vec<u8>)> {
        let bucket = (digest >> 56) as usize;
        let (first, last) = (u64::from(self.fence[bucket]), u64::from(self.fence[bucket + 1]));
        let mut run = vec![0; (last.saturating_sub(first) * KEY_BYTES) as usize];
        File::open(&self.path)?.read_exact_at(&mut run, HEADER_BYTES as u64 + first * KEY_BYTES)?;
        Ok((first, run))
    }

    fn leaves_at(&self) -> u64 {
        HEADER_BYTES as u64 + self.keys * KEY_BYTES
    }

    fn snapshot_at(&self) -> u64 {
        self.leaves_at() + self.leaves * LEAF_BYTES
    }
}

fn header(bytes: &mut Vec<u8>, keys: &[(u64, u32)], index: &MemoryIndex, snapshot: &Snapshot) {
    // No record: a range of times that is empty.
    let (low, high) = index.times.unwrap_or((1, 0));
    bytes.extend_from_slice(&MAGIC);
    for number in [keys.len() as u64, index.leaves.len() as u64] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&low.to_le_bytes());
    bytes.extend_from_slice(&high.to_le_bytes());
    bytes.extend_from_slice(&(snapshot.0.len() as u32).to_le_bytes());
    let mut below = [0_u32; FENCES];
    for (digest, _) in keys {
        below[(digest >> 56) as usize + 1] += 1;
    }
    let mut sum = 0;
    for count in below {
        sum += count;
        bytes.extend_from_slice(&sum.to_le_bytes());
    }
    bytes.extend_from_slice(&crc32fast::hash(&snapshot.0).to_le_bytes());
    let crc = crc32fast::hash(bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
}

/// The index, the length of its snapshot and that one's checksum.
fn read_header(path: &Path, bytes: &[u8]) -> Option<(IndexFile, u32, u32)> {
    let (signed, crc) = bytes.split_at_checked(HEADER_BYTES - 4)?;
    if !bytes.starts_with(&MAGIC) || crc32fast::hash(signed) != number_32(crc) {
        return None;
    }
    let (low, high) = (number_64(&bytes[24..]) as i64, number_64(&bytes[32..]) as i64);
    // Offsets are `u32`, so a segment cannot hold more of either.
    let (keys, leaves) = (number_64(&bytes[8..]), number_64(&bytes[16..]));
    if keys.max(leaves) > u64::from(u32::MAX) {
        return None;
    }
    let fence: Vec<u32> = bytes[44..44 + 4 * FENCES].chunks_exact(4).map(number_32).collect();
    let index = IndexFile { path: path.to_owned(), keys, leaves, times: (low <= high).then_some((low, high)), fence };
    Some((index, number_32(&bytes[40..]), number_32(&bytes[44 + 4 * FENCES..])))
}

fn number_64(bytes: &[u8]) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[..8]);
    u64::from_le_bytes(number)
}

fn number_32(bytes: &[u8]) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[..4]);
    u32::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::SegmentIndex;

    fn index() -> MemoryIndex {
        let mut index = MemoryIndex::default();
        for number in 0..1000_u32 {
            index.insert(Key::request_id(&format!("request {}", number / 2)), 64 + number * 8);
            index.insert(Key::x_road_id("always the same"), 64 + number * 8);
            index.push_leaf(64 + number * 8);
            index.saw_time(i64::from(number));
        }
        index
    }

    #[test]
    fn the_file_answers_as_the_memory_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.idx");
        let snapshot = Snapshot(b"state".to_vec());
        IndexFile::write(&path, &index(), &snapshot).unwrap();
        let (file, read) = IndexFile::open(&path).unwrap().unwrap();
        assert_eq!(read, snapshot);
        let (memory, file) = (SegmentIndex::Memory(index()), SegmentIndex::File(file));
        let keys = (0..600).map(|number| Key::request_id(&format!("request {number}")));
        for key in keys.chain([Key::x_road_id("always the same"), Key::x_road_id("never")]) {
            assert_eq!(memory.offsets(key).unwrap(), file.offsets(key).unwrap());
        }
        for position in [0, 1, 999, 1000] {
            assert_eq!(memory.leaf_offset(position).unwrap(), file.leaf_offset(position).unwrap());
        }
        for offset in [64, 72, 73, 64 + 999 * 8, 0] {
            assert_eq!(memory.leaf_position(offset).unwrap(), file.leaf_position(offset).unwrap());
        }
        assert_eq!(memory.times(), file.times());
        assert_eq!(memory.leaf_count(), file.leaf_count());
    }

    #[test]
    fn a_file_that_is_missing_cut_or_changed_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.idx");
        assert!(IndexFile::open(&path).unwrap().is_none());
        IndexFile::write(&path, &index(), &Snapshot(b"state".to_vec())).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for end in [0, 7, HEADER_BYTES - 1, HEADER_BYTES, whole.len() - 1] {
            std::fs::write(&path, &whole[..end]).unwrap();
            assert!(IndexFile::open(&path).unwrap().is_none(), "cut at {end}");
        }
        for position in [0, 9, 100, HEADER_BYTES - 1, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[position] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            assert!(IndexFile::open(&path).unwrap().is_none(), "changed at {position}");
        }
    }
}
