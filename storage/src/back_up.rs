//! A copy of a store while it is in use.

use std::io;
use std::path::{Path, PathBuf};

use crate::copy::{Beginning, Part};
use crate::{Engine, EngineError, KeyRange, OpenError, ReadError, Snapshot};

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

/// Copies `snapshot` into a new store `to` of `engine`.
pub(crate) fn copy(snapshot: &Snapshot, to: &Path, engine: Engine, reserve_bytes: u64) -> Result<(), BackUpError> {
    let reading = |source| BackUpError::Read { source };
    let view = snapshot.view().map_err(reading)?;
    let beginning = Beginning::beside(to, engine)?;
    let keyspaces = view.keyspaces().map_err(|error| reading(ReadError::snapshot(error)))?;
    let parts: Vec<_> = keyspaces.into_iter().map(|keyspace| Part { keyspace, range: KeyRange::all() }).collect();
    beginning.fill(view, &parts, reserve_bytes)?;
    beginning.name()
}
