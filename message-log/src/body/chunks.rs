//! The body file: chunks of 64 KiB, each encrypted on its own, the last one marked so that truncation shows.

use crate::disk::read_up_to;
use crate::key::{DataKey, NONCE_BYTES, TAG_BYTES};
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Plain bytes in each chunk but the last.
pub(crate) const CHUNK_BYTES: usize = 64 << 10;

/// After so many bytes the file is synced while it grows, so that the last sync is short.
const SYNC_EVERY_BYTES: u64 = 32 << 20;

const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Inner,
    Last,
}

/// Encrypts a body into a file as it arrives.
pub(crate) struct ChunkWriter {
    file: File,
    cipher: LessSafeKey,
    chunk: Vec<u8>,
    counter: u64,
    unsynced: u64,
}

/// Decrypts a body file.
pub(crate) struct ChunkReader {
    file: File,
    cipher: LessSafeKey,
    length: u64,
}

impl ChunkWriter {
    pub(crate) fn new(file: File, key: &DataKey) -> Self {
        let chunk = Vec::with_capacity(SEALED_CHUNK_BYTES);
        Self { file, cipher: key.cipher(), chunk, counter: 0, unsynced: 0 }
    }

    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full chunk waits until more comes: it may be the last.
            if self.chunk.len() == CHUNK_BYTES {
                self.seal(Place::Inner)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK_BYTES - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> io::Result<File> {
        self.seal(Place::Last)?;
        Ok(self.file)
    }

    fn seal(&mut self, place: Place) -> io::Result<()> {
        let sealed = self.cipher.seal_in_place_append_tag(nonce(self.counter, place), Aad::empty(), &mut self.chunk);
        sealed.map_err(|_| io::Error::other("a chunk could not be encrypted"))?;
        self.file.write_all_at(&self.chunk, self.counter * SEALED_CHUNK_BYTES as u64)?;
        self.counter += 1;
        self.unsynced += self.chunk.len() as u64;
        self.chunk.clear();
        if self.unsynced >= SYNC_EVERY_BYTES {
            self.file.sync_data()?;
            self.unsynced = 0;
        }
        Ok(())
    }
}

impl ChunkReader {
    pub(crate) fn new(file: File, key: &DataKey, length: u64) -> Self {
        Self { file, cipher: key.cipher(), length }
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// How many chunks the body has; an empty one has an empty last chunk.
    pub(crate) fn count(&self) -> u64 {
        self.length.div_ceil(CHUNK_BYTES as u64).max(1)
    }

    /// Reads the chunk with this number; an error of kind `InvalidData` if it is not what was written.
    pub(crate) fn read(&self, number: u64) -> io::Result<Vec<u8>> {
        let last = self.count() - 1;
        let place = if number == last { Place::Last } else { Place::Inner };
        let plain = if number == last { (self.length - last * CHUNK_BYTES as u64) as usize } else { CHUNK_BYTES };
        let mut chunk = vec![0; plain + TAG_BYTES];
        let count = read_up_to(&self.file, number * SEALED_CHUNK_BYTES as u64, &mut chunk)?;
        chunk.truncate(count);
        let changed = || io::Error::new(io::ErrorKind::InvalidData, "the body file was changed or cut short");
        let opened =
            self.cipher.open_in_place(nonce(number, place), Aad::empty(), &mut chunk).map_err(|_| changed())?;
        if opened.len() != plain {
            return Err(changed());
        }
        chunk.truncate(plain);
        Ok(chunk)
    }
}

/// The first byte keeps the nonces of a body apart from that of its record, which has the same key.
fn nonce(counter: u64, place: Place) -> Nonce {
    let mut bytes = [0; NONCE_BYTES];
    bytes[0] = 1;
    bytes[3..11].copy_from_slice(&counter.to_be_bytes());
    bytes[11] = u8::from(place == Place::Last);
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(length: usize) -> (File, DataKey, Vec<u8>) {
        let body: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let key = DataKey::generate().unwrap();
        let mut writer = ChunkWriter::new(tempfile::tempfile().unwrap(), &key);
        for piece in body.chunks(10_007) {
            writer.write(piece).unwrap();
        }
        (writer.finish().unwrap(), key, body)
    }

    fn read(file: &File, key: &DataKey, length: usize) -> io::Result<Vec<u8>> {
        let reader = ChunkReader::new(file.try_clone()?, key, length as u64);
        (0..reader.count()).try_fold(Vec::new(), |mut all, number| {
            all.extend(reader.read(number)?);
            Ok(all)
        })
    }

    #[test]
    fn reads_back_bodies_of_every_shape() {
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let (file, key, body) = written(length);
            assert_eq!(read(&file, &key, length).unwrap(), body);
        }
    }

    #[test]
    fn shows_truncation_at_a_chunk_and_elsewhere() {
        let (file, key, _) = written(3 * CHUNK_BYTES);
        file.set_len(2 * SEALED_CHUNK_BYTES as u64).unwrap();
        assert!(read(&file, &key, 3 * CHUNK_BYTES).is_err());
        assert!(read(&file, &key, 2 * CHUNK_BYTES).is_err(), "the second chunk is not marked as the last");
        file.set_len(100).unwrap();
        assert!(read(&file, &key, CHUNK_BYTES).is_err());
    }

    #[test]
    fn shows_a_flipped_byte_and_swapped_chunks() {
        let (file, key, _) = written(3 * CHUNK_BYTES);
        let mut first = vec![0; SEALED_CHUNK_BYTES];
        file.read_exact_at(&mut first, 0).unwrap();
        file.write_all_at(&first, SEALED_CHUNK_BYTES as u64).unwrap();
        assert!(read(&file, &key, 3 * CHUNK_BYTES).is_err());
    }
}
