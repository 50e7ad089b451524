//! From what was loaded to a log that takes records.

use super::OpenError;
use super::due::{EpochCause, EpochDue, Seen};
use super::load::Loaded;
use super::scan::Scanned;
use crate::active::{Active, new_active};
use crate::body::{BodyId, Budget, Home, NEW_FOLDER, Spooling, home_folders, settle_body};
use crate::committer::{AppendError, Committer};
use crate::disk::{Disk, write_zeros};
use crate::entry::{Entry, whole_micros};
use crate::erase::destroy;
use crate::frame::Kind;
use crate::key::KeyWrap;
use crate::log::{checked, outcome_entry};
use crate::payload::read_message;
use crate::read::read_leaf_frame;
use crate::settings::Settings;
use crate::shared::{Folders, Parts, Shared};
use crate::space::Space;
use jiff::Timestamp;
use protocol::context::LogPoint;
use protocol::identifier::ServerId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use trust::leaf::{Direction, EpochLeaf, Leaf, Outcome};

/// Makes the parts that the threads share, and the segment that is written to.
pub(super) fn share(
    loaded: Loaded,
    settings: Settings,
    folders: Folders,
    key: Arc<dyn KeyWrap>,
    disk: Arc<dyn Disk>,
    lock: File,
) -> io::Result<(Arc<Shared>, Active)> {
    let Loaded { mut segments, state, tree, active, without_index, bodies } = loaded;
    settle_bodies(&folders, &bodies, &*disk)?;
    let active = match active {
        Some(scanned) => {
            let segment = segments.last().cloned().ok_or_else(|| io::Error::other("no segment was loaded"))?;
            let (file, allocated) = reopen(&scanned, settings.segment_bytes, &*disk)?;
            let offset = scanned.end;
            Active { segment, file, offset, allocated, written: offset, materials: scanned.materials }
        }
        None => {
            let first = new_active(&folders.segments, &*disk, (0, 0), None, settings.segment_bytes)?;
            segments.push(Arc::clone(&first.segment));
            first
        }
    };
    let space = Arc::new(Space::new(Arc::clone(&disk), folders.root.clone(), settings.disk_floor_bytes));
    let spooling = Arc::new(Spooling {
        folder: folders.bodies.clone(),
        memory_limit: settings.memory_body_bytes,
        budget: Budget::new(settings.memory_budget_bytes),
        space: Arc::clone(&space),
    });
    let shared = Shared::new(Parts { settings, folders, disk, key, space, spooling, tree, state, segments, lock });
    for sealed in without_index {
        shared.keeper.seal_at_start(sealed);
    }
    Ok((shared, active))
}

/// Opens the last segment for writing: a torn write is cut off, and zeros lie behind.
fn reopen(scanned: &Scanned, bytes: u64, disk: &dyn Disk) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().read(true).write(true).open(&scanned.path)?;
    let length = file.metadata()?.len();
    if !scanned.rest_is_zero {
        tracing::warn!(segment = scanned.header.first_frame, offset = scanned.end, "a torn write is cut off");
        write_zeros(&file, scanned.end, length)?;
        disk.sync(&file)?;
    }
    // A log on a full disk must still open: without more room, the next record begins a new segment, or is refused.
    let grown = length < bytes && disk.allocate(&file, bytes).and_then(|()| file.sync_all()).is_ok();
    Ok((file, if grown { bytes } else { length }))
}

/// Bodies of durable records get their lasting names; what else was being taken in is gone.
fn settle_bodies(folders: &Folders, bodies: &[(BodyId, Home)], disk: &dyn Disk) -> io::Result<()> {
    let fresh = folders.bodies.join(NEW_FOLDER);
    let homes: HashMap<BodyId, Home> = bodies.iter().copied().collect();
    for entry in std::fs::read_dir(&fresh)? {
        let entry = entry?;
        let name = entry.file_name();
        let mut id = [0; 16];
        let is_id = name.to_str().is_some_and(|name| hex::decode_to_slice(name, &mut id).is_ok());
        match homes.get(&id) {
            Some(home) if is_id => settle_body(&folders.bodies, &id, *home)?,
            _ => std::fs::remove_file(entry.path())?,
        }
    }
    // Whether it happened now or just before a crash: index files that are written later take these names for durable.
    let named: BTreeSet<PathBuf> =
        bodies.iter().flat_map(|(id, home)| home_folders(&folders.bodies, id, *home)).collect();
    named.iter().filter(|folder| folder.exists()).try_for_each(|folder| disk.sync_folder(folder))
}

/// The newest record that has its key must open with ours.
pub(super) fn check_key(shared: &Shared) -> Result<(), OpenError> {
    const LOOKED_AT: u64 = 100;
    let size = shared.tree.size();
    for index in (size.saturating_sub(LOOKED_AT)..size).rev() {
        let failed = |source| OpenError::Disk { folder: shared.folders.root.clone(), source };
        let Some(frame) = read_leaf_frame(shared, index).map_err(failed)? else { continue };
        let message = (frame.kind == Kind::Message).then(|| read_message(&frame.payload)).flatten();
        if let Some(message) = message.filter(|message| !message.is_erased()) {
            let unwrapped = shared.key.unwrap(message.wrapped_key);
            return unwrapped.map(|_| ()).map_err(|_| OpenError::WrongKey { index });
        }
    }
    Ok(())
}

