//! The three records of a ZIP file (APPNOTE 4.3.7, 4.3.12, 4.3.16) with every free field fixed.

use super::ZipError;

pub(super) const LOCAL_BYTES: usize = 30;
pub(super) const CENTRAL_BYTES: usize = 46;
pub(super) const END_BYTES: usize = 22;

const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
const END_SIGNATURE: u32 = 0x0605_4b50;

/// APPNOTE 4.4.3.2: stored files need version 1.0.
const VERSION: u16 = 10;

/// 1980-01-01, the first day that DOS knows; the time is 0.
const DOS_DATE: u16 = 0x0021;

/// What the records say of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) checksum: u32,
    pub(super) size: u32,
    pub(super) offset: u32,
}

impl Record {
    /// The bytes before the entry's content.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut bytes = Bytes::with(LOCAL_SIGNATURE);
        self.common(&mut bytes);
        bytes.u16(0); // no extra field
        bytes.0.extend_from_slice(self.name.as_bytes());
        bytes.0
    }

    /// The entry's record in the directory.
    pub(super) fn central(&self) -> Vec<u8> {
        let mut bytes = Bytes::with(CENTRAL_SIGNATURE);
        bytes.u16(VERSION); // made by: DOS, version 1.0
        self.common(&mut bytes);
        bytes.u16(0); // no extra field
        bytes.u16(0); // no comment
        bytes.u16(0); // disk
        bytes.u16(0); // internal attributes
        bytes.u32(0); // external attributes
        bytes.u32(self.offset);
        bytes.0.extend_from_slice(self.name.as_bytes());
        bytes.0
    }

    /// The fields that local and central record share, from "version needed" to the length of the name.
    fn common(&self, bytes: &mut Bytes) {
        bytes.u16(VERSION);
        bytes.u16(0); // flags
        bytes.u16(0); // stored
        bytes.u16(0); // time
        bytes.u16(DOS_DATE);
        bytes.u32(self.checksum);
        bytes.u32(self.size);
        bytes.u32(self.size);
        bytes.u16(self.name.len() as u16);
    }

    /// Takes one record off the directory: whatever differs from what [`Self::central`] writes is refused.
    pub(super) fn take_central(directory: &mut &[u8]) -> Result<Self, ZipError> {
        let cut = || ZipError::form("the directory is cut off");
        let fixed = directory.get(..CENTRAL_BYTES).ok_or_else(cut)?;
        let u32_at = |at: usize| u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        let name_bytes = usize::from(u16::from_le_bytes([fixed[28], fixed[29]]));
        let name = directory.get(CENTRAL_BYTES..CENTRAL_BYTES + name_bytes).ok_or_else(cut)?;
        let name = std::str::from_utf8(name).map_err(|_| ZipError::form("an entry's name is not ASCII"))?;
        super::writer::check_name(name)?;
        let record = Self { name: name.to_owned(), checksum: u32_at(16), size: u32_at(20), offset: u32_at(42) };
        let expected = record.central();
        if directory.get(..expected.len()) != Some(&expected[..]) {
            return Err(ZipError::form(format!("the directory record of {name} has fields that must be fixed")));
        }
        *directory = &directory[expected.len()..];
        Ok(record)
    }
}

/// The record at the end of the file.
pub(super) fn end(entries: usize, directory_bytes: u32, directory_offset: u32) -> Vec<u8> {
    let mut bytes = Bytes::with(END_SIGNATURE);
    bytes.u16(0); // this disk
    bytes.u16(0); // disk of the directory
    bytes.u16(entries as u16);
    bytes.u16(entries as u16);
    bytes.u32(directory_bytes);
    bytes.u32(directory_offset);
    bytes.u16(0); // no comment
    bytes.0
}

/// Reads number of entries, directory size and directory offset out of the file's last bytes; the rest must be as
/// [`end`] writes.
pub(super) fn parse_end(bytes: &[u8; END_BYTES]) -> Result<(usize, u32, u32), ZipError> {
    let u32_at = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let entries = usize::from(u16::from_le_bytes([bytes[10], bytes[11]]));
    let found = (entries, u32_at(12), u32_at(16));
    if end(found.0, found.1, found.2) == bytes {
        Ok(found)
    } else {
        Err(ZipError::form("the file does not end with its directory and the fixed end record"))
    }
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn with(signature: u32) -> Self {
        let mut bytes = Self(Vec::with_capacity(CENTRAL_BYTES + super::MAX_NAME_BYTES));
        bytes.u32(signature);
        bytes
    }

    fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }
}
