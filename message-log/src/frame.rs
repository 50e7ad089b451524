//! Frames: how one entry of the log lies in a segment.
//!
//! ```text
//! length u32 | crc32 u32 | batch start u32 | kind u8 | 0 0 0 | payload | zeros up to a multiple of 8
//! ```
//! All numbers little-endian; `length` is that of the payload. The checksum covers everything but itself and the key slot of a
//! message, and is seeded with the segment's random seed and the frame's offset: bytes that lay there before, or elsewhere, never
//! parse. `batch start` is the offset of the first frame that was written together with this one: a damaged frame in front of a
//! sound frame of a *later* batch had been acknowledged, so it is damage and not a torn write.

use crate::payload::SLOT_BYTES;

/// Length of a frame's header.
pub(crate) const HEADER_BYTES: usize = 16;

/// The longest payload: a configuration bundle of a large state fits many times.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 32 << 20;

/// What a segment was seeded with.
pub(crate) type Seed = [u8; 16];

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A signed message.
    Message,
    /// What became of a sequence number without a message.
    Outcome,
    /// That a message was erased.
    Erasure,
    /// That the log was restored.
    Epoch,
    /// That a peer's log contradicts what it said before.
    Conflict,
    /// That an administrator did something.
    Audit,
    /// Credentials or a configuration snapshot that records refer to by hash.
    Material,
    /// Sequence numbers that may be used from now on.
    Reservation,
    /// A signed checkpoint of this log.
    Checkpoint,
    /// The timestamp token of a checkpoint.
    Timestamp,
    /// A checkpoint of a peer's log.
    PeerCheckpoint,
    /// The log was closed in order.
    Closed,
    /// That a peer's log proved what became of numbers of its that never came.
    Explained,
    /// That a conflict with a peer is over.
    Settled,
    /// The timestamp token over the signature of a message.
    SignatureTimestamp,
    /// Below which record every signature is stamped.
    SignaturesStamped,
}

const KINDS: [(u8, Kind); 16] = [
    (1, Kind::Message),
    (2, Kind::Outcome),
    (3, Kind::Erasure),
    (4, Kind::Epoch),
    (5, Kind::Conflict),
    (6, Kind::Audit),
    (16, Kind::Material),
    (17, Kind::Reservation),
    (18, Kind::Checkpoint),
    (19, Kind::Timestamp),
    (20, Kind::PeerCheckpoint),
    (21, Kind::Closed),
    (22, Kind::Explained),
    (23, Kind::Settled),
    (24, Kind::SignatureTimestamp),
    (25, Kind::SignaturesStamped),
];

impl Kind {
    /// Every kind with the code by which frames name it.
    pub const ALL: [(u8, Self); 16] = KINDS;

    /// Whether frames of this kind are leaves of the tree.
    #[must_use]
    pub const fn has_leaf(self) -> bool {
        matches!(self, Self::Message | Self::Outcome | Self::Erasure | Self::Epoch | Self::Conflict | Self::Audit)
    }

    fn code(self) -> u8 {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or(0, |(code, _)| *code)
    }

    fn of(code: u8) -> Option<Self> {
        KINDS.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
    }

    /// How many bytes at the start of the payload the checksum leaves out.
    fn slot(self) -> usize {
        if self == Self::Message { SLOT_BYTES } else { 0 }
    }
}

/// A sound frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) offset: u32,
    pub(crate) batch_start: u32,
    pub(crate) kind: Kind,
    pub(crate) payload: &'a [u8],
}

/// What lies at an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parsed<'a> {
    Frame(Frame<'a>),
    /// Zeros, or the end of the bytes.
    End,
    Damaged,
}

/// The header's fields, before anything is checked.
pub(crate) struct Header {
    length: u32,
    crc: u32,
    batch_start: u32,
    kind: [u8; 4],
}

/// How many bytes a frame with so long a payload takes.
pub(crate) const fn frame_bytes(payload: usize) -> usize {
    (HEADER_BYTES + payload).next_multiple_of(8)
}

/// Appends a frame to `buffer`; it will lie at `offset` of the segment seeded with `seed`.
pub(crate) fn write(buffer: &mut Vec<u8>, seed: &Seed, offset: u32, batch_start: u32, kind: Kind, payload: &[u8]) {
    let length = u32::try_from(payload.len()).expect("payloads are bounded by MAX_PAYLOAD_BYTES");
    let kind_bytes = [kind.code(), 0, 0, 0];
    let header = Header { length, crc: 0, batch_start, kind: kind_bytes };
    let crc = checksum(seed, offset, &header, kind, payload);
    let start = buffer.len();
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&crc.to_le_bytes());
    buffer.extend_from_slice(&batch_start.to_le_bytes());
    buffer.extend_from_slice(&kind_bytes);
    buffer.extend_from_slice(payload);
    buffer.resize(start + frame_bytes(payload.len()), 0);
}

