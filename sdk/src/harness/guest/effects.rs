//! What a plugin does to the world.

use crate::harness::attempt::Stop;
use crate::harness::weight::at_most;
use crate::limits::MAX_PATH_BYTES;

/// Stops a handler that passes a path which the exchange does not take.
fn check_path(function: &str, path: &str) -> Result<(), Stop> {
    at_most(function, "the path", path.len(), MAX_PATH_BYTES)?;
    let visible = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if visible && (path.is_empty() || path.starts_with('/') || path.starts_with('?')) {
        return Ok(());
    }
    let rule = "the path has to be empty or begin with a slash, and be percent-encoded";
    Err(Stop::Trap(format!("{function}: {rule}")))
}

pub(crate) mod outbox {
    use crate::bindings::outbox::Message;
    use crate::harness::attempt::{Effect, current};
    use crate::harness::guest::effects::check_path;
    use crate::harness::manifest::Use;
    use crate::harness::weight::{a_name, at_most};
    use crate::limits::{MAX_BODY_BYTES, MAX_CONTENT_TYPE_BYTES};

    pub(crate) fn send(message: &Message) -> String {
        current(|attempt| {
            attempt.granted("outbox", Use::Service(&message.to))?;
            check_path("outbox.send", &message.path)?;
            at_most("outbox.send", "the body", message.body.len(), MAX_BODY_BYTES)?;
            at_most("outbox.send", "the content type", message.content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
            if let Some(label) = &message.reply_to {
                a_name("outbox.send", "reply-to", label)?;
            }
            let id = format!("message-{}", attempt.next_id());
            attempt.effect(Effect::Send { id: id.clone(), message: message.clone() })?;
            Ok(id)
        })
    }

    pub(crate) fn publish(topic: &str, content_type: &str, body: &[u8]) {
        current(|attempt| {
            attempt.granted("outbox", Use::Topic(topic))?;
            a_name("outbox.publish", "the topic", topic)?;
            at_most("outbox.publish", "the content type", content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
            at_most("outbox.publish", "the body", body.len(), MAX_BODY_BYTES)?;
            attempt.effect(Effect::Publish {
                topic: topic.to_owned(),
                content_type: content_type.to_owned(),
                body: body.to_vec(),
            })
        });
    }
}

pub(crate) mod exchange {
    use crate::bindings::exchange::{Question, Refusal};
    use crate::harness::attempt::{Stop, current};
    use crate::harness::guest::effects::check_path;
    use crate::harness::manifest::Use;
    use crate::limits::MAX_QUESTIONS;
    use crate::service::Answer;

    pub(crate) fn call(question: &Question) -> Result<Answer, Refusal> {
        current(|attempt| {
            attempt.granted("exchange", Use::Service(&question.to))?;
            check_path("exchange.call", &question.path)?;
            match attempt.answers.get(&(question.to.clone(), question.path.clone())) {
                Some(answer) => Ok(answer.clone()),
                // Counted over all attempts: a handler that asks something else each time would never come to an end.
                None if attempt.answers.len() == MAX_QUESTIONS => Err(Stop::TooManyQuestions),
                None => Err(Stop::Ask(question.clone())),
            }
        })
    }
}

pub(crate) mod timers {
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::state::{Change, SetTimer};
    use crate::harness::weight::{a_name, at_most};
    use crate::limits::MAX_PAYLOAD_BYTES;

    pub(crate) fn set(name: &str, at: u64, payload: &[u8]) {
        current(|attempt| {
            a_name("timers.set", "the name", name)?;
            at_most("timers.set", "the payload", payload.len(), MAX_PAYLOAD_BYTES)?;
            let timer = SetTimer { at, payload: payload.to_vec(), due: at, tries: 0, number: 0 };
            change(attempt, Change::SetTimer(name.to_owned(), timer))
        });
    }

    pub(crate) fn cancel(name: &str) {
        current(|attempt| {
            a_name("timers.cancel", "the name", name)?;
            change(attempt, Change::CancelTimer(name.to_owned()))
        });
    }

    /// Whether there is such a timer is read: two calls that set it, or one that does and one that cancels it, conflict.
    fn change(attempt: &mut Attempt, change: Change) -> Result<(), Stop> {
        attempt.granted("timers", Use::Anything)?;
        attempt.writable()?;
        attempt.read(change.touches())?;
        attempt.change(change)
    }
}

pub(crate) mod evidence {
    use crate::bindings::blobs::Blob;
    use crate::bindings::evidence::{Disbelief, Document, Verification};
    use crate::harness::answer::is_content_type;
    use crate::harness::attempt::{Stop, current};
    use crate::harness::commit::read_container;
    use crate::harness::manifest::Use;
    use crate::harness::state::{Change, signing};
    use crate::harness::weight::{a_name, at_most};
    use crate::limits::{MAX_CONTAINER_BYTES, MAX_DOCUMENT_BYTES};

    pub(crate) fn sign(document: &Document) -> String {
        current(|attempt| {
            attempt.granted("evidence", Use::Anything)?;
            attempt.writable()?;
            a_name("evidence.sign", "the name", &document.name)?;
            at_most("evidence.sign", "the content", document.content.len(), MAX_DOCUMENT_BYTES)?;
            if !document.content_type.is_empty() && !is_content_type(&document.content_type) {
                let rule = format!("evidence.sign: {:?} is not a content type", document.content_type);
                return Err(Stop::Trap(rule));
            }
            attempt.weight.order(document.content.len() + document.name.len())?;
            let id = format!("signing-{}", attempt.next_id());
            attempt.change(Change::Sign { id: id.clone(), document: document.clone() })?;
            Ok(id)
        })
    }

    pub(crate) fn signed(id: &str) -> Option<Blob> {
        current(|attempt| {
            attempt.granted("evidence", Use::Anything)?;
            a_name("evidence.signed", "the id", id)?;
            attempt.read(signing(id))?;
            let blob = attempt.view.signed.get(id).and_then(|blob| attempt.view.blobs.get(blob));
            Ok(blob.map(|(blob, _)| blob.clone()))
        })
    }

    pub(crate) fn verify(container: &str) -> Result<Verification, Disbelief> {
        current(|attempt| {
            attempt.granted("evidence", Use::Anything)?;
            match attempt.view.blobs.get(container) {
                None => Ok(Err(Disbelief::NoSuchBlob)),
                Some((_, content)) if content.len() > MAX_CONTAINER_BYTES => Ok(Err(Disbelief::TooLarge)),
                Some((_, content)) => Ok(read_container(content)),
            }
        })
    }
}
