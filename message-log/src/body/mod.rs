//! Bodies: held in memory while they are small, else in a file, encrypted before a byte of them touches the disk.

mod chunks;
mod spool;

pub use spool::{BodySpool, SpoolError};
pub(crate) use spool::{Budget, Spooling};

use crate::disk::{Disk, sync_folder};
use crate::key::DataKey;
use bytes::Bytes;
use chunks::{CHUNK_BYTES, ChunkReader};
use jiff::Timestamp;
use protocol::hash::Sha512Hash;
use spool::BudgetShare;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A whole body whose digests are known; cheap to clone.
///
/// A body that was spooled to disk and never appended to the log disappears with its last clone.
#[derive(Clone)]
pub struct Body(Arc<Inner>);

/// Reads a body from its beginning, piece by piece.
pub struct BodyReader {
    body: Body,
    position: u64,
}

/// A body could not be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to read the body of a message")]
pub struct BodyReadError(#[from] io::Error);

/// What is known of a body without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyDigest {
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-512 digest, which the signature covers.
    pub sha512: Sha512Hash,
    /// Its CRC-32, which the evidence container needs in front of the bytes.
    pub crc32: u32,
}

/// The name of a body file.
pub(crate) type BodyId = [u8; 16];

/// Where a body file lives once its record is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// As long as its record.
    Lasting,
    /// Until the answers of that hour, counted from 1970, are pruned.
    Answers { hour: i64 },
}

struct Inner {
    digest: BodyDigest,
    content: Content,
}

enum Content {
    Memory { bytes: Bytes, _share: BudgetShare },
    File(BodyFile),
}

pub(crate) struct BodyFile {
    id: BodyId,
    folder: PathBuf,
    reader: Arc<ChunkReader>,
    key: DataKey,
    /// Not yet the log's: removed with the last clone.
    temporary: AtomicBool,
}

/// Chunks read in one go by the asynchronous reader.
const CHUNKS_AT_ONCE: u64 = 2;

impl Body {
    /// A body that is in memory already.
    #[must_use]
    pub fn from_bytes(bytes: Bytes) -> Self {
        let digest =
            BodyDigest { length: bytes.len() as u64, sha512: Sha512Hash::of(&bytes), crc32: crc32fast::hash(&bytes) };
        Self::in_memory(bytes, digest)
    }

    pub(crate) fn in_memory(bytes: Bytes, digest: BodyDigest) -> Self {
        Self::new(digest, Content::Memory { bytes, _share: BudgetShare::none() })
    }

    fn new(digest: BodyDigest, content: Content) -> Self {
        Self(Arc::new(Inner { digest, content }))
    }

    /// Opens the body file that a record names.
    pub(crate) fn stored(folder: &Path, id: BodyId, home: Home, key: DataKey, digest: BodyDigest) -> io::Result<Self> {
        let file = match File::open(kept_path(folder, &id, home)) {
            // After a crash the record may be durable while its body still has its first name.
            Err(error) if error.kind() == io::ErrorKind::NotFound => File::open(new_path(folder, &id))?,
            other => other?,
        };
        let reader = Arc::new(ChunkReader::new(file, &key, digest.length));
        let file = BodyFile { id, folder: folder.to_owned(), reader, key, temporary: AtomicBool::new(false) };
        Ok(Self::new(digest, Content::File(file)))
    }

    /// Length and digests.
    #[must_use]
    pub fn digest(&self) -> &BodyDigest {
        &self.0.digest
    }

    /// A reader from the beginning.
    #[must_use]
    pub fn reader(&self) -> BodyReader {
        BodyReader { body: self.clone(), position: 0 }
    }

    /// The bytes, where they are in memory.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.0.content {
            Content::Memory { bytes, .. } => Some(bytes),
            Content::File(_) => None,
        }
    }

    pub(crate) fn file(&self) -> Option<&BodyFile> {
        match &self.0.content {
            Content::Memory { .. } => None,
            Content::File(file) => Some(file),
        }
    }
}

impl BodyReader {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what was written.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, BodyReadError> {
        let Content::File(file) = &self.body.0.content else { return self.next_chunk_blocking() };
        let reader = Arc::clone(&file.reader);
        let first = self.position / CHUNK_BYTES as u64;
        if self.position >= self.body.0.digest.length {
            return Ok(None);
        }
        let read = move || {
            let last = reader.count().min(first + CHUNKS_AT_ONCE);
            let mut chunk = reader.read(first)?;
            for number in first + 1..last {
                chunk.extend_from_slice(&reader.read(number)?);
            }
            Ok::<_, io::Error>(Bytes::from(chunk))
        };
        let chunk = tokio::task::spawn_blocking(read).await.map_err(io::Error::other)??;
        self.position += chunk.len() as u64;
        Ok(Some(chunk))
    }

