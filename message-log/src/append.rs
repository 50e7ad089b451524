//! Appending a message: digests, leaf, encryption on the caller's thread; only the finished frame reaches the committer.

use crate::body::{Body, SpoolError};
use crate::committer::{AppendError, Job};
use crate::entry::{Entry, whole_micros};
use crate::frame::{MAX_PAYLOAD_BYTES, frame_bytes};
use crate::index::Key;
use crate::key::DataKey;
use crate::log::MessageLog;
use crate::payload::{Sealed, Storage, write_message};
use crate::record::{LoggedMessage, MessageRecord, MessageSequence};
use crate::settings::Bodies;
use crate::shared::Shared;
use jiff::Timestamp;
use protocol::context::MessageKind;
use protocol::hash::Sha512Hash;
use protocol::identifier::ServerId;
use std::io;
use std::sync::Arc;
use trust::leaf::{Direction, MAX_LEAF_BYTES, MAX_TEXT_BYTES, MessageLeaf, PartCommitments, commitment};
use trust::manifest::{Manifest, SignedDigests};
use trust::merkle::leaf_hash;

/// Where a body goes, decided and done before the record is written.
struct Placed {
    storage: Storage,
    body: Option<Body>,
}

/// The longest idempotency key.
const MAX_IDEMPOTENCY_KEY_BYTES: usize = 1024;

impl MessageLog {
    /// Logs a message; when this returns, its record is durable.
    ///
    /// # Errors
    /// When there is no room, the record is too large, or the log is closed. Nothing is logged then. If the future is dropped
    /// before it is done, the record may or may not be logged.
    ///
    /// The number of a message to a peer is spent whatever happens: the message may be on its way already, and nobody may
    /// then say that it was not sent.
    pub async fn append(&self, mut record: MessageRecord, now: Timestamp) -> Result<LoggedMessage, AppendError> {
        if let MessageSequence::Sent(sequence) = &mut record.sequence {
            sequence.bind();
        }
        check_texts(&record)?;
        let placed = self.place_body(&record).await?;
        let key = data_key(&placed)?;
        let leaf = message_leaf(&self.shared().settings.server, &record, now);
        let leaf_bytes = leaf.render().into_bytes();
        let idempotency = idempotency_digest(&record);
        let payload = self.encrypt(&record, &placed, &key, idempotency, &leaf_bytes)?;
        let space = match record.space.take() {
            Some(space) => space,
            None => self.reserve_space(frame_bytes(payload.len()) as u64)?,
        };
        let leaf_hash = leaf_hash(&leaf_bytes);
        let entry = Entry::message(&leaf, leaf_hash, idempotency, payload);
        let (mut job, answer) = Job::new(vec![entry]);
        job.materials = vec![record.credentials];
        job.body = placed.body.zip(placed.storage.file(leaf.time)).map(|(body, (_, home))| (body, home));
        job.space = Some(space);
        let index = self.submit((job, answer)).await?;
        Ok(LoggedMessage { index, leaf_hash })
    }

    /// Decides where the body goes, and makes its file durable if it has one.
    async fn place_body(&self, record: &MessageRecord) -> Result<Placed, AppendError> {
        let Some(body) = &record.body else { return Ok(Placed { storage: Storage::None, body: None }) };
        let settings = &self.shared().settings;
        let keeps = settings.bodies == Bodies::Keep;
        if !keeps && record.kind == MessageKind::Request {
            return Ok(Placed { storage: Storage::LeftOut, body: None });
        }
        let inline = body.bytes().is_some_and(|bytes| bytes.len() as u64 <= settings.inline_body_bytes);
        if keeps && inline {
            return Ok(Placed { storage: Storage::Inline, body: None });
        }
        let (shared, body) = (Arc::clone(self.shared()), body.clone());
        let durable = tokio::task::spawn_blocking(move || durable_file(&shared, &body)).await;
        let body = durable.map_err(|error| AppendError::Body(Arc::new(io::Error::other(error))))??;
        let id = body.file().map(|file| file.id()).unwrap_or_default();
        let storage = if keeps { Storage::File(id) } else { Storage::Answer(id) };
        Ok(Placed { storage, body: Some(body) })
    }

