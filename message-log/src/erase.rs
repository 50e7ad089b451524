//! Erasure: the data keys of an exchange are destroyed, and a record says when, why and by whom.
//!
//! The erasure records are durable before the keys go: a crash in between leaves records whose word is made good at the next
//! start. The response goes with its request, because its head carries the request's hash, which would confirm a guess.

use crate::aside::erase_aside;
use crate::body::remove_body;
use crate::committer::AppendError;
use crate::disk::Disk;
use crate::entry::whole_micros;
use crate::frame::{HEADER_BYTES, Kind};
use crate::index::{Key, MemoryIndex, SegmentIndex};
use crate::log::{MessageLog, checked};
use crate::payload::{SLOT_BYTES, read_message};
use crate::shared::{Segment, Shared};
use jiff::Timestamp;
use std::fs::OpenOptions;
use std::io;
use std::sync::Arc;
use trust::leaf::{ErasureLeaf, Leaf};
use trust::merkle::{Hash, leaf_hash};

/// Why nothing, or not everything, was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// No record with content has this request id.
    #[error("no record with content has the request id {request_id}")]
    Nothing {
        /// The request id.
        request_id: String,
    },
    /// The erasure records could not be made durable; nothing was erased.
    #[error("failed to log the erasure")]
    Append(#[from] AppendError),
    /// The disk failed. What was logged as erased is erased when the log is opened next.
    #[error("failed to erase")]
    Disk(#[from] io::Error),
}

/// A record whose content is to go.
struct Target {
    index: u64,
    leaf: Hash,
    segment: Arc<Segment>,
    offset: u32,
}

impl MessageLog {
    /// Erases every record of one exchange on this server; returns their leaf indices. What stays is their leaves, the proofs
    /// and the records of the erasure. In what was set aside because of damage the exchange is erased too; nothing is returned
    /// for that.
    ///
    /// Copies of the disk, such as backups, hold the wrapped keys still: they end with the key-encryption key.
    ///
    /// # Errors
    /// When there is nothing to erase, or the disk fails.
    pub async fn erase(
        &self,
        request_id: &str,
        reason: &str,
        author: &str,
        now: Timestamp,
    ) -> Result<Vec<u64>, EraseError> {
        let _alone = self.0.erasing.lock().await;
        let (shared, id) = (Arc::clone(self.shared()), request_id.to_owned());
        let targets = blocking(move || find_targets(&shared, &id)).await?;
        if targets.is_empty() {
            // What was cut off because of damage has no record of its own here any more.
            return match self.erase_aside(request_id).await? {
                0 => Err(EraseError::Nothing { request_id: request_id.to_owned() }),
                _ => Ok(Vec::new()),
            };
        }
        let leaf = |target: &Target| ErasureLeaf {
            time: whole_micros(now),
            server: self.server().clone(),
            record: target.index,
            leaf: target.leaf,
            reason: reason.to_owned(),
            author: author.to_owned(),
        };
        let entries = targets.iter().map(|target| checked(&Leaf::Erasure(leaf(target)))).collect::<Result<_, _>>()?;
        self.append_entries(entries).await?;
        let indices = targets.iter().map(|target| target.index).collect();
        let shared = Arc::clone(self.shared());
        let done = blocking(move || {
            targets.iter().try_for_each(|target| {
                destroy(&shared, &target.segment, target.offset)?;
                shared.state().erasing.remove(&target.index);
                Ok(())
            })
        });
        if let Err(error) = done.await {
            // The records say "erased"; only a new start can make that true now.
            self.shared().close("destroying a data key failed");
            return Err(error.into());
        }
        self.erase_aside(request_id).await?;
        Ok(indices)
    }

    async fn erase_aside(&self, request_id: &str) -> Result<usize, EraseError> {
        let (shared, id) = (Arc::clone(self.shared()), request_id.to_owned());
        let erased = blocking(move || erase_aside(&shared.folders, &id)).await?;
        if erased > 0 {
            tracing::info!(places = erased, "erased an exchange in what was set aside because of damage");
        }
        Ok(erased)
    }
}

/// All records of an exchange that still have their content.
fn find_targets(shared: &Shared, request_id: &str) -> io::Result<Vec<Target>> {
    let mut targets = Vec::new();
    for segment in shared.segments() {
        for offset in segment.index(|index| index.offsets(Key::request_id(request_id)))? {
            let Some(frame) = segment.read(offset)?.filter(|frame| frame.kind == Kind::Message) else { continue };
            let Some(message) = read_message(&frame.payload).filter(|message| !message.is_erased()) else { continue };
            let Ok(Leaf::Message(leaf)) = Leaf::parse(message.leaf) else { continue };
            let Some(position) = segment.index(|index| index.leaf_position(offset))? else { continue };
            if leaf.request_id == request_id {
                let (index, leaf) = (segment.header.first_leaf + position, leaf_hash(message.leaf));
                targets.push(Target { index, leaf, segment: Arc::clone(&segment), offset });
            }
        }
    }
    Ok(targets)
}

/// Destroys the data key of the record at `offset`, and its body's file; done again it changes nothing.
pub(crate) fn destroy(shared: &Shared, segment: &Segment, offset: u32) -> io::Result<()> {
    let missing = || io::Error::new(io::ErrorKind::InvalidData, "the record to be erased is not there");
    let frame = segment.read(offset)?.filter(|frame| frame.kind == Kind::Message).ok_or_else(missing)?;
    let message = read_message(&frame.payload).ok_or_else(missing)?;
    let Ok(Leaf::Message(leaf)) = Leaf::parse(message.leaf) else { return Err(missing()) };
    let file = message.storage.file(leaf.time);
    overwrite_slot(&*shared.disk, segment, offset)?;
    forget_key(segment, message.idempotency, offset)?;
    file.map_or(Ok(()), |(id, home)| remove_body(&shared.folders.bodies, &id, home))
}

fn overwrite_slot(disk: &dyn Disk, segment: &Segment, offset: u32) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(segment.path())?;
    disk.write(&file, u64::from(offset) + HEADER_BYTES as u64, &[0; SLOT_BYTES])?;
    disk.sync(&file)
}

/// The index must not tell either whether some idempotency key was used.
fn forget_key(segment: &Segment, idempotency: u64, offset: u32) -> io::Result<()> {
    if idempotency == 0 {
        return Ok(());
    }
    let key = Key::from_digest(idempotency);
    let _not_being_written = segment.index_file();
    segment.update_index(|index: &mut MemoryIndex| index.remove(key, offset));
    segment.index(|index| match index {
        SegmentIndex::Memory(_) => Ok(()),
        SegmentIndex::File(file) => file.remove(key, offset),
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
