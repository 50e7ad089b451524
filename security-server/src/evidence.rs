//! What the exchange asks of the message log: records before effects, numbers before signatures.

use crate::certainty::Certainty;
use crate::configuration::Judgement;
use crate::credentials::CredentialsUnit;
use crate::message::{SealedMessage, VerifiedMessage};
use crate::refusal::Refusal;
use crate::settings::MessageLogSettings;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use message_log::{
    AppendError, Body, Content, KeptContent, LoggedMessage, Material, MessageLog, MessageRecord, MessageSequence,
    OutcomeDetails, Query, Sequence, SpaceReservation, StoredBody,
};
use protocol::context::{LogPoint, MessageKind};
use protocol::fault::FaultCode;
use protocol::hash::{Sha512Hash, SnapshotHash};
use protocol::head::{RequestHead, ResponseHead};
use protocol::identifier::{ClientId, ServerId, ServiceId};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::Notify;
use trust::leaf::{MessageLeaf, Outcome};

/// The log as the exchange uses it. Cheap to clone.
#[derive(Clone)]
pub struct Evidence {
    log: MessageLog,
    stop_unstamped_after: SignedDuration,
    // What one record takes at most: larger bodies have files of their own.
    record_bytes: u64,
    /// Woken by each record whose signature is to be stamped; nobody listens where none is.
    logged: Arc<Notify>,
    // Seconds since the epoch; the time of the oldest record that no timestamp covers.
    unstamped_since: Arc<AtomicI64>,
}

/// What a record says of its exchange, besides the message itself.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The message id.
    pub id: String,
    /// The id of the relayed request.
    pub request_id: String,
    /// Who called.
    pub client: ClientId,
    /// What was called.
    pub service: ServiceId,
}

impl From<&RequestHead> for Subject {
    fn from(head: &RequestHead) -> Self {
        Self {
            id: head.id().to_owned(),
            request_id: head.request_id().to_owned(),
            client: head.client().clone(),
            service: head.service().clone(),
        }
    }
}

impl From<&ResponseHead> for Subject {
    fn from(head: &ResponseHead) -> Self {
        Self {
            id: head.id().to_owned(),
            request_id: head.request_id().to_owned(),
            client: head.client().clone(),
            service: head.service().clone(),
        }
    }
}

/// Where a message that this server signs goes in the log: its number, and room that was reserved before any effect.
pub struct Place {
    /// Its number towards the peer.
    pub sequence: Sequence,
    /// The room.
    pub room: SpaceReservation,
}

/// Bytes that a record takes besides its body: heads, contexts, signature, credentials, and what frames them.
const RECORD_BYTES: u64 = 160 * 1024;

impl Evidence {
    /// Uses `log` by these settings.
    #[must_use]
    pub fn new(log: MessageLog, settings: &MessageLogSettings, inline_body_bytes: u64) -> Self {
        let stop_unstamped_after =
            SignedDuration::try_from(settings.stop_without_timestamp()).unwrap_or(SignedDuration::MAX);
        let record_bytes = RECORD_BYTES.saturating_add(inline_body_bytes);
        // What an earlier run left unstamped counts from the first attempt on, which follows at once.
        let unstamped_since = Arc::new(AtomicI64::new(i64::MAX));
        Self { log, stop_unstamped_after, record_bytes, logged: Arc::default(), unstamped_since }
    }

    /// The log itself.
    #[must_use]
    pub fn log(&self) -> &MessageLog {
        &self.log
    }

    /// That the log may take records now: it has been stamped recently enough.
    ///
    /// # Errors
    /// When timestamps have been missing for longer than the policy allows.
    pub fn check_stamped(&self, now: Timestamp) -> Result<(), Refusal> {
        match Timestamp::from_second(self.unstamped_since.load(Ordering::Relaxed)) {
            Ok(since) if now.duration_since(since) > self.stop_unstamped_after => {
                Err(Refusal::TimestampsMissing(since))
            }
            _ => Ok(()),
        }
    }

    /// Takes note of since when records have been unstamped: after each attempt, however it ended.
    pub async fn note_stamps(&self) {
        let log = self.log.clone();
        let looking = tokio::task::spawn_blocking(move || {
            let covered = log.unstamped_since();
            // Nothing where signatures are not stamped, and at most a few records are looked at.
            let signed = log.to_stamp(1).ok().and_then(|next| next.messages.first().map(|message| message.time));
            covered.into_iter().chain(signed).min()
        });
        match looking.await {
            Ok(since) => {
                self.unstamped_since.store(since.map_or(i64::MAX, Timestamp::as_second), Ordering::Relaxed);
            }
            // What was known before stays: time goes on, and the exchange stops in the end.
            Err(error) => tracing::error!(%error, "the log could not be asked what has no timestamp yet"),
        }
    }

