//! `service`: calls of other subsystems.

use wasmtime::component::Instance;

use super::{Context, Export, Failure, FieldError};
use crate::agenda;
use crate::call::headers;
use crate::contract::exports::service;
pub use crate::contract::exports::service::{Answer, Method, Request};
pub use crate::contract::imports::types::Field;
use crate::contract::limits::is_answers_status;
use crate::failed_calls::KeptRequest;
use crate::handled::{Handled, Once, Sender};
use crate::manifest::Secrecy;
use crate::plugin::Exports;
use crate::rows::{Answered, Note, Reply, Work};
use crate::sandbox::{Access, Broken, Call, Sandbox, Stop, View};
use crate::seams::ExchangeAnswer;
use protocol::hash::Sha256Hash;
use storage::{Keyspace, Transaction};

/// A call of a service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceCall {
    pub(crate) request: Request,
    pub(crate) origin: Origin,
}

/// How a call is known again.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// It is not: whoever calls again calls anew.
    Unknown,
    /// By its sender's id for the message.
    Message(Sender),
    /// By the row that the plugin who sent it has for it: delivery and effect are one transaction.
    Row(SentRow),
}

/// A message in the agenda of a plugin of the same server.
#[derive(Debug, Clone)]
pub(crate) struct SentRow {
    pub(crate) keyspace: Keyspace,
    pub(crate) key: Vec<u8>,
    pub(crate) message_id: String,
    pub(crate) to: String,
    pub(crate) reply_to: Option<String>,
}

impl Export for ServiceCall {
    type Output = Answer;

    fn is_exported(exports: &Exports) -> bool {
        exports.service.is_some()
    }

    fn access(&self) -> Access {
        match self.request.method {
            Method::Get | Method::Head | Method::Options => Access::Read,
            Method::Post | Method::Put | Method::Delete | Method::Patch => Access::Write,
        }
    }

    fn waits_for_signatures(&self) -> bool {
        // A message between plugins is handled by an agenda, which has signatures to see to as well.
        !matches!(self.origin, Origin::Row(_))
    }

    fn prepare(&self, call: &Call, view: &mut View) -> Result<Option<Answer>, Stop> {
        match &self.origin {
            Origin::Message(sender) if call.access == Access::Write => {
                let note = Handled::find(Once::Message(sender), call, view)?;
                Ok(note.map(|note: Note| {
                    if note.request != digest(&self.request) {
                        return of_failure(&Failure::Conflict("the key was used for another request".to_owned()));
                    }
                    note.answered.into()
                }))
            }
            Origin::Row(row) => match view.get(row.keyspace, &row.key)? {
                Some(_) => Ok(None),
                None => {
                    Ok(Some(Answer { status: 208, headers: Vec::new(), content_type: String::new(), body: Vec::new() }))
                }
            },
            _ => Ok(None),
        }
    }

    async fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> wasmtime::Result<Result<Answer, Failure>> {
        let guest = indices(exports)?.load(&mut *store, instance)?;
        let answered = guest.call_handle(store, context, &self.request).await?;
        if let Ok(answer) = &answered {
            check(answer)?;
        }
        Ok(answered)
    }

    fn kept(&self, call: &Call) -> Option<KeptRequest> {
        let services = call.plugin.manifest().services();
        let service = services.iter().find(|service| service.code().as_str() == self.request.service)?;
        (service.secrecy() == Secrecy::Ordinary).then(|| KeptRequest::Service(self.request.clone()))
    }

    fn seal(&self, call: &Call, answer: &Answer, transaction: &mut Transaction) {
        match &self.origin {
            Origin::Unknown => {}
            Origin::Message(sender) => {
                let answered = answer.clone().into();
                let note = Note { request: digest(&self.request), answered };
                Handled::note(Once::Message(sender), call, &note, transaction);
            }
            Origin::Row(row) => {
                transaction.delete(row.keyspace, row.key.clone());
                if let Some(reply_to) = row.reply_to.clone() {
                    let (message_id, sender) = (row.message_id.clone(), row.to.clone());
                    let reply = Reply { reply_to, message_id, sender, answer: answer.clone().into() };
                    let (key, value) = agenda::row(call.now, &row.message_id, Work::Reply(reply));
                    transaction.put(row.keyspace, key, value);
                }
            }
        }
    }
}

/// An answer is the last word on a call that took place: what is refused for now is a failure, and leaves nothing.
fn check(answer: &Answer) -> Result<(), Stop> {
    let wrong = |rule: String| Err(Broken::Argument { function: "service.handle", rule }.into());
    let status = answer.status;
    if !is_answers_status(status) {
        return wrong(format!(
            "an answer has the status {status}: what did not take place, or may be tried again, is a failure"
        ));
    }
    if !headers::is_content_type(&answer.content_type) {
        return wrong("the content type of an answer is no line of ASCII".to_owned());
    }
    headers::check_answer(&answer.headers)
}

