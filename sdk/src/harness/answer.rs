//! How a failure is answered over the exchange.

use crate::failure::{Failure, FieldError};
use crate::json::{self, json};
use crate::service::Answer;

/// The answer that another subsystem gets when a call fails, as the contract says.
pub(super) fn to(failure: &Failure) -> Answer {
    let (status, body) = match failure {
        Failure::NotFound(message) => (404, json!({ "error": "not_found", "message": message })),
        Failure::Denied(message) => (403, json!({ "error": "denied", "message": message })),
        Failure::Conflict(message) => (409, json!({ "error": "conflict", "message": message })),
        Failure::Unavailable(message) => (503, json!({ "error": "unavailable", "message": message })),
        // What went wrong inside is for the server's log only.
        Failure::Internal(_) => (500, json!({ "error": "internal", "message": "the service failed" })),
        Failure::Invalid(errors) => (422, json!({ "error": "invalid", "fields": fields(errors) })),
    };
    Answer { status, content_type: json::CONTENT_TYPE.to_owned(), body: body.to_string().into_bytes() }
}

fn fields(errors: &[FieldError]) -> Vec<json::Value> {
    let field = |error: &FieldError| json!({ "field": error.field, "code": error.code, "message": error.message });
    errors.iter().map(field).collect()
}