    /// Waits until something was logged whose signature may have to be stamped.
    pub async fn logged(&self) {
        self.logged.notified().await;
    }

    /// Keeps room for one record, whatever is in it.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn reserve(&self) -> Result<SpaceReservation, Refusal> {
        self.log.reserve_space(self.record_bytes).map_err(|error| Refusal::LogFull(error.to_string()))
    }

    /// The next number towards a peer; durable before it is used.
    ///
    /// # Errors
    /// When the log cannot reserve numbers.
    pub async fn next_sequence(&self, peer: &ServerId) -> Result<Sequence, Refusal> {
        self.log.next_sequence(peer).await.map_err(|error| refused(&error))
    }

    /// The newest checkpoint seen of a peer's log.
    #[must_use]
    pub fn peer_checkpoint(&self, peer: &ServerId) -> Option<LogPoint> {
        self.log.peer_log_point(peer)
    }

    /// Logs a message that this server signed; when this returns, the record is durable.
    ///
    /// # Errors
    /// When the log did not take the record.
    #[allow(clippy::too_many_arguments, reason = "a record has so many facts, and each comes from elsewhere")]
    pub async fn log_sent(
        &self,
        kind: MessageKind,
        subject: Subject,
        message: &SealedMessage,
        place: Place,
        configuration: SnapshotHash,
        idempotency_key: Option<String>,
        now: Timestamp,
    ) -> Result<LoggedMessage, Refusal> {
        let record = MessageRecord {
            kind,
            peer: place.sequence.peer().clone(),
            sequence: MessageSequence::Sent(place.sequence),
            x_road_id: subject.id,
            request_id: subject.request_id,
            client: subject.client,
            service: subject.service,
            configuration,
            credentials: material(&message.credentials),
            head: message.head.clone(),
            context: message.context.clone(),
            salt: message.salt,
            digests: message.digests,
            signature: message.signature.clone(),
            body: message.body.clone(),
            idempotency_key,
            space: Some(place.room),
        };
        let logged = self.log.append(record, now).await.map_err(|error| refused(&error));
        self.logged.notify_one();
        logged
    }

    /// Logs a verified message of a peer; when this returns, the record is durable.
    ///
    /// # Errors
    /// When the log did not take the record.
    pub async fn log_received(
        &self,
        subject: Subject,
        message: &VerifiedMessage,
        body: Option<Body>,
        judgement: &Arc<Judgement>,
        space: SpaceReservation,
        now: Timestamp,
    ) -> Result<LoggedMessage, Refusal> {
        let record = MessageRecord {
            kind: message.context.kind,
            peer: message.context.from.clone(),
            sequence: MessageSequence::Received(message.context.sequence),
            x_road_id: subject.id,
            request_id: subject.request_id,
            client: subject.client,
            service: subject.service,
            configuration: judgement.hash(),
            credentials: material(message.credentials.unit()),
            head: message.head.clone(),
            context: message.context_bytes.clone(),
            salt: message.salt,
            digests: message.digests,
            signature: message.signature.to_vec(),
            body,
            idempotency_key: None,
            space: Some(space),
        };
        let logged = self.log.append(record, now).await.map_err(|error| refused(&error));
        self.logged.notify_one();
        logged
    }

    /// Records what became of a request that has no response.
    pub async fn log_outcome(
        &self,
        peer: &ServerId,
        sequence: u64,
        request_id: &str,
        outcome: Outcome,
        code: FaultCode,
        now: Timestamp,
    ) {
        let details = OutcomeDetails { request_id: Some(request_id.to_owned()), code: Some(code.to_string()) };
        if let Err(error) = self.log.append_fate(peer, sequence, outcome, details, now).await {
            // The number stays explained by the request's own record.
            tracing::error!(%error, peer.server_id = %peer, "failed to record the outcome of a request");
        }
    }
}

/// A logged message as it can be sent, or given, again.
#[derive(Clone)]
pub struct LoggedContent {
    /// Head, context, salt and signature.
    pub content: Box<KeptContent>,
    /// The body, where the message has one.
    pub body: Option<Body>,
    /// The credentials that go with it.
    pub credentials: CredentialsUnit,
}

impl Evidence {
    /// Reads a message back from the log.
    ///
    /// # Errors
    /// When it was erased, its body was left out, or the log cannot be read.
    pub async fn read(&self, index: u64) -> Result<LoggedContent, Refusal> {
        let log = self.log.clone();
        blocking(move || read(&log, index)).await
    }