fn indices(exports: &Exports) -> wasmtime::Result<&service::GuestIndices> {
    exports.service.as_ref().ok_or_else(|| wasmtime::format_err!("the component exports no service"))
}

/// Tells a request from another under the same key. The lengths stand before the parts, so that no two share a digest.
fn digest(request: &Request) -> [u8; Sha256Hash::SIZE] {
    // Headers are the caller's wishes for the answer, and may differ when it asks again.
    let Request { service, method, path, query, headers: _, content_type, body, message_id: _ } = request;
    let method = format!("{method:?}");
    let fields = query.iter().flat_map(|field| [field.name.as_bytes(), field.value.as_bytes()]);
    let parts = [service.as_bytes(), method.as_bytes(), path.as_bytes(), content_type.as_bytes(), body.as_slice()];
    let parts: Vec<&[u8]> = parts.into_iter().chain(fields).collect();
    let lengths: Vec<u8> = parts.iter().flat_map(|part| (part.len() as u64).to_be_bytes()).collect();
    *Sha256Hash::of_parts(&[&[lengths.as_slice()], parts.as_slice()].concat()).as_bytes()
}

/// What a caller in the exchange gets for a failure: a status, and the failure as JSON.
#[must_use]
pub fn of_failure(failure: &Failure) -> Answer {
    let (status, error) = match failure {
        Failure::NotFound(_) => (404, "not_found"),
        Failure::Denied(_) => (403, "denied"),
        Failure::Invalid(_) => (422, "invalid"),
        Failure::Conflict(_) => (409, "conflict"),
        Failure::Unavailable(_) => (503, "unavailable"),
        Failure::Other(other) if (400..=499).contains(&other.status) => (other.status, other.code.as_str()),
        Failure::Internal(_) | Failure::Other(_) => (500, "internal"),
    };
    let body = match failure {
        Failure::Invalid(fields) => {
            let field = |error: &FieldError| serde_json::json!({ "field": error.field, "code": error.code, "message": error.message });
            serde_json::json!({ "error": error, "fields": fields.iter().map(field).collect::<Vec<_>>() })
        }
        // What went wrong inside is for the server's log only.
        _ if status == 500 => serde_json::json!({ "error": error, "message": "the service failed" }),
        Failure::Other(other) => serde_json::json!({ "error": error, "message": other.message }),
        Failure::NotFound(why)
        | Failure::Denied(why)
        | Failure::Conflict(why)
        | Failure::Unavailable(why)
        | Failure::Internal(why) => serde_json::json!({ "error": error, "message": why }),
    };
    let (headers, content_type) = (Vec::new(), "application/json".to_owned());
    Answer { status, headers, content_type, body: body.to_string().into_bytes() }
}

impl From<Answered> for Answer {
    fn from(answered: Answered) -> Self {
        let Answered { status, headers, content_type, body } = answered;
        Self { status, headers: headers::fields(headers), content_type, body }
    }
}

impl From<Answer> for Answered {
    fn from(answer: Answer) -> Self {
        let Answer { status, headers, content_type, body } = answer;
        Self { status, headers: headers::pairs(headers), content_type, body }
    }
}

/// What another subsystem answered, as a plugin is shown it.
pub(crate) fn of_exchange(answer: ExchangeAnswer) -> Answer {
    let ExchangeAnswer { status, headers, content_type, body } = answer;
    Answer { status, headers: headers::fields(headers), content_type, body: body.to_vec() }
}

/// A path below a service and the parameters of its query, decoded.
#[must_use]
pub fn split(path: &str) -> (String, Vec<Field>) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parameters = form_urlencoded::parse(query.as_bytes());
    let field = |(name, value): (std::borrow::Cow<str>, std::borrow::Cow<str>)| Field {
        name: name.into_owned(),
        value: value.into_owned(),
    };
    (path.to_owned(), parameters.map(field).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, content_type: &str) -> Answer {
        Answer { status, headers: Vec::new(), content_type: content_type.to_owned(), body: Vec::new() }
    }

    #[test]
    fn an_answer_that_is_not_the_last_word_stops_the_plugin_before_its_call_is_committed() {
        for status in [200, 201, 204, 303, 404, 422] {
            assert!(check(&answer(status, "text/plain")).is_ok(), "{status}");
        }
        for status in [0, 100, 408, 425, 429, 500, 503, 600] {
            assert!(check(&answer(status, "text/plain")).is_err(), "{status}");
        }
        for content_type in ["text/plain\r\nx-a: b", "text/ñ", &"a".repeat(257)] {
            assert!(check(&answer(200, content_type)).is_err(), "{content_type}");
        }
        assert!(check(&answer(200, "")).is_ok());
    }
}
