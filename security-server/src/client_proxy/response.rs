//! Taking in a response: its parts checked as they come, its body received, all of it verified, logged and durable.

use super::conversation::{Conversation, Spoken};
use crate::credentials::CredentialsUnit;
use crate::evidence::Subject;
use crate::message::{self, Expected, MessageParts, Presented};
use crate::refusal::{MessageRefusal, Refusal};
use crate::transport::frames::{FrameReader, Piece};
use crate::transport::link::Link;
use http::Response;
use hyper::body::Incoming;
use jiff::Timestamp;
use message_log::{Body, SpaceReservation};
use protocol::context::{Context, MessageKind};
use protocol::fault::{Fault, Reason};
use protocol::frame::FrameType;
use protocol::hash::Sha512Hash;
use protocol::head::ResponseHead;

/// How the message was sent that this is the response to.
pub(super) struct Asked {
    /// Our credentials went by their name.
    pub(super) named: bool,
    /// The credentials that we said we hold.
    pub(super) held: Option<CredentialsUnit>,
    /// The hash that the response repeats.
    pub(super) request_hash: Sha512Hash,
}

/// Why a message has no verified response.
pub(super) enum Interrupted {
    /// It certainly was not sent.
    NotSent,
    /// The connection broke: asking the same server again with the same message is safe.
    Broke,
    /// The server does not hold the credentials that were named.
    UnknownCredentials,
    /// The server speaks these versions of the transport.
    Version(String),
    /// A part of it does not fit its frame.
    Unsendable(Refusal),
    /// The server refused.
    Fault(Fault),
    /// The response is refused here.
    Response(Refusal),
    /// The response is lost; whether the service acted is not known.
    Lost(Refusal),
}

/// What a response must agree with, and when its parts came: a large body may take longer than a message is new.
struct Checked {
    context: Context,
    request_hash: Sha512Hash,
    now: Timestamp,
}

