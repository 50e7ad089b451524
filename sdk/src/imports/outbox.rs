//! Messages to other subsystems, and topics. They leave only after the call was committed, and none is lost: to a plugin each
//! is delivered exactly once, to a service behind a URL at least once, always with the same id. They arrive in any order.

use serde::Serialize;

use super::raw::outbox as raw;
use crate::json::{self, NotWritten};
use crate::time::Timestamp;

pub use crate::bindings::outbox::{Message, MessageId};

impl Message {
    /// A message with a JSON body for a service, written `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`; the path lies
    /// below it.
    ///
    /// # Errors
    /// If the value has no form in JSON.
    pub fn json(to: impl Into<String>, path: impl Into<String>, value: &impl Serialize) -> Result<Self, NotWritten> {
        Ok(Self {
            to: to.into(),
            path: path.into(),
            content_type: json::CONTENT_TYPE.to_owned(),
            body: json::write(value)?,
            reply_to: None,
            not_before: None,
        })
    }

    /// Its answer comes back as an event under this label.
    #[must_use]
    pub fn reply_to(self, label: impl Into<String>) -> Self {
        Self { reply_to: Some(label.into()), ..self }
    }

    /// It is not sent before this time.
    #[must_use]
    pub fn not_before(self, time: Timestamp) -> Self {
        Self { not_before: Some(time.as_millisecond()), ..self }
    }
}

/// Sends a message once this call is committed.
pub fn send(message: &Message) -> MessageId {
    raw::send(message)
}

/// Tells every plugin of the same member on this server that subscribed to the topic.
pub fn publish(topic: &str, content_type: &str, body: &[u8]) {
    raw::publish(topic, content_type, body);
}

/// The same with a JSON body.
///
/// # Errors
/// If the value has no form in JSON.
pub fn publish_json(topic: &str, value: &impl Serialize) -> Result<(), NotWritten> {
    publish(topic, json::CONTENT_TYPE, &json::write(value)?);
    Ok(())
}
