//! Reading a strict ZIP file from something that can seek.

use std::io::{self, Read, Seek, SeekFrom};

use super::headers::{self, CENTRAL_BYTES, END_BYTES, LOCAL_BYTES, Record};
use super::{MAX_BYTES, MAX_ENTRIES, MAX_NAME_BYTES, ZipError};

/// How much of a streamed entry is in memory at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// A ZIP file whose records have been checked; the entries' content has not.
#[derive(Debug)]
pub struct ZipReader<R> {
    input: R,
    records: Vec<Record>,
}

/// One entry of a ZIP file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many bytes it has.
    pub size: u64,
}

impl<R: Read + Seek> ZipReader<R> {
    /// Reads and checks every record of the file, none of the content.
    ///
    /// # Errors
    /// When reading fails or the file is not in the strict form.
    pub fn open(mut input: R) -> Result<Self, ZipError> {
        let length = input.seek(SeekFrom::End(0)).map_err(ZipError::io("seek in the container"))?;
        if length > MAX_BYTES {
            return Err(ZipError::TooLarge { what: "the container".to_owned() });
        }
        let end_at = length.checked_sub(END_BYTES as u64).ok_or_else(|| ZipError::form("the file is too short"))?;
        let mut end = [0; END_BYTES];
        read_at(&mut input, end_at, &mut end)?;
        let (entries, directory_bytes, directory_at) = headers::parse_end(&end)?;
        if u64::from(directory_at) + u64::from(directory_bytes) != end_at {
            return Err(ZipError::form("the directory does not lie before the end record"));
        }
        if entries > MAX_ENTRIES || directory_bytes as usize > MAX_ENTRIES * (CENTRAL_BYTES + MAX_NAME_BYTES) {
            return Err(ZipError::form(format!("more than {MAX_ENTRIES} entries")));
        }
        let mut directory = vec![0; directory_bytes as usize];
        read_at(&mut input, u64::from(directory_at), &mut directory)?;
        let records = read_directory(entries, &directory)?;
        check_local_headers(&mut input, &records, u64::from(directory_at))?;
        Ok(Self { input, records })
    }

    /// The entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.records.iter().map(|record| Entry { name: &record.name, size: u64::from(record.size) })
    }

    /// Hands an entry's content over piece by piece, and checks its checksum at the end.
    ///
    /// # Errors
    /// When there is no such entry, reading or handing over fails, or the checksum is wrong; what was handed over is
    /// then worth nothing.
    pub fn stream(&mut self, index: usize, mut piece: impl FnMut(&[u8]) -> io::Result<()>) -> Result<(), ZipError> {
        let record = self.records.get(index).ok_or_else(|| ZipError::form(format!("there is no entry {index}")))?;
        let at = u64::from(record.offset) + content_offset(record);
        self.input.seek(SeekFrom::Start(at)).map_err(ZipError::io("seek in the container"))?;
        let mut left = record.size as usize;
        let mut buffer = vec![0; BUFFER_BYTES.min(left)];
        let mut hasher = crc32fast::Hasher::new();
        while left > 0 {
            let count = left.min(buffer.len());
            let bytes = &mut buffer[..count];
            self.input.read_exact(bytes).map_err(ZipError::io("read an entry's content"))?;
            hasher.update(bytes);
            piece(bytes).map_err(ZipError::io("hand over an entry's content"))?;
            left -= count;
        }
        if hasher.finalize() == record.checksum {
            Ok(())
        } else {
            Err(ZipError::Checksum { name: record.name.clone() })
        }
    }

    /// Reads an entry of at most `limit` bytes into memory.
    ///
    /// # Errors
    /// When there is no such entry, it is longer, reading fails or the checksum is wrong.
    pub fn read(&mut self, index: usize, limit: usize) -> Result<Vec<u8>, ZipError> {
        let size = self.records.get(index).map_or(0, |record| record.size as usize);
        if size > limit {
            let name = &self.records[index].name;
            return Err(ZipError::form(format!("{name} has {size} bytes, more than the {limit} allowed")));
        }
        let mut content = Vec::with_capacity(size);
        self.stream(index, |piece| {
            content.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(content)
    }
}

fn read_directory(entries: usize, mut directory: &[u8]) -> Result<Vec<Record>, ZipError> {
    let mut records: Vec<Record> = Vec::with_capacity(entries);
    for _ in 0..entries {
        let record = Record::take_central(&mut directory)?;
        if records.iter().any(|other| other.name == record.name) {
            return Err(ZipError::form(format!("{} stands in the directory twice", record.name)));
        }
        records.push(record);
    }
    if directory.is_empty() { Ok(records) } else { Err(ZipError::form("the directory has more than its records")) }
}

/// Each entry begins where the one before ends, with a local header that says the same as the directory.
fn check_local_headers<R: Read + Seek>(input: &mut R, records: &[Record], directory_at: u64) -> Result<(), ZipError> {
    let mut at: u64 = 0;
    for record in records {
        let expected = record.local();
        let misplaced = || ZipError::form(format!("{} does not begin where the entry before it ends", record.name));
        if u64::from(record.offset) != at || at + expected.len() as u64 + u64::from(record.size) > directory_at {
            return Err(misplaced());
        }
        let mut found = vec![0; expected.len()];
        read_at(input, at, &mut found)?;
        if found != expected {
            return Err(ZipError::form(format!("the local header of {} differs from the directory", record.name)));
        }
        at += expected.len() as u64 + u64::from(record.size);
    }
    if at == directory_at {
        Ok(())
    } else {
        Err(ZipError::form("there are bytes between the entries and the directory"))
    }
}

fn content_offset(record: &Record) -> u64 {
    (LOCAL_BYTES + record.name.len()) as u64
}

fn read_at<R: Read + Seek>(input: &mut R, at: u64, bytes: &mut [u8]) -> Result<(), ZipError> {
    input.seek(SeekFrom::Start(at)).map_err(ZipError::io("seek in the container"))?;
    input.read_exact(bytes).map_err(ZipError::io("read the container"))
}
