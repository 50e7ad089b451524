//! The store: one file, opened by one process.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::accounts::Accounts;
use crate::back_up;
use crate::committer::{Closed, Committer, Verdict, Waiting};
use crate::engine::{Engine, Storing};
use crate::footprint::{Footprint, LastWrites, Moment};
use crate::newest::Newest;
use crate::open::{folder, open_or_create};
use crate::proposal::Proposal;
use crate::snapshot::SHUT_DOWN;
use crate::space::Space;
use crate::versions::Versions;
use crate::{
    BackUpError, Batch, CommitError, EngineError, Keyspace, MAX_BATCH_BYTES, MAX_KEY_BYTES, OpenError, ReadError,
    Settings, Snapshot, Transaction,
};

/// An open store. Clones share it; the file is released by [`Store::close`] or with the last clone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

impl Store {
    /// Opens the store in the file `path`, which is created (readable by its owner only) if it is not there.
    ///
    /// Blocks while the file is checked, and repaired after a crash.
    ///
    /// # Errors
    /// [`OpenError`] when the store is in use, when the file is not a store or is damaged, or when the file system
    /// refuses.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(path, &Settings::default())
    }

    /// Opens the store like [`Store::open`], with other than the default settings.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(path: impl AsRef<Path>, settings: &Settings) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let (engine, kind) = open_or_create(path, settings)?;
        let space = Space::new(folder(path).to_owned(), settings.disk_reserve_bytes, kind);
        Self::over(engine, kind, space).map_err(|error| error.at(path))
    }

    /// A view of everything that is durable now.
    ///
    /// # Errors
    /// [`ReadError`] when the store is closed or cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, ReadError> {
        if let Some(reason) = self.shared.closed.get() {
            return Err(ReadError::Closed { reason: reason.clone() });
        }
        let moment = self.moment();
        let view = self.shared.newest.get(|| self.shared.engine.view()).map_err(ReadError::snapshot)?;
        Ok(Snapshot::new(view, Arc::clone(&self.shared.closed), moment))
    }

    /// Where in the order of commits it is now. What is read afterwards shows at least what was committed until then.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment(self.shared.versions.newest())
    }

    /// Whether all that was read since `moment`, where `footprint` says, would be read so again: nothing was written there since. Before
    /// anybody can read what is written, `false` is said of where it is written.
    #[must_use]
    pub fn still_holds(&self, footprint: &Footprint, since: Moment) -> bool {
        self.shared.last_writes.leave(footprint, since)
    }

    /// Begins a transaction at everything that is durable now.
    ///
    /// # Errors
    /// [`ReadError`] when the store is closed or cannot be read.
    pub fn begin(&self) -> Result<Transaction, ReadError> {
        let began = self.shared.versions.begin();
        Ok(Transaction::new(self.clone(), self.snapshot()?, began))
    }

    /// The bytes of all keys and values of `keyspace`, or nothing if they are not counted (see [`Batch::quota`]).
    ///
    /// # Errors
    /// [`ReadError`] when the store is closed or cannot be read.
    pub fn size_bytes(&self, keyspace: Keyspace) -> Result<Option<u64>, ReadError> {
        self.snapshot()?.size_bytes(keyspace)
    }

    /// What keeps its content.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.shared.kind
    }

    /// Copies everything that is durable now into the new file `to`, itself a store, while this one is in use.
    ///
    /// Blocks until the copy is durable. If it fails, or the power does, there is nothing at `to`; what a crash
    /// leaves of it lies beside, in a file whose name ends in `.new`.
    ///
    /// # Errors
    /// [`BackUpError`] when something is at `to` already, the store cannot be read, or the copy cannot be written.
    pub fn back_up(&self, to: impl AsRef<Path>) -> Result<(), BackUpError> {
        let snapshot = self.snapshot().map_err(|source| BackUpError::Read { source })?;
        back_up::copy(&snapshot, to.as_ref(), self.shared.kind, self.shared.reserve_bytes)
    }

    /// Makes `batch` durable, whole or not at all, and returns once it is.
    ///
    /// A call that is dropped while it waits may still be committed.
    ///
    /// # Errors
    /// [`CommitError`]: a precondition did not hold, the batch is too large, the disk is full or fails, or the store
    /// is closed.
    pub async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.propose(Proposal::Batch(batch)).await
    }

    pub(crate) async fn propose(&self, proposal: Proposal) -> Verdict {
        let (sender, waiting, answer) = self.submit(proposal)?;
        sender.send(waiting).await.map_err(|_| self.closed())?;
        // Held until the answer comes, a sender would keep the committer from ending when the store is closed.
        drop(sender);
        answer.await.unwrap_or_else(|_| Err(self.closed()))
    }

    /// Makes `batch` durable like [`Store::commit`], for code that runs outside the async runtime.
    ///
    /// # Errors
    /// As [`Store::commit`].
    ///
    /// # Panics
    /// When called from an async task, which it would block.
    pub fn commit_blocking(&self, batch: Batch) -> Result<(), CommitError> {
        self.propose_blocking(Proposal::Batch(batch))
    }

    pub(crate) fn propose_blocking(&self, proposal: Proposal) -> Verdict {
        let (sender, waiting, answer) = self.submit(proposal)?;
        sender.blocking_send(waiting).map_err(|_| self.closed())?;
        drop(sender);
        answer.blocking_recv().unwrap_or_else(|_| Err(self.closed()))
    }

    /// Commits what waits and releases the file; clones and snapshots refuse from then on, and say why.
    pub async fn close(&self) {
        let shared = Arc::clone(&self.shared);
        // Waits for a thread that may be within a sync. A task that panicked has nothing left to release.
        let _ = tokio::task::spawn_blocking(move || shared.release()).await;
    }

    /// Checks a proposal and makes the place for its answer.
    fn submit(&self, proposal: Proposal) -> Result<(mpsc::Sender<Waiting>, Waiting, Answer), CommitError> {
        let refuse = |what, size_bytes, limit_bytes| CommitError::TooLarge { what, size_bytes, limit_bytes };
        if proposal.size_bytes() > MAX_BATCH_BYTES {
            return Err(refuse(proposal.name(), proposal.size_bytes(), MAX_BATCH_BYTES));
        }
        if proposal.longest_key_bytes() > MAX_KEY_BYTES {
            return Err(refuse("a key", proposal.longest_key_bytes(), MAX_KEY_BYTES));
        }
        let sender = self.shared.sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (answer_to, answer) = oneshot::channel();
        Ok((sender.ok_or_else(|| self.closed())?, Waiting { proposal, answer: answer_to }, answer))
    }

    fn closed(&self) -> CommitError {
        CommitError::closed(&self.shared.closed)
    }

    pub(crate) fn over(engine: Arc<dyn Storing>, kind: Engine, space: Space) -> Result<Self, StartError> {
        let accounts = engine.view().and_then(|view| Accounts::read(&*view)).map_err(StartError::Read)?;
        let closed = Closed::new(OnceLock::new());
        let (sender, receiver) = mpsc::channel(QUEUE);
        let versions = Versions::default();
        let reserve_bytes = space.reserve_bytes();
        let newest = Newest::default();
        let last_writes = LastWrites::default();
        let showing = (versions.clone(), newest.clone(), last_writes.clone());
        let committer = Committer::new(Arc::clone(&engine), space, Arc::clone(&closed), showing, accounts);
        let committer =
            std::thread::Builder::new().name("storage-committer".to_owned()).spawn(move || committer.run(receiver));
        let committer = committer.map_err(StartError::Thread)?;
        let shared = Shared {
            sender: Mutex::new(Some(sender)),
            committer: Mutex::new(Some(committer)),
            engine,
            kind,
            versions,
            newest,
            last_writes,
            reserve_bytes,
            closed,
        };
        Ok(Self { shared: Arc::new(shared) })
    }
}

