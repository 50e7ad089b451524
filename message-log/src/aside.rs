//! What was set aside because of damage: no longer part of the log, but erasure must reach it too.

use crate::body::remove_body;
use crate::disk::{read_up_to, write_zeros};
use crate::frame::{HEADER_BYTES, Kind, Parsed};
use crate::payload::{SLOT_BYTES, read_message};
use crate::segment::{FrameReader, SegmentHeader, list_segments, segment_path};
use crate::shared::{ASIDE_FOLDER, Folders};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use trust::leaf::Leaf;

/// A stretch of a file that goes.
type Stretch = (u64, u64);

/// Destroys the data keys of an exchange's records in everything that was set aside, and whatever damaged bytes name it;
/// returns how many places those were. Done again it changes nothing.
pub(crate) fn erase_aside(folders: &Folders, request_id: &str) -> io::Result<usize> {
    let mut erased = 0;
    let cuts = match std::fs::read_dir(folders.root.join(ASIDE_FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        other => other?,
    };
    for cut in cuts {
        let cut = cut?.path();
        for number in list_segments(&cut)? {
            erased += erase_in(folders, &segment_path(&cut, number), request_id)?;
        }
    }
    Ok(erased)
}

fn erase_in(folders: &Folders, path: &Path, request_id: &str) -> io::Result<usize> {
    let mut stretches = Vec::new();
    let mut first = crate::segment::SEGMENT_HEADER_BYTES as u64;
    if let Some(header) = SegmentHeader::read(&File::open(path)?)? {
        let mut reader = FrameReader::new(File::open(path)?, header.seed, u64::MAX)?;
        loop {
            if let Parsed::Frame(frame) = reader.next()? {
                if frame.kind == Kind::Message
                    && let Some(slot) = slot_of(folders, &frame, request_id)?
                {
                    stretches.push(slot);
                }
                first = u64::from(frame.end());
            } else {
                let goes_on = reader.skip_damage()?;
                stretches.extend(names(path, (first, reader.position()), request_id)?);
                if !goes_on {
                    break;
                }
            }
        }
    } else {
        // No frame can be told from another.
        stretches.extend(names(path, (0, std::fs::metadata(path)?.len()), request_id)?);
    }
    if stretches.is_empty() {
        return Ok(0);
    }
    let file = OpenOptions::new().write(true).open(path)?;
    for (start, end) in &stretches {
        write_zeros(&file, *start, *end)?;
    }
    file.sync_all()?;
    Ok(stretches.len())
}

/// The key slot of a message record of this exchange, if it is still there; its body's file goes at once.
fn slot_of(folders: &Folders, frame: &crate::frame::Frame<'_>, request_id: &str) -> io::Result<Option<Stretch>> {
    let Some(message) = read_message(frame.payload).filter(|message| !message.is_erased()) else { return Ok(None) };
    let Ok(Leaf::Message(leaf)) = Leaf::parse(message.leaf) else { return Ok(None) };
    if leaf.request_id != request_id {
        return Ok(None);
    }
    if let Some((id, home)) = message.storage.file(leaf.time) {
        remove_body(&folders.bodies, &id, home)?;
    }
    let slot = u64::from(frame.offset) + HEADER_BYTES as u64;
    Ok(Some((slot, slot + SLOT_BYTES as u64)))
}

/// The stretch, if its bytes name the request: nobody can tell where its key lies there, so all of it goes.
fn names(path: &Path, (start, end): Stretch, request_id: &str) -> io::Result<Option<Stretch>> {
    let file = File::open(path)?;
    let wanted = request_id.as_bytes();
    let mut window = vec![0; WINDOW_BYTES.max(2 * wanted.len())];
    let mut at = start;
    while at < end {
        let length = window.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
        let count = read_up_to(&file, at, &mut window[..length])?;
        if window[..count].windows(wanted.len().max(1)).any(|bytes| bytes == wanted) {
            return Ok(Some((start, end)));
        }
        if count < window.len() {
            break;
        }
        // The name may lie across two windows.
        at += (count - wanted.len()) as u64;
    }
    Ok(None)
}

const WINDOW_BYTES: usize = 1 << 20;
