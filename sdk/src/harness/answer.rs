//! What a service answers: a failure as the exchange shows it, and an answer that the host lets through.

use super::attempt::Stop;
use crate::failure::{Failure, FieldError};
use crate::json::{self, json};
use crate::limits::{ANSWER_HEADERS, MAX_CONTENT_TYPE_BYTES, MAX_HEADER_BYTES, is_answers_status};
use crate::service::Answer;

/// The answer that another subsystem gets when a call fails, as the contract says.
pub(super) fn to(failure: &Failure) -> Answer {
    let (status, body) = match failure {
        Failure::NotFound(message) => (404, json!({ "error": "not_found", "message": message })),
        Failure::Denied(message) => (403, json!({ "error": "denied", "message": message })),
        Failure::Conflict(message) => (409, json!({ "error": "conflict", "message": message })),
        Failure::Unavailable(message) => (503, json!({ "error": "unavailable", "message": message })),
        Failure::Invalid(errors) => (422, json!({ "error": "invalid", "fields": fields(errors) })),
        Failure::Other(other) if (400..=499).contains(&other.status) => {
            (other.status, json!({ "error": other.code, "message": other.message }))
        }
        // What went wrong inside is for the server's log only.
        Failure::Internal(_) | Failure::Other(_) => {
            (500, json!({ "error": "internal", "message": "the service failed" }))
        }
    };
    let (headers, content_type) = (Vec::new(), json::CONTENT_TYPE.to_owned());
    Answer { status, headers, content_type, body: body.to_string().into_bytes() }
}

fn fields(errors: &[FieldError]) -> Vec<json::Value> {
    let field = |error: &FieldError| json!({ "field": error.field, "code": error.code, "message": error.message });
    errors.iter().map(field).collect()
}

/// Stops a plugin that answers what the contract does not allow.
pub(super) fn check(answer: &Answer) -> Result<(), Stop> {
    let refused = |rule: String| Err(Stop::Trap(format!("service.handle: {rule}")));
    if !is_answers_status(answer.status) {
        return refused(format!("{} is no status of an answer", answer.status));
    }
    if answer.content_type.len() > MAX_CONTENT_TYPE_BYTES || !is_visible(&answer.content_type) {
        return refused(format!("{:?} is no content type", answer.content_type));
    }
    for (at, header) in answer.headers.iter().enumerate() {
        let name = header.name.as_str();
        if !ANSWER_HEADERS.contains(&name) || answer.headers[..at].iter().any(|before| before.name == name) {
            return refused(format!("the header {name:?} is none that a service may set, or is set twice"));
        }
        if header.value.len() > MAX_HEADER_BYTES || !is_visible(&header.value) {
            return refused(format!(
                "the header {name} has more than {MAX_HEADER_BYTES} visible characters and spaces"
            ));
        }
    }
    Ok(())
}

pub(super) fn is_content_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let token = |part: &str| !part.is_empty() && !part.contains([' ', '/', ',']);
    let is_media_type = essence.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype));
    text.len() <= MAX_CONTENT_TYPE_BYTES && is_visible(text) && is_media_type
}

pub(super) fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(answer: &Answer) -> Result<(), String> {
        match check(answer) {
            Ok(()) => Ok(()),
            Err(Stop::Trap(reason)) => Err(reason),
            Err(other) => panic!("it is stopped for another reason: {other:?}"),
        }
    }

    #[test]
    fn a_service_answers_what_the_contract_lets_through() {
        let answer =
            Answer::json(201, &1).expect("JSON").with_header("location", "/notes/1").with_header("etag", "\"1\"");
        assert_eq!(judged(&answer), Ok(()));
        assert_eq!(judged(&Answer::empty()), Ok(()));
        for status in [0, 100, 199, 408, 425, 429, 500, 999] {
            let refused = judged(&Answer { status, ..answer.clone() }).expect_err("it is refused");
            assert_eq!(refused, format!("service.handle: {status} is no status of an answer"));
        }
        for content_type in ["a/b\r\nc: d", "text/ñ", &"a".repeat(257)] {
            let content_type = content_type.to_owned();
            assert!(
                judged(&Answer { content_type, ..answer.clone() })
                    .expect_err("it is refused")
                    .ends_with("content type")
            );
        }
        for (name, value) in [("set-cookie", "a"), ("ETag", "1"), ("etag", "2"), ("link", "a\nb")] {
            judged(&answer.clone().with_header(name, value)).expect_err("it is refused");
        }
    }
}
