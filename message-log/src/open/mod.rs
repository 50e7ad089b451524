//! Opening a log: the lock, what the segments hold, whether it verifies, and what a crash left to be said.

mod damage;
mod load;
mod ready;
mod scan;

pub use damage::Damage;

use crate::body::NEW_FOLDER;
use crate::committer::{AppendError, Committer};
use crate::disk::{Disk, RealDisk, replace_file, sync_folder};
use crate::keeper::{NEXT_NAME, NOW_NAME};
use crate::key::KeyWrap;
use crate::log::MessageLog;
use crate::settings::{OpenMode, Settings};
use crate::shared::{Folders, PUBLISHED_CHECKPOINT};
use jiff::Timestamp;
use protocol::identifier::ServerId;
use ready::{Others, Used};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a log was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("the message log in {} is open in another process", .folder.display())]
    Locked {
        /// Its folder.
        folder: PathBuf,
    },
    /// The folder is of another server's log, or of another version.
    #[error("the folder {} is of another log: it says {found:?}", .folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// What its file `format` says.
        found: String,
    },
    /// It does not verify.
    #[error("the message log does not verify")]
    Damaged(#[from] Damage),
    /// The newest record's data key does not unwrap.
    #[error("the key-encryption key is not the one that record {index} was encrypted under")]
    WrongKey {
        /// The record.
        index: u64,
    },
    /// What a crash left unsaid could not be logged.
    #[error("failed to log what became of unexplained numbers")]
    Append(#[from] AppendError),
    /// The disk failed.
    #[error("failed to open the message log in {}", .folder.display())]
    Disk {
        /// The folder.
        folder: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
}

const FORMAT: &str = "chakana-message-log/1";
const MAX_SEGMENT_BYTES: u64 = 1 << 30;
const MIN_SEGMENT_BYTES: u64 = 4096;

impl MessageLog {
    /// Opens the log in `folder`, or begins one. Blocks.
    ///
    /// # Errors
    /// When it is in use, does not verify, or the disk fails.
    pub fn open(
        folder: &Path,
        settings: Settings,
        key: Arc<dyn KeyWrap>,
        mode: &OpenMode,
        now: Timestamp,
    ) -> Result<Self, OpenError> {
        Self::open_on(folder, settings, key, mode, now, Arc::new(RealDisk))
    }

    /// Opens the log on another disk than the real one, for tests.
    pub(crate) fn open_on(
        folder: &Path,
        mut settings: Settings,
        key: Arc<dyn KeyWrap>,
        mode: &OpenMode,
        now: Timestamp,
        disk: Arc<dyn Disk>,
    ) -> Result<Self, OpenError> {
        settings.segment_bytes = settings.segment_bytes.clamp(MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
        let failed = |source| OpenError::Disk { folder: folder.to_owned(), source };
        let folders = Folders::new(folder);
        let lock = prepare_folder(&folders, &settings.server)?;
        if let OpenMode::Restored(_) = mode {
            forget_published(&folders).map_err(failed)?;
        }
        let mut used = match mode {
            OpenMode::Restored(memories) => Some(Used { memories: memories.clone(), others: Others::Unknown }),
            OpenMode::Verified | OpenMode::CutDamage => None,
        };
        let loaded = match load::load(&folders) {
            Err(OpenError::Damaged(damage)) if *mode == OpenMode::CutDamage => {
                tracing::warn!(damage = %damage, "the message log is cut in front of a damaged record");
                used = Some(damage::set_aside(&folders, &damage).map_err(failed)?);
                load::load(&folders)?
            }
            other => other?,
        };
        let (shared, active) = ready::share(loaded, settings, folders, key, disk, lock).map_err(failed)?;
        ready::check_key(&shared)?;
        ready::redo_erasures(&shared).map_err(failed)?;
        let mut committer = Committer::new(Arc::clone(&shared), active);
        ready::explain_numbers(&shared, &mut committer, now)?;
        if let Some(used) = used {
            ready::begin_epoch(&shared, &mut committer, used, now)?;
        }
        shared.keeper.prepare_next();
        Self::start(shared, committer).map_err(failed)
    }
}

/// The published checkpoint may be of the log that was lost, and so newer than the copy: peers know it, and the copy is told
/// by them.
fn forget_published(folders: &Folders) -> io::Result<()> {
    match std::fs::remove_file(folders.root.join(PUBLISHED_CHECKPOINT)) {
        Ok(()) => sync_folder(&folders.root),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A relative path of one name has an empty parent: the current folder.
fn sync_parent(parent: &Path) -> io::Result<()> {
    sync_folder(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// Makes the folders, takes the lock, and checks whose log it is.
fn prepare_folder(folders: &Folders, server: &ServerId) -> Result<File, OpenError> {
    let failed = |source| OpenError::Disk { folder: folders.root.clone(), source };
    let prepare = || {
        std::fs::create_dir_all(&folders.segments)?;
        std::fs::create_dir_all(folders.bodies.join(NEW_FOLDER))?;
        // The names of all folders must be as durable as what will be in them.
        for folder in [&folders.bodies, &folders.root] {
            sync_folder(folder)?;
        }
        folders.root.parent().map_or(Ok(()), sync_parent)?;
        File::create(folders.root.join("lock"))
    };
    let lock = prepare().map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::Locked { folder: folders.root.clone() }),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let path = folders.root.join("format");
    let expected = format!("{FORMAT}\nserver: {server}\n");
    match std::fs::read_to_string(&path) {
        Ok(found) if found == expected => {}
        Ok(found) => return Err(OpenError::Foreign { folder: folders.root.clone(), found }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            replace_file(&path, expected.as_bytes()).map_err(failed)?;
        }
        Err(source) => return Err(failed(source)),
    }
    for name in [NEXT_NAME, NOW_NAME] {
        let _ = std::fs::remove_file(folders.segments.join(name));
    }
    Ok(lock)
}
