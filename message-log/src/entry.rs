//! One entry of the log: a frame's payload, and the facts that state and index need of it.
//!
//! The same facts come from a value that is being logged and from a frame that is read again, so that a replayed log is in the
//! same state as the one that wrote it.

use crate::completeness::PeerRecord;
use crate::frame::Kind;
use crate::index::{Key, Micros};
use crate::key::NONCE_BYTES;
use crate::payload::{read_message, take_array, take_part};
use crate::state::{Effect, PeerCheckpoint};
use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use protocol::identifier::ServerId;
use std::ops::Range;
use trust::checkpoint::SignedCheckpoint;
use trust::leaf::{Direction, Leaf, LeafError, MessageLeaf, OutcomeLeaf, SequenceRange};
use trust::merkle::{Hash, leaf_hash};

/// A frame to be written.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
    pub(crate) facts: Facts,
}

/// What state and index need of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) leaf_hash: Option<Hash>,
    pub(crate) time: Option<Micros>,
    pub(crate) keys: Vec<Key>,
    pub(crate) effect: Effect,
}

/// A sound frame whose payload is not what its kind says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryError {
    #[error("the {0:?} frame is malformed")]
    Payload(Kind),
    #[error("the leaf of a {kind:?} frame is refused")]
    Leaf { kind: Kind, source: LeafError },
}

/// The longest name or text in a frame without a leaf.
const MAX_ENTRY_TEXT: usize = 128 << 10;

impl Entry {
    /// An entry whose payload is its leaf.
    pub(crate) fn leaf(leaf: &Leaf) -> Self {
        let payload = leaf.render().into_bytes();
        let kind = match leaf {
            Leaf::Message(_) => Kind::Message,
            Leaf::Outcome(_) => Kind::Outcome,
            Leaf::Erasure(_) => Kind::Erasure,
            Leaf::Epoch(_) => Kind::Epoch,
            Leaf::Conflict(_) => Kind::Conflict,
            Leaf::Audit(_) => Kind::Audit,
        };
        let facts = Facts::of_leaf(leaf, &payload);
        Self { kind, payload, facts }
    }

    /// A message, whose payload holds more than its leaf.
    pub(crate) fn message(leaf: &MessageLeaf, leaf_hash: Hash, idempotency: u64, payload: Vec<u8>) -> Self {
        Self { kind: Kind::Message, payload, facts: Facts::of_message(leaf, leaf_hash, idempotency) }
    }

    pub(crate) fn material(name: &Sha256Hash, bytes: &[u8]) -> Self {
        let payload = [name.as_bytes(), bytes].concat();
        Self::without_leaf(Kind::Material, payload, vec![Key::material(name)], Effect::Nothing)
    }

    pub(crate) fn reservation(peer: &ServerId, numbers: Range<u64>) -> Self {
        let mut payload = Vec::new();
        put_text(&mut payload, &peer.to_string());
        payload.extend_from_slice(&numbers.start.to_le_bytes());
        payload.extend_from_slice(&numbers.end.to_le_bytes());
        Self::without_leaf(Kind::Reservation, payload, Vec::new(), Effect::Reserved { peer: peer.clone(), numbers })
    }

    pub(crate) fn checkpoint(checkpoint: &SignedCheckpoint, time: Timestamp) -> Self {
        let mut payload = time.as_microsecond().to_le_bytes().to_vec();
        put_text(&mut payload, &checkpoint.to_string());
        let claimed = checkpoint.claimed();
        let effect = Effect::Checkpoint { size: claimed.size, root: claimed.root, time: whole_micros(time) };
        Self::without_leaf(Kind::Checkpoint, payload, Vec::new(), effect)
    }

    pub(crate) fn timestamp(size: u64, token: &[u8]) -> Self {
        let payload = [&size.to_le_bytes(), token].concat();
        Self::without_leaf(Kind::Timestamp, payload, Vec::new(), Effect::Timestamp { size })
    }

    pub(crate) fn peer_checkpoint(peer: &ServerId, note: &str) -> Self {
        let mut payload = Vec::new();
        put_text(&mut payload, &peer.to_string());
        put_text(&mut payload, note);
        let checkpoint = PeerCheckpoint::new(note.to_owned());
        let effect = Effect::PeerCheckpoint { peer: peer.clone(), checkpoint };
        Self::without_leaf(Kind::PeerCheckpoint, payload, Vec::new(), effect)
    }

