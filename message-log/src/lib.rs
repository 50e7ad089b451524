//! What was said stays said: an append-only, encrypted, Merkle-hashed log of messages.
//!
//! This crate never knows a transport, never asks a clock (`now` is an argument), never holds a private key or the
//! key-encryption key itself, and never writes a byte of a message to disk unencrypted.
//!
//! Read it in the life of a record: `record` is what a caller hands over, `append` digests and encrypts it, `committer` makes
//! it durable together with others, `state`, `index` and `tree` remember it, `keeper` writes what is derived, and `open` finds
//! it all again.

mod record;
mod settings;

mod append;
mod audit;
mod entry;
mod frame;
mod key;
mod payload;

mod body;
mod space;

mod active;
mod committer;
mod disk;
mod keeper;
mod log;
mod segment;
mod sequences;
mod shared;

mod index;
mod interval;
mod state;
mod tree;

mod aside;
mod checkpoints;
mod completeness;
mod erase;
mod export;
mod fate;
mod query;
mod read;
mod signature_timestamps;

mod inspect;
mod open;
mod verify;

pub use audit::AuditRecord;
pub use body::{Body, BodyDigest, BodyReadError, BodyReader, BodySpool, SpoolError};
pub use checkpoints::{CheckpointSigner, CheckpointSignerError, MakeCheckpointError, ProofError, Unstamped};
pub use committer::AppendError;
pub use completeness::{Explained, Explanation, MAX_EXPLAINED, PeerRecord, explained_numbers, explanation_holds};
pub use erase::EraseError;
pub use export::{Container, ContainerDigest, ExportError};
pub use frame::Kind;
pub use inspect::{IndexContents, SegmentContents, inspect_index, inspect_segment, is_payload};
pub use key::{DataKey, KeyWrap, KeyWrapError, MemoryKeyWrap, WRAPPED_KEY_BYTES, WrappedKey};
pub use log::MessageLog;
pub use open::{Damage, EpochCause, FORMAT, OpenError, format_of};
pub use query::{Found, FoundState, MAX_FOUND, Query, Recent, RecentMessage};
pub use read::{Content, KeptContent, ReadError, StoredBody, StoredMessage};
pub use record::{LoggedMessage, Material, MessageRecord, MessageSequence, OutcomeDetails};
pub use sequences::Sequence;
pub use settings::{Bodies, OpenMode, PeerAnswer, PeerMemory, Settings};
pub use signature_timestamps::{ToStamp, UnstampedSignature};
pub use space::{DiskFull, SpaceReservation};
pub use tree::TreeError;
pub use verify::{
    ErasedRecord, Problem, Progress, RecordDamage, Stamp, TimestampCheck, Verification, VerifyReport, verify,
};

#[cfg(test)]
mod tests;
