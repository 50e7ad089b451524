//! One exchange: the request signed, logged and sent; the response verified and logged; both durable before the answer.

use super::authenticate::AuthenticatedClient;
use super::conversation::{Conversation, Outcome, Spoken};
use crate::configuration::Judgement;
use crate::evidence::{Place, Subject};
use crate::message;
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use jiff::Timestamp;
use message_log::Body;
use protocol::context::{Context, MessageKind};
use protocol::fault::{FaultCode, Layer, Reason};
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
pub(crate) struct Answered {
    pub(crate) head: ResponseHead,
    pub(crate) body: Option<Body>,
}

/// What became of one attempt with one server.
enum Attempt {
    Answered(Answered),
    /// The request certainly was not taken up; where it is not for the connection, why.
    NotSent(Option<Refusal>),
}

/// Has the exchange with the first of the provider's servers that takes the request.
pub(super) async fn exchange(messaging: &Messaging, call: Call) -> Result<Answered, Refusal> {
    let (mut reasons, mut full, mut unfit) = (Vec::new(), false, None);
    for candidate in &call.candidates {
        let Some(server) = call.judgement.global().server(candidate) else { continue };
        let peer = messaging.peers.peer(candidate);
        let Some(_place) = peer.admit_call() else {
            full = true;
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
            Attempt::Answered(answered) => return Ok(answered),
            Attempt::NotSent(None) => {
                reasons.push(format!("{candidate} closed the connection before the request was sent"))
            }
            Attempt::NotSent(Some(refusal)) => {
                reasons.push(format!("{candidate}: {refusal}"));
                unfit = Some(refusal);
            }
        }
    }
    // Who is busy now may have a place in a moment; who is not reached, probably not.
    if full {
        return Err(Refusal::Overloaded);
    }
    match unfit {
        Some(refusal) if reasons.len() == 1 => Err(refusal),
        _ => Err(Refusal::PeersUnreachable {
            subsystem: call.head.service().subsystem().clone(),
            servers: call.candidates,
            reasons: reasons.join("; "),
        }),
    }
}

async fn attempt(
    messaging: &Messaging,
    call: &Call,
    conversation: &Conversation<'_>,
    link: crate::transport::link::Link,
) -> Result<Attempt, Refusal> {
    let (server, now) = (conversation.server.id(), messaging.now());
    let (signer, credentials) = messaging.keys.of(call.client.id().member(), now)?;
    // Room for both records before a number is taken or anything leaves.
    let (room, response_room) = (messaging.evidence.reserve()?, messaging.evidence.reserve()?);
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
        Place { sequence, room },
        call.judgement.hash(),
        call.idempotency_key.clone(),
        now,
    );
    // The record becomes durable while the request is on its way; no answer goes out before it is.
    let (request_logged, outcome) = tokio::join!(request_logged, conversation.hold(&message, link, response_room));
    if let Err(why) = request_logged {
        return Err(match outcome {
            Outcome::NotSent(_) => why,
            _ => Refusal::AnswerLost { request_id: call.head.request_id().to_owned(), why: Box::new(why) },
        });
    }
    settle(messaging, call, server, number, outcome).await
}

async fn settle(
    messaging: &Messaging,
    call: &Call,
    server: &ServerId,
    number: u64,
    outcome: Outcome,
) -> Result<Attempt, Refusal> {
    let code = |refusal: &Refusal| refusal.code(Layer::ClientProxy);
    let unreached = FaultCode::new(Layer::ClientProxy, Reason::NetworkError);
    let (fate, code, attempt) = match outcome {
        Outcome::Answered(Spoken { head, body }) => return Ok(Attempt::Answered(Answered { head, body })),
        Outcome::NotSent(refusal) => {
            (Fate::NotSent, refusal.as_ref().map_or(unreached, code), Ok(Attempt::NotSent(refusal)))
        }
        Outcome::Refused(refusal) => (Fate::Refused, code(&refusal), Err(refusal)),
        Outcome::Unknown(refusal) => (Fate::Unknown, code(&refusal), Err(refusal)),
    };
    messaging.evidence.log_outcome(server, number, call.head.request_id(), fate, code, messaging.now()).await;
    attempt
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
