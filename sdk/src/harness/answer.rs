//! How a failure is answered over the exchange.

use serde_json::json;

use crate::failure::Failure;
use crate::json;
use crate::service::Answer;

/// The answer that another subsystem gets when a call fails, as the contract says.
pub(super) fn to(failure: &Failure) -> Answer {
    let (status, message, errors) = match failure {
        Failure::NotFound(message) => (404, message.as_str(), Vec::new()),
        Failure::Denied(message) => (403, message.as_str(), Vec::new()),
        Failure::Conflict(message) => (409, message.as_str(), Vec::new()),
        Failure::Unavailable(message) => (503, message.as_str(), Vec::new()),
        // What went wrong inside is for the server's log only.
        Failure::Internal(_) => (500, "the service failed", Vec::new()),
        Failure::Invalid(errors) => {
            let errors =
                errors.iter().map(|error| json!({"field": error.field, "code": error.code, "message": error.message}));
            (422, "the request is not valid", errors.collect())
        }
    };
    let body = json!({ "message": message, "errors": errors }).to_string().into_bytes();
    Answer { status, content_type: json::CONTENT_TYPE.to_owned(), body }
}
