//! What callers hand to the log, and what they get for it.

use crate::body::Body;
use crate::sequences::Sequence;
use crate::space::SpaceReservation;
use bytes::Bytes;
use protocol::context::MessageKind;
use protocol::hash::{Sha256Hash, SnapshotHash};
use protocol::identifier::{ClientId, ServerId, ServiceId};
use trust::manifest::SignedDigests;
use trust::merkle::Hash;

/// A signed message, ready to be logged.
pub struct MessageRecord {
    /// Request or response.
    pub kind: MessageKind,
    /// The other security server.
    pub peer: ServerId,
    /// Its number, which also says which way it went.
    pub sequence: MessageSequence,
    /// `X-Road-Id`.
    pub x_road_id: String,
    /// `X-Road-Request-Id`, the same for request and response.
    pub request_id: String,
    /// Who called.
    pub client: ClientId,
    /// What was called.
    pub service: ServiceId,
    /// The snapshot of the global configuration that the message was judged by; whoever fetches configurations keeps it.
    pub configuration: SnapshotHash,
    /// What proves the signer.
    pub credentials: Material,
    /// The message head's bytes.
    pub head: Bytes,
    /// The context's bytes.
    pub context: Bytes,
    /// The random salt that was signed with them.
    pub salt: [u8; 32],
    /// The digests of head, context, body and salt, and of their manifest, as they were signed: they are not computed again.
    pub digests: SignedDigests,
    /// The short form of the signature.
    pub signature: Vec<u8>,
    /// The body, if there is one.
    pub body: Option<Body>,
    /// The caller's idempotency key, with a request.
    pub idempotency_key: Option<String>,
    /// Space promised for this record, if it was reserved before.
    pub space: Option<SpaceReservation>,
}

/// The number of a message between two servers.
pub enum MessageSequence {
    /// This server sends; the number was taken from its reserved block.
    Sent(Sequence),
    /// The peer sent it under this number.
    Received(u64),
}

/// Credentials, which many records refer to by hash. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    name: Sha256Hash,
    bytes: Bytes,
}

/// Proof that a message is durably logged. Only the log makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedMessage {
    pub(crate) index: u64,
    pub(crate) leaf_hash: Hash,
}

/// What else is known about a number without a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutcomeDetails {
    /// The id of the relayed request.
    pub request_id: Option<String>,
    /// The fault code.
    pub code: Option<String>,
}

impl Material {
    /// A unit of credentials, named by its digest.
    #[must_use]
    pub fn credentials(bytes: Bytes) -> Self {
        Self { name: Sha256Hash::of(&bytes), bytes }
    }

    /// A unit of credentials whose digest is known already.
    #[must_use]
    pub const fn named(name: Sha256Hash, bytes: Bytes) -> Self {
        Self { name, bytes }
    }

    /// The name that records refer to.
    #[must_use]
    pub const fn name(&self) -> &Sha256Hash {
        &self.name
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl LoggedMessage {
    /// The record's leaf index.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The hash of its leaf.
    #[must_use]
    pub const fn leaf_hash(&self) -> &Hash {
        &self.leaf_hash
    }
}
