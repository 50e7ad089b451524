//! The provider's side: what a peer says is checked, cheapest first, logged, handed to the service, and answered.

mod authorise;
mod effect;
mod plugin_call;
mod rates;
mod replay;
mod service_call;

pub use authorise::{Asked, Permit, Target};
pub(crate) use authorise::{Counting, open};
pub use replay::Replay;

pub(crate) use plugin_call::encoded;
pub(crate) use rates::Rates;

use crate::message::{self, Expected, SealedMessage, VerifiedMessage};
use crate::messaging::Messaging;
use crate::plugins::Plugins;
use crate::provider::Providers;
use crate::refusal::{MessageRefusal, Refusal};
use crate::transport::frames::{self, Accompaniment};
use crate::transport::peers::Peer;
use crate::transport::tls::AuthenticatedPeer;
use crate::transport::{Transport, VERSIONS_HEADER, versions};
use bytes::Bytes;
use effect::{Answer, Effect};
use http::{HeaderValue, StatusCode};
use listener::{Connection, Request, Response};
use message_log::Body;
use protocol::context::MessageKind;
use protocol::fault::Layer;
use protocol::hash::{CertificateHash, Sha256Hash};
use protocol::head::RequestHead;
use replay::{Claim, Fingerprint};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

/// Answers the requests of peers.
pub struct ServerProxy {
    messaging: Arc<Messaging>,
    backends: Arc<Backends>,
    replay: Arc<Replay>,
    effects: TaskTracker,
    places: Arc<Semaphore>,
}

/// Who answers the calls of services.
pub(crate) struct Backends {
    /// Information systems.
    pub(crate) providers: Arc<Providers>,
    /// Plugins of this server.
    pub(crate) plugins: Arc<Plugins>,
}

/// A place among the requests of peers under way, of all and of this one.
struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_peer: OwnedSemaphorePermit,
}

/// A request that passed every check and may have its effect once.
struct Accepted {
    // Held until the effect has ended.
    _place: Place,
    peer: Arc<Peer>,
    message: VerifiedMessage,
    head: RequestHead,
    body: Option<Body>,
    permit: Permit,
    fingerprint: Fingerprint,
    judgement: Arc<crate::configuration::Judgement>,
    holds: Option<Sha256Hash>,
}

/// Frames of a message besides its body: bounded apart from it.
const OPENING_BYTES: u64 = 256 * 1024;

impl ServerProxy {
    /// Answers by these parts; effects run in `effects`, which outlives connections.
    #[must_use]
    pub(crate) fn new(
        messaging: Arc<Messaging>,
        backends: Backends,
        replay: Arc<Replay>,
        effects: TaskTracker,
    ) -> Self {
        let places = Arc::new(Semaphore::new(messaging.limits.exchanges));
        Self { messaging, backends: Arc::new(backends), replay, effects, places }
    }

    /// Answers one POST of a message.
    pub async fn handle(&self, request: Request) -> Response {
        if Transport::ALL.iter().all(|transport| request.uri().path() != transport.path()) {
            return other_version();
        }
        match self.answer(request).await {
            Ok(response) => response,
            Err(refusal) => {
                let detail = uuid::Uuid::new_v4().to_string();
                tracing::info!(fault.detail = detail, refusal = %refusal, "refused a peer's message");
                fault_response(&refusal, detail)
            }
        }
    }

    async fn answer(&self, request: Request) -> Result<Response, Refusal> {
        let accepted = self.accept(request).await?;
        let (peer, unit_held) = (accepted.peer.clone(), accepted.holds);
        let holds = *accepted.message.credentials.unit().name();
        let request_id = accepted.head.request_id().to_owned();
        let answer = self.effect(accepted).await?;
        self.respond(peer, request_id, answer, unit_held, holds)
    }

    /// Taken before anything of the message is read, and held until its effect has ended.
    fn admit(&self, peer: &Peer) -> Result<Place, Refusal> {
        let of_all = self.places.clone().try_acquire_owned().map_err(|_| Refusal::Overloaded)?;
        Ok(Place { _of_all: of_all, _of_peer: peer.admit_message().ok_or(Refusal::Overloaded)? })
    }