    pub(crate) fn explained(peer: &ServerId, records: &[PeerRecord]) -> Self {
        let mut payload = Vec::new();
        put_text(&mut payload, &peer.to_string());
        for record in records {
            for number in [*record.numbers.start(), *record.numbers.end(), record.index] {
                payload.extend_from_slice(&number.to_le_bytes());
            }
            payload.extend_from_slice(record.leaf.as_bytes());
        }
        let numbers = records.iter().map(|record| *record.numbers.start()..record.numbers.end().saturating_add(1));
        let effect = Effect::Proven { peer: peer.clone(), numbers: numbers.collect() };
        Self::without_leaf(Kind::Explained, payload, Vec::new(), effect)
    }

    pub(crate) fn settled(conflict: u64) -> Self {
        let payload = conflict.to_le_bytes().to_vec();
        Self::without_leaf(Kind::Settled, payload, Vec::new(), Effect::Settled { conflict })
    }

    pub(crate) fn signature_timestamp(record: u64, nonce: &[u8; NONCE_BYTES], sealed: &[u8]) -> Self {
        let payload = [&record.to_le_bytes(), &nonce[..], sealed].concat();
        Self::without_leaf(Kind::SignatureTimestamp, payload, vec![Key::signature_timestamp(record)], Effect::Nothing)
    }

    /// `None` when signatures are not stamped.
    pub(crate) fn signatures_stamped(below: Option<u64>) -> Self {
        let payload = below.unwrap_or(u64::MAX).to_le_bytes().to_vec();
        Self::without_leaf(Kind::SignaturesStamped, payload, Vec::new(), Effect::SignaturesStamped { below })
    }

    pub(crate) fn closed(time: Timestamp) -> Self {
        Self::without_leaf(Kind::Closed, time.as_microsecond().to_le_bytes().to_vec(), Vec::new(), Effect::Closed)
    }

    fn without_leaf(kind: Kind, payload: Vec<u8>, keys: Vec<Key>, effect: Effect) -> Self {
        Self { kind, payload, facts: Facts { leaf_hash: None, time: None, keys, effect } }
    }
}

impl Facts {
    /// The facts of a frame that was read.
    pub(crate) fn of(kind: Kind, payload: &[u8]) -> Result<Self, EntryError> {
        let malformed = || EntryError::Payload(kind);
        if kind == Kind::Message {
            let message = read_message(payload).ok_or_else(malformed)?;
            return match parse_leaf(kind, message.leaf)? {
                Leaf::Message(leaf) => Ok(Self::of_message(&leaf, leaf_hash(message.leaf), message.idempotency)),
                _ => Err(malformed()),
            };
        }
        if kind.has_leaf() {
            let entry = Entry::leaf(&parse_leaf(kind, payload)?);
            return if entry.kind == kind { Ok(entry.facts) } else { Err(malformed()) };
        }
        // Reading a small frame and writing it again must give the same bytes, so that nothing hides in it.
        let entry = read_small(kind, payload).ok_or_else(malformed)?;
        if entry.payload == payload { Ok(entry.facts) } else { Err(malformed()) }
    }

    fn of_message(leaf: &MessageLeaf, leaf_hash: Hash, idempotency: u64) -> Self {
        let MessageLeaf { peer, sequence, .. } = leaf;
        let (peer, sequence) = (peer.clone(), *sequence);
        let mut keys = Vec::with_capacity(6);
        keys.extend([
            Key::x_road_id(&leaf.id),
            Key::request_id(&leaf.request_id),
            Key::client(&leaf.client),
            Key::service(&leaf.service),
        ]);
        if idempotency != 0 {
            keys.push(Key::from_digest(idempotency));
        }
        let effect = match leaf.direction {
            Direction::Sent => {
                keys.push(Key::sent(&peer, sequence));
                Effect::Sent { peer, sequence }
            }
            Direction::Received => {
                keys.push(Key::received(&peer, sequence));
                Effect::Received { peer, sequence }
            }
        };
        Self { leaf_hash: Some(leaf_hash), time: Some(leaf.time.as_microsecond()), keys, effect }
    }

