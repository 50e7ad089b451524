//! Damage: naming the record at which a log does not verify, and setting aside what comes from there on.

use super::due::Cut;
use super::scan::leaf_hashes;
use crate::disk::{Disk, write_zeros};
use crate::entry::Facts;
use crate::frame::Parsed;
use crate::segment::{FrameReader, SEGMENT_HEADER_BYTES, SegmentHeader, list_segments, segment_path};
use crate::settings::{PeerAnswer, PeerMemory};
use crate::shared::{ASIDE_FOLDER, Folders, PUBLISHED_CHECKPOINT, Segment};
use crate::state::{Effect, State};
use crate::tree::Tree;
use protocol::identifier::ServerId;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use trust::merkle::{Frontier, Hash, root_of};

/// Where a log does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {record} does not verify (segment {segment}, offset {offset}): {what}")]
pub struct Damage {
    /// The leaf index of the first record that does not; a frame without a leaf counts as the record behind it.
    pub record: u64,
    /// The segment, by the number of its first frame.
    pub segment: u64,
    /// The offset of the frame in the segment.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
}

/// The root over the first `size` leaf hashes that the segments hold; `None` if they hold fewer.
pub(super) fn root_from_segments(segments: &[Arc<Segment>], size: u64) -> io::Result<Option<Hash>> {
    let mut frontier = Frontier::default();
    for segment in segments {
        for hash in leaf_hashes(segment.path())? {
            if frontier.size() == size {
                return Ok(Some(frontier.root()));
            }
            frontier.append(hash);
        }
    }
    Ok((frontier.size() == size).then(|| frontier.root()))
}

/// Names the first record that is not what its tile says; where the tiles tell nothing, the first one behind the last
/// checkpoint that still holds.
pub(super) fn locate(
    folders: &Folders,
    segments: &[Arc<Segment>],
    tree: &Tree,
    state: &State,
    (checkpoint, size): (&str, u64),
) -> io::Result<Damage> {
    let mut first = None;
    let mut index = 0;
    'segments: for segment in segments {
        for hash in leaf_hashes(segment.path())? {
            if index < size && hash_in_tile(&folders.root, index)?.is_some_and(|expected| expected != hash) {
                first = Some(index);
                break 'segments;
            }
            index += 1;
        }
    }
    let record = first.unwrap_or_else(|| if index < size { index } else { behind_last_good(tree, state, size) });
    let at = segments.iter().rev().find(|segment| segment.header.first_leaf <= record);
    let position =
        |segment: &Arc<Segment>| segment.index(|found| found.leaf_offset(record - segment.header.first_leaf));
    // A record that is missing would lie at the end.
    let end = || at.map_or(0, |segment| segment.end());
    let offset = at.map(position).transpose()?.flatten().map_or_else(end, u64::from);
    let segment = at.map_or(0, |segment| segment.header.first_frame);
    let what = if index < size && first.is_none() {
        format!("the {checkpoint} checkpoint covers {size} records, and {index} are there")
    } else {
        format!("the records do not give the root of the {checkpoint} checkpoint of {size} records")
    };
    Ok(Damage { record, segment, offset, what })
}

/// A tree whose beginning gives a root gives every earlier root too, so the last good checkpoint in front of the one of `size`
/// records, which is not good, can be searched for.
fn behind_last_good(tree: &Tree, state: &State, size: u64) -> u64 {
    let earlier = state.checkpoints.range(..size);
    let checkpoints: Vec<(u64, Hash)> = earlier.map(|(size, entry)| (*size, entry.root)).collect();
    let good = checkpoints.partition_point(|(size, root)| root_of(*size, tree).is_ok_and(|found| found == *root));
    good.checked_sub(1).map_or(0, |last| checkpoints[last].0)
}

/// The hash of leaf `index` in its tile's file, full or partial.
fn hash_in_tile(root: &Path, index: u64) -> io::Result<Option<Hash>> {
    let Ok(tile) = trust::tile::Tile::new(0, index / 256, 256) else { return Ok(None) };
    let path = root.join(tile.to_string());
    let content = match std::fs::read(&path) {
        Ok(content) => content,
        Err(_) => largest_partial(&path)?.unwrap_or_default(),
    };
    let start = (index % 256) as usize * Hash::SIZE;
    let hash = content.get(start..start + Hash::SIZE).and_then(|bytes| bytes.try_into().ok());
    Ok(hash.map(Hash::from_bytes))
}

fn largest_partial(full: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut folder = full.as_os_str().to_owned();
    folder.push(".p");
    let Ok(entries) = std::fs::read_dir(Path::new(&folder)) else { return Ok(None) };
    let mut largest = None;
    for entry in entries {
        let content = std::fs::read(entry?.path())?;
        if largest.as_ref().is_none_or(|found: &Vec<u8>| content.len() > found.len()) {
            largest = Some(content);
        }
    }
    Ok(largest)
}

