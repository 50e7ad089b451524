//! What a plugin does to the world.

pub(crate) mod outbox {
    use crate::bindings::outbox::Message;
    use crate::harness::attempt::{Effect, current};
    use crate::harness::manifest::Use;

    pub(crate) fn send(message: &Message) -> String {
        current(|attempt| {
            attempt.granted("outbox", Use::Service(&message.to))?;
            let id = format!("message-{}", attempt.next_id());
            attempt.effect(Effect::Send { id: id.clone(), message: message.clone() })?;
            Ok(id)
        })
    }

    pub(crate) fn publish(topic: &str, content_type: &str, body: &[u8]) {
        current(|attempt| {
            attempt.granted("outbox", Use::Topic(topic))?;
            attempt.effect(Effect::Publish {
                topic: topic.to_owned(),
                content_type: content_type.to_owned(),
                body: body.to_vec(),
            })
        });
    }
}

pub(crate) mod exchange {
    use crate::bindings::exchange::{Answer, Question, Refusal};
    use crate::harness::attempt::{Stop, current};
    use crate::harness::manifest::Use;

    /// What a call may ask.
    const MOST_QUESTIONS: usize = 16;

    pub(crate) fn call(question: &Question) -> Result<Answer, Refusal> {
        current(|attempt| {
            attempt.granted("exchange", Use::Service(&question.to))?;
            match attempt.answers.get(&(question.to.clone(), question.path.clone())) {
                Some(answer) => Ok(answer.clone()),
                // Counted over all attempts: a handler that asks something else each time would never come to an end.
                None if attempt.answers.len() == MOST_QUESTIONS => {
                    Err(Stop::Trap(format!("a call asks at most {MOST_QUESTIONS} questions")))
                }
                None => Err(Stop::Ask(question.clone())),
            }
        })
    }
}

pub(crate) mod timers {
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;
    use crate::harness::state::{Change, SetTimer};

    pub(crate) fn set(name: &str, at: u64, payload: &[u8]) {
        change(Change::SetTimer(name.to_owned(), SetTimer { at, payload: payload.to_vec() }));
    }

    pub(crate) fn cancel(name: &str) {
        change(Change::CancelTimer(name.to_owned()));
    }

    fn change(change: Change) {
        current(|attempt| {
            attempt.granted("timers", Use::Anything)?;
            attempt.change(change)
        });
    }
}

pub(crate) mod evidence {
    use crate::bindings::blobs::Blob;
    use crate::bindings::evidence::{Document, Verification};
    use crate::harness::attempt::current;
    use crate::harness::commit::read_container;
    use crate::harness::manifest::Use;
    use crate::harness::state::Change;

    pub(crate) fn sign(document: &Document) -> String {
        current(|attempt| {
            attempt.granted("evidence", Use::Anything)?;
            let id = format!("signing-{}", attempt.next_id());
            attempt.change(Change::Sign { id: id.clone(), document: document.clone() })?;
            Ok(id)
        })
    }

    pub(crate) fn signed(id: &str) -> Option<Blob> {
        current(|attempt| {
            attempt.granted("evidence", Use::Anything)?;
            let blob = attempt.view.signed.get(id).and_then(|blob| attempt.view.blobs.get(blob));
            Ok(blob.map(|(blob, _)| blob.clone()))
        })
    }

    pub(crate) fn verify(container: &str) -> Result<Verification, String> {
        current(|attempt| {
            attempt.granted("evidence", Use::Anything)?;
            let content = attempt.view.blobs.get(container).map(|(_, content)| content.as_slice());
            Ok(content.ok_or_else(|| format!("there is no blob {container}")).and_then(read_container))
        })
    }
}
