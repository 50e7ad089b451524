//! A copy of a store while it is in use.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use redb::{Durability, ReadableTable, TableDefinition, TableHandle, WriteTransaction};
use rustix::fs::{CWD, RenameFlags};

use crate::open::{database, folder};
use crate::space::Space;
use crate::{EngineError, OpenError, ReadError, Settings, Snapshot};

/// Why a store could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum BackUpError {
    /// The target is there already, and is left alone.
    #[error("{} is there already", path.display())]
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// The store cannot be read.
    #[error("failed to read what is to be copied")]
    Read {
        /// Why.
        source: ReadError,
    },
    /// A keyspace cannot be read.
    #[error("failed to read keyspace {name}")]
    Keyspace {
        /// Its name.
        name: String,
        /// What the engine says.
        source: EngineError,
    },
    /// The disk of the copy is nearly full.
    #[error("only {free_bytes} bytes are free for the copy {}", path.display())]
    DiskFull {
        /// The target.
        path: PathBuf,
        /// What is free.
        free_bytes: u64,
    },
    /// The engine cannot begin the copy.
    #[error("failed to begin the copy")]
    Begin {
        /// Why.
        source: OpenError,
    },
    /// The engine cannot write the copy.
    #[error("failed to write the copy {}", path.display())]
    Write {
        /// The target.
        path: PathBuf,
        /// What the engine says.
        source: EngineError,
    },
    /// The file system refused.
    #[error("failed to make the copy {}", path.display())]
    File {
        /// The target.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Copies `snapshot` into a new file `to`, which has its name only once it is whole and durable.
pub(crate) fn copy(snapshot: &Snapshot, to: &Path, reserve_bytes: u64) -> Result<(), BackUpError> {
    let refused = |source| BackUpError::File { path: to.to_owned(), source };
    let exists = || BackUpError::Exists { path: to.to_owned() };
    if to.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let beginning = Beginning::beside(to);
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&beginning.0);
    let file = file.map_err(refused)?;
    let space = Space::new(folder(to).to_owned(), reserve_bytes);
    let own = file.try_clone().map_err(refused)?;
    let copy = database(to, file, &Settings::default()).map_err(|source| BackUpError::Begin { source })?;
    let writing = |error: redb::Error| BackUpError::Write { path: to.to_owned(), source: error.into() };
    let mut transaction = copy.begin_write().map_err(|error| writing(error.into()))?;
    transaction.set_durability(Durability::Immediate).map_err(|error| writing(error.into()))?;
    fill(&transaction, snapshot, to, &space)?;
    transaction.commit().map_err(|error| writing(error.into()))?;
    // Closing writes too: the mark that the file was closed in good order.
    drop(copy);
    own.sync_all().map_err(refused)?;
    let renamed = rustix::fs::renameat_with(CWD, &beginning.0, CWD, to, RenameFlags::NOREPLACE);
    renamed.map_err(|errno| if errno == rustix::io::Errno::EXIST { exists() } else { refused(errno.into()) })?;
    File::open(folder(to)).and_then(|folder| folder.sync_all()).map_err(refused)
}

fn fill(transaction: &WriteTransaction, snapshot: &Snapshot, to: &Path, space: &Space) -> Result<(), BackUpError> {
    let view = snapshot.view().map_err(|source| BackUpError::Read { source })?;
    let view = view.transaction();
    let reading = |error: redb::StorageError| BackUpError::Read { source: ReadError::snapshot(error.into()) };
    let keyspaces = view.list_tables().map_err(reading)?;
    let mut unchecked_bytes = CHECK_BYTES;
    for handle in keyspaces {
        let name = handle.name();
        let reading = |error: redb::Error| BackUpError::Keyspace { name: name.to_owned(), source: error.into() };
        let writing = |error: redb::Error| BackUpError::Write { path: to.to_owned(), source: error.into() };
        let definition = TableDefinition::<&[u8], &[u8]>::new(name);
        let from = view.open_table(definition).map_err(|error| reading(error.into()))?;
        let mut copy = transaction.open_table(definition).map_err(|error| writing(error.into()))?;
        for entry in from.iter().map_err(|error| reading(error.into()))? {
            let (key, value) = entry.map_err(|error| reading(error.into()))?;
            unchecked_bytes += key.value().len() + value.value().len();
            if unchecked_bytes >= CHECK_BYTES {
                let full = |free_bytes| BackUpError::DiskFull { path: to.to_owned(), free_bytes };
                space.has_room(unchecked_bytes).map_err(full)?;
                unchecked_bytes = 0;
            }
            copy.insert(key.value(), value.value()).map_err(|error| writing(error.into()))?;
        }
    }
    Ok(())
}

/// The file under its first name; what becomes of it, nothing stays there.
struct Beginning(PathBuf);

impl Beginning {
    /// A name of its own for each copy, so that two with the same target do not write into one file.
    fn beside(to: &Path) -> Self {
        static COPIES: AtomicU64 = AtomicU64::new(0);
        let number = COPIES.fetch_add(1, Ordering::Relaxed);
        Self(to.with_added_extension(format!("{}-{number}.new", std::process::id())))
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        // Gone already if it has its name; otherwise it does no harm where it is.
        let _ = fs::remove_file(&self.0);
    }
}

/// After so many bytes the disk is asked again whether there is room.
const CHECK_BYTES: usize = 4 * 1024 * 1024;