    /// The first request of a client with an idempotency key since a time that may have had an effect, and its response where
    /// it has one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn by_idempotency_key(
        &self,
        client: &ClientId,
        key: &str,
        since: Timestamp,
    ) -> Result<Option<FirstCall>, Refusal> {
        let (log, client, key) = (self.log.clone(), client.clone(), key.to_owned());
        blocking(move || {
            let idempotency = Some((client, key.clone()));
            let kind = Some(MessageKind::Request);
            let query = Query { idempotency, kind, from: Some(since), ..Query::default() };
            let mut first = None;
            // Newest first. An attempt that was answered counts before all others; of the rest the first that may have acted.
            for request in log.find(&query).map_err(|error| unreadable(&error))? {
                let (_, content) = kept(&log, request.index)?;
                // The log finds by a short digest of the key: another key may have the same.
                if content.idempotency_key.as_deref() != Some(&key) {
                    continue;
                }
                let answer = answer_to(&log, &request.leaf.request_id)?;
                let answered = answer.is_some();
                if answered || may_have_acted(&log, &request.leaf)? {
                    first = Some(FirstCall::new(*content, answer));
                }
                if answered {
                    break;
                }
            }
            Ok(first)
        })
        .await
    }
}

/// The first call with an idempotency key.
pub struct FirstCall {
    /// The request head's bytes.
    pub head: Vec<u8>,
    /// The digest of its body, whether or not the body itself was kept.
    pub body: Option<Sha512Hash>,
    /// What was answered.
    pub response: Option<LoggedContent>,
}

impl FirstCall {
    fn new(request: KeptContent, response: Option<LoggedContent>) -> Self {
        let body = match &request.body {
            StoredBody::None => None,
            StoredBody::Kept(body) => Some(body.digest().sha512),
            StoredBody::LeftOut(digest) => Some(digest.sha512),
        };
        Self { head: request.head, body, response }
    }
}

fn answer_to(log: &MessageLog, request_id: &str) -> Result<Option<LoggedContent>, Refusal> {
    let query = Query {
        request_id: Some(request_id.to_owned()),
        kind: Some(MessageKind::Response),
        limit: 1,
        ..Query::default()
    };
    let found = log.find(&query).map_err(|error| unreadable(&error))?;
    found.first().map(|response| read(log, response.index)).transpose()
}

/// Only a request that was not sent, or whose refusal proves that the service was not called, had no effect for certain.
fn may_have_acted(log: &MessageLog, request: &MessageLeaf) -> Result<bool, Refusal> {
    let fate = log.fate_of(request).map_err(|error| unreadable(&error))?;
    Ok(match fate {
        Some((Outcome::NotSent, _)) => false,
        Some((Outcome::Refused, Some(code))) => {
            code.parse().map_or(true, |code: FaultCode| Certainty::of(code) == Certainty::Open)
        }
        Some((Outcome::Refused | Outcome::Unknown | Outcome::Unused, _)) | None => true,
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(unreadable(&error)))
}

fn kept(log: &MessageLog, index: u64) -> Result<(MessageLeaf, Box<KeptContent>), Refusal> {
    let stored = log.read(index).map_err(|error| unreadable(&error))?;
    match stored.content {
        Content::Kept(content) => Ok((stored.leaf, content)),
        Content::Erased(_) => Err(Refusal::LogFailed(format!("record {index} was erased"))),
    }
}

fn read(log: &MessageLog, index: u64) -> Result<LoggedContent, Refusal> {
    let (leaf, content) = kept(log, index)?;
    let body = match &content.body {
        StoredBody::None => None,
        StoredBody::Kept(body) => Some(body.clone()),
        StoredBody::LeftOut(_) => return Err(Refusal::LogFailed(format!("the body of record {index} is not kept"))),
    };
    let unit = log.material(&leaf.credentials).map_err(|error| unreadable(&error))?;
    let unit = unit.ok_or_else(|| Refusal::LogFailed(format!("the credentials of record {index} are missing")))?;
    Ok(LoggedContent { content, body, credentials: CredentialsUnit::new(unit) })
}

fn unreadable(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::LogFailed(format!("a record cannot be read: {error}"))
}

fn material(unit: &CredentialsUnit) -> Material {
    Material::named(*unit.name(), Bytes::clone(unit.encoded()))
}

fn refused(error: &AppendError) -> Refusal {
    match error {
        AppendError::DiskFull(full) => Refusal::LogFull(full.to_string()),
        other => Refusal::LogFailed(other.to_string()),
    }
}
