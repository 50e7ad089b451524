//! Writing a strict ZIP file in one pass: what an entry's header says is known before its content is written.

use std::io::{self, Write};

use super::headers::{self, Record};
use super::{MAX_BYTES, MAX_ENTRIES, MAX_NAME_BYTES, ZipError};

/// Writes entries one behind the other, then the directory.
#[derive(Debug)]
pub struct ZipWriter<W> {
    out: W,
    offset: u64,
    records: Vec<Record>,
}

impl<W: Write> ZipWriter<W> {
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

    /// Adds an entry of known length and checksum; `content` writes its bytes, which are not held in memory.
    ///
    /// # Errors
    /// When writing fails, the entry does not fit, or the bytes are not those that were announced; what was written is
    /// then worth nothing.
    pub fn add_known(
        &mut self,
        name: &str,
        length: u64,
        crc32: u32,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), ZipError> {
        let record = self.record(name, crc32, length)?;
        let header = record.local();
        small("the container", self.offset + header.len() as u64 + length)?;
        self.write(&header)?;
        let mut entry = EntryWriter { zip: self, left: length, hasher: crc32fast::Hasher::new() };
        content(&mut entry).map_err(ZipError::io("write an entry's content"))?;
        if entry.left > 0 || entry.hasher.finalize() != crc32 {
            return Err(ZipError::Checksum { name: name.to_owned() });
        }
        self.records.push(record);
        Ok(())
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

/// Passes on the content of one entry, and keeps count.
struct EntryWriter<'a, W> {
    zip: &'a mut ZipWriter<W>,
    left: u64,
    hasher: crc32fast::Hasher,
}

impl<W: Write> Write for EntryWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let longer = || io::Error::new(io::ErrorKind::InvalidData, "the content is longer than announced");
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(longer)?;
        self.hasher.update(bytes);
        self.zip.offset += bytes.len() as u64;
        self.zip.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.out.flush()
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
