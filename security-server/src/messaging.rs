//! What both directions of the exchange use.

use crate::completeness::Noticed;
use crate::configuration::Configuration;
use crate::credentials::own::OwnKeys;
use crate::credentials::peers::CredentialsCache;
use crate::evidence::Evidence;
use crate::message::MessageParts;
use crate::metaservices::Descriptions;
use crate::refusal::MessageRefusal;
use crate::server_configuration::ServerConfiguration;
use crate::server_proxy::Rates;
use crate::settings::Limits;
use crate::streaming::Exports;
use crate::transport::frames::{FrameReader, Piece};
use crate::transport::peers::{Peer, Peers};
use arc_swap::ArcSwap;
use bytes::Bytes;
use clock::SharedClock;
use global_configuration::Source;
use jiff::Timestamp;
use message_log::{Body, BodySpool, SpoolError};
use protocol::identifier::{MemberId, ServerId};
use std::sync::Arc;

/// What both directions of the exchange use. Each part has one owner and is shared by reference.
pub struct Messaging {
    /// This server.
    pub server: ServerId,
    /// The time.
    pub clock: SharedClock,
    /// The global configuration.
    pub configuration: Arc<Configuration>,
    /// Where it comes from, and where earlier ones are kept.
    pub source: Arc<Source>,
    /// The clients, services and access rights of this server.
    pub server_configuration: Arc<ArcSwap<ServerConfiguration>>,
    /// The OpenAPI documents of its services.
    pub descriptions: Arc<ArcSwap<Descriptions>>,
    /// The keys that sign here.
    pub keys: Arc<OwnKeys>,
    /// Credentials of peers that were verified.
    pub credentials: CredentialsCache,
    /// The message log.
    pub evidence: Evidence,
    /// Checkpoints of peers' logs that came with their messages.
    pub noticed: Noticed,
    /// The peers.
    pub peers: Peers,
    /// How often clients use rights that have a rate.
    pub(crate) rates: Rates,
    /// The bounds.
    pub limits: Limits,
    /// The evidence that is being written out.
    pub exports: Exports,
}

impl Messaging {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads the frames of a message off a body, of at most `limit` bytes.
    pub fn frames<B>(&self, body: B, limit: u64) -> FrameReader<B>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        FrameReader::new(body, limit, self.limits.body_pause(), self.limits.body_rate())
    }

    /// Takes in the body that a message announces, and checks its length.
    ///
    /// # Errors
    /// When it is too large, too slow, of another length, or cannot be stored.
    pub async fn receive_body<B>(
        &self,
        reader: &mut FrameReader<B>,
        announced: Option<u64>,
    ) -> Result<Option<Body>, crate::refusal::Refusal>
    where
        B: hyper::body::Body<Data = Bytes> + Unpin,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Some(length) = announced else { return Ok(None) };
        let limit = self.limits.body_bytes;
        if length > limit {
            return Err(MessageRefusal::BodyTooLarge(limit).into());
        }
        let mut spool = self.evidence.log().spool(length);
        let mut left = length;
        while left > 0 {
            let Piece::Body(piece) = reader.next().await? else { return Err(MessageRefusal::BodyLength.into()) };
            left = left.checked_sub(piece.len() as u64).ok_or(MessageRefusal::BodyLength)?;
            spool.push(piece).await.map_err(|error| spool_refusal(&error, limit))?;
        }
        spool.finish().await.map(Some).map_err(|error| spool_refusal(&error, limit))
    }

    /// A place for a body that arrives.
    #[must_use]
    pub fn spool(&self) -> BodySpool {
        self.evidence.log().spool(self.limits.body_bytes)
    }

    /// Takes note of what a peer's message says besides its content: which credentials it holds, and its newest checkpoint.
    pub fn take_note(&self, peer: &Peer, member: &MemberId, parts: &MessageParts) {
        if let Some(name) = parts.holds {
            peer.note_they_hold(name);
        }
        let crate::message::Presented::Whole(unit) = &parts.credentials else { return };
        peer.note_we_hold(member, *unit.name());
    }

    /// Our newest checkpoint, where the peer has not had it from us, and its size, to be noted once it has reached the peer.
    #[must_use]
    pub fn checkpoint_for(&self, peer: &Peer) -> Option<(Bytes, u64)> {
        let checkpoint = self.evidence.log().newest_checkpoint()?;
        let size = checkpoint.claimed().size;
        peer.lacks_checkpoint(size).then(|| (Bytes::from(checkpoint.to_string()), size))
    }
}

/// What a body that cannot be taken in means for the caller.
#[must_use]
pub fn spool_refusal(error: &SpoolError, limit: u64) -> crate::refusal::Refusal {
    use crate::refusal::Refusal;
    match error {
        SpoolError::TooLong { .. } => Refusal::BodyTooLarge { limit },
        SpoolError::DiskFull(full) => Refusal::LogFull(full.to_string()),
        other => Refusal::LogFailed(other.to_string()),
    }
}
