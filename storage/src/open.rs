//! Opens the file of a store, or creates it so that a crash leaves either nothing or a whole one.

use crate::EngineError;
use redb::{Database, StorageError};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// How a store uses the machine; [`Settings::default`] gives the value named at each field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Memory for pages of the file: 32 MiB.
    pub cache_bytes: usize,
    /// Space of the disk that batches leave free, so that the machine can still be operated: 32 MiB.
    pub disk_reserve_bytes: u64,
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open.
    #[error("the store {} is in use by another process", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is no store, or not whole.
    #[error("the file {} is not a store that can be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the engine says about it.
        source: EngineError,
    },
    /// The file system refused.
    #[error("failed to open the store {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Default for Settings {
    fn default() -> Self {
        Self { cache_bytes: 32 << 20, disk_reserve_bytes: 32 << 20 }
    }
}

/// Opens the store at `path`, or creates it.
pub(crate) fn open_or_create(path: &Path, settings: &Settings) -> Result<Database, OpenError> {
    let refused = |source| OpenError::File { path: path.to_owned(), source };
    if path.try_exists().map_err(refused)? {
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(refused)?;
        // The engine takes an empty file for one to begin in. Ours are created whole, so an empty one has lost what it held.
        if file.metadata().map_err(refused)?.len() == 0 {
            return Err(refused(io::Error::new(io::ErrorKind::InvalidData, "the file is empty")));
        }
        return database(path, file, settings);
    }
    create(path, settings)
}

/// Creates the file under another name first: one that a crash left half-made would not open.
fn create(path: &Path, settings: &Settings) -> Result<Database, OpenError> {
    let refused = |source| OpenError::File { path: path.to_owned(), source };
    let beginning = path.with_added_extension("new");
    match fs::remove_file(&beginning) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
        _ => {}
    }
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&beginning);
    let database = database(path, file.map_err(refused)?, settings)?;
    fs::rename(&beginning, path).map_err(refused)?;
    File::open(folder(path)).and_then(|folder| folder.sync_all()).map_err(refused)?;
    Ok(database)
}

pub(crate) fn database(path: &Path, file: File, settings: &Settings) -> Result<Database, OpenError> {
    let cache_bytes = settings.cache_bytes;
    // The engine is meant to refuse a damaged file; should it panic instead, a store is lost and not the process.
    let opened = catch_unwind(|| redb::Builder::new().set_cache_size(cache_bytes).create_file(file));
    let opened = opened.unwrap_or_else(|_| Err(StorageError::Corrupted("the engine gave up".to_owned()).into()));
    opened.map_err(|error| match error {
        redb::DatabaseError::DatabaseAlreadyOpen => OpenError::InUse { path: path.to_owned() },
        other => OpenError::Unreadable { path: path.to_owned(), source: other.into() },
    })
}

/// The folder a file is in.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
