//! One exchange: the request signed, logged and sent; the response verified and logged; both durable before the answer.

use super::authenticate::AuthenticatedClient;
use super::conversation::{Conversation, Outcome, Spoken};
use crate::configuration::Judgement;
use crate::evidence::Subject;
use crate::message;
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use jiff::Timestamp;
use message_log::Body;
use protocol::context::{Context, MessageKind};
use protocol::fault::Layer;
use protocol::head::{RequestHead, ResponseHead};
use protocol::identifier::ServerId;
use std::sync::Arc;
use trust::leaf::Outcome as Fate;

/// A request that may be sent.
pub(super) struct Call {
    pub(super) client: AuthenticatedClient,
    pub(super) head: RequestHead,
    pub(super) body: Option<Body>,
    pub(super) judgement: Arc<Judgement>,
    pub(super) candidates: Vec<ServerId>,
    pub(super) idempotency_key: Option<String>,
}

/// A response whose record, and whose request's record, are durable on both sides.
pub(super) struct Answered {
    pub(super) head: ResponseHead,
    pub(super) body: Option<Body>,
}

/// Has the exchange with the first of the provider's servers that takes the request.
pub(super) async fn exchange(messaging: &Messaging, call: Call) -> Result<Answered, Refusal> {
    let subsystem = call.head.service().subsystem();
    let mut reasons = Vec::new();
    for candidate in &call.candidates {
        let Some(server) = call.judgement.global().server(candidate) else { continue };
        let peer = messaging.peers.peer(candidate);
        let Some(_place) = peer.admit() else {
            reasons.push(format!("{candidate} has as many exchanges under way as allowed"));
            continue;
        };
        let link = match messaging.peers.link(server, messaging.now()).await {
            Ok(link) => link,
            Err(error) => {
                reasons.push(format!("{candidate}: {error}"));
                continue;
            }
        };
        let conversation = Conversation { messaging, call: &call, server, peer: &peer };
        match attempt(messaging, &call, &conversation, link).await? {
            Some(answered) => return Ok(answered),
            None => reasons.push(format!("{candidate} closed the connection before the request was sent")),
        }
    }
    Err(Refusal::PeersUnreachable { subsystem: subsystem.clone(), reasons: reasons.join("; ") })
}

/// One attempt with one server; `None` when the request certainly was not sent.
async fn attempt(
    messaging: &Messaging,
    call: &Call,
    conversation: &Conversation<'_>,
    link: crate::transport::link::Link,
) -> Result<Option<Answered>, Refusal> {
    let (server, now) = (conversation.server.id(), messaging.now());
    let (signer, credentials) = messaging.keys.of(call.client.id().member(), now)?;
    let sequence = messaging.evidence.next_sequence(server).await?;
    let number = sequence.number();
    let context = context(messaging, call, server, number, now);
    let head = call.head.as_bytes().to_vec().into();
    let message = message::seal(head, &context, call.body.clone(), &signer, &credentials)?;
    let subject = Subject::from(&call.head);
    let request_logged = messaging.evidence.log_sent(
        MessageKind::Request,
        subject,
        &message,
        sequence,
        call.judgement.hash(),
        call.idempotency_key.clone(),
        now,
    );
    // The record becomes durable while the request is on its way; no answer goes out before it is.
    let (request_logged, outcome) = tokio::join!(request_logged, conversation.hold(&message, link));
    request_logged?;
    settle(messaging, call, server, number, outcome).await
}

async fn settle(
    messaging: &Messaging,
    call: &Call,
    server: &ServerId,
    number: u64,
    outcome: Outcome,
) -> Result<Option<Answered>, Refusal> {
    let (outcome, refusal) = match outcome {
        Outcome::Answered(Spoken { head, body }) => return Ok(Some(Answered { head, body })),
        Outcome::NotSent => (Fate::NotSent, None),
        Outcome::Refused(refusal) => (Fate::Refused, Some(refusal)),
        Outcome::Unknown(refusal) => (Fate::Unknown, Some(refusal)),
    };
    let code = match &refusal {
        Some(refusal) => refusal.code(Layer::ClientProxy),
        None => Refusal::PeerBroke(server.clone()).code(Layer::ClientProxy),
    };
    let request_id = call.head.request_id();
    messaging.evidence.log_outcome(server, number, request_id, outcome, code, messaging.now()).await;
    refusal.map_or(Ok(None), Err)
}

fn context(messaging: &Messaging, call: &Call, server: &ServerId, sequence: u64, now: Timestamp) -> Context {
    Context {
        kind: MessageKind::Request,
        created: now,
        from: messaging.server.clone(),
        to: server.clone(),
        sequence,
        configuration: call.judgement.hash(),
        peer_checkpoint: messaging.evidence.peer_checkpoint(server),
    }
}
