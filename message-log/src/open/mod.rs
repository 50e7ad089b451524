//! Opening a log: the lock, what the segments hold, whether it verifies, and what a crash left to be said.

mod damage;
mod due;
mod format;
mod load;
mod ready;
mod scan;

pub use damage::Damage;
pub use due::EpochCause;
pub use format::{FORMAT, format_of};

use crate::body::NEW_FOLDER;
use crate::committer::{AppendError, Committer};
use crate::disk::{Disk, RealDisk, replace_file, sync_folder};
use crate::keeper::{NEXT_NAME, NOW_NAME};
use crate::key::KeyWrap;
use crate::log::MessageLog;
use crate::settings::{OpenMode, Settings};
use crate::shared::Folders;
use jiff::Timestamp;
use protocol::identifier::ServerId;
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
    /// What must come first did not: an epoch is due, and the mode begins none.
    #[error(
        "the message log in {} {cause}, and the new epoch that must follow has not begun: no number may be used twice",
        .folder.display()
    )]
    EpochDue {
        /// Its folder.
        folder: PathBuf,
        /// Why.
        cause: EpochCause,
    },
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
        let mut due = due::begun(&folders, mode, &*disk)?;
        let loaded = match (load::load(&folders), mode) {
            (Err(OpenError::Damaged(damage)), OpenMode::CutDamage(memories)) => {
                tracing::warn!(damage = %damage, "the message log is cut in front of a damaged record");
                due = Some(due::cut(&folders, &damage, due, memories, &*disk).map_err(failed)?);
                load::load(&folders)?
            }
            (loaded, _) => loaded?,
        };
        let (shared, active) = ready::share(loaded, settings, folders, key, disk, lock).map_err(failed)?;
        ready::check_key(&shared)?;
        ready::redo_erasures(&shared).map_err(failed)?;
        let mut committer = Committer::new(Arc::clone(&shared), active);
        ready::explain_numbers(&shared, &mut committer, now)?;
        if let Some(due) = due {
            ready::begin_epoch(&shared, &mut committer, &due, now)?;
            due::done(&shared.folders, &*shared.disk).map_err(failed)?;
        }
        shared.keeper.prepare_next();
        Self::start(shared, committer).map_err(failed)
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
    let path = folders.root.join(format::FILE);
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
