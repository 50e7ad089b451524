//! What records are looked up by.

use protocol::hash::Sha256Hash;
use protocol::identifier::{ClientId, ServerId, ServiceId};

/// A key of the index: a digest of the kind of key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(u64);

/// How many sequence numbers one key of an outcome covers.
const OUTCOME_SPAN: u64 = 1024;

impl Key {
    pub(crate) fn x_road_id(id: &str) -> Self {
        Self::of(b"x", &[id.as_bytes()])
    }

    pub(crate) fn request_id(id: &str) -> Self {
        Self::of(b"r", &[id.as_bytes()])
    }

    pub(crate) fn client(client: &ClientId) -> Self {
        Self::of(b"c", &[client.to_string().as_bytes()])
    }

    pub(crate) fn service(service: &ServiceId) -> Self {
        Self::of(b"s", &[service.to_string().as_bytes()])
    }

    /// A client's idempotency key; the separator cannot be part of an identifier.
    pub(crate) fn idempotency(client: &ClientId, key: &str) -> Self {
        Self::of(b"i", &[client.to_string().as_bytes(), b"\n", key.as_bytes()])
    }

    pub(crate) fn sent(peer: &ServerId, sequence: u64) -> Self {
        Self::of(b">", &[&sequence.to_le_bytes(), peer.to_string().as_bytes()])
    }

    pub(crate) fn received(peer: &ServerId, sequence: u64) -> Self {
        Self::of(b"<", &[&sequence.to_le_bytes(), peer.to_string().as_bytes()])
    }

    /// The key of outcomes of more numbers than keys are made for one by one.
    pub(crate) fn wide_outcomes(peer: &ServerId) -> Self {
        Self::of(b"O", &[peer.to_string().as_bytes()])
    }

    /// The keys of outcomes that say something about numbers from `first` to `last`.
    pub(crate) fn outcomes(peer: &ServerId, first: u64, last: u64) -> impl Iterator<Item = Self> {
        let peer = peer.to_string();
        (first / OUTCOME_SPAN..=last / OUTCOME_SPAN)
            .map(move |span| Self::of(b"o", &[&span.to_le_bytes(), peer.as_bytes()]))
    }

    pub(crate) fn material(hash: &Sha256Hash) -> Self {
        Self::of(b"m", &[hash.as_bytes()])
    }

    /// The timestamp over the signature of the record with this index.
    pub(crate) fn signature_timestamp(record: u64) -> Self {
        Self::of(b"t", &[&record.to_le_bytes()])
    }

    /// The erasure record of the record with this index.
    pub(crate) fn erasure(record: u64) -> Self {
        Self::of(b"e", &[&record.to_le_bytes()])
    }

    /// Everything that administrators did.
    pub(crate) fn audit() -> Self {
        Self::of(b"a", &[])
    }

    pub(crate) const fn from_digest(digest: u64) -> Self {
        Self(digest)
    }

    pub(crate) const fn digest(self) -> u64 {
        self.0
    }

    fn of(kind: &[u8; 1], value: &[&[u8]]) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        context.update(kind);
        for part in value {
            context.update(part);
        }
        let digest = context.finish();
        let mut first = [0; 8];
        first.copy_from_slice(&digest.as_ref()[..8]);
        Self(u64::from_le_bytes(first))
    }
}