    fn of_leaf(leaf: &Leaf, bytes: &[u8]) -> Self {
        let (keys, effect) = match leaf {
            Leaf::Message(leaf) => return Self::of_message(leaf, leaf_hash(bytes), 0),
            Leaf::Outcome(leaf) => outcome_facts(leaf),
            Leaf::Erasure(leaf) => (vec![Key::erasure(leaf.record)], Effect::Erased { record: leaf.record }),
            Leaf::Epoch(leaf) => (Vec::new(), Effect::Epoch(leaf.epoch())),
            Leaf::Conflict(_) => (Vec::new(), Effect::Conflict),
            Leaf::Audit(_) => (vec![Key::audit()], Effect::Nothing),
        };
        Self { leaf_hash: Some(leaf_hash(bytes)), time: Some(leaf.time().as_microsecond()), keys, effect }
    }
}

/// Time as records have it.
pub(crate) fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// The note in a checkpoint frame's payload.
pub(crate) fn read_checkpoint(payload: &[u8]) -> Option<(Timestamp, SignedCheckpoint)> {
    let mut rest = payload;
    let time = Timestamp::from_microsecond(i64::from_le_bytes(*take_array(&mut rest)?)).ok()?;
    let note = take_text(&mut rest)?;
    rest.is_empty().then(|| SignedCheckpoint::parse(note.as_bytes()).ok())?.map(|checkpoint| (time, checkpoint))
}

/// Size and token in a timestamp frame's payload.
pub(crate) fn read_timestamp(payload: &[u8]) -> Option<(u64, &[u8])> {
    let mut rest = payload;
    let size = u64::from_le_bytes(*take_array(&mut rest)?);
    Some((size, rest))
}

/// Record, nonce and encrypted token in a signature timestamp's payload.
pub(crate) fn read_signature_timestamp(payload: &[u8]) -> Option<(u64, &[u8; NONCE_BYTES], &[u8])> {
    let mut rest = payload;
    let record = u64::from_le_bytes(*take_array(&mut rest)?);
    let nonce = take_array(&mut rest)?;
    Some((record, nonce, rest))
}

/// Name and bytes in a material frame's payload.
pub(crate) fn read_material(payload: &[u8]) -> Option<(Sha256Hash, &[u8])> {
    let mut rest = payload;
    let name = Sha256Hash::from_bytes(*take_array(&mut rest)?);
    Some((name, rest))
}

fn outcome_facts(leaf: &OutcomeLeaf) -> (Vec<Key>, Effect) {
    let (first, last) = (leaf.sequence.first(), leaf.sequence.last());
    let peer = leaf.peer.clone();
    let mut keys: Vec<Key> = match leaf.direction {
        Direction::Sent if last - first >= WIDE_OUTCOME => vec![Key::wide_outcomes(&peer)],
        Direction::Sent => Key::outcomes(&peer, first, last).collect(),
        Direction::Received => vec![Key::received(&peer, first)],
    };
    if let Some(id) = &leaf.request_id {
        keys.push(Key::request_id(id));
    }
    let effect = match leaf.direction {
        Direction::Sent => Effect::Explained { peer, numbers: range(&leaf.sequence) },
        // One record explains one number of the peer's: it cannot make the log forget others.
        Direction::Received => Effect::Received { peer, sequence: first },
    };
    (keys, effect)
}

/// Bounds what one outcome adds to the index; those of more numbers are rare, and have one key together.
const WIDE_OUTCOME: u64 = 1 << 20;

fn range(numbers: &SequenceRange) -> Range<u64> {
    numbers.first()..numbers.last().saturating_add(1)
}

fn parse_leaf(kind: Kind, bytes: &[u8]) -> Result<Leaf, EntryError> {
    Leaf::parse(bytes).map_err(|source| EntryError::Leaf { kind, source })
}

