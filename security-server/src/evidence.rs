//! What the exchange asks of the message log: records before effects, numbers before signatures.

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
use protocol::hash::SnapshotHash;
use protocol::head::{RequestHead, ResponseHead};
use protocol::identifier::{ClientId, ServerId, ServiceId};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use trust::leaf::Outcome;

/// The log as the exchange uses it. Cheap to clone.
#[derive(Clone)]
pub struct Evidence {
    log: MessageLog,
    stop_unstamped_after: SignedDuration,
    // Seconds since the epoch; the time of the oldest checkpoint without a timestamp.
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

/// Bytes that a record takes besides its body: heads, contexts, signature, and what frames them.
const RECORD_BYTES: u64 = 160 * 1024;

impl Evidence {
    /// Uses `log` by these settings.
    #[must_use]
    pub fn new(log: MessageLog, settings: &MessageLogSettings) -> Self {
        let stop_unstamped_after =
            SignedDuration::try_from(settings.stop_without_timestamp()).unwrap_or(SignedDuration::MAX);
        let evidence = Self { log, stop_unstamped_after, unstamped_since: Arc::new(AtomicI64::new(i64::MAX)) };
        evidence.note_stamps();
        evidence
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

    /// Takes note of since when checkpoints have been unstamped: after each attempt to stamp one.
    pub fn note_stamps(&self) {
        let since = self.log.unstamped().map_or(i64::MAX, |unstamped| unstamped.oldest.as_second());
        self.unstamped_since.store(since, Ordering::Relaxed);
    }

    /// Keeps room for a record and `body_bytes` of its body.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn reserve(&self, body_bytes: u64) -> Result<SpaceReservation, Refusal> {
        let bytes = RECORD_BYTES.saturating_add(body_bytes);
        self.log.reserve_space(bytes).map_err(|error| Refusal::LogFull(error.to_string()))
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
        sequence: Sequence,
        configuration: SnapshotHash,
        idempotency_key: Option<String>,
        now: Timestamp,
    ) -> Result<LoggedMessage, Refusal> {
        let record = MessageRecord {
            kind,
            peer: sequence.peer().clone(),
            sequence: MessageSequence::Sent(sequence),
            x_road_id: subject.id,
            request_id: subject.request_id,
            client: subject.client,
            service: subject.service,
            configuration: Material::snapshot(configuration, Bytes::new()),
            credentials: material(&message.credentials),
            more_material: Vec::new(),
            head: message.head.clone(),
            context: message.context.clone(),
            salt: message.salt,
            signature: message.signature.clone(),
            body: message.body.clone(),
            idempotency_key,
            space: None,
        };
        self.log.append(record, now).await.map_err(|error| refused(&error))
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
        space: Option<SpaceReservation>,
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
            configuration: Material::snapshot(judgement.hash(), Bytes::new()),
            credentials: material(message.credentials.unit()),
            more_material: Vec::new(),
            head: message.head.clone(),
            context: message.context_bytes.clone(),
            salt: message.salt,
            signature: message.signature.to_vec(),
            body,
            idempotency_key: None,
            space,
        };
        self.log.append(record, now).await.map_err(|error| refused(&error))
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

    /// The first request of a client with an idempotency key since a time, and its response where it has one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn by_idempotency_key(
        &self,
        client: &ClientId,
        key: &str,
        since: Timestamp,
    ) -> Result<Option<(LoggedContent, Option<LoggedContent>)>, Refusal> {
        let (log, client, key) = (self.log.clone(), client.clone(), key.to_owned());
        blocking(move || {
            let find = |query: Query| log.find(&query).map_err(|error| unreadable(&error));
            let kind = Some(MessageKind::Request);
            let requests =
                find(Query { idempotency: Some((client, key)), kind, from: Some(since), ..Query::default() })?;
            let mut first = None;
            // Newest first. Attempts that never left, or were refused, do not count; one that was answered does, and so
            // does one of which nobody knows whether the service acted: it must not act twice.
            for request in requests {
                let request_id = Some(request.leaf.request_id.clone());
                let kind = Some(MessageKind::Response);
                let responses = find(Query { request_id, kind, limit: 1, ..Query::default() })?;
                if let Some(response) = responses.first() {
                    return Ok(Some((read(&log, request.index)?, Some(read(&log, response.index)?))));
                }
                let fate = log.fate(&request.leaf).map_err(|error| unreadable(&error))?;
                if !matches!(fate, Some(Outcome::Refused | Outcome::NotSent)) {
                    first = Some(request.index);
                }
            }
            first.map(|index| Ok((read(&log, index)?, None))).transpose()
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(unreadable(&error)))
}

fn read(log: &MessageLog, index: u64) -> Result<LoggedContent, Refusal> {
    let stored = log.read(index).map_err(|error| unreadable(&error))?;
    let Content::Kept(content) = stored.content else {
        return Err(Refusal::LogFailed(format!("record {index} was erased")));
    };
    let body = match &content.body {
        StoredBody::None => None,
        StoredBody::Kept(body) => Some(body.clone()),
        StoredBody::LeftOut(_) => return Err(Refusal::LogFailed(format!("the body of record {index} is not kept"))),
    };
    let unit = log.material(&stored.leaf.credentials).map_err(|error| unreadable(&error))?;
    let unit = unit.ok_or_else(|| Refusal::LogFailed(format!("the credentials of record {index} are missing")))?;
    Ok(LoggedContent { content, body, credentials: CredentialsUnit::new(unit) })
}

fn unreadable(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::LogFailed(format!("a record cannot be read: {error}"))
}

fn material(unit: &CredentialsUnit) -> Material {
    Material::credentials(Bytes::clone(unit.encoded()))
}

fn refused(error: &AppendError) -> Refusal {
    match error {
        AppendError::DiskFull(full) => Refusal::LogFull(full.to_string()),
        other => Refusal::LogFailed(other.to_string()),
    }
}
