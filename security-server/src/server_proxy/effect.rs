//! The effect of a request: logged, called, answered, logged again. It runs to its end whoever goes away.

use super::replay::FirstClaim;
use super::service_call::{self, Reply};
use super::{Accepted, Permit};
use crate::evidence::Subject;
use crate::message::{self, SealedMessage};
use crate::messaging::Messaging;
use crate::provider::Providers;
use crate::refusal::Refusal;
use message_log::{Body, LoggedMessage};
use protocol::context::{Context, MessageKind};
use protocol::fault::Layer;
use protocol::head::{RequestHead, ResponseHead, ResponseHeadBuilder};
use std::sync::Arc;
use tokio::sync::oneshot;

/// A signed answer, and word of when its record is durable.
pub(super) struct Answer {
    pub(super) message: SealedMessage,
    pub(super) durable: oneshot::Receiver<Result<(), Refusal>>,
}

/// Has the effect of one accepted request.
pub(super) struct Effect {
    messaging: Arc<Messaging>,
    providers: Arc<Providers>,
}

/// What an answer is made of.
struct Exchange {
    accepted: Accepted,
    logged: LoggedMessage,
}

impl Effect {
    pub(super) fn new(messaging: Arc<Messaging>, providers: Arc<Providers>) -> Self {
        Self { messaging, providers }
    }

    /// Runs to the end; what goes wrong is told to whoever waits, and remembered for duplicates.
    pub(super) async fn run(
        &self,
        accepted: Accepted,
        claim: FirstClaim,
        waiting: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let exchange = match self.log_request(accepted).await {
            Ok(exchange) => exchange,
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
                self.log_response(&exchange, &head, &message, sequence, claim, word).await;
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

    /// Evidence before effect: the request's record is durable, and room for the answer's is kept, before any call.
    async fn log_request(&self, accepted: Accepted) -> Result<Exchange, Refusal> {
        let evidence = &self.messaging.evidence;
        let body_bytes = accepted.body.as_ref().map_or(0, |body| body.digest().length);
        let space = evidence.reserve(body_bytes)?;
        let logged = evidence
            .log_received(
                Subject::from(&accepted.head),
                &accepted.message,
                accepted.body.clone(),
                &accepted.judgement,
                Some(space),
                self.messaging.now(),
            )
            .await?;
        Ok(Exchange { accepted, logged })
    }

    async fn respond(
        &self,
        exchange: &Exchange,
    ) -> Result<(ResponseHead, SealedMessage, message_log::Sequence), Refusal> {
        let Accepted { head, body, permit, message, .. } = &exchange.accepted;
        let _room = self.messaging.evidence.reserve(0)?;
        let provider = head.service().subsystem().member();
        // Who cannot sign an answer does not call.
        self.messaging.keys.of(provider, self.messaging.now())?;
        let reply = self.call(permit, &exchange.logged, head, body.clone()).await?;
        let response = response_head(&reply, head, body.as_ref())?;
        let now = self.messaging.now();
        let (signer, credentials) = self.messaging.keys.of(provider, now)?;
        let peer = &message.context.from;
        let sequence = self.messaging.evidence.next_sequence(peer).await?;
        let context = Context {
            kind: MessageKind::Response,
            created: now,
            from: self.messaging.server.clone(),
            to: peer.clone(),
            sequence: sequence.number(),
            configuration: exchange.accepted.judgement.hash(),
            peer_checkpoint: self.messaging.evidence.peer_checkpoint(peer),
        };
        let bytes = response.as_bytes().to_vec().into();
        let sealed = message::seal(bytes, &context, reply.body, &signer, &credentials)?;
        Ok((response, sealed, sequence))
    }

    async fn call(
        &self,
        permit: &Permit,
        logged: &LoggedMessage,
        head: &RequestHead,
        body: Option<Body>,
    ) -> Result<Reply, Refusal> {
        service_call::call(&self.messaging, &self.providers, permit, logged, head, body).await
    }

    async fn log_response(
        &self,
        exchange: &Exchange,
        head: &ResponseHead,
        message: &SealedMessage,
        sequence: message_log::Sequence,
        claim: FirstClaim,
        word: oneshot::Sender<Result<(), Refusal>>,
    ) {
        let configuration = exchange.accepted.judgement.hash();
        let now = self.messaging.now();
        let logged = self
            .messaging
            .evidence
            .log_sent(MessageKind::Response, Subject::from(head), message, sequence, configuration, None, now)
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

fn response_head(reply: &Reply, request: &RequestHead, body: Option<&Body>) -> Result<ResponseHead, Refusal> {
    let malformed = |error: protocol::head::HeadError| Refusal::ProviderMalformed {
        service: request.service().clone(),
        what: error.to_string(),
    };
    let mut builder = ResponseHeadBuilder::new(reply.status, &reply.reason);
    for (name, value) in &reply.fields {
        builder.field(name, value).map_err(malformed)?;
    }
    builder.finish(request, body.map(|body| &body.digest().sha512)).map_err(malformed)
}

/// The answer that was logged before, for a duplicate of its request.
pub(super) async fn logged_answer(messaging: &Messaging, record: u64) -> Result<Answer, Refusal> {
    let logged = messaging.evidence.read(record).await?;
    Ok(Answer::already_durable(SealedMessage {
        head: logged.content.head.into(),
        context: logged.content.context.into(),
        body: logged.body,
        salt: logged.content.salt,
        signature: logged.content.signature,
        credentials: logged.credentials,
    }))
}
