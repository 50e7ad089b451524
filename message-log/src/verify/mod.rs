//! Verifying a log: every frame, leaf, tile, checkpoint, timestamp and, with the key, every content.
//!
//! [`verify`] reads a folder without taking its lock, for the command line; [`MessageLog::verify_range`] is what a running
//! server does in the background, a few records at a time.

mod range;
mod report;
mod signatures;
mod tiles;
mod walk;

pub use range::RecordDamage;
pub use report::{ErasedRecord, Problem, VerifyReport};

use crate::key::KeyWrap;
use protocol::hash::SnapshotHash;
use std::io;
use std::path::Path;
use trust::note::NoteKey;

/// What to verify with; whatever is absent is not verified, and the report says so by its counts.
pub struct Verification<'a> {
    /// Opens the contents, to compare them with their commitments.
    pub key: Option<&'a dyn KeyWrap>,
    /// The keys that signed the log's checkpoints.
    pub log_keys: &'a [NoteKey],
    /// Verifies a timestamp token over a checkpoint or a signature; an error says what is wrong.
    pub timestamps: Option<&'a TimestampCheck<'a>>,
    /// Is told now and then how far it has come.
    pub progress: &'a mut dyn FnMut(Progress),
}

/// Verifies a timestamp token.
pub type TimestampCheck<'a> = dyn Fn(&Stamp<'_>) -> Result<(), String> + 'a;

/// A timestamp token of the log.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// What it stamps.
    pub bytes: &'a [u8],
    /// The token.
    pub token: &'a [u8],
    /// By which configuration the stamped message was judged, or the last one that a stamped checkpoint covers; `None` where
    /// that one covers none.
    pub configuration: Option<SnapshotHash>,
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of segments that were read.
    pub bytes: u64,
    /// Bytes of segments that there are.
    pub of_bytes: u64,
    /// Records that were verified.
    pub records: u64,
}

/// Verifies the log in `folder`. It may be in use: records that are written meanwhile are left out.
///
/// # Errors
/// When the disk fails; everything else is a problem in the report.
pub fn verify(folder: &Path, verification: &mut Verification<'_>) -> io::Result<VerifyReport> {
    walk::Walk::new(folder, verification)?.run()
}