fn read_small(kind: Kind, payload: &[u8]) -> Option<Entry> {
    let mut rest = payload;
    match kind {
        Kind::Material => read_material(payload).map(|(name, bytes)| Entry::material(&name, bytes)),
        Kind::Reservation => {
            let peer = take_text(&mut rest)?.parse().ok()?;
            let (start, end) = (take_array(&mut rest)?, take_array(&mut rest)?);
            let numbers = u64::from_le_bytes(*start)..u64::from_le_bytes(*end);
            (!numbers.is_empty()).then(|| Entry::reservation(&peer, numbers))
        }
        Kind::Checkpoint => read_checkpoint(payload).map(|(time, checkpoint)| Entry::checkpoint(&checkpoint, time)),
        Kind::Timestamp => read_timestamp(payload).map(|(size, token)| Entry::timestamp(size, token)),
        Kind::PeerCheckpoint => {
            let peer = take_text(&mut rest)?.parse().ok()?;
            take_text(&mut rest).map(|note| Entry::peer_checkpoint(&peer, note))
        }
        Kind::Closed => {
            let micros = i64::from_le_bytes(*take_array(&mut rest)?);
            Timestamp::from_microsecond(micros).ok().map(Entry::closed)
        }
        Kind::Explained => read_explained(payload).map(|(peer, records)| Entry::explained(&peer, &records)),
        Kind::Settled => Some(Entry::settled(u64::from_le_bytes(*take_array(&mut rest)?))),
        Kind::SignatureTimestamp => read_signature_timestamp(payload)
            .map(|(record, nonce, sealed)| Entry::signature_timestamp(record, nonce, sealed)),
        Kind::SignaturesStamped => {
            let below = u64::from_le_bytes(*take_array(&mut rest)?);
            Some(Entry::signatures_stamped((below != u64::MAX).then_some(below)))
        }
        Kind::Message | Kind::Outcome | Kind::Erasure | Kind::Epoch | Kind::Conflict | Kind::Audit => None,
    }
}

fn read_explained(payload: &[u8]) -> Option<(ServerId, Vec<PeerRecord>)> {
    let mut rest = payload;
    let peer = take_text(&mut rest)?.parse().ok()?;
    let mut records = Vec::new();
    while !rest.is_empty() {
        let mut number = || Some(u64::from_le_bytes(*take_array(&mut rest)?));
        let (first, last, index) = (number()?, number()?, number()?);
        if first > last {
            return None;
        }
        records.push(PeerRecord { numbers: first..=last, index, leaf: Hash::from_bytes(*take_array(&mut rest)?) });
    }
    Some((peer, records))
}

fn put_text(payload: &mut Vec<u8>, text: &str) {
    payload.extend_from_slice(&(text.len() as u32).to_le_bytes());
    payload.extend_from_slice(text.as_bytes());
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let text = std::str::from_utf8(take_part(rest)?).ok()?;
    (text.len() <= MAX_ENTRY_TEXT).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(entry: &Entry) {
        assert_eq!(Facts::of(entry.kind, &entry.payload).as_ref(), Ok(&entry.facts));
        let longer = [&entry.payload[..], b"x"].concat();
        let open_ended = matches!(entry.kind, Kind::Material | Kind::Timestamp | Kind::SignatureTimestamp);
        assert_eq!(Facts::of(entry.kind, &longer).is_ok(), open_ended, "{:?}", entry.kind);
    }

    #[test]
    fn frames_without_a_leaf_have_the_facts_they_were_written_with() {
        let peer: ServerId = "BO/GOV/1001/ss1".parse().unwrap();
        let now: Timestamp = "2026-11-21T01:20:03.123456Z".parse().unwrap();
        check(&Entry::material(&Sha256Hash::of(b"unit"), b"unit"));
        check(&Entry::reservation(&peer, 1..1025));
        check(&Entry::timestamp(17, b"token"));
        check(&Entry::peer_checkpoint(&peer, "note"));
        check(&Entry::closed(now));
        check(&Entry::settled(17));
        check(&Entry::signature_timestamp(17, &[2; NONCE_BYTES], b"sealed"));
        check(&Entry::signatures_stamped(Some(17)));
        check(&Entry::signatures_stamped(None));
        let record = |numbers| PeerRecord { numbers, index: 4, leaf: Hash::of(b"leaf") };
        check(&Entry::explained(&peer, &[record(3..=3), record(6..=90)]));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            for (_, kind) in Kind::ALL {
                let _ = Facts::of(kind, &bytes);
            }
        }
    }
}
