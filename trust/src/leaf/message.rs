//! The leaf of a message.

use jiff::Timestamp;
use protocol::context::MessageKind;
use protocol::hash::{Sha256Hash, SnapshotHash};
use protocol::identifier::{ClientId, ServerId, ServiceId};

use super::lines::{LineReader, LineWriter};
use super::{FIRST_LINE, LeafError};

/// Which way a message went, seen from the log's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The server signed it for one of its clients and sent it.
    Sent,
    /// The server received and verified it.
    Received,
}

/// What a log says of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageLeaf {
    /// Sent or received.
    pub direction: Direction,
    /// Request or response.
    pub role: MessageKind,
    /// When the record was made; whole microseconds.
    pub time: Timestamp,
    /// Whose log this is.
    pub server: ServerId,
    /// The other security server.
    pub peer: ServerId,
    /// The sender's number towards the receiver.
    pub sequence: u64,
    /// The message id (`x-road-id`).
    pub id: String,
    /// The id of the relayed request (`x-road-request-id`).
    pub request_id: String,
    /// Who called.
    pub client: ClientId,
    /// The service called.
    pub service: ServiceId,
    /// The global configuration snapshot that the message was judged by.
    pub configuration: SnapshotHash,
    /// The credentials unit that proves the signer.
    pub credentials: Sha256Hash,
    /// Commitments to the parts.
    pub parts: PartCommitments,
}

/// Commitments to the parts of a message, all with the message's salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartCommitments {
    /// Of the head.
    pub head: Sha256Hash,
    /// Of the context.
    pub context: Sha256Hash,
    /// Of the body, where there is one.
    pub body: Option<Sha256Hash>,
    /// Of the manifest.
    pub manifest: Sha256Hash,
    /// Of the signature's short form.
    pub signature: Sha256Hash,
}

impl Direction {
    const ALL: [Self; 2] = [Self::Sent, Self::Received];

    /// The word that stands in leaves.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
        }
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        lines.one_of("direction", &Self::ALL, Self::as_str)
    }
}

impl MessageLeaf {
    /// The leaf's bytes, as the tree hashes them.
    #[must_use]
    pub fn render(&self) -> String {
        let mut lines = LineWriter::new(FIRST_LINE);
        lines.line("kind", "message");
        lines.line("direction", self.direction.as_str());
        lines.line("role", self.role.as_str());
        lines.time(self.time);
        lines.line("server", &self.server);
        lines.line("peer", &self.peer);
        lines.line("sequence", self.sequence);
        lines.text("id", &self.id);
        lines.text("request-id", &self.request_id);
        lines.line("client", &self.client);
        lines.line("service", &self.service);
        lines.line("configuration", self.configuration);
        lines.line("credentials", self.credentials);
        self.parts.write(&mut lines);
        lines.finish()
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            direction: Direction::read(lines)?,
            role: lines.one_of("role", &[MessageKind::Request, MessageKind::Response], MessageKind::as_str)?,
            time: lines.parsed("time")?,
            server: lines.parsed("server")?,
            peer: lines.parsed("peer")?,
            sequence: lines.parsed("sequence")?,
            id: lines.text("id")?,
            request_id: lines.text("request-id")?,
            client: lines.parsed("client")?,
            service: lines.parsed("service")?,
            configuration: lines.parsed("configuration")?,
            credentials: lines.parsed("credentials")?,
            parts: PartCommitments::read(lines)?,
        })
    }

    /// The security server that sent the message.
    #[must_use]
    pub fn sender(&self) -> &ServerId {
        match self.direction {
            Direction::Sent => &self.server,
            Direction::Received => &self.peer,
        }
    }

    /// The security server that received the message.
    #[must_use]
    pub fn receiver(&self) -> &ServerId {
        match self.direction {
            Direction::Sent => &self.peer,
            Direction::Received => &self.server,
        }
    }
}

impl PartCommitments {
    fn write(&self, lines: &mut LineWriter) {
        lines.line("head", self.head);
        lines.line("context", self.context);
        if let Some(body) = self.body {
            lines.line("body", body);
        }
        lines.line("manifest", self.manifest);
        lines.line("signature", self.signature);
    }

    fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            head: lines.parsed("head")?,
            context: lines.parsed("context")?,
            body: lines.parsed_if_there("body")?,
            manifest: lines.parsed("manifest")?,
            signature: lines.parsed("signature")?,
        })
    }
}
