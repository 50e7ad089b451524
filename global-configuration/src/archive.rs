//! A list of files as one: POSIX `ustar` in a Zstandard frame, which `tar` unpacks.
//!
//! A list has one byte form before compression, and only that form is read.

use bytes::Bytes;
use protocol::global_configuration::limits::DOCUMENT_BYTES;
use std::io::{self, Read as _};

/// Why bytes are not an archive that this crate wrote.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a Zstandard frame, or a damaged one.
    #[error("the bundle cannot be decompressed")]
    Compression {
        /// What the decoder says.
        source: io::Error,
    },
    /// More than any honest bundle has.
    #[error("the bundle has more than {MAX_BYTES} bytes or {MAX_FILES} files")]
    TooLarge,
    /// A header or the end is not as it is written.
    #[error("the bundle is damaged at byte {at}")]
    Form {
        /// Where, in the decompressed bytes.
        at: usize,
    },
}

/// One archive of these files.
pub(crate) fn pack(files: &[(String, Bytes)]) -> io::Result<Vec<u8>> {
    let mut archive = Vec::new();
    for (name, content) in files {
        let header = header(name, content.len()).ok_or_else(|| io::Error::other(format!("cannot pack {name}")))?;
        archive.extend_from_slice(&header);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + END_BYTES, 0);
    zstd::bulk::compress(&archive, COMPRESSION)
}

/// The files of an archive.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<(String, Bytes)>, ArchiveError> {
    let archive = decompress(bytes)?;
    let mut files = Vec::new();
    let mut at = 0;
    loop {
        let damaged = || ArchiveError::Form { at };
        let rest = archive.get(at..).ok_or_else(damaged)?;
        if rest.len() == END_BYTES && rest.iter().all(|byte| *byte == 0) {
            return Ok(files);
        }
        if files.len() == MAX_FILES {
            return Err(ArchiveError::TooLarge);
        }
        let found = rest.get(..BLOCK).ok_or_else(damaged)?;
        let (name, size) = read_header(found).ok_or_else(damaged)?;
        let padded = size.next_multiple_of(BLOCK);
        let content = rest.get(BLOCK..BLOCK + padded).ok_or_else(damaged)?;
        if content[size..].iter().any(|byte| *byte != 0) {
            return Err(damaged());
        }
        files.push((name, archive.slice(at + BLOCK..at + BLOCK + size)));
        at += BLOCK + padded;
    }
}

fn decompress(bytes: &[u8]) -> Result<Bytes, ArchiveError> {
    let compression = |source| ArchiveError::Compression { source };
    let mut archive = Vec::new();
    let decoder = zstd::Decoder::with_buffer(bytes).map_err(compression)?;
    decoder.take(MAX_BYTES as u64 + 1).read_to_end(&mut archive).map_err(compression)?;
    if archive.len() > MAX_BYTES {
        return Err(ArchiveError::TooLarge);
    }
    Ok(archive.into())
}

/// POSIX.1-1988 `ustar`, with every free field fixed; none where the name or the size does not fit.
fn header(name: &str, size: usize) -> Option<[u8; BLOCK]> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/'));
    if name.is_empty() || name.len() >= NAME_BYTES || !plain || size > DOCUMENT_BYTES {
        return None;
    }
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(SIZE_AT, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(CHECKSUM_AT, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[CHECKSUM_AT..CHECKSUM_AT + 8].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(header)
}

fn read_header(found: &[u8]) -> Option<(String, usize)> {
    let end = found.iter().position(|byte| *byte == 0)?;
    let name = std::str::from_utf8(&found[..end]).ok()?;
    let digits = std::str::from_utf8(&found[SIZE_AT..SIZE_AT + 11]).ok()?;
    let size = usize::from_str_radix(digits, 8).ok()?;
    (header(name, size)?.as_slice() == found).then(|| (name.to_owned(), size))
}

const BLOCK: usize = 512;
const NAME_BYTES: usize = 100;
const SIZE_AT: usize = 124;
const CHECKSUM_AT: usize = 148;
/// Two blocks of zeros.
const END_BYTES: usize = 2 * BLOCK;
const COMPRESSION: i32 = 9;
/// A state of 100,000 members has about 200 MiB.
const MAX_BYTES: usize = 1024 * 1024 * 1024;
const MAX_FILES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn files() -> Vec<(String, Bytes)> {
        let file = |name: &str, size| (name.to_owned(), Bytes::from(vec![7; size]));
        vec![file("metadata/1.root.json", 513), file("targets/ab.members-00.json", 512), file("empty", 0)]
    }

    #[test]
    fn what_is_packed_unpacks() {
        assert_eq!(unpack(&pack(&files()).unwrap()).unwrap(), files());
        assert_eq!(unpack(&pack(&[]).unwrap()).unwrap(), []);
    }

    #[test]
    fn stock_tar_reads_it() {
        let archive = decompress(&pack(&files()).unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.tar"), &archive).unwrap();
        let tar = std::process::Command::new("tar").args(["-xf", "a.tar"]).current_dir(folder.path()).status();
        assert!(tar.unwrap().success());
        assert_eq!(std::fs::read(folder.path().join("metadata/1.root.json")).unwrap(), files()[0].1);
    }

    #[test]
    fn refuses_other_forms_of_the_same_files() {
        let archive = decompress(&pack(&files()).unwrap()).unwrap();
        for at in [0, 103, 130, 150, 200, 300, BLOCK + 600, archive.len() - 1] {
            let mut changed = archive.to_vec();
            changed[at] ^= 1;
            let compressed = zstd::bulk::compress(&changed, 1).unwrap();
            assert!(matches!(unpack(&compressed), Err(ArchiveError::Form { .. })), "{at}");
        }
        let cut = zstd::bulk::compress(&archive[..archive.len() - BLOCK], 1).unwrap();
        assert!(matches!(unpack(&cut), Err(ArchiveError::Form { .. })));
    }

    #[test]
    fn refuses_names_that_could_leave_a_folder_or_do_not_fit() {
        for name in ["", "a b", "\u{e9}", &"x".repeat(100)] {
            assert!(pack(&[(name.to_owned(), Bytes::new())]).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
            let _ = unpack(&bytes);
            let _ = unpack(&zstd::bulk::compress(&bytes, 1).unwrap());
        }
    }
}
