//! Opens the file of a store, or creates it so that a crash leaves either nothing or a whole one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::{Engine, Storing};
use crate::{EngineError, Format};

/// How a store uses the machine; [`Settings::default`] gives the value named at each field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What is to keep the content: whatever does of a store that is there, and redb of a new one. If one is named, a
    /// store that another one keeps is refused.
    pub engine: Option<Engine>,
    /// Memory for what the engine has read: 32 MiB.
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
    /// Another engine than the one that was asked for keeps the store.
    #[error("the store {} is one of {engine}, not of {asked}; it can be migrated", path.display())]
    OtherEngine {
        /// The store.
        path: PathBuf,
        /// What keeps it.
        engine: Engine,
        /// What was asked for.
        asked: Engine,
    },
    /// The engine is not part of this program.
    #[error("the store {} is one of {engine}, which this program was built without", path.display())]
    NotBuilt {
        /// The store.
        path: PathBuf,
        /// What would keep it.
        engine: Engine,
    },
    /// What it holds is of another format than the program's, most likely a newer version's.
    #[error("the store {} is of the format {found}, and this program reads {reads}", path.display())]
    Format {
        /// The store.
        path: PathBuf,
        /// What the mark beside it says.
        found: String,
        /// What was expected.
        reads: Format,
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
        Self { engine: None, cache_bytes: 32 << 20, disk_reserve_bytes: 32 << 20 }
    }
}

/// Opens the store at `path`, or creates it.
pub(crate) fn open_or_create(path: &Path, settings: &Settings) -> Result<(Arc<dyn Storing>, Engine), OpenError> {
    let refused = |source| OpenError::File { path: path.to_owned(), source };
    let engine = if path.try_exists().map_err(refused)? {
        let engine = Engine::of(path).map_err(refused)?;
        if let Some(asked) = settings.engine.filter(|asked| *asked != engine) {
            return Err(OpenError::OtherEngine { path: path.to_owned(), engine, asked });
        }
        engine
    } else {
        let engine = settings.engine.unwrap_or_default();
        create(path, engine)?;
        engine
    };
    Ok((engine.open(path, settings)?, engine))
}

/// Creates the store under another name first: one that a crash left half-made would not open.
fn create(path: &Path, engine: Engine) -> Result<(), OpenError> {
    let refused = |source| OpenError::File { path: path.to_owned(), source };
    let beginning = path.with_added_extension("new");
    remove(&beginning).map_err(refused)?;
    engine.create(&beginning)?;
    fs::rename(&beginning, path).map_err(refused)?;
    sync_folder(path).map_err(refused)
}

/// Removes what a store is made of, a file or a folder, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes the name of `path` durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path)).and_then(|folder| folder.sync_all())
}

/// The folder a file is in.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
