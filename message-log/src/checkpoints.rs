//! Checkpoints of this log, their timestamps, and proofs out of the tree.

use crate::committer::AppendError;
use crate::disk::replace_file;
use crate::entry::{Entry, Facts, read_timestamp};
use crate::frame::{Kind, Parsed};
use crate::index::IndexFile;
use crate::log::MessageLog;
use crate::read::{leaf_of, read_leaf_frame};
use crate::segment::{FrameReader, OwnedFrame};
use crate::shared::{PUBLISHED_CHECKPOINT, Segment};
use crate::state::{CheckpointEntry, Location, State, read_snapshot};
use crate::tree::TreeError;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::Arc;
use trust::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use trust::leaf::Leaf;
use trust::merkle::{Hash, ProveError, consistency_proof, inclusion_proof, root_of, verify_inclusion};
use trust::note::NoteKey;
use trust::tile::Tile;

/// The log key, as far as the log needs it.
pub trait CheckpointSigner: Send + Sync {
    /// The public key under the name of the log's origin.
    fn verifier_key(&self) -> &NoteKey;

    /// Signs the text of a checkpoint with Ed25519. May block.
    ///
    /// # Errors
    /// When the key is not at hand.
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, CheckpointSignerError>;
}

/// The log key could not sign.
#[derive(Debug, thiserror::Error)]
#[error("the log key could not sign")]
pub struct CheckpointSignerError(#[from] pub Box<dyn std::error::Error + Send + Sync>);

/// Why no checkpoint was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeCheckpointError {
    /// The signer failed.
    #[error("failed to sign a checkpoint of {size} records")]
    Sign {
        /// The size of the tree.
        size: u64,
        /// Why.
        source: CheckpointSignerError,
    },
    /// The signature does not verify, or the key is not named as the log's origin.
    #[error("the log key {key} made no checkpoint of {origin}")]
    Key {
        /// The key.
        key: String,
        /// The origin that it should be named as.
        origin: String,
        /// What is wrong.
        source: CheckpointError,
    },
    /// It could not be made durable.
    #[error("failed to log the checkpoint")]
    Append(#[from] AppendError),
    /// Its tiles could not be written.
    #[error("failed to write the tiles of the checkpoint")]
    Tiles(#[from] TreeError),
    /// A thread went away.
    #[error("failed to run in the background")]
    Background(#[source] io::Error),
}

/// Checkpoints that no timestamp covers yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unstamped {
    /// The newest one: a timestamp for it covers all.
    pub newest: SignedCheckpoint,
    /// When the oldest one was made.
    pub oldest: Timestamp,
}

/// Why no proof could be made.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such leaf or size, or a tile cannot be read.
    #[error("no proof can be made")]
    Prove(#[from] ProveError<TreeError>),
    /// What the tiles give does not prove it.
    #[error("the tiles do not prove record {index} in the tree of {size} records")]
    Tiles {
        /// The leaf.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The numbers asked about were never used.
    #[error("no number from {from} on was ever used towards that server")]
    NeverUsed {
        /// The first number that was not.
        from: u64,
    },
    /// The log is smaller than the tree that was asked about.
    #[error("the log has {has} records, not {asked}")]
    Smaller {
        /// How many it has.
        has: u64,
        /// How many it should have.
        asked: u64,
    },
    /// The disk failed.
    #[error("failed to read record {index}")]
    Disk {
        /// The leaf.
        index: u64,
        /// What the disk said.
        source: io::Error,
    },
}

impl MessageLog {
    /// Signs a checkpoint over everything that is durable now, and logs it. Without a new record since the newest checkpoint,
    /// that one is returned.
    ///
    /// # Errors
    /// When signing or logging fails.
    pub async fn checkpoint(
        &self,
        signer: &Arc<dyn CheckpointSigner>,
        now: Timestamp,
    ) -> Result<SignedCheckpoint, MakeCheckpointError> {
        let _alone = self.0.checkpointing.lock().await;
        self.explain_dropped(now).await?;
        let (size, root) = self.shared().tree.head();
        if let Some(newest) = self.newest_checkpoint()
            && newest.claimed().size == size
        {
            return Ok(SignedCheckpoint::clone(&newest));
        }
        let checkpoint = Checkpoint { origin: Checkpoint::origin_of(self.server()), size, root };
        let (log, signer) = (self.clone(), Arc::clone(signer));
        // Tiles first: whoever gets to see the checkpoint must find them.
        let signed = background(move || {
            log.write_tiles(size)?;
            sign(&checkpoint, &*signer)
        });
        let signed = signed.await??;
        self.append_entries(vec![Entry::checkpoint(&signed, now)]).await?;
        self.shared().newest_checkpoint.store(Some(Arc::new(signed.clone())));
        let (log, text) = (self.clone(), signed.to_string());
        background(move || log.publish_checkpoint(&text)).await??;
        Ok(signed)
    }

    /// Logs the timestamp token over a checkpoint of this log; the caller has verified it.
    ///
    /// # Errors
    /// When it is no checkpoint of this log, or an old one that a newer timestamp covers, or the token cannot be made durable.
    pub async fn add_timestamp(&self, checkpoint: &SignedCheckpoint, token: &[u8]) -> Result<(), AppendError> {
        let claimed = checkpoint.claimed();
        let known =
            self.shared().state().checkpoints.get(&claimed.size).is_some_and(|known| known.root == claimed.root);
        if !known {
            return Err(AppendError::Malformed {
                reason: "the timestamp is over no checkpoint of this log".to_owned(),
            });
        }
        self.append_entries(vec![Entry::timestamp(claimed.size, token)]).await.map(|_| ())
    }

    /// The newest checkpoint, if there is one. Takes no lock: every message asks.
    #[must_use]
    pub fn newest_checkpoint(&self) -> Option<Arc<SignedCheckpoint>> {
        self.shared().newest_checkpoint.load_full()
    }

    /// The checkpoints that no timestamp covers yet. Reads one frame.
    #[must_use]
    pub fn unstamped(&self) -> Option<Unstamped> {
        let unstamped = self.shared().state().unstamped();
        let (newest, oldest) = (unstamped.first()?, unstamped.last()?);
        Some(Unstamped { newest: self.shared().read_checkpoint(newest.1.at).ok()?, oldest: oldest.1.time })
    }

    /// Since when there are records that no timestamp covers, whether or not a checkpoint does; the caller stops traffic when
    /// that becomes too long ago. Reads one frame.
    #[must_use]
    pub fn unstamped_since(&self) -> Option<Timestamp> {
        let first = self.shared().state().stamped();
        if first >= self.size() {
            return None;
        }
        let leaf = |frame: OwnedFrame| Leaf::parse(leaf_of(&frame)?).ok();
        let first = read_leaf_frame(self.shared(), first).ok().flatten().and_then(leaf);
        // What cannot be read is reported by others; here its checkpoint tells the time as well.
        first.map(|leaf| leaf.time()).or_else(|| self.unstamped().map(|unstamped| unstamped.oldest))
    }

    /// The inclusion proof of leaf `index` in the tree of `size` leaves. Blocks.
    ///
    /// # Errors
    /// When the log has no such leaf or size, or a tile cannot be read.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, ProofError> {
        self.check_size(size)?;
        Ok(inclusion_proof(index, size, &self.shared().tree)?)
    }

    /// The proof that the tree of `from` leaves is the beginning of the tree of `to` leaves. Blocks.
    ///
    /// # Errors
    /// When the log is smaller, or a tile cannot be read.
    pub fn consistency_proof(&self, from: u64, to: u64) -> Result<Vec<Hash>, ProofError> {
        self.check_size(to)?;
        Ok(consistency_proof(from, to, &self.shared().tree)?)
    }

    /// The content of a tile of the tree that the newest checkpoint covers; `None` if that tree has no such tile. Blocks.
    ///
    /// # Errors
    /// When a tile cannot be read.
    pub fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, TreeError> {
        let covered = self.shared().state().last_checkpoint().map_or(0, |(size, _)| size);
        let end = tile.index().saturating_mul(256).saturating_add(u64::from(tile.width()));
        if end > covered.checked_shr(8 * u32::from(tile.level())).unwrap_or(0) {
            return Ok(None);
        }
        tile.content(&self.shared().tree).map(Some)
    }

    /// The root of the tree of the first `size` leaves. Blocks.
    ///
    /// # Errors
    /// When the log is smaller, or a tile cannot be read.
    pub fn root(&self, size: u64) -> Result<Hash, TreeError> {
        root_of(size, &self.shared().tree)
    }

    /// The checkpoint that tells most about leaf `index`, with its timestamp token if it has one: the earliest one with a
    /// timestamp that covers it, else the newest one that does.
    pub(crate) fn checkpoint_for(&self, index: u64) -> io::Result<Option<(SignedCheckpoint, Option<Vec<u8>>)>> {
        let mut covering: BTreeMap<u64, CheckpointEntry> = BTreeMap::new();
        let Some((first, _)) = self.shared().segment_of_leaf(index) else { return Ok(None) };
        let segments = self.shared().segments().into_iter();
        for segment in segments.filter(|segment| segment.header.first_frame >= first.header.first_frame) {
            self.checkpoints_in(&segment, &mut covering)?;
            covering = covering.split_off(&(index + 1));
            if covering.values().any(|entry| entry.timestamp.is_some()) {
                break;
            }
        }
        let stamped = covering.values().find(|entry| entry.timestamp.is_some());
        let Some(CheckpointEntry { at, timestamp, .. }) = stamped.or_else(|| covering.values().next_back()) else {
            return Ok(None);
        };
        let checkpoint = self.shared().read_checkpoint(*at)?;
        let token = timestamp.map(|at| self.shared().read_at(at, Kind::Timestamp)).transpose()?;
        let token = token.as_deref().and_then(read_timestamp).map(|(_, token)| token.to_vec());
        Ok(Some((checkpoint, token)))
    }

    pub(crate) fn check_size(&self, asked: u64) -> Result<(), ProofError> {
        let has = self.size();
        if asked > has { Err(ProofError::Smaller { has, asked }) } else { Ok(()) }
    }

    /// Adds the checkpoints and timestamps of a segment: from its snapshot, or from its frames where it has none yet.
    fn checkpoints_in(&self, segment: &Segment, known: &mut BTreeMap<u64, CheckpointEntry>) -> io::Result<()> {
        let mut state = State { checkpoints: std::mem::take(known), ..State::default() };
        let snapshot =
            IndexFile::open(&segment.index_path())?.and_then(|(_, snapshot)| read_snapshot(&snapshot, &state));
        if let Some(at_end) = snapshot {
            *known = at_end.state.checkpoints;
            return Ok(());
        }
        let mut reader = FrameReader::new(File::open(segment.path())?, segment.header.seed, segment.end())?;
        while let Parsed::Frame(frame) = reader.next()? {
            if let (Kind::Checkpoint | Kind::Timestamp, Ok(facts)) = (frame.kind, Facts::of(frame.kind, frame.payload))
            {
                let at = Location { segment: segment.header.first_frame, offset: frame.offset };
                state.apply(false, &facts.effect, at);
            }
        }
        *known = state.checkpoints;
        Ok(())
    }

    /// An inclusion proof that was checked before it is handed out: tiles are derived, and may be damaged.
    pub(crate) fn checked_proof(
        &self,
        index: u64,
        leaf: &Hash,
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Hash>, ProofError> {
        let size = checkpoint.size;
        let proof = self.inclusion_proof(index, size)?;
        match verify_inclusion(leaf, index, size, &proof, &checkpoint.root) {
            Ok(()) => Ok(proof),
            Err(_) => Err(ProofError::Tiles { index, size }),
        }
    }

    /// The tiles of the tree at `size`, full ones and partial ones.
    fn write_tiles(&self, size: u64) -> Result<(), TreeError> {
        let shared = self.shared();
        let unwritten = |source| TreeError::Tile { tile: "the full tiles".to_owned(), source };
        shared.keeper.write_tiles().map_err(unwritten)?;
        shared.tree.write_partial_tiles(size)
    }

    fn publish_checkpoint(&self, text: &str) -> Result<(), TreeError> {
        let path = self.shared().folders.root.join(PUBLISHED_CHECKPOINT);
        let written = replace_file(&path, text.as_bytes());
        written.map_err(|source| TreeError::Tile { tile: PUBLISHED_CHECKPOINT.to_owned(), source })
    }
}

fn sign(checkpoint: &Checkpoint, signer: &dyn CheckpointSigner) -> Result<SignedCheckpoint, MakeCheckpointError> {
    let key = signer.verifier_key();
    let wrong = |source: CheckpointError| {
        let (key, origin) = (key.to_string(), checkpoint.origin.clone());
        MakeCheckpointError::Key { key, origin, source }
    };
    let text = checkpoint.to_text().map_err(wrong)?;
    let size = checkpoint.size;
    let signature = signer.sign(text.as_bytes()).map_err(|source| MakeCheckpointError::Sign { size, source })?;
    let note = text.signed(key, &signature).map_err(|error| wrong(error.into()))?;
    let signed = SignedCheckpoint::try_from(note).map_err(wrong)?;
    signed.verify(std::slice::from_ref(key)).map_err(wrong)?;
    Ok(signed)
}

async fn background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, MakeCheckpointError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| MakeCheckpointError::Background(io::Error::other(error)))
}
