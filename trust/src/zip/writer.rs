//! Writing a strict ZIP file to something that can seek.

use std::io::{Read, Seek, SeekFrom, Write};

use super::headers::{self, Record};
use super::{MAX_BYTES, MAX_ENTRIES, MAX_NAME_BYTES, ZipError};

/// How much of a streamed entry is in memory at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Writes entries one behind the other, then the directory.
#[derive(Debug)]
pub struct ZipWriter<W> {
    out: W,
    offset: u64,
    records: Vec<Record>,
}

impl<W: Write + Seek> ZipWriter<W> {
    /// Writes to `out` from where it stands, which becomes the file's first byte.
    pub const fn new(out: W) -> Self {
        Self { out, offset: 0, records: Vec::new() }
    }

    /// Adds an entry that is in memory.
    ///
    /// # Errors
    /// When writing fails or the entry does not fit.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<(), ZipError> {
        let size = content.len() as u64;
        let record = self.record(name, crc32fast::hash(content), size)?;
        self.write(&record.local())?;
        self.write(content)?;
        self.records.push(record);
        Ok(())
    }

    /// Adds an entry out of a reader, holding a small piece of it at a time; returns its length.
    ///
    /// # Errors
    /// When reading or writing fails or the entry does not fit.
    pub fn add_from(&mut self, name: &str, content: &mut dyn Read) -> Result<u64, ZipError> {
        let placeholder = self.record(name, 0, 0)?;
        self.write(&placeholder.local())?;
        let mut hasher = crc32fast::Hasher::new();
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut size: u64 = 0;
        loop {
            let count = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ZipError::io("read an entry's content")(error)),
            };
            size += count as u64;
            hasher.update(&buffer[..count]);
            self.write(&buffer[..count])?;
        }
        let record = Record { size: small(name, size)?, checksum: hasher.finalize(), ..placeholder };
        self.patch(&record.local(), size)?;
        self.records.push(record);
        Ok(size)
    }

    /// Writes the directory and hands `out` back.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> Result<W, ZipError> {
        let directory: Vec<u8> = self.records.iter().flat_map(Record::central).collect();
        let (offset, size) = (small("the container", self.offset)?, small("the directory", directory.len() as u64)?);
        self.write(&directory)?;
        self.write(&headers::end(self.records.len(), size, offset))?;
        self.out.flush().map_err(ZipError::io("write the container"))?;
        Ok(self.out)
    }

    /// Goes back to the local header, whose size and checksum are known only now.
    fn patch(&mut self, header: &[u8], content_bytes: u64) -> Result<(), ZipError> {
        let back = i64::try_from(header.len() as u64 + content_bytes).unwrap_or(i64::MAX);
        let forward = i64::try_from(content_bytes).unwrap_or(i64::MAX);
        let seek = ZipError::io("seek in the container");
        self.out.seek(SeekFrom::Current(-back)).map_err(seek)?;
        self.out.write_all(header).map_err(ZipError::io("write the container"))?;
        self.out.seek(SeekFrom::Current(forward)).map_err(ZipError::io("seek in the container"))?;
        Ok(())
    }

    fn record(&self, name: &str, checksum: u32, size: u64) -> Result<Record, ZipError> {
        check_name(name)?;
        if self.records.len() == MAX_ENTRIES || self.records.iter().any(|record| record.name == name) {
            return Err(ZipError::Entry { name: name.to_owned() });
        }
        let offset = small("the container", self.offset)?;
        Ok(Record { name: name.to_owned(), checksum, size: small(name, size)?, offset })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ZipError> {
        self.offset += bytes.len() as u64;
        // Refused as soon as it is known, not after the disk is full.
        small("the container", self.offset)?;
        self.out.write_all(bytes).map_err(ZipError::io("write the container"))
    }
}

pub(super) fn check_name(name: &str) -> Result<(), ZipError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(allowed) {
        return Err(ZipError::Entry { name: name.chars().take(MAX_NAME_BYTES).collect() });
    }
    Ok(())
}

/// 4 GiB - 1 itself means "see ZIP64" in these fields.
fn small(what: &str, size: u64) -> Result<u32, ZipError> {
    if size >= MAX_BYTES { Err(ZipError::TooLarge { what: what.to_owned() }) } else { Ok(size as u32) }
}
