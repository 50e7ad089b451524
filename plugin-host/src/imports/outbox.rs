//! `outbox`: messages to other subsystems, and topics; both leave after the call was committed.

use protocol::hash::Sha256Hash;
use protocol::identifier::ServiceId;
use wasmtime::Result;

use super::{a_name, at_most};
use crate::contract::imports::outbox::{Host, Message as WitMessage};
use crate::contract::limits::{MAX_BODY_BYTES, MAX_CONTENT_TYPE_BYTES, MAX_PATH_BYTES};
use crate::manifest::Capability;
use crate::rows::{Message, Publication, Work, time_at};
use crate::sandbox::{Broken, Sandbox, Stop};

/// Of the digest in an id: messages of one call are told apart by their number besides.
const DIGEST_BYTES: usize = 8;

impl Host for Sandbox {
    fn send(&mut self, message: WitMessage) -> Result<String> {
        self.view.writing("outbox.send")?;
        let to = self.service("outbox.send", &message.to, Capability::Outbox)?.to_string();
        check_path("outbox.send", &message.path)?;
        at_most("outbox.send", "the body", message.body.len(), MAX_BODY_BYTES)?;
        at_most("outbox.send", "the content type", message.content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
        if let Some(label) = &message.reply_to {
            a_name("outbox.send", "reply-to", label)?;
        }
        let due = message.not_before.map_or(self.call.now, time_at);
        let WitMessage { path, content_type, body, reply_to, .. } = message;
        let of = id_of(&self.call.request_id, &[to.as_bytes(), path.as_bytes(), content_type.as_bytes(), &body]);
        Ok(self.effects.order(&of, due, |id| Work::Send(Message { id, to, path, content_type, body, reply_to }))?)
    }

    fn publish(&mut self, topic: String, content_type: String, body: Vec<u8>) -> Result<()> {
        self.view.writing("outbox.publish")?;
        a_name("outbox.publish", "the topic", &topic)?;
        at_most("outbox.publish", "the content type", content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
        at_most("outbox.publish", "the body", body.len(), MAX_BODY_BYTES)?;
        if !self.call.plugin.publishes(&topic) {
            return Err(Stop::from(Broken::Scope { capability: Capability::Outbox, asked: topic }).into());
        }
        let subscribers = self.call.plugin.subscribers(&topic);
        for subscriber in subscribers {
            let (topic, content_type, body) = (topic.clone(), content_type.clone(), body.clone());
            self.effects.order(&self.call.request_id, self.call.now, |id| {
                Work::Publish(Publication { id, topic, subscriber, content_type, body })
            })?;
        }
        Ok(())
    }
}

impl Sandbox {
    /// The service that a plugin names, if it may.
    pub(super) fn service(&self, function: &'static str, id: &str, through: Capability) -> Result<ServiceId, Stop> {
        let service: ServiceId = id.parse().map_err(|error| {
            Stop::from(Broken::Argument { function, rule: format!("{id:?} is not the id of a service: {error}") })
        })?;
        if self.call.plugin.may_call(through, &service) {
            return Ok(service);
        }
        Err(Broken::Scope { capability: through, asked: service.to_string() }.into())
    }
}

/// What the ids of a call's messages begin with. It is bound to what a message says: after a restore the same event may come
/// again and say something else, which its receiver would take for what it knows already if the id were the same.
fn id_of(request_id: &str, said: &[&[u8]]) -> String {
    let lengths: Vec<[u8; 8]> = said.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let parts: Vec<&[u8]> = lengths.iter().zip(said).flat_map(|(length, part)| [length.as_slice(), part]).collect();
    let digest = Sha256Hash::of_parts(&parts);
    format!("{request_id}-{}", hex::encode(&digest.as_bytes()[..DIGEST_BYTES]))
}

/// A path as the exchange takes it.
pub(super) fn check_path(function: &'static str, path: &str) -> Result<(), Stop> {
    at_most(function, "the path", path.len(), MAX_PATH_BYTES)?;
    let visible = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if visible && (path.is_empty() || path.starts_with('/') || path.starts_with('?')) {
        return Ok(());
    }
    let rule = "the path has to be empty or begin with a slash, and be percent-encoded".to_owned();
    Err(Broken::Argument { function, rule }.into())
}
