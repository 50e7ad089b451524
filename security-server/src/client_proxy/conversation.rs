//! What is said with one server about one request: the request goes, the response comes and is verified and logged.

use super::exchange::Call;
use crate::evidence::Subject;
use crate::message::{self, Expected, MessageParts, SealedMessage};
use crate::messaging::Messaging;
use crate::refusal::{MessageRefusal, Refusal};
use crate::transport::Transport;
use crate::transport::frames::{self, Accompaniment, FrameReader, Piece};
use crate::transport::link::{Link, SendError};
use crate::transport::peers::Peer;
use http::Response;
use hyper::body::Incoming;
use message_log::Body;
use protocol::context::MessageKind;
use protocol::fault::{Fault, Reason};
use protocol::frame::FrameType;
use protocol::global_configuration::SecurityServer;
use protocol::head::ResponseHead;
use std::sync::Arc;
use tokio::time::timeout;

/// One request to one server.
pub(super) struct Conversation<'a> {
    pub(super) messaging: &'a Messaging,
    pub(super) call: &'a Call,
    pub(super) server: &'a SecurityServer,
    pub(super) peer: &'a Arc<Peer>,
}

/// How a conversation ended.
pub(super) enum Outcome {
    /// In a response that is verified, logged and durable on both sides.
    Answered(Spoken),
    /// The request certainly was not taken up.
    NotSent,
    /// The server refused the request before it had any effect.
    Refused(Refusal),
    /// The request may have had its effect: there is no response that can be believed.
    Unknown(Refusal),
}

/// A verified response.
pub(super) struct Spoken {
    pub(super) head: ResponseHead,
    pub(super) body: Option<Body>,
}

/// Why a response did not come to its end.
enum Interrupted {
    /// The connection broke: asking the same server again with the same message is safe.
    Broke(Refusal),
    /// The server does not hold the credentials that were named.
    UnknownCredentials,
    /// The server refused the request.
    Refused(Refusal),
    /// Anything else is final.
    Final(Refusal),
}