/// Reads the header at the start of `bytes` and says how many bytes its frame takes; `None` where no frame can start.
pub(crate) fn announced_bytes(bytes: &[u8]) -> Option<usize> {
    let header = Header::read(bytes)?;
    let length = header.length as usize;
    (length > 0 && length <= MAX_PAYLOAD_BYTES).then(|| frame_bytes(length))
}

/// Whether the header at the start of `bytes` names a kind: the cheap check in front of the checksum.
pub(crate) fn may_start(bytes: &[u8]) -> bool {
    Header::read(bytes).is_some_and(|header| matches!(header.kind, [code, 0, 0, 0] if Kind::of(code).is_some()))
}

/// Reads the frame at `offset`, whose bytes `bytes` begins with.
pub(crate) fn parse<'a>(bytes: &'a [u8], seed: &Seed, offset: u32) -> Parsed<'a> {
    if bytes.is_empty() {
        return Parsed::End;
    }
    let Some(header) = Header::read(bytes) else { return Parsed::Damaged };
    let length = header.length as usize;
    if length == 0 {
        let zeros = header.crc == 0 && header.batch_start == 0 && header.kind == [0; 4];
        return if zeros { Parsed::End } else { Parsed::Damaged };
    }
    let sound = || {
        let [code, 0, 0, 0] = header.kind else { return None };
        let kind = Kind::of(code)?;
        if length > MAX_PAYLOAD_BYTES || length < kind.slot() || header.batch_start > offset {
            return None;
        }
        let (payload, padding) = bytes.get(HEADER_BYTES..frame_bytes(length))?.split_at(length);
        if padding.iter().any(|byte| *byte != 0) || checksum(seed, offset, &header, kind, payload) != header.crc {
            return None;
        }
        Some(Frame { offset, batch_start: header.batch_start, kind, payload })
    };
    sound().map_or(Parsed::Damaged, Parsed::Frame)
}

impl Frame<'_> {
    pub(crate) fn end(&self) -> u32 {
        self.offset + frame_bytes(self.payload.len()) as u32
    }
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let kind = bytes.get(12..HEADER_BYTES)?.try_into().ok()?;
        Some(Self { length: number(0)?, crc: number(4)?, batch_start: number(8)?, kind })
    }
}

fn checksum(seed: &Seed, offset: u32, header: &Header, kind: Kind, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    let mut prefix = [0; 32];
    prefix[..16].copy_from_slice(seed);
    prefix[16..20].copy_from_slice(&offset.to_le_bytes());
    prefix[20..24].copy_from_slice(&header.length.to_le_bytes());
    prefix[24..28].copy_from_slice(&header.batch_start.to_le_bytes());
    prefix[28..].copy_from_slice(&header.kind);
    hasher.update(&prefix);
    hasher.update(payload.get(kind.slot()..).unwrap_or_default());
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEED: Seed = [7; 16];

    fn written(kind: Kind, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &SEED, 64, 64, kind, payload);
        bytes
    }

    #[test]
    fn every_kind_has_its_code() {
        for (code, kind) in KINDS {
            assert_eq!(Kind::of(code), Some(kind));
            assert_eq!(kind.code(), code);
        }
    }

    #[test]
    fn zeros_end_a_segment() {
        assert_eq!(parse(&[0; 64], &SEED, 64), Parsed::End);
        assert_eq!(parse(&[], &SEED, 64), Parsed::End);
    }

    #[test]
    fn does_not_parse_in_another_place_or_segment() {
        let bytes = written(Kind::Outcome, b"payload");
        assert!(matches!(parse(&bytes, &SEED, 64), Parsed::Frame(_)));
        assert_eq!(parse(&bytes, &SEED, 72), Parsed::Damaged);
        assert_eq!(parse(&bytes, &[8; 16], 64), Parsed::Damaged);
    }

    #[test]
    fn a_change_anywhere_but_in_the_key_slot_shows() {
        let bytes = written(Kind::Message, &[9; 130]);
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 0x20;
            let in_slot = (HEADER_BYTES..HEADER_BYTES + SLOT_BYTES).contains(&position);
            assert_eq!(matches!(parse(&changed, &SEED, 64), Parsed::Frame(_)), in_slot, "byte {position}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_wrote(payload in prop::collection::vec(any::<u8>(), 1..300), pick in 0..KINDS.len()) {
            let kind = KINDS[pick].1;
            prop_assume!(payload.len() >= kind.slot());
            let bytes = written(kind, &payload);
            prop_assert_eq!(bytes.len() % 8, 0);
            prop_assert_eq!(announced_bytes(&bytes), Some(bytes.len()));
            let frame = Frame { offset: 64, batch_start: 64, kind, payload: &payload };
            prop_assert_eq!(parse(&bytes, &SEED, 64), Parsed::Frame(frame));
            for cut in 1..bytes.len() {
                prop_assert_eq!(parse(&bytes[..cut], &SEED, 64), Parsed::Damaged);
            }
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80), offset in any::<u32>()) {
            let _ = parse(&bytes, &SEED, offset);
            let _ = announced_bytes(&bytes);
        }
    }
}