    /// Every check, cheapest first. What is refused before the body is not read to its end.
    async fn accept(&self, request: Request) -> Result<Accepted, Refusal> {
        let messaging = &self.messaging;
        let judgement = messaging.configuration.usable()?;
        let certificate = peer_certificate(&request).ok_or(Refusal::PeerNotRegistered)?;
        let authenticated =
            AuthenticatedPeer::by_certificate(certificate, judgement.global()).ok_or(Refusal::PeerNotRegistered)?;
        let peer = messaging.peers.peer(authenticated.server());
        let place = self.admit(&peer)?;
        let largest = messaging.limits.body_bytes;
        let largest = largest.saturating_add(largest / 1024).saturating_add(OPENING_BYTES);
        let mut reader = messaging.frames(request.into_body(), largest);
        let parts = reader.parts().await?;
        let now = messaging.now();
        let head = RequestHead::parse(&parts.head).map_err(MessageRefusal::Head)?;
        let expected = Expected {
            kind: MessageKind::Request,
            from: authenticated.server(),
            to: &messaging.server,
            member: head.client().member(),
            authentication: authenticated.certificate(),
            now,
        };
        let context = message::check_context(&parts.context, &expected)?;
        let configuration = messaging.server_configuration.load_full();
        let permit = authorise::authorise(&head, &authenticated, messaging, &judgement, configuration, now)?;
        plugin_call::check(&permit, parts.body_length)?;
        messaging.evidence.check_stamped(now)?;
        let credentials = messaging.credentials.verified(&parts.credentials, &judgement, now)?;
        let body = messaging.receive_body(&mut reader, parts.body_length).await?;
        reader.end().await?;
        let digest = body.as_ref().map(|body| body.digest().sha512);
        let message = message::verify(&parts, context, digest.as_ref(), credentials, &judgement, &expected)?;
        messaging.take_note(&peer, head.client().member(), &parts);
        messaging.noticed.note_echo(&message.context);
        if let Some(note) = &parts.checkpoint {
            messaging.noticed.note(&judgement, authenticated.server(), note);
        }
        let fingerprint = Fingerprint::of(&message.digests.parts().request_hash());
        Ok(Accepted { _place: place, peer, message, head, body, permit, fingerprint, judgement, holds: parts.holds })
    }

    /// At most one effect for each request id; a duplicate gets the first answer.
    async fn effect(&self, accepted: Accepted) -> Result<Answer, Refusal> {
        let id = accepted.head.request_id().to_owned();
        loop {
            match self.replay.claim(&id, accepted.fingerprint, self.messaging.now()) {
                Claim::First(claim) => {
                    let effect = Effect::new(self.messaging.clone(), self.backends.clone());
                    let (sender, receiver) = tokio::sync::oneshot::channel();
                    // A peer that goes away does not stop what has begun. Boxed, as a task's start would move it.
                    self.effects.spawn(Box::pin(async move { effect.run(accepted, claim, sender).await }));
                    // Cut at shutdown, perhaps after the service was called.
                    return receiver.await.unwrap_or_else(|_| Err(Refusal::OutcomeUnknown(id)));
                }
                Claim::UnderWay(mut ended) => {
                    let within = self.messaging.limits.response();
                    let waited = tokio::time::timeout(within, ended.changed()).await;
                    if waited.is_err() {
                        return Err(Refusal::OutcomeUnknown(id));
                    }
                }
                Claim::Answered(record) => return effect::logged_answer(&self.messaging, record).await,
                Claim::Refused(fault) => return Err(Refusal::PeerFault(fault)),
                Claim::Unknown => return Err(Refusal::OutcomeUnknown(id)),
                Claim::OtherContent => return Err(Refusal::Replayed(id)),
            }
        }
    }

    fn respond(
        &self,
        peer: Arc<Peer>,
        request_id: String,
        answer: Answer,
        they_hold: Option<Sha256Hash>,
        we_hold: Sha256Hash,
    ) -> Result<Response, Refusal> {
        let Answer { message, durable } = answer;
        let (checkpoint, size) = self.messaging.checkpoint_for(&peer).unzip();
        let accompaniment = Accompaniment {
            receiver_holds_credentials: they_hold == Some(*message.credentials.name()),
            holds: Some(we_hold),
            checkpoint,
        };
        let ending = async move {
            // Everything before was taken by the connection.
            size.into_iter().for_each(|size| peer.note_checkpoint_sent(size));
            match durable.await {
                Ok(Ok(())) => frames::durable(),
                // The service has acted: whoever calls again would have it act twice.
                Ok(Err(why)) => ending_fault(&Refusal::AnswerLost { request_id, why: Box::new(why) }),
                Err(_) => ending_fault(&Refusal::OutcomeUnknown(request_id)),
            }
        };
        let body =
            frames::response(&message, &accompaniment, ending).map_err(|error| Refusal::Internal(error.to_string()))?;
        Ok(frames_response(body))
    }
}

pub(crate) fn peer_certificate(request: &Request) -> Option<CertificateHash> {
    let connection = request.extensions().get::<Connection>()?;
    connection.peer_certificates.first().map(|certificate| CertificateHash::of(certificate))
}

fn ending_fault(refusal: &Refusal) -> Bytes {
    let detail = uuid::Uuid::new_v4().to_string();
    tracing::error!(fault.detail = detail, %refusal, "an answer could not be made durable");
    frames::fault(&refusal.fault(Layer::ServerProxy, detail))
}

fn fault_response(refusal: &Refusal, detail: String) -> Response {
    frames_response(listener::reply::whole(frames::fault(&refusal.fault(Layer::ServerProxy, detail))))
}

fn frames_response(body: frames::FrameBody) -> Response {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.chakana.frames"));
    response
}

fn other_version() -> Response {
    let mut response = listener::reply::text(StatusCode::NOT_FOUND, "no such version of the transport\n");
    if let Ok(versions) = HeaderValue::try_from(versions()) {
        response.headers_mut().insert(VERSIONS_HEADER, versions);
    }
    response
}

/// What answers a request: a signed message, and word of its record.
impl Answer {
    fn already_durable(message: SealedMessage) -> Self {
        let (sender, durable) = tokio::sync::oneshot::channel();
        // The receiver is in our hands, so that this cannot fail.
        let _ = sender.send(Ok(()));
        Self { message, durable }
    }
}
