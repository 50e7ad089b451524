//! `outbox`: messages to other subsystems, and topics; both leave after the call was committed.

use protocol::identifier::ServiceId;
use wasmtime::Result;

use super::{MAX_CONTENT_TYPE_BYTES, a_name, at_most};
use crate::contract::imports::outbox::{Host, Message as WitMessage};
use crate::manifest::Capability;
use crate::rows::{Message, Publication, Work, time_at};
use crate::sandbox::{Broken, Sandbox, Stop};

/// The longest body of a message or a publication: what is larger goes as a blob's address.
const MAX_BODY_BYTES: usize = 1 << 20;
/// The longest path below a service, its query included.
pub(super) const MAX_PATH_BYTES: usize = 2048;

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
        let request_id = &self.call.request_id;
        Ok(self
            .effects
            .order(request_id, due, |id| Work::Send(Message { id, to, path, content_type, body, reply_to }))?)
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
