//! That an epoch is due: a file says so from before anything is given up until the epoch is durable. Without it a process
//! that dies in between would leave a log that is sound, only shorter, and whose numbers would be used again.

use super::OpenError;
use super::damage::{Damage, fresh_aside, numbers_behind, set_aside};
use crate::disk::{Disk, replace_file_on};
use crate::settings::{OpenMode, PeerAnswer, PeerMemory};
use crate::shared::{Folders, PUBLISHED_CHECKPOINT};
use protocol::context::LogPoint;
use protocol::identifier::ServerId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use trust::merkle::Hash;

/// Why an epoch is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EpochCause {
    /// The log was restored from a copy.
    Restored,
    /// The log was cut in front of a record that does not verify.
    Cut,
}

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EpochDue {
    pub(super) cause: EpochCause,
    /// What is still to be set aside.
    cut: Option<Cut>,
    /// By peer what is known of the numbers that were used towards it; `None` where it was asked in vain.
    pub(super) peers: BTreeMap<ServerId, Option<Seen>>,
}

/// From where on the log is set aside, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cut {
    /// The segment, by the number of its first frame.
    pub(super) segment: u64,
    pub(super) offset: u64,
    /// The name of a folder that nothing was set aside in before.
    pub(super) aside: String,
}

/// What was seen of the lost part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// Size and root of the newest checkpoint that the peer saw.
    checkpoint: Option<(u64, Hash)>,
    /// The largest number that was used; 0 if none.
    pub(super) last_sequence: u64,
}

const FILE: &str = "epoch-due";

/// What is due since an earlier opening, or by this one's mode, and is durable now. A cut that was interrupted is finished.
pub(super) fn begun(folders: &Folders, mode: &OpenMode, disk: &dyn Disk) -> Result<Option<EpochDue>, OpenError> {
    let failed = |source| OpenError::Disk { folder: folders.root.clone(), source };
    let found = EpochDue::read(folders).map_err(failed)?;
    let (memories, due) = match (mode, found) {
        (OpenMode::Verified | OpenMode::CutDamage(_), None) => return Ok(None),
        (OpenMode::Verified, Some(due)) => {
            return Err(OpenError::EpochDue { folder: folders.root.clone(), cause: due.cause });
        }
        (OpenMode::CutDamage(memories) | OpenMode::Restored(memories), Some(due)) => (memories, due),
        (OpenMode::Restored(memories), None) => (memories, EpochDue::new(EpochCause::Restored)),
    };
    due.learning(memories).carried_out(folders, disk).map(Some).map_err(failed)
}

/// Sets aside everything from the damage on; what was known before stays known.
pub(super) fn cut(
    folders: &Folders,
    damage: &Damage,
    before: Option<EpochDue>,
    memories: &[PeerMemory],
    disk: &dyn Disk,
) -> io::Result<EpochDue> {
    let due = before.unwrap_or_else(|| EpochDue::new(EpochCause::Cut));
    let due = due.learning(memories).learning(&numbers_behind(folders, damage)?);
    let aside = fresh_aside(folders, damage.record)?;
    let cut = Some(Cut { segment: damage.segment, offset: damage.offset, aside });
    EpochDue { cause: EpochCause::Cut, cut, ..due }.carried_out(folders, disk)
}

/// The epoch is durable.
pub(super) fn done(folders: &Folders, disk: &dyn Disk) -> io::Result<()> {
    std::fs::remove_file(folders.root.join(FILE))?;
    disk.sync_folder(&folders.root)
}

impl EpochDue {
    const fn new(cause: EpochCause) -> Self {
        Self { cause, cut: None, peers: BTreeMap::new() }
    }

    fn read(folders: &Folders) -> io::Result<Option<Self>> {
        match std::fs::read(folders.root.join(FILE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            bytes => serde_json::from_slice(&bytes?).map(Some).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("the file {FILE} cannot be read: {error}"))
            }),
        }
    }

    fn write(&self, folders: &Folders, disk: &dyn Disk) -> io::Result<()> {
        replace_file_on(disk, &folders.root.join(FILE), &serde_json::to_vec(self)?)
    }

    /// Whatever was seen by anybody counts.
    fn learning(mut self, memories: &[PeerMemory]) -> Self {
        for PeerMemory { peer, answer } in memories {
            let known = self.peers.entry(peer.clone()).or_default();
            let PeerAnswer::Remembers { checkpoint, last_sequence } = *answer else { continue };
            let checkpoint = checkpoint.map(|LogPoint { size, root }| (size, root));
            let before = known.unwrap_or(Seen { checkpoint: None, last_sequence: 0 });
            *known = Some(Seen {
                checkpoint: before.checkpoint.max(checkpoint),
                last_sequence: before.last_sequence.max(last_sequence),
            });
        }
        self
    }

    /// Does what is to be done before the log is loaded, once the file says so.
    fn carried_out(mut self, folders: &Folders, disk: &dyn Disk) -> io::Result<Self> {
        self.write(folders, disk)?;
        if let Some(cut) = &self.cut {
            set_aside(folders, cut, disk)?;
            self.cut = None;
            self.write(folders, disk)?;
        }
        forget_published(folders, disk)?;
        Ok(self)
    }
}

impl Seen {
    pub(super) fn point(&self) -> Option<LogPoint> {
        self.checkpoint.map(|(size, root)| LogPoint { size, root })
    }
}

/// The published checkpoint may be of the log that was lost, and so newer than the copy: peers know it, and the copy is told
/// by them.
fn forget_published(folders: &Folders, disk: &dyn Disk) -> io::Result<()> {
    match std::fs::remove_file(folders.root.join(PUBLISHED_CHECKPOINT)) {
        Ok(()) => disk.sync_folder(&folders.root),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

impl fmt::Display for EpochCause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Restored => "was restored from a copy",
            Self::Cut => "was cut in front of a damaged record",
        })
    }
}
