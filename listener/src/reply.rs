//! Makes the small responses that every server needs.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{StatusCode, Version};
use http_body_util::{BodyExt, Empty, Full};

use crate::{Body, Response};

/// A response without a body.
#[must_use]
pub fn empty(status: StatusCode) -> Response {
    with_body(status, Empty::new().map_err(never).boxed_unsync())
}

/// A response of plain text.
#[must_use]
pub fn text(status: StatusCode, text: impl Into<String>) -> Response {
    bytes(status, "text/plain; charset=utf-8", text.into())
}

/// A response of JSON that is already rendered.
#[must_use]
pub fn json(status: StatusCode, json: impl Into<Bytes>) -> Response {
    bytes(status, "application/json", json)
}

/// A response of `content`, which is of `content_type`.
#[must_use]
pub fn bytes(status: StatusCode, content_type: &'static str, content: impl Into<Bytes>) -> Response {
    let mut response = with_body(status, whole(content));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A body that is known as a whole.
#[must_use]
pub fn whole(content: impl Into<Bytes>) -> Body {
    Full::new(content.into()).map_err(never).boxed_unsync()
}

fn with_body(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.version_mut() = Version::HTTP_11;
    response
}

fn never(error: Infallible) -> std::io::Error {
    match error {}
}
