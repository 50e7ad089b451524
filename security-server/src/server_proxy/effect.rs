//! The effect of a request: logged, called, answered, logged again. It runs to its end whoever goes away.

use super::replay::FirstClaim;
use super::service_call::{self, Reply};
use super::{Accepted, Backends, Permit};
use crate::evidence::{LoggedContent, Place, Subject};
use crate::message::{self, SealedMessage};
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use message_log::{Body, LoggedMessage, SpaceReservation};
use protocol::context::{Context, MessageKind};
use protocol::fault::Layer;
use protocol::hash::Sha512Hash;
use protocol::head::{RequestHead, ResponseHead, ResponseHeadBuilder};
use std::sync::Arc;
use tokio::sync::oneshot;
use trust::manifest::Manifest;

/// A signed answer, and word of when its record is durable.
pub(super) struct Answer {
    pub(super) message: SealedMessage,
    pub(super) durable: oneshot::Receiver<Result<(), Refusal>>,
}

/// Has the effect of one accepted request.
pub(super) struct Effect {
    messaging: Arc<Messaging>,
    backends: Arc<Backends>,
}

/// What an answer is made of.
struct Exchange {
    accepted: Accepted,
    logged: LoggedMessage,
}

impl Effect {
    pub(super) fn new(messaging: Arc<Messaging>, backends: Arc<Backends>) -> Self {
        Self { messaging, backends }
    }

    /// Runs to the end; what goes wrong is told to whoever waits, and remembered for duplicates.
    pub(super) async fn run(
        &self,
        accepted: Accepted,
        claim: FirstClaim,
        waiting: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let (exchange, room) = match self.log_request(accepted).await {
            Ok(logged) => logged,
            Err(refusal) => {
                // Nothing happened: a retry may succeed.
                claim.released();
                let _ = waiting.send(Err(refusal));
                return;
            }
        };
        match self.respond(&exchange).await {
            Ok((head, message, sequence)) => {
                let (word, durable) = oneshot::channel();
                let _ = waiting.send(Ok(Answer { message: message.clone(), durable }));
                self.log_response(&exchange, &head, &message, Place { sequence, room }, claim, word).await;
            }
            Err(refusal) => {
                let detail = uuid::Uuid::new_v4().to_string();
                tracing::warn!(
                    fault.detail = detail,
                    message.id = exchange.accepted.head.id(),
                    service.id = %exchange.accepted.head.service(),
                    refusal = %refusal,
                    "a call had no answer"
                );
                let fault = refusal.fault(Layer::ServerProxy, detail);
                claim.refused(fault.clone());
                let _ = waiting.send(Err(Refusal::PeerFault(fault)));
            }
        }
    }

    /// Evidence before effect: the request's record is durable, room for the answer's is kept, and there is a key that can
    /// sign it, before any call.
    async fn log_request(&self, accepted: Accepted) -> Result<(Exchange, SpaceReservation), Refusal> {
        let (evidence, now) = (&self.messaging.evidence, self.messaging.now());
        self.messaging.keys.of(accepted.head.service().subsystem().member(), now)?;
        let (space, room) = (evidence.reserve()?, evidence.reserve()?);
        let logged = evidence
            .log_received(
                Subject::from(&accepted.head),
                &accepted.message,
                accepted.body.clone(),
                &accepted.judgement,
                space,
                now,
            )
            .await?;
        Ok((Exchange { accepted, logged }, room))
    }

    async fn respond(
        &self,
        exchange: &Exchange,
    ) -> Result<(ResponseHead, SealedMessage, message_log::Sequence), Refusal> {
        let Accepted { head, body, permit, message, .. } = &exchange.accepted;
        let reply = self.call(permit, &exchange.logged, head, body.clone()).await?;
        let response = response_head(&reply, head, &message.digests.parts().request_hash())?;
        let sealed = self.seal(exchange, &response, reply.body).await;
        let (sealed, sequence) = sealed
            .map_err(|why| Refusal::AnswerLost { request_id: head.request_id().to_owned(), why: Box::new(why) })?;
        Ok((response, sealed, sequence))
    }

    async fn seal(
        &self,
        exchange: &Exchange,
        response: &ResponseHead,
        body: Option<Body>,
    ) -> Result<(SealedMessage, message_log::Sequence), Refusal> {
        let Accepted { head, message, judgement, .. } = &exchange.accepted;
        let now = self.messaging.now();
        let (signer, credentials) = self.messaging.keys.of(head.service().subsystem().member(), now)?;
        let peer = &message.context.from;
        let sequence = self.messaging.evidence.next_sequence(peer).await?;
        let context = Context {
            kind: MessageKind::Response,
            created: now,
            from: self.messaging.server.clone(),
            to: peer.clone(),
            sequence: sequence.number(),
            configuration: judgement.hash(),
            peer_checkpoint: self.messaging.evidence.peer_checkpoint(peer),
        };
        let bytes = response.as_bytes().to_vec().into();
        let sealed = message::seal(bytes, &context, body, &signer, &credentials)?;
        Ok((sealed, sequence))
    }

    async fn call(
        &self,
        permit: &Permit,
        logged: &LoggedMessage,
        head: &RequestHead,
        body: Option<Body>,
    ) -> Result<Reply, Refusal> {
        service_call::call(&self.messaging, &self.backends, permit, logged, head, body).await
    }

    async fn log_response(
        &self,
        exchange: &Exchange,
        head: &ResponseHead,
        message: &SealedMessage,
        place: Place,
        claim: FirstClaim,
        word: oneshot::Sender<Result<(), Refusal>>,
    ) {
        let configuration = exchange.accepted.judgement.hash();
        let now = self.messaging.now();
        let logged = self
            .messaging
            .evidence
            .log_sent(MessageKind::Response, Subject::from(head), message, place, configuration, None, now)
            .await;
        match logged {
            Ok(logged) => {
                claim.answered(logged.index());
                let _ = word.send(Ok(()));
            }
            Err(refusal) => {
                drop(claim);
                let _ = word.send(Err(refusal));
            }
        }
    }
}

fn response_head(reply: &Reply, request: &RequestHead, request_hash: &Sha512Hash) -> Result<ResponseHead, Refusal> {
    let malformed = |error: protocol::head::HeadError| Refusal::ProviderMalformed {
        service: request.service().clone(),
        rule: error.to_string(),
    };
    let mut builder = ResponseHeadBuilder::new(reply.status, &reply.reason);
    for (name, value) in &reply.fields {
        builder.field(name, value).map_err(malformed)?;
    }
    builder.finish(request, request_hash).map_err(malformed)
}

/// The answer that was logged before, for a duplicate of its request.
pub(super) async fn logged_answer(messaging: &Messaging, record: u64) -> Result<Answer, Refusal> {
    let LoggedContent { content, body, credentials } = messaging.evidence.read(record).await?;
    let digest = body.as_ref().map(|body| body.digest().sha512);
    let (_, digests) = Manifest::of(&content.head, &content.context, digest, &content.salt).digested();
    Ok(Answer::already_durable(SealedMessage {
        head: content.head.into(),
        context: content.context.into(),
        body,
        salt: content.salt,
        digests,
        signature: content.signature,
        credentials,
    }))
}