    /// The next piece, read on this thread; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what was written.
    pub fn next_chunk_blocking(&mut self) -> Result<Option<Bytes>, BodyReadError> {
        let chunk = match &self.body.0.content {
            _ if self.position >= self.body.0.digest.length => return Ok(None),
            Content::Memory { bytes, .. } => {
                let start = self.position as usize;
                bytes.slice(start..bytes.len().min(start + CHUNK_BYTES))
            }
            Content::File(file) => Bytes::from(file.reader.read(self.position / CHUNK_BYTES as u64)?),
        };
        self.position += chunk.len() as u64;
        Ok(Some(chunk))
    }
}

impl BodyFile {
    pub(crate) fn id(&self) -> BodyId {
        self.id
    }

    pub(crate) fn key(&self) -> &DataKey {
        &self.key
    }

    /// Makes the file and its first name durable.
    pub(crate) fn sync(&self, disk: &dyn Disk) -> io::Result<()> {
        disk.sync(self.reader.file())?;
        sync_folder(&self.folder.join(NEW_FOLDER))
    }

    /// The record that names this file is durable: from now on the log owns it.
    pub(crate) fn settle(&self, home: Home) -> io::Result<()> {
        self.temporary.store(false, Ordering::Release);
        settle_body(&self.folder, &self.id, home)
    }
}

impl Drop for BodyFile {
    fn drop(&mut self) {
        if self.temporary.load(Ordering::Acquire)
            && let Err(error) = std::fs::remove_file(new_path(&self.folder, &self.id))
        {
            tracing::warn!(error = %error, "failed to remove the file of a body that was not logged");
        }
    }
}

/// Gives a body file its lasting name.
pub(crate) fn settle_body(folder: &Path, id: &BodyId, home: Home) -> io::Result<()> {
    let kept = kept_path(folder, id, home);
    if let Some(parent) = kept.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match std::fs::rename(new_path(folder, id), &kept) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && kept.exists() => Ok(()),
        other => other,
    }
}

/// The folders whose names must be durable before a body counts as settled without its record being read.
pub(crate) fn home_folders(folder: &Path, id: &BodyId, home: Home) -> Vec<PathBuf> {
    let kept = kept_path(folder, id, home);
    let parents = kept.ancestors().skip(1).take_while(|parent| parent.starts_with(folder)).map(Path::to_owned);
    parents.chain([folder.join(NEW_FOLDER)]).collect()
}

/// Removes a body file under both of its names; that it is gone already is no error.
pub(crate) fn remove_body(folder: &Path, id: &BodyId, home: Home) -> io::Result<()> {
    for path in [new_path(folder, id), kept_path(folder, id, home)] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) => sync_folder(path.parent().unwrap_or(folder))?,
            Err(_) => {}
        }
    }
    Ok(())
}

/// The folder, inside that of bodies, of those that no durable record names yet.
pub(crate) const NEW_FOLDER: &str = "new";

fn new_path(folder: &Path, id: &BodyId) -> PathBuf {
    folder.join(NEW_FOLDER).join(hex::encode(id))
}

fn kept_path(folder: &Path, id: &BodyId, home: Home) -> PathBuf {
    let inside = match home {
        Home::Lasting => hex::encode(&id[..1]),
        Home::Answers { hour } => format!("{ANSWERS_FOLDER}/{hour}"),
    };
    folder.join(inside).join(hex::encode(id))
}

/// Removes the answers of all hours that ended before this second; returns how many hours.
pub(crate) fn prune_answers(folder: &Path, before_second: i64) -> io::Result<usize> {
    let entries = match std::fs::read_dir(folder.join(ANSWERS_FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        other => other?,
    };
    let mut pruned = 0;
    for entry in entries {
        let entry = entry?;
        let hour = entry.file_name().to_str().and_then(|name| name.parse::<i64>().ok());
        if hour.is_some_and(|hour| (hour + 1).saturating_mul(3600) <= before_second) {
            std::fs::remove_dir_all(entry.path())?;
            pruned += 1;
        }
    }
    Ok(pruned)
}

impl Home {
    /// The home of the body of a record that was made at this time.
    pub(crate) fn answers_at(time: Timestamp) -> Self {
        Self::Answers { hour: time.as_second().div_euclid(3600) }
    }
}

const ANSWERS_FOLDER: &str = "answers";