impl Conversation<'_> {
    pub(super) async fn take_in(
        &self,
        response: Response<Incoming>,
        asked: Asked,
        link: &Link,
        room: &mut Option<SpaceReservation>,
    ) -> Result<Spoken, Interrupted> {
        let mut reader = self.messaging.frames(response.into_body(), u64::MAX);
        let first = reader.next().await.map_err(|refusal| self.interrupted(refusal))?;
        if let Piece::Frame(FrameType::Fault, fault) = &first {
            return Err(refused(fault, asked.named));
        }
        let mut parts = reader.parts_after(first).await.map_err(|refusal| self.interrupted(refusal))?;
        let now = self.messaging.now();
        let context = message::check_context(&parts.context, &self.expected(link, now))
            .map_err(|refusal| Interrupted::Response(refusal.into()))?;
        keep_to(&mut parts, asked.held);
        let body =
            self.messaging.receive_body(&mut reader, parts.body_length).await.map_err(|refusal| match refusal {
                Refusal::Message(refusal) => self.interrupted(refusal),
                other => self.answer_lost(other),
            })?;
        let checked = Checked { context, request_hash: asked.request_hash, now };
        let verified = self.verify(&parts, checked, body.clone(), link, room.take());
        let (head, logging) = verified.map_err(Interrupted::Response)?;
        // Our record becomes durable while the provider's does.
        let (logged, ended) = tokio::join!(logging, self.ending(&mut reader));
        logged.map_err(|why| self.answer_lost(why))?;
        ended?;
        Ok(Spoken { head, body })
    }

    fn expected<'b>(&'b self, link: &'b Link, now: Timestamp) -> Expected<'b> {
        Expected {
            kind: MessageKind::Response,
            from: self.server.id(),
            to: &self.messaging.server,
            member: self.call.head.service().subsystem().member(),
            authentication: link.certificate(),
            now,
        }
    }

    /// Verifies the response; what comes with it is the way into the log.
    fn verify(
        &self,
        parts: &MessageParts,
        checked: Checked,
        body: Option<Body>,
        link: &Link,
        room: Option<SpaceReservation>,
    ) -> Result<(ResponseHead, impl Future<Output = Result<(), Refusal>>), Refusal> {
        let (messaging, call) = (self.messaging, self.call);
        let Checked { context, request_hash, now } = checked;
        let expected = self.expected(link, now);
        let head = ResponseHead::parse(&parts.head).map_err(MessageRefusal::Head)?;
        if let Some(header) = head.disagreement_with(&call.head, &request_hash) {
            return Err(Refusal::InconsistentResponse(header));
        }
        let credentials = messaging.credentials.verified(&parts.credentials, &call.judgement, now)?;
        let digest = body.as_ref().map(|body| body.digest().sha512);
        let verified = message::verify(parts, context, digest.as_ref(), credentials, &call.judgement, &expected)?;
        messaging.take_note(self.peer, expected.member, parts);
        messaging.noticed.note_echo(&verified.context);
        if let Some(note) = &parts.checkpoint {
            messaging.noticed.note(&call.judgement, self.server.id(), note);
        }
        let subject = Subject::from(&head);
        let logging = async move {
            // It is gone only where a first copy of the response was logged before the connection broke.
            let room = room.map_or_else(|| messaging.evidence.reserve(), Ok)?;
            let now = messaging.now();
            let logged = messaging.evidence.log_received(subject, &verified, body, &call.judgement, room, now).await;
            logged.map(|_| ())
        };
        Ok((head, logging))
    }

    /// The provider's word that its record of the response is durable, and nothing behind it.
    async fn ending(&self, reader: &mut FrameReader<Incoming>) -> Result<(), Interrupted> {
        match reader.next().await.map_err(|refusal| self.interrupted(refusal))? {
            Piece::Frame(FrameType::Durable, _) => match reader.end().await {
                // The word was said; how the connection then ends does not matter.
                Ok(()) | Err(MessageRefusal::Truncated | MessageRefusal::TooSlow(_)) => Ok(()),
                Err(refusal) => Err(Interrupted::Response(refusal.into())),
            },
            // In the place of the end it comes after the service has acted.
            Piece::Frame(FrameType::Fault, fault) => Err(Interrupted::Lost(fault_of(&fault))),
            Piece::End => Err(self.interrupted(MessageRefusal::Truncated)),
            Piece::Frame(..) | Piece::Body(_) => Err(Interrupted::Response(MessageRefusal::Order.into())),
        }
    }

    /// The response came, and could not be kept here: the service has acted.
    fn answer_lost(&self, why: Refusal) -> Interrupted {
        let request_id = self.call.head.request_id().to_owned();
        Interrupted::Lost(Refusal::AnswerLost { request_id, why: Box::new(why) })
    }

    fn interrupted(&self, refusal: MessageRefusal) -> Interrupted {
        match refusal {
            MessageRefusal::Truncated => Interrupted::Broke,
            MessageRefusal::TooSlow(within) => {
                Interrupted::Lost(Refusal::PeerSilent { server: self.server.id().clone(), within })
            }
            other => Interrupted::Response(other.into()),
        }
    }
}

/// Credentials that the server named because we said that we hold them are taken from where we kept them for this
/// conversation: the cache may have let them go meanwhile.
fn keep_to(parts: &mut MessageParts, held: Option<CredentialsUnit>) {
    if let (Presented::Named(name), Some(held)) = (&parts.credentials, held)
        && held.name() == name
    {
        parts.credentials = Presented::Whole(held);
    }
}

fn refused(fault: &[u8], named: bool) -> Interrupted {
    match Fault::decode(fault) {
        Ok(fault) if fault.code.reason == Reason::UnknownCredentials && named => Interrupted::UnknownCredentials,
        Ok(fault) => Interrupted::Fault(fault),
        Err(_) => Interrupted::Response(MessageRefusal::Order.into()),
    }
}

fn fault_of(fault: &[u8]) -> Refusal {
    Fault::decode(fault).map_or_else(|_| MessageRefusal::Order.into(), Refusal::PeerFault)
}