/// Why a store that the engine has opened cannot be used.
#[derive(Debug)]
pub(crate) enum StartError {
    Read(EngineError),
    Thread(std::io::Error),
}

impl StartError {
    fn at(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::Read(source) => OpenError::Unreadable { path, source },
            Self::Thread(source) => OpenError::File { path, source },
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("closed", &self.shared.closed.get()).finish_non_exhaustive()
    }
}

type Answer = oneshot::Receiver<Verdict>;

/// The locks are held for a clone or a `take`, never while anything waits. A poisoned one still guards an
/// `Option` that is whole.
struct Shared {
    sender: Mutex<Option<mpsc::Sender<Waiting>>>,
    committer: Mutex<Option<JoinHandle<()>>>,
    engine: Arc<dyn Storing>,
    kind: Engine,
    versions: Versions,
    newest: Newest,
    last_writes: LastWrites,
    reserve_bytes: u64,
    closed: Closed,
}

impl Shared {
    /// Lets the committer finish what waits, then gives up the file.
    fn release(&self) {
        let _ = self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(committer) = self.committer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A committer that panicked has told its callers already, by dropping their answers.
            let _ = committer.join();
        }
        // Not before: what failed while the last batches were written is the better reason.
        let _ = self.closed.set(SHUT_DOWN.to_owned());
        self.engine.close();
        // Last: of an engine that is closed nobody makes another one.
        self.newest.pass();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.release();
    }
}

/// Batches that wait at most; who comes later waits to get into the queue.
const QUEUE: usize = 1024;