/// What erasure records say is made true, should a crash have come in between.
pub(super) fn redo_erasures(shared: &Shared) -> io::Result<()> {
    let erasing = std::mem::take(&mut shared.state().erasing);
    for record in erasing {
        let Some((segment, position)) = shared.segment_of_leaf(record) else { continue };
        if let Some(offset) = segment.index(|index| index.leaf_offset(position))? {
            destroy(shared, &segment, offset)?;
        }
    }
    Ok(())
}

/// Each number that was reserved and has no record gets an outcome, and is never used again.
pub(super) fn explain_numbers(shared: &Shared, committer: &mut Committer, now: Timestamp) -> Result<(), AppendError> {
    let server = &shared.settings.server;
    let outstanding: Vec<_> = {
        let state = shared.state();
        let peers = state.peers.iter();
        peers
            .flat_map(|(peer, state)| state.outstanding.ranges().map(|range| (peer.clone(), range)).collect::<Vec<_>>())
            .collect()
    };
    let entry = |(peer, range)| outcome_entry(server, Direction::Sent, peer, range, Outcome::Unknown, now);
    let entries = outstanding.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    if entries.is_empty() { Ok(()) } else { committer.commit_now(entries).map(|_| ()) }
}

/// Begins the epoch that is due: what peers remember is named, and numbers that they may have seen are not used again.
pub(super) fn begin_epoch(
    shared: &Shared,
    committer: &mut Committer,
    due: &EpochDue,
    now: Timestamp,
) -> Result<(), AppendError> {
    let mut peers: BTreeMap<ServerId, Option<Seen>> = due.peers.clone();
    for peer in shared.state().peers.keys() {
        // One that the log knows and that nothing is said of was asked in vain, too.
        peers.entry(peer.clone()).or_default();
    }
    let points = peers.iter().filter_map(|(peer, seen)| Some((peer.clone(), seen.as_ref()?.point()?)));
    let mut entries = epoch_entries(shared, &points.collect::<Vec<_>>(), now)?;
    for (peer, seen) in peers {
        entries.extend(skip_numbers(shared, &peer, due.cause, seen, now)?);
    }
    committer.commit_now(entries)?;
    // None of the skipped numbers may be handed out.
    let _ = shared.sequences.take_free();
    Ok(())
}

fn epoch_entries(shared: &Shared, points: &[(ServerId, LogPoint)], now: Timestamp) -> Result<Vec<Entry>, AppendError> {
    let epoch = shared.state().epoch + 1;
    let server = &shared.settings.server;
    let chunks: Vec<&[(ServerId, LogPoint)]> =
        if points.is_empty() { vec![&[]] } else { points.chunks(MAX_POINTS).collect() };
    let leaf = |points: &&[(ServerId, LogPoint)]| {
        let leaf = EpochLeaf::new(whole_micros(now), server.clone(), epoch, points.to_vec());
        let leaf = leaf.map_err(|error| AppendError::Malformed { reason: error.to_string() })?;
        checked(&Leaf::Epoch(leaf))
    };
    chunks.iter().map(leaf).collect()
}

/// Reserves the numbers that a peer may have seen, and explains them as unknown.
fn skip_numbers(
    shared: &Shared,
    peer: &ServerId,
    cause: EpochCause,
    seen: Option<Seen>,
    now: Timestamp,
) -> Result<Vec<Entry>, AppendError> {
    let reserved = shared.state().peers.get(peer).map_or(1, |state| state.reserved_end);
    let end = match (cause, seen) {
        (EpochCause::Restored, Some(Seen { last_sequence: 0, .. })) => 0,
        // Numbers behind the last one that it remembers may have been signed and lost on the way: a block of them at least.
        (EpochCause::Restored, Some(seen)) => {
            seen.last_sequence.saturating_add(1).saturating_add(shared.settings.sequence_block)
        }
        // Of what was cut off only the sound part speaks: the rest may have reserved more.
        (EpochCause::Cut, _) | (EpochCause::Restored, None) => {
            let behind_seen = seen.map_or(0, |seen| seen.last_sequence.saturating_add(1));
            behind_unknown(reserved.max(behind_seen), now)
        }
    };
    let skipped = reserved..end;
    if skipped.is_empty() {
        return Ok(Vec::new());
    }
    let server = &shared.settings.server;
    let reservation = Entry::reservation(peer, skipped.clone());
    Ok(vec![reservation, outcome_entry(server, Direction::Sent, peer.clone(), skipped, Outcome::Unknown, now)?])
}

/// A number behind all that may have been used, of which those below `known` are known.
///
/// No server uses a million numbers a second: counted on from the time in microseconds, none was ever used, not even one to
/// which an epoch of the lost part of the log skipped.
fn behind_unknown(known: u64, now: Timestamp) -> u64 {
    let by_time = u64::try_from(now.as_microsecond()).unwrap_or(0);
    if by_time > known { by_time } else { known.saturating_add(UNKNOWN_NUMBERS) }
}

/// A leaf is at most 64 KiB, and a peer's line far below 4 KiB.
const MAX_POINTS: usize = 15;

/// So many numbers are left out where the time says nothing.
const UNKNOWN_NUMBERS: u64 = 1 << 32;
