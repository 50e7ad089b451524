//! What is said with one server about one request: the message goes, and goes again where that is safe.

use super::exchange::Call;
use super::response::{Asked, Interrupted};
use crate::certainty::Certainty;
use crate::message::SealedMessage;
use crate::messaging::Messaging;
use crate::refusal::Refusal;
use crate::transport::frames::{self, Accompaniment};
use crate::transport::link::{Link, SendError};
use crate::transport::peers::Peer;
use crate::transport::{Transport, versions};
use crate::upload::RequestBody;
use http::Response;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use message_log::{Body, SpaceReservation};
use protocol::fault::Fault;
use protocol::global_configuration::SecurityServer;
use protocol::head::ResponseHead;
use std::sync::Arc;

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
    /// The request certainly was not taken up; where it is not for the connection, why.
    NotSent(Option<Refusal>),
    /// The server refused, or its response was refused here.
    Refused(Refusal),
    /// Whether the request was taken up is not known.
    Unknown(Refusal),
}

/// A verified response.
pub(super) struct Spoken {
    pub(super) head: ResponseHead,
    pub(super) body: Option<Body>,
}

/// How far a conversation has come.
struct Course {
    link: Link,
    reconnects_left: u32,
    /// An earlier copy of the message may have been taken up.
    may_have_acted: bool,
    /// Our credentials go whole, whatever the peer is believed to hold.
    whole_credentials: bool,
    /// The version of the transport was agreed on in this conversation.
    agreed: bool,
}

impl Conversation<'_> {
    /// Sends the message and takes in the response. A connection that broke is made anew once: the server answers a
    /// request id at most once, and gives a logged answer again. `room` is the log's for the response.
    pub(super) async fn hold(&self, message: &SealedMessage, link: Link, room: SpaceReservation) -> Outcome {
        let mut room = Some(room);
        let mut course =
            Course { link, reconnects_left: 1, may_have_acted: false, whole_credentials: false, agreed: false };
        loop {
            let answered = match self.post(message, &course).await {
                Ok((response, asked)) => self.take_in(response, asked, &course.link, &mut room).await,
                Err(interrupted) => Err(interrupted),
            };
            match answered {
                Ok(spoken) => return Outcome::Answered(spoken),
                Err(interrupted) => {
                    if let Err(outcome) = self.go_on(interrupted, &mut course).await {
                        return outcome;
                    }
                }
            }
        }
    }

    /// What an interruption means: the way to another attempt, or the end.
    async fn go_on(&self, interrupted: Interrupted, course: &mut Course) -> Result<(), Outcome> {
        match interrupted {
            Interrupted::NotSent => self.reconnect(course).await,
            Interrupted::Broke => {
                course.may_have_acted = true;
                self.reconnect(course).await
            }
            // Said only of credentials that were named: from now on they go along whole.
            Interrupted::UnknownCredentials => {
                self.peer.forget_they_hold();
                course.whole_credentials = true;
                Ok(())
            }
            Interrupted::Version(theirs) => self.agree(&theirs, course),
            Interrupted::Unsendable(refusal) => Err(Outcome::NotSent(Some(refusal))),
            Interrupted::Fault(fault) => Err(self.fault_outcome(fault, course)),
            Interrupted::Response(refusal) => Err(Outcome::Refused(refusal)),
            Interrupted::Lost(refusal) => Err(Outcome::Unknown(refusal)),
        }
    }

    async fn reconnect(&self, course: &mut Course) -> Result<(), Outcome> {
        let not_answered = |course: &Course| if course.may_have_acted { self.lost() } else { Outcome::NotSent(None) };
        if course.reconnects_left == 0 {
            return Err(not_answered(course));
        }
        course.reconnects_left -= 1;
        // A peer that was restarted holds nothing any more.
        self.peer.forget_they_hold();
        match self.messaging.peers.link_instead(self.server, &course.link, self.messaging.now()).await {
            Ok(link) => course.link = link,
            Err(_) => return Err(not_answered(course)),
        }
        Ok(())
    }

    fn agree(&self, theirs: &str, course: &mut Course) -> Result<(), Outcome> {
        match Transport::common(theirs).filter(|common| !course.agreed && *common != self.peer.transport()) {
            Some(common) => {
                self.peer.agree_on(common);
                course.agreed = true;
                Ok(())
            }
            None => {
                let (server, theirs) = (self.server.id().clone(), theirs.to_owned());
                let refusal = Refusal::NoCommonVersion { server, theirs, ours: versions() };
                Err(if course.may_have_acted { self.lost() } else { Outcome::NotSent(Some(refusal)) })
            }
        }
    }

    /// After an earlier copy may have been taken up, a refusal that was made before the peer looked for it says nothing.
    fn fault_outcome(&self, fault: Fault, course: &Course) -> Outcome {
        if course.may_have_acted && Certainty::of(fault.code) == Certainty::NotConsidered {
            tracing::warn!(peer.server_id = %self.server.id(), fault.code = %fault.code, "a repeated message was refused");
            return self.lost();
        }
        Outcome::Refused(Refusal::PeerFault(fault))
    }

    fn lost(&self) -> Outcome {
        Outcome::Unknown(Refusal::PeerBroke(self.server.id().clone()))
    }

    async fn post(&self, message: &SealedMessage, course: &Course) -> Result<(Response<Incoming>, Asked), Interrupted> {
        let (messaging, peer) = (self.messaging, self.peer);
        let named = !course.whole_credentials && peer.they_hold(message.credentials.name());
        // Only what is really held is announced, and it stays at hand until the peer has answered.
        let held = peer.we_hold(self.call.head.service().subsystem().member());
        let held = held.and_then(|name| messaging.credentials.held(&name));
        let (checkpoint, checkpoint_size) = messaging.checkpoint_for(peer).unzip();
        let holds = held.as_ref().map(|unit| *unit.name());
        let accompaniment = Accompaniment { receiver_holds_credentials: named, holds, checkpoint };
        let frames =
            frames::request(message, &accompaniment).map_err(|refusal| Interrupted::Unsendable(refusal.into()))?;
        let (body, upload) = RequestBody::new(Some(frames));
        let within = messaging.limits.peer_response();
        let posting = course.link.post(peer.transport().path(), body.boxed_unsync());
        match upload.answered(posting, within).await {
            Ok(Ok(response)) => {
                checkpoint_size.into_iter().for_each(|size| peer.note_checkpoint_sent(size));
                Ok((response, Asked { named, held, request_hash: message.digests.parts().request_hash() }))
            }
            Ok(Err(SendError::NotSent)) => Err(Interrupted::NotSent),
            Ok(Err(SendError::Broke)) => Err(Interrupted::Broke),
            Ok(Err(SendError::Version(theirs))) => Err(Interrupted::Version(theirs)),
            Err(_) => Err(Interrupted::Lost(Refusal::PeerSilent { server: self.server.id().clone(), within })),
        }
    }
}
