//! The engine `sled`: a folder with a log-structured tree, in which each keyspace has a prefix.
//!
//! As it is shipped, sled loses what it has acknowledged when the power fails. Four conditions make it hold what
//! this crate promises, and they are kept here: one writer whose groups are one batch each, without a flusher of its
//! own; after each flush a sync of the file system, because sled does not sync all of its files; a sync when a store
//! is created, and a sentinel that is missed when it is opened, because it opens silently empty what it cannot read;
//! and no panic of it gets out. What sled does not have at all is views that do not change: see [`past`].

mod layout;
mod past;
#[cfg(test)]
mod tests;
mod view;
mod write;

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use self::past::{MAX_PAST_BYTES, Past};
use self::view::Moment;
use self::write::Writer;
use super::{Fill, Storing, View, Wrote};
use crate::open::sync_folder;
use crate::{EngineError, OpenError};

/// An open folder.
pub(crate) struct Sled {
    shared: Arc<Shared>,
    /// Behind a lock for the form only: nobody but the committer writes.
    writer: Mutex<Writer>,
}

/// What views share with the store.
struct Shared {
    /// Taken when it is closed. The lock is held for a step of a read, and while a group is written.
    opened: RwLock<Option<Opened>>,
    /// Held for a look or a note, never while anything is read or written.
    past: RwLock<Past>,
}

struct Opened {
    path: PathBuf,
    db: sled::Db,
    barrier: Barrier,
}

/// Makes durable what the engine has handed to the system.
pub(crate) type Barrier = Box<dyn Fn() -> io::Result<()> + Send + Sync>;

impl Sled {
    pub(crate) fn create(path: &Path) -> Result<(), OpenError> {
        let refused = |source| OpenError::File { path: path.to_owned(), source };
        DirBuilder::new().mode(0o700).create(path).map_err(refused)?;
        let folder = File::open(path).map_err(refused)?;
        let made = guarded(|| {
            let db = configured(path, 0).open().map_err(EngineError::engine)?;
            db.insert(layout::SENTINEL, layout::FORMAT).map_err(EngineError::engine)?;
            db.flush().map_err(EngineError::engine)?;
            Ok(db)
        });
        let unreadable = |source| OpenError::Unreadable { path: path.to_owned(), source };
        give_up(made.map_err(unreadable)?, path);
        rustix::fs::syncfs(&folder).map_err(|errno| refused(errno.into()))?;
        sync_folder(path).map_err(refused)
    }

    pub(crate) fn open(path: &Path, cache_bytes: usize) -> Result<Self, OpenError> {
        let refused = |source| OpenError::File { path: path.to_owned(), source };
        let folder = File::open(path).map_err(refused)?;
        folder.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::InUse { path: path.to_owned() },
            TryLockError::Error(source) => refused(source),
        })?;
        for part in ["conf", "db"] {
            // The engine makes what is not there. Ours are created whole, so a part that is missing was lost.
            let size_bytes = path.join(part).metadata().map_err(refused)?.len();
            if size_bytes == 0 {
                return Err(refused(io::Error::new(io::ErrorKind::InvalidData, format!("its part {part} is empty"))));
            }
        }
        let barrier = Box::new(move || Ok(rustix::fs::syncfs(&folder)?));
        Self::over(path, cache_bytes, barrier).map_err(|source| OpenError::Unreadable { path: path.to_owned(), source })
    }

    /// Opens what is at `path` with a barrier of its own.
    pub(crate) fn over(path: &Path, cache_bytes: usize, barrier: Barrier) -> Result<Self, EngineError> {
        guarded(|| {
            let db = configured(path, cache_bytes).open().map_err(EngineError::engine)?;
            let writer = Writer::read(&db)?;
            let past = RwLock::new(Past::new(writer.names(), MAX_PAST_BYTES));
            let shared = Shared { opened: RwLock::new(Some(Opened { path: path.to_owned(), db, barrier })), past };
            Ok(Self { shared: Arc::new(shared), writer: Mutex::new(writer) })
        })
    }
}

impl Storing for Sled {
    fn view(&self) -> Result<Arc<dyn View>, EngineError> {
        Ok(Arc::new(Moment::begin(&self.shared)))
    }

    fn write(&self, fill: &mut Fill) -> Result<Wrote, EngineError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.with(|opened| {
            let Some(group) = writer.fill(&opened.db, fill)? else { return Ok(Wrote::Nothing) };
            let past = || self.shared.past.write().unwrap_or_else(PoisonError::into_inner);
            let oldest = past().note(&group.before);
            let batch = writer.batch(&opened.db, group, oldest)?;
            opened.db.apply_batch(batch).map_err(EngineError::engine)?;
            opened.db.flush().map_err(EngineError::engine)?;
            (opened.barrier)().map_err(EngineError::engine)?;
            past().show(writer.names());
            Ok(Wrote::Something)
        })
    }

    fn close(&self) {
        let opened = self.shared.opened.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Opened { path, db, barrier }) = opened {
            give_up(db, &path);
            // Not before: the lock on the folder goes with it.
            drop(barrier);
        }
    }
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&Opened) -> Result<T, EngineError>) -> Result<T, EngineError> {
        let opened = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        let opened = opened.as_ref().ok_or(EngineError::CLOSED)?;
        guarded(|| act(opened))
    }
}

fn configured(path: &Path, cache_bytes: usize) -> sled::Config {
    let cache_bytes = cache_bytes.max(LEAST_CACHE_BYTES) as u64;
    // Without a flusher: it would sync now and then what nobody waits for.
    sled::Config::new().path(path).cache_capacity(cache_bytes).flush_every_ms(None)
}

/// Closes the engine, and waits until it has left its file: it goes on for a moment in threads of its own.
fn give_up(db: sled::Db, path: &Path) {
    let closed = guarded(|| {
        drop(db);
        Ok(())
    });
    let left = || File::open(path.join("db")).is_ok_and(|file| file.try_lock().is_ok());
    let left = (0..LOOKS).any(|_| {
        left() || {
            std::thread::yield_now();
            false
        }
    });
    if closed.is_err() || !left {
        tracing::warn!(storage.path = %path.display(), "the engine did not close in good order");
    }
}

/// Should the engine panic, a store is lost and not the process.
fn guarded<T>(act: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err(EngineError::GAVE_UP))
}

/// The engine panics over a cache that is too small for its bookkeeping.
const LEAST_CACHE_BYTES: usize = 1024 * 1024;
/// Looks at whether the engine has left its file.
const LOOKS: usize = 1_000_000;