    fn encrypt(
        &self,
        record: &MessageRecord,
        placed: &Placed,
        key: &DataKey,
        idempotency: u64,
        leaf: &[u8],
    ) -> Result<Vec<u8>, AppendError> {
        let inline = match (&record.body, placed.storage) {
            (Some(body), Storage::Inline) => body.bytes().map(|bytes| &bytes[..]).unwrap_or_default(),
            _ => &[],
        };
        let sealed = Sealed {
            head: &record.head,
            context: &record.context,
            signature: &record.signature,
            idempotency_key: record.idempotency_key.as_deref(),
            salt: &record.salt,
            body: record.body.as_ref().map(|body| *body.digest()),
            inline,
        };
        let wrapped = self.shared().key.wrap(key)?;
        let payload = write_message(&wrapped, key, idempotency, placed.storage, leaf, &sealed);
        let malformed = || AppendError::Malformed { reason: "a part is too long".to_owned() };
        let payload = payload.ok_or_else(malformed)?;
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(AppendError::TooLarge { bytes: payload.len() as u64 });
        }
        Ok(payload)
    }
}

/// The commitments of a message's parts, from their digests.
pub(crate) fn commitments(salt: &[u8; 32], digests: &SignedDigests, signature: &[u8]) -> PartCommitments {
    let commit = |digest: &Sha512Hash| commitment(salt, digest);
    let parts = digests.parts();
    PartCommitments {
        head: commit(&parts.head),
        context: commit(&parts.context),
        body: parts.body.as_ref().map(commit),
        manifest: commit(digests.manifest()),
        signature: commit(&Sha512Hash::of(signature)),
    }
}

fn message_leaf(server: &ServerId, record: &MessageRecord, now: Timestamp) -> MessageLeaf {
    debug_assert_eq!(
        record.digests,
        Manifest::of(
            &record.head,
            &record.context,
            record.body.as_ref().map(|body| body.digest().sha512),
            &record.salt
        )
        .digested()
        .1,
        "the digests are those of the parts"
    );
    let parts = commitments(&record.salt, &record.digests, &record.signature);
    let (direction, sequence) = match &record.sequence {
        MessageSequence::Sent(sequence) => (Direction::Sent, sequence.number()),
        MessageSequence::Received(number) => (Direction::Received, *number),
    };
    MessageLeaf {
        direction,
        role: record.kind,
        time: whole_micros(now),
        server: server.clone(),
        peer: record.peer.clone(),
        sequence,
        id: record.x_road_id.clone(),
        request_id: record.request_id.clone(),
        client: record.client.clone(),
        service: record.service.clone(),
        configuration: record.configuration,
        credentials: *record.credentials.name(),
        parts,
    }
}

/// A leaf with these texts reads back: everything else in it has a type.
fn check_texts(record: &MessageRecord) -> Result<(), AppendError> {
    let malformed = |reason: &str| Err(AppendError::Malformed { reason: reason.to_owned() });
    if record.x_road_id.len().max(record.request_id.len()) > MAX_TEXT_BYTES {
        return malformed("an id of the message is too long");
    }
    // Percent-encoding makes three bytes of one, and identifiers are bounded far below the rest.
    const _: () = assert!(3 * 2 * MAX_TEXT_BYTES + 24 * 1024 < MAX_LEAF_BYTES);
    if record.idempotency_key.as_ref().is_some_and(|key| key.is_empty() || key.len() > MAX_IDEMPOTENCY_KEY_BYTES) {
        return malformed("the idempotency key is empty or too long");
    }
    if let MessageSequence::Sent(sequence) = &record.sequence
        && *sequence.peer() != record.peer
    {
        return malformed("the sequence number counts messages to another peer");
    }
    Ok(())
}

fn data_key(placed: &Placed) -> Result<DataKey, AppendError> {
    match placed.body.as_ref().and_then(Body::file) {
        Some(file) => Ok(DataKey::from_bytes(*file.key().as_bytes())),
        None => Ok(DataKey::generate()?),
    }
}

fn idempotency_digest(record: &MessageRecord) -> u64 {
    record.idempotency_key.as_deref().map_or(0, |key| Key::idempotency(&record.client, key).digest())
}

fn durable_file(shared: &Shared, body: &Body) -> Result<Body, AppendError> {
    let stored = shared.spooling.store(body).map_err(|error| match error {
        SpoolError::DiskFull(full) => AppendError::DiskFull(full),
        SpoolError::Key(key) => AppendError::Key(key),
        other => AppendError::Body(Arc::new(io::Error::other(other))),
    })?;
    if let Some(file) = stored.file() {
        file.sync(&*shared.disk).map_err(|error| AppendError::Body(Arc::new(error)))?;
    }
    Ok(stored)
}
