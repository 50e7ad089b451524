//! What is kept in the folder: every file that was ever part of a snapshot, by its hash, and what each snapshot is made of.
//!
//! ```text
//! objects/<hash>.zst      a file, compressed, named by the hash of its content
//! snapshots/<hash>.json   which files a snapshot is made of
//! current.json            the same of the snapshot that is in use
//! ```
//! A file is durable before anything names it.

mod format;
mod record;

pub use format::{FORMAT, format_of};
pub(crate) use record::{Record, RootEntry};

use bytes::Bytes;
use protocol::global_configuration::limits::DOCUMENT_BYTES;
use protocol::hash::{Sha256Hash, SnapshotHash};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of a source.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

/// Why the folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk refused.
    #[error("failed to {action} {}", path.display())]
    Disk {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A file is not what was once written.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
    /// The source never held this snapshot.
    #[error("there is no snapshot {hash}")]
    UnknownSnapshot {
        /// The snapshot asked for.
        hash: SnapshotHash,
    },
}

impl Store {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        for name in ["objects", "snapshots"] {
            let path = folder.join(name);
            fs::create_dir_all(&path).map_err(disk("create", &path))?;
        }
        flush(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The file with this hash, without blocking the reactor; a damaged one counts as not there, and is made anew when
    /// it is next kept.
    pub(crate) async fn read(self: Arc<Self>, hash: Sha256Hash) -> Result<Option<Bytes>, StoreError> {
        let path = self.object(&hash);
        let read = tokio::task::spawn_blocking(move || self.object_bytes(&hash)).await;
        match read.map_err(|_| StoreError::Damaged { path })? {
            Ok(bytes) => Ok(bytes),
            Err(StoreError::Damaged { path }) => {
                tracing::warn!(path = %path.display(), "a kept file is damaged and will be fetched again");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The file with this hash.
    pub(crate) fn object_bytes(&self, hash: &Sha256Hash) -> Result<Option<Bytes>, StoreError> {
        let path = self.object(hash);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk("open", &path)(error)),
        };
        let mut bytes = Vec::new();
        let decoder = zstd::Decoder::new(file).map_err(disk("read", &path))?;
        let read = decoder.take(DOCUMENT_BYTES as u64 + 1).read_to_end(&mut bytes);
        if read.is_err() || Sha256Hash::of(&bytes) != *hash {
            return Err(StoreError::Damaged { path });
        }
        Ok(Some(bytes.into()))
    }

    /// Keeps files. They are durable when this returns.
    pub(crate) fn keep<'f>(&self, files: impl Iterator<Item = &'f [u8]>) -> Result<(), StoreError> {
        for bytes in files {
            let hash = Sha256Hash::of(bytes);
            if matches!(self.object_bytes(&hash), Ok(Some(_))) {
                continue;
            }
            let path = self.object(&hash);
            let compressed = zstd::bulk::compress(bytes, COMPRESSION).map_err(disk("compress", &path))?;
            write_whole(&path, &compressed)?;
        }
        // One flush of the folder serves all its new names.
        flush(&self.folder.join("objects"))
    }

    /// Keeps what a snapshot is made of, and makes it the one in use.
    pub(crate) fn make_current(&self, record: &Record) -> Result<(), StoreError> {
        let bytes = record.render();
        write_whole(&self.record(&record.hash), &bytes)?;
        flush(&self.folder.join("snapshots"))?;
        write_whole(&self.folder.join(CURRENT), &bytes)?;
        flush(&self.folder)
    }

    /// What the snapshot in use is made of.
    pub(crate) fn current(&self) -> Result<Option<Record>, StoreError> {
        read_record(&self.folder.join(CURRENT))
    }

    /// The files of a snapshot, by path within the repository.
    pub(crate) fn files(&self, hash: &SnapshotHash) -> Result<Vec<(String, Bytes)>, StoreError> {
        let record = read_record(&self.record(hash))?.ok_or(StoreError::UnknownSnapshot { hash: *hash })?;
        record.paths().map(|(path, hash)| Ok((path, self.required(&hash)?))).collect()
    }

    fn required(&self, hash: &Sha256Hash) -> Result<Bytes, StoreError> {
        self.object_bytes(hash)?.ok_or_else(|| StoreError::Damaged { path: self.object(hash) })
    }

    fn object(&self, hash: &Sha256Hash) -> PathBuf {
        self.folder.join("objects").join(format!("{hash}.zst"))
    }

    fn record(&self, hash: &SnapshotHash) -> PathBuf {
        self.folder.join("snapshots").join(format!("{hash}.json"))
    }
}

fn read_record(path: &Path) -> Result<Option<Record>, StoreError> {
    let damaged = || StoreError::Damaged { path: path.to_owned() };
    match fs::read(path) {
        Ok(bytes) => Record::parse(&bytes).map(Some).ok_or_else(damaged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(disk("read", path)(error)),
    }
}

/// Writes a file so that there is either the old or the whole new one; its name is durable once its folder is flushed.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = path.with_extension("new");
    let mut file = File::create(&temporary).map_err(disk("create", &temporary))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(disk("write", &temporary))?;
    fs::rename(&temporary, path).map_err(disk("rename", path))
}

fn flush(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(disk("flush", folder))
}

fn disk(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Disk { action, path, source }
}

/// What the snapshot in use is made of.
const CURRENT: &str = "current.json";
/// Zstandard's own default: hashes, which these files are full of, do not compress better with more effort.
const COMPRESSION: i32 = 3;
