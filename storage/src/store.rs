//! The store: one file, opened by one process.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use redb::{Database, DatabaseError, ReadableDatabase};
use tokio::sync::{mpsc, oneshot};

use crate::batch::{Batch, MAX_BATCH_BYTES, MAX_KEY_BYTES};
use crate::committer::{self, Closed, CommitError, Waiting};
use crate::snapshot::{ReadError, Snapshot};

/// An open store. Clones share it; the file is released when the last clone and the last snapshot are gone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

/// What an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory for pages that were read or written: 16 MiB, for state that is small.
    pub cache_bytes: usize,
    /// Free space below which batches are refused, so that a full disk never fails a commit half-way: 32 MiB.
    pub disk_reserve_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: 16 * 1024 * 1024, disk_reserve_bytes: 32 * 1024 * 1024 }
    }
}

impl Store {
    /// Opens the store in the file `path`, which is created (readable by its owner only) if it is not there.
    ///
    /// Blocks while the file is checked, and repaired after a crash.
    ///
    /// # Errors
    /// [`OpenError`] when another process has the store open, when the file is not a store or is damaged, or when
    /// it cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(path, Options::default())
    }

    /// Opens the store like [`Store::open`], with other than the default options.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let file = create(path).map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        // The engine is told to fail on a damaged file; should it panic instead, one store is lost, not the process.
        let opened = catch_unwind(AssertUnwindSafe(|| engine(options).create_file(file)));
        let database = opened
            .map_err(|_| OpenError::Damaged { path: path.to_owned(), source: None })?
            .map_err(|source| OpenError::of(path, source))?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let reserve = DiskReserve { folder, reserve_bytes: options.disk_reserve_bytes };
        Self::start(database, reserve).map_err(|source| OpenError::File { path: path.to_owned(), source })
    }

    /// A view of everything that is durable now.
    ///
    /// # Errors
    /// [`ReadError`] when the engine cannot read.
    pub fn snapshot(&self) -> Result<Snapshot, ReadError> {
        let transaction = self.shared.database.begin_read();
        Ok(Snapshot::new(transaction.map_err(|source| ReadError::Snapshot { source: source.into() })?))
    }

    /// Makes `batch` durable, whole or not at all, and returns once it is.
    ///
    /// A call that is dropped while it waits may still be committed.
    ///
    /// # Errors
    /// [`CommitError`]: a precondition did not hold, the batch is too large, the disk is full, or the store is
    /// closed since a commit failed.
    pub async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        let answer = self.submit(batch)?;
        let (waiting, answer) = answer;
        if self.shared.sender().send(waiting).await.is_err() {
            return Err(CommitError::of(&self.shared.closed));
        }
        answer.await.unwrap_or_else(|_| Err(CommitError::of(&self.shared.closed)))
    }

    /// Makes `batch` durable like [`Store::commit`], for code that runs outside the async runtime.
    ///
    /// # Errors
    /// As [`Store::commit`].
    ///
    /// # Panics
    /// When called from an async task, which it would block.
    pub fn commit_blocking(&self, batch: Batch) -> Result<(), CommitError> {
        let (waiting, answer) = self.submit(batch)?;
        if self.shared.sender().blocking_send(waiting).is_err() {
            return Err(CommitError::of(&self.shared.closed));
        }
        answer.blocking_recv().unwrap_or_else(|_| Err(CommitError::of(&self.shared.closed)))
    }

    /// Why the store takes no more batches, if a commit failed.
    #[must_use]
    pub fn closed(&self) -> Option<&str> {
        self.shared.closed.get().map(String::as_str)
    }

    /// Checks a batch and makes the place for its answer.
    fn submit(&self, batch: Batch) -> Result<(Waiting, Answer), CommitError> {
        if batch.size_bytes() > MAX_BATCH_BYTES {
            return Err(CommitError::BatchTooLarge { size_bytes: batch.size_bytes() });
        }
        if batch.longest_key_bytes() > MAX_KEY_BYTES {
            return Err(CommitError::KeyTooLong { length: batch.longest_key_bytes() });
        }
        let (sender, answer) = oneshot::channel();
        Ok((Waiting { batch, answer: sender }, answer))
    }

    pub(crate) fn start(database: Database, reserve: DiskReserve) -> io::Result<Self> {
        let database = Arc::new(database);
        let closed = Closed::new(OnceLock::new());
        let (sender, receiver) = mpsc::channel(QUEUE);
        let (engine, reason) = (Arc::clone(&database), Arc::clone(&closed));
        let thread = std::thread::Builder::new()
            .name("storage-committer".to_owned())
            .spawn(move || committer::run(&engine, &reserve, &reason, receiver))?;
        Ok(Self { shared: Arc::new(Shared { sender: Some(sender), committer: Some(thread), database, closed }) })
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("closed", &self.closed()).finish_non_exhaustive()
    }
}

type Answer = oneshot::Receiver<Result<(), CommitError>>;

struct Shared {
    /// `None` only while the store is being dropped.
    sender: Option<mpsc::Sender<Waiting>>,
    committer: Option<JoinHandle<()>>,
    database: Arc<Database>,
    closed: Closed,
}

impl Shared {
    fn sender(&self) -> &mpsc::Sender<Waiting> {
        self.sender.as_ref().expect("the sender is taken by drop only")
    }
}

impl Drop for Shared {
    /// Waits for the committer, so that the file is free when the last store is gone.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(committer) = self.committer.take() {
            // A committer that panicked has told its callers already, by dropping their answers.
            let _ = committer.join();
        }
    }
}

/// The free space below which a store refuses to write.
pub(crate) struct DiskReserve {
    pub(crate) folder: PathBuf,
    pub(crate) reserve_bytes: u64,
}

impl DiskReserve {
    pub(crate) fn check(&self) -> Result<(), CommitError> {
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        let Ok(space) = rustix::fs::statvfs(folder) else {
            // A folder that cannot be asked will say what is wrong by the commit itself.
            return Ok(());
        };
        let free_bytes = space.f_bavail.saturating_mul(space.f_frsize);
        if free_bytes < self.reserve_bytes {
            return Err(CommitError::DiskFull { free_bytes, reserve_bytes: self.reserve_bytes });
        }
        Ok(())
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or this one, has it open.
    #[error("the store {} is in use by another process", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is not a store, or it is damaged.
    #[error("{} is not a store, or it is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the engine says, if it could.
        source: Option<DatabaseError>,
    },
    /// It was written by a version whose format this one does not read.
    #[error("the store {} has format {format}, which this version does not read", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The format of the engine.
        format: u8,
    },
    /// The operating system refused.
    #[error("failed to open the store {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl OpenError {
    fn of(path: &Path, source: DatabaseError) -> Self {
        let path = path.to_owned();
        match source {
            DatabaseError::DatabaseAlreadyOpen => Self::InUse { path },
            DatabaseError::UpgradeRequired(format) => Self::Format { path, format },
            DatabaseError::Storage(redb::StorageError::Io(source)) if source.kind() != io::ErrorKind::InvalidData => {
                Self::File { path, source }
            }
            source => Self::Damaged { path, source: Some(source) },
        }
    }
}

fn engine(options: Options) -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(options.cache_bytes);
    builder
}

/// Opens or creates the file; a new one is entered durably in its folder, or a power loss could forget it whole.
fn create(path: &Path) -> io::Result<File> {
    let is_new = !path.try_exists()?;
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    if is_new {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

/// Batches that wait at most; who comes later waits to get into the queue.
const QUEUE: usize = 1024;