/// Moves aside everything from the cut on: later segments whole, of the damaged one its header and what follows the damage,
/// so that no sound record has a second key. Done again after a crash it goes on where it was.
pub(super) fn set_aside(folders: &Folders, cut: &Cut, disk: &dyn Disk) -> io::Result<()> {
    let all = folders.root.join(ASIDE_FOLDER);
    let aside = all.join(&cut.aside);
    std::fs::create_dir_all(&aside)?;
    disk.sync_folder(&all)?;
    disk.sync_folder(&folders.root)?;
    for number in list_segments(&folders.segments)?.into_iter().filter(|number| *number >= cut.segment) {
        let path = segment_path(&folders.segments, number);
        let target = segment_path(&aside, number);
        let _ = std::fs::remove_file(path.with_extension("idx"));
        if number > cut.segment || cut.offset == 0 {
            std::fs::rename(&path, &target)?;
            continue;
        }
        if !target.exists() {
            copy_from(&path, &target, cut.offset, disk)?;
        }
        disk.sync_folder(&aside)?;
        let file = OpenOptions::new().write(true).open(&path)?;
        write_zeros(&file, cut.offset, file.metadata()?.len())?;
        disk.sync(&file)?;
    }
    // The tiles are those of the tree as it was.
    for name in ["tile", PUBLISHED_CHECKPOINT] {
        if folders.root.join(name).exists() {
            std::fs::rename(folders.root.join(name), aside.join(name))?;
        }
    }
    disk.sync_folder(&aside)?;
    disk.sync_folder(&folders.segments)?;
    disk.sync_folder(&folders.root)
}

/// A name in the folder of what was cut off that is not taken.
pub(super) fn fresh_aside(folders: &Folders, record: u64) -> io::Result<String> {
    let all = folders.root.join(ASIDE_FOLDER);
    let (mut name, mut cuts) = (format!("record-{record}"), 1);
    while all.join(&name).try_exists()? {
        cuts += 1;
        name = format!("record-{record}-{cuts}");
    }
    Ok(name)
}

/// Copies a segment's header and everything from `offset` on, each to where it was; the target is there only once it is whole.
fn copy_from(path: &Path, target: &Path, offset: u64, disk: &dyn Disk) -> io::Result<()> {
    let from = File::open(path)?;
    let mut header = [0; SEGMENT_HEADER_BYTES];
    from.read_exact_at(&mut header, 0)?;
    let unfinished = target.with_extension("new");
    let mut to = File::create(&unfinished)?;
    to.write_all_at(&header, 0)?;
    let mut rest = &from;
    rest.seek(SeekFrom::Start(offset))?;
    to.seek(SeekFrom::Start(offset))?;
    io::copy(&mut rest, &mut to)?;
    disk.sync(&to)?;
    std::fs::rename(&unfinished, target)
}

/// The largest numbers towards each peer that sound frames in the damaged segment and behind it speak of: they were used, and
/// may never be used again. What is unreadable may have used larger ones.
pub(super) fn numbers_behind(folders: &Folders, damage: &Damage) -> io::Result<Vec<PeerMemory>> {
    let mut used = BTreeMap::new();
    for number in list_segments(&folders.segments)?.into_iter().filter(|number| *number >= damage.segment) {
        used_numbers(&segment_path(&folders.segments, number), &mut used)?;
    }
    let memory =
        |(peer, last_sequence)| PeerMemory { peer, answer: PeerAnswer::Remembers { checkpoint: None, last_sequence } };
    Ok(used.into_iter().map(memory).collect())
}

fn used_numbers(path: &Path, used: &mut BTreeMap<ServerId, u64>) -> io::Result<()> {
    let file = File::open(path)?;
    let Some(header) = SegmentHeader::read(&file)? else { return Ok(()) };
    let mut reader = FrameReader::new(file, header.seed, u64::MAX)?;
    loop {
        if let Parsed::Frame(frame) = reader.next()? {
            let number = match Facts::of(frame.kind, frame.payload).map(|facts| facts.effect) {
                Ok(Effect::Reserved { peer, numbers }) => Some((peer, numbers.end - 1)),
                Ok(Effect::Sent { peer, sequence }) => Some((peer, sequence)),
                _ => None,
            };
            if let Some((peer, last)) = number {
                let known = used.entry(peer).or_default();
                *known = last.max(*known);
            }
        } else if !reader.skip_damage()? {
            return Ok(());
        }
    }
}
