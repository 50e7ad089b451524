//! Taking in a body: hashed as it comes, in memory up to a limit, beyond it encrypted into a file.

use super::chunks::{ChunkReader, ChunkWriter};
use super::{Body, BodyDigest, BodyFile, Content, new_path};
use crate::key::{DataKey, KeyWrapError};
use crate::space::{DiskFull, Space, SpaceReservation};
use aws_lc_rs::{digest, rand};
use bytes::{Bytes, BytesMut};
use protocol::hash::Sha512Hash;
use std::fs::OpenOptions;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Takes in one body.
pub struct BodySpool {
    spooling: Arc<Spooling>,
    limit: u64,
    length: u64,
    stage: Stage,
}

/// Why a body could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The body is longer than allowed.
    #[error("the body is longer than {limit} bytes")]
    TooLong {
        /// The limit that was set.
        limit: u64,
    },
    /// There is no room for it.
    #[error("no space for the body")]
    DiskFull(#[from] DiskFull),
    /// The file could not be written.
    #[error("failed to write the body's file")]
    Write(#[from] io::Error),
    /// No data key.
    #[error("failed to make a data key for the body")]
    Key(#[from] KeyWrapError),
    /// An earlier piece failed or was given up.
    #[error("an earlier piece of the body was not taken in")]
    Broken,
}

/// What all spools of a log share.
pub(crate) struct Spooling {
    pub(crate) folder: PathBuf,
    pub(crate) memory_limit: u64,
    pub(crate) budget: Arc<Budget>,
    pub(crate) space: Arc<Space>,
}

/// The memory that all bodies together may take.
pub(crate) struct Budget {
    used: AtomicU64,
    limit: u64,
}

/// The part of the budget that one body holds.
pub(super) struct BudgetShare {
    budget: Option<Arc<Budget>>,
    bytes: u64,
}

enum Stage {
    Memory {
        bytes: BytesMut,
        digests: Digests,
        share: BudgetShare,
    },
    /// `waiting` is written in larger pieces, away from the asynchronous threads.
    File {
        waiting: BytesMut,
        file: Box<SpoolFile>,
    },
    Broken,
}

struct SpoolFile {
    writer: ChunkWriter,
    digests: Digests,
    held: TemporaryName,
    key: DataKey,
    /// Space promised for what comes next.
    reservation: SpaceReservation,
    /// Bytes that may still come, promised ones included.
    left: u64,
}

struct Digests {
    length: u64,
    sha512: digest::Context,
    crc32: crc32fast::Hasher,
}

/// Removes the file again unless it became a [`BodyFile`].
struct TemporaryName {
    folder: PathBuf,
    id: [u8; 16],
    taken_over: bool,
}

const WRITE_BYTES: usize = 256 << 10;
/// Space is promised to a body in steps of this size, so that many bodies at once do not promise what they never need.
const RESERVE_BYTES: u64 = 1 << 20;

impl Spooling {
    pub(crate) fn spool(self: &Arc<Self>, limit: u64) -> BodySpool {
        let share = BudgetShare { budget: Some(Arc::clone(&self.budget)), bytes: 0 };
        let stage = Stage::Memory { bytes: BytesMut::new(), digests: Digests::new(), share };
        BodySpool { spooling: Arc::clone(self), limit, length: 0, stage }
    }
}

impl Spooling {
    /// The same body in a file; blocks.
    pub(crate) fn store(&self, body: &Body) -> Result<Body, SpoolError> {
        match body.bytes() {
            None => Ok(body.clone()),
            Some(bytes) => {
                SpoolFile::start(self, Digests::new(), &[], bytes.len() as u64)?.write_all(self, bytes)?.finish()
            }
        }
    }
}

impl BodySpool {
    /// Takes in the next piece.
    ///
    /// # Errors
    /// When the body becomes too long, the disk is full or fails. The spool is of no use afterwards.
    pub async fn push(&mut self, piece: Bytes) -> Result<(), SpoolError> {
        self.length = self.length.saturating_add(piece.len() as u64);
        if self.length > self.limit {
            self.stage = Stage::Broken;
            return Err(SpoolError::TooLong { limit: self.limit });
        }
        // Whatever fails or is cancelled on the way leaves `Broken` behind.
        self.stage = match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Memory { mut bytes, mut digests, mut share } => {
                digests.update(&piece);
                if self.length <= self.spooling.memory_limit && share.grow(piece.len() as u64) {
                    bytes.extend_from_slice(&piece);
                    Stage::Memory { bytes, digests, share }
                } else {
                    let (spooling, limit) = (Arc::clone(&self.spooling), self.limit);
                    let start = move || SpoolFile::start(&spooling, digests, &[&bytes, &piece], limit);
                    let file = blocking(start).await?;
                    Stage::File { waiting: BytesMut::new(), file: Box::new(file) }
                }
            }
            Stage::File { mut waiting, file } => {
                waiting.extend_from_slice(&piece);
                if waiting.len() < WRITE_BYTES {
                    Stage::File { waiting, file }
                } else {
                    let spooling = Arc::clone(&self.spooling);
                    let (waiting, file) = blocking(move || file.write(&spooling, waiting)).await?;
                    Stage::File { waiting, file }
                }
            }
            Stage::Broken => return Err(SpoolError::Broken),
        };
        Ok(())
    }

    /// The body is complete.
    ///
    /// # Errors
    /// When the rest of it cannot be written.
    pub async fn finish(self) -> Result<Body, SpoolError> {
        match self.stage {
            Stage::Memory { bytes, digests, share } => {
                let content = Content::Memory { bytes: bytes.freeze(), _share: share };
                Ok(Body::new(digests.finish(), content))
            }
            Stage::File { waiting, file } => {
                let spooling = self.spooling;
                blocking(move || {
                    let (_, file) = file.write(&spooling, waiting)?;
                    file.finish()
                })
                .await
            }
            Stage::Broken => Err(SpoolError::Broken),
        }
    }
}

impl SpoolFile {
    /// Begins a file of at most `limit` bytes with these pieces.
    fn start(spooling: &Spooling, digests: Digests, pieces: &[&[u8]], limit: u64) -> Result<Self, SpoolError> {
        let bytes = pieces.iter().map(|piece| piece.len() as u64).sum();
        let mut reservation = spooling.space.reserve_file(RESERVE_BYTES.min(limit).max(bytes))?;
        let key = DataKey::generate()?;
        let mut id = [0; 16];
        rand::fill(&mut id).map_err(|_| KeyWrapError::Random)?;
        let path = new_path(&spooling.folder, &id);
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        let held = TemporaryName { folder: spooling.folder.clone(), id, taken_over: false };
        let mut writer = ChunkWriter::new(file, &key);
        for piece in pieces {
            writer.write(piece)?;
        }
        reservation.spend(bytes);
        Ok(Self { writer, digests, held, key, reservation, left: limit.saturating_sub(bytes) })
    }

    fn write(
        mut self: Box<Self>,
        spooling: &Spooling,
        mut waiting: BytesMut,
    ) -> Result<(BytesMut, Box<Self>), SpoolError> {
        let bytes = waiting.len() as u64;
        if bytes > self.reservation.bytes() {
            self.reservation = spooling.space.reserve_file(RESERVE_BYTES.min(self.left).max(bytes))?;
        }
        self.digests.update(&waiting);
        self.writer.write(&waiting)?;
        self.reservation.spend(bytes);
        self.left = self.left.saturating_sub(bytes);
        waiting.clear();
        Ok((waiting, self))
    }

    fn write_all(self, spooling: &Spooling, bytes: &[u8]) -> Result<Self, SpoolError> {
        let (_, written) = Box::new(self).write(spooling, BytesMut::from(bytes))?;
        Ok(*written)
    }

    fn finish(mut self) -> Result<Body, SpoolError> {
        let digest = self.digests.finish();
        let reader = ChunkReader::new(self.writer.finish()?, &self.key, digest.length);
        self.held.taken_over = true;
        let file = BodyFile {
            id: self.held.id,
            folder: self.held.folder.clone(),
            reader: Arc::new(reader),
            key: self.key,
            temporary: AtomicBool::new(true),
        };
        Ok(Body::new(digest, Content::File(file)))
    }
}

impl Digests {
    fn new() -> Self {
        Self { length: 0, sha512: digest::Context::new(&digest::SHA512), crc32: crc32fast::Hasher::new() }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.sha512.update(bytes);
        self.crc32.update(bytes);
    }

    fn finish(self) -> BodyDigest {
        let mut sha512 = [0; 64];
        sha512.copy_from_slice(self.sha512.finish().as_ref());
        BodyDigest { length: self.length, sha512: Sha512Hash::from_bytes(sha512), crc32: self.crc32.finalize() }
    }
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self { used: AtomicU64::new(0), limit })
    }
}

impl BudgetShare {
    pub(super) fn none() -> Self {
        Self { budget: None, bytes: 0 }
    }

    fn grow(&mut self, bytes: u64) -> bool {
        let Some(budget) = &self.budget else { return true };
        let used = budget.used.fetch_add(bytes, Ordering::AcqRel);
        self.bytes += bytes;
        used.saturating_add(bytes) <= budget.limit
    }
}

impl Drop for BudgetShare {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.used.fetch_sub(self.bytes, Ordering::AcqRel);
        }
    }
}

impl Drop for TemporaryName {
    fn drop(&mut self) {
        if !self.taken_over {
            // Left behind, it is removed when the log is opened next.
            let _ = std::fs::remove_file(new_path(&self.folder, &self.id));
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SpoolError> + Send + 'static,
) -> Result<T, SpoolError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| SpoolError::Write(io::Error::other(error)))?
}