impl Conversation<'_> {
    /// Sends the message and takes in the response. A connection that broke is made anew once: the server answers a
    /// request id at most once, and gives a logged answer again.
    pub(super) async fn hold(&self, message: &SealedMessage, link: Link) -> Outcome {
        let mut link = Some(link);
        let mut tries_left = 2;
        loop {
            let current = match link.take() {
                Some(link) => link,
                None => match self.messaging.peers.link(self.server, self.messaging.now()).await {
                    Ok(link) => link,
                    Err(_) => return Outcome::Unknown(Refusal::PeerBroke(self.server.id().clone())),
                },
            };
            let first_try = tries_left == 2;
            tries_left -= 1;
            let response = match self.post(message, &current).await {
                Ok(response) => response,
                Err(Posted::NotSent) if first_try => return Outcome::NotSent,
                Err(Posted::NotSent | Posted::Broke) if tries_left > 0 => continue,
                Err(Posted::NotSent | Posted::Broke) => {
                    return Outcome::Unknown(Refusal::PeerBroke(self.server.id().clone()));
                }
                Err(Posted::Final(outcome)) => return outcome,
            };
            match self.take_in(response, message, &current).await {
                Ok(spoken) => return Outcome::Answered(spoken),
                Err(Interrupted::UnknownCredentials) if tries_left > 0 => {
                    self.peer.forget_they_hold();
                    link = Some(current);
                }
                Err(Interrupted::Broke(_)) if tries_left > 0 => {}
                Err(Interrupted::Broke(refusal)) => return Outcome::Unknown(refusal),
                Err(Interrupted::UnknownCredentials) => {
                    return Outcome::Refused(MessageRefusal::UnknownCredentials(*message.credentials.name()).into());
                }
                Err(Interrupted::Refused(refusal)) => return Outcome::Refused(refusal),
                Err(Interrupted::Final(refusal)) => return Outcome::Unknown(refusal),
            }
        }
    }

    async fn post(&self, message: &SealedMessage, link: &Link) -> Result<Response<Incoming>, Posted> {
        let accompaniment = Accompaniment {
            receiver_holds_credentials: self.peer.they_hold(message.credentials.name()),
            holds: self.peer.we_hold(self.call.head.service().subsystem().member()),
            checkpoint: self.messaging.checkpoint_for(self.peer),
        };
        let body = frames::request(message, &accompaniment)
            .map_err(|refusal| Posted::Final(Outcome::Refused(refusal.into())))?;
        let within = self.messaging.limits.response();
        match timeout(within, link.post(Transport::Chakana1.path(), body)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(SendError::NotSent)) => Err(Posted::NotSent),
            Ok(Err(SendError::Broke)) => Err(Posted::Broke),
            Ok(Err(SendError::Version(versions))) => {
                let refusal = Refusal::PeerVersion { server: self.server.id().clone(), versions };
                Err(Posted::Final(Outcome::Refused(refusal)))
            }
            Err(_) => {
                let refusal = Refusal::PeerSilent { server: self.server.id().clone(), within };
                Err(Posted::Final(Outcome::Unknown(refusal)))
            }
        }
    }

    async fn take_in(
        &self,
        response: Response<Incoming>,
        message: &SealedMessage,
        link: &Link,
    ) -> Result<Spoken, Interrupted> {
        let limits = &self.messaging.limits;
        let mut reader = FrameReader::new(response.into_body(), u64::MAX, limits.body_pause().max(limits.response()));
        let first = reader.next().await.map_err(|refusal| self.interrupted(refusal))?;
        if let Piece::Frame(FrameType::Fault, fault) = &first {
            return Err(self.refused(fault, message));
        }
        let parts = reader.parts_after(first).await.map_err(|refusal| self.interrupted(refusal))?;
        let body =
            self.messaging.receive_body(&mut reader, parts.body_length).await.map_err(|refusal| match refusal {
                Refusal::Message(refusal) => self.interrupted(refusal),
                other => Interrupted::Final(other),
            })?;
        let (head, logging) = self.verify(&parts, body.clone(), link).map_err(Interrupted::Final)?;
        // Our record becomes durable while the provider's does.
        let (logged, ended) = tokio::join!(logging, self.ending(&mut reader));
        logged.map_err(Interrupted::Final)?;
        ended?;
        Ok(Spoken { head, body })
    }

    /// Verifies the response; what comes with it is the way into the log.
    fn verify(
        &self,
        parts: &MessageParts,
        body: Option<Body>,
        link: &Link,
    ) -> Result<(ResponseHead, impl Future<Output = Result<(), Refusal>>), Refusal> {
        let (messaging, call) = (self.messaging, self.call);
        let now = messaging.now();
        let provider = call.head.service().subsystem().member();
        let expected = Expected {
            kind: MessageKind::Response,
            from: self.server.id(),
            to: &messaging.server,
            member: provider,
            authentication: link.certificate(),
            now,
        };
        let context = message::check_context(&parts.context, &expected)?;
        let head = ResponseHead::parse(&parts.head).map_err(MessageRefusal::Head)?;
        let asked = call.body.as_ref().map(|body| &body.digest().sha512);
        if let Some(header) = head.disagreement_with(&call.head, asked) {
            return Err(Refusal::InconsistentResponse(header));
        }
        let credentials = messaging.credentials.verified(&parts.credentials, &call.judgement, now)?;
        let digest = body.as_ref().map(|body| body.digest().sha512);
        let verified = message::verify(parts, context, digest.as_ref(), credentials, &call.judgement, &expected)?;
        messaging.take_note(self.peer, provider, parts);
        if let Some(note) = &parts.checkpoint {
            messaging.noticed.note(&call.judgement, self.server.id(), note);
        }
        let subject = Subject::from(&head);
        let logging = async move {
            let space = messaging.evidence.reserve(0)?;
            let logged =
                messaging.evidence.log_received(subject, &verified, body, &call.judgement, Some(space), now).await;
            logged.map(|_| ())
        };
        Ok((head, logging))
    }

    /// The provider's word that its record of the response is durable.
    async fn ending(&self, reader: &mut FrameReader<Incoming>) -> Result<(), Interrupted> {
        match reader.next().await.map_err(|refusal| self.interrupted(refusal))? {
            Piece::Frame(FrameType::Durable, _) => Ok(()),
            Piece::Frame(FrameType::Fault, fault) => Err(Interrupted::Final(self.fault(&fault))),
            Piece::End => Err(self.interrupted(MessageRefusal::Truncated)),
            Piece::Frame(..) | Piece::Body(_) => Err(Interrupted::Final(MessageRefusal::Order.into())),
        }
    }

    fn interrupted(&self, refusal: MessageRefusal) -> Interrupted {
        match refusal {
            MessageRefusal::Truncated => Interrupted::Broke(Refusal::PeerBroke(self.server.id().clone())),
            MessageRefusal::TooSlow(within) => {
                Interrupted::Final(Refusal::PeerSilent { server: self.server.id().clone(), within })
            }
            other => Interrupted::Final(other.into()),
        }
    }

    fn refused(&self, fault: &[u8], message: &SealedMessage) -> Interrupted {
        let named = self.peer.they_hold(message.credentials.name());
        match Fault::decode(fault) {
            Ok(fault) if fault.code.reason == Reason::UnknownCredentials && named => Interrupted::UnknownCredentials,
            Ok(fault) if !Refusal::may_have_acted(&fault) => Interrupted::Refused(Refusal::PeerFault(fault)),
            Ok(_) | Err(_) => Interrupted::Final(self.fault(fault)),
        }
    }

    fn fault(&self, fault: &[u8]) -> Refusal {
        Fault::decode(fault).map_or_else(|_| MessageRefusal::Order.into(), Refusal::PeerFault)
    }
}

/// Why there is no response.
enum Posted {
    NotSent,
    Broke,
    Final(Outcome),
}
